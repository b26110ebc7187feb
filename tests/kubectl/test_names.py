"""Tutorial "DNS for Services and Pods" (05); steps by their ids."""

from __future__ import annotations

import re

import pytest

from tests.kubectl.driving import Kubectl

SUBDOMAIN = """
apiVersion: v1
kind: Service
metadata: {name: default-subdomain}
spec:
  selector: {name: busybox}
  clusterIP: None
  ports: [{name: foo, port: 1234}]
---
apiVersion: v1
kind: Pod
metadata: {name: busybox1, labels: {name: busybox}}
spec:
  hostname: busybox-1
  subdomain: default-subdomain
  containers: [{name: busybox, image: "busybox:1.28", command: [sleep, "3600"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: busybox2, labels: {name: busybox}}
spec:
  hostname: busybox-2
  subdomain: default-subdomain
  containers: [{name: busybox, image: "busybox:1.28", command: [sleep, "3600"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: nameless, labels: {name: busybox}}
spec:
  subdomain: default-subdomain
  containers: [{name: busybox, image: "busybox:1.28", command: [sleep, "3600"]}]
"""
ASKER = """
apiVersion: v1
kind: Pod
metadata: {name: asker, namespace: NAMESPACE}
spec:
  containers: [{name: c, image: "slongstreet/bind-utils:latest", command: [sleep, "3600"]}]
"""
POLICIES = """
apiVersion: v1
kind: Pod
metadata: {name: NAME}
spec:
  FIELDS
  containers: [{name: c, image: "busybox:1.36", command: [sleep, "3600"]}]
"""
OURS = ["nameserver 10.96.0.10", "options ndots:5", "search default.svc.cluster.local svc.cluster.local cluster.local"]
HOME = "default.svc.cluster.local"


def running(k: Kubectl, *pods: str, namespace: str = "default") -> None:
    k(f"wait --for=condition=Ready -n {namespace} " + " ".join(f"pod/{pod}" for pod in pods))


def asker(k: Kubectl, namespace: str = "default") -> None:
    k.apply(ASKER.replace("NAMESPACE", namespace))
    running(k, "asker", namespace=namespace)


def dig(k: Kubectl, name: str, type: str = "A") -> list[str]:
    return sorted(k(f"exec asker -- dig +short {name} {type}").lines)


def address(k: Kubectl, pod: str) -> str:
    return k(f"get pod {pod} -o jsonpath={{.status.podIP}}").out


def resolver(k: Kubectl, name: str, fields: str) -> list[str]:
    k.apply(POLICIES.replace("NAME", name).replace("FIELDS", fields))
    running(k, name)
    return sorted(k(f"exec {name} -- cat /etc/resolv.conf").lines)


def test_n_01_and_n_02_names_are_looked_for_at_home_first(k: Kubectl) -> None:
    for name in ("prod", "test"):
        k(f"create namespace {name}")
    k("create service clusterip data --tcp=80 -n prod")
    asker(k, "test")
    assert "NXDOMAIN" in k.fails("exec -n test asker -- nslookup data").out  # N-01
    found = k("get svc data -n prod -o jsonpath={.spec.clusterIP}").out
    assert f"Address: {found}\n" in k("exec -n test asker -- nslookup data.prod").out
    home = "search test.svc.cluster.local svc.cluster.local cluster.local"  # N-02
    assert sorted(k("exec -n test asker -- cat /etc/resolv.conf").lines) == [*OURS[:2], home]


def test_n_03_to_n_05_and_n_11_hostnames_and_subdomains(k: Kubectl) -> None:
    k.apply(SUBDOMAIN)
    running(k, "busybox1", "busybox2", "nameless")
    asker(k)
    first, second, third = (address(k, pod) for pod in ("busybox1", "busybox2", "nameless"))
    domain = f"default-subdomain.{HOME}"
    assert dig(k, f"busybox-1.{domain}") == [first]  # N-03
    assert dig(k, f"busybox-2.{domain}") == [second]
    assert dig(k, domain) == sorted([first, second, third])
    assert k("exec busybox1 -- hostname").out == "busybox-1\n"  # N-04
    assert k("exec busybox1 -- hostname -f").out == f"busybox-1.{domain}\n"
    assert dig(k, f"nameless.{domain}") == []  # N-05
    dashed = third.replace(".", "-")
    assert dig(k, f"{dashed}.{domain}") == [third]
    services = dig(k, f"_foo._tcp.{domain}", "SRV")  # N-11
    targets = sorted(line.split()[-1] for line in services)
    assert targets == sorted(f"{name}.{domain}." for name in ("busybox-1", "busybox-2", dashed))
    assert {line.split()[2] for line in services} == {"1234"}


def test_n_06_names_of_what_is_not_ready(k: Kubectl) -> None:
    k.apply(SUBDOMAIN)
    running(k, "busybox1", "busybox2", "nameless")
    asker(k)
    name = f"busybox-1.default-subdomain.{HOME}"
    k("annotate pod busybox1 kubarium.dev/never-ready=true")
    k.until(f"exec asker -- dig +short {name}", lambda printed: not printed.lines)
    k(["patch", "svc", "default-subdomain", "-p", '{"spec":{"publishNotReadyAddresses":true}}'])
    k.until(f"exec asker -- dig +short {name}", lambda printed: printed.lines == [address(k, "busybox1")])


def test_n_07_the_host_has_its_full_name_where_it_is_told_so(k: Kubectl) -> None:
    k.apply(SUBDOMAIN)
    fields = "hostname: full\n  subdomain: default-subdomain\n  setHostnameAsFQDN: true"
    k.apply(POLICIES.replace("NAME", "full").replace("FIELDS", fields))
    running(k, "full")
    assert k("exec full -- hostname").out == f"full.default-subdomain.{HOME}\n"
    long = fields.replace("hostname: full", f"hostname: {'x' * 40}")
    k.apply(POLICIES.replace("NAME", "long").replace("FIELDS", long))
    told = k.until("describe pod long", lambda printed: "Failed to construct FQDN" in printed.out).out
    assert re.search(r"FQDN \S+ is too long \(64 characters is the max, \d+ characters requested\)", told)


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("first", "dnsPolicy: ClusterFirst", OURS),
        ("host", "hostNetwork: true\n  dnsPolicy: ClusterFirstWithHostNet", OURS),
        (
            "none",
            "dnsPolicy: None\n  dnsConfig: {nameservers: [192.0.2.1], searches: [ns1.svc.cluster-domain.example, "
            'my.dns.search.suffix], options: [{name: ndots, value: "2"}, {name: edns0}]}',
            [
                "nameserver 192.0.2.1",
                "options ndots:2 edns0",
                "search ns1.svc.cluster-domain.example my.dns.search.suffix",
            ],
        ),
    ],
)
def test_n_08_and_n_09_whom_a_pod_asks(k: Kubectl, name: str, fields: str, expected: list[str]) -> None:
    assert resolver(k, name, fields) == expected


def test_n_10_limits(k: Kubectl) -> None:
    pod = POLICIES.replace("NAME", "x")
    many = "dnsConfig: {nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4]}"
    assert "must not have more than 3 nameservers" in k.fails("apply -f -", pod.replace("FIELDS", many)).err
    nobody = "dnsPolicy: None\n  dnsConfig: {searches: [a.example]}"
    assert "must provide at least one DNS nameserver" in k.fails("apply -f -", pod.replace("FIELDS", nobody)).err


def test_n_12_what_is_outside_is_looked_for_at_home_three_times(k: Kubectl) -> None:
    asker(k)
    asked = k.run("exec asker -- dig +search +noall +question +showsearch www.example.com").out
    found = re.findall(r"^;(\S+)\s+IN\s+A", asked, re.MULTILINE)
    assert found[:3] == [f"www.example.com.{home}." for home in (HOME, "svc.cluster.local", "cluster.local")]
