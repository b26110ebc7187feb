"""Tutorial "Debugging DNS Resolution" (06); steps by their ids."""

from __future__ import annotations

import re

from tests.kubectl.driving import Kubectl

DNSUTILS = """
apiVersion: v1
kind: Pod
metadata: {name: dnsutils, namespace: default}
spec:
  containers:
  - name: dnsutils
    image: registry.k8s.io/e2e-test-images/agnhost:2.39
    imagePullPolicy: IfNotPresent
  restartPolicy: Always
"""


def started(k: Kubectl) -> None:
    assert k.apply(DNSUTILS) == ["pod/dnsutils created"]
    k("wait --for=condition=Ready pod/dnsutils")


def test_g_01_to_g_03_a_pod_to_ask_from(k: Kubectl) -> None:
    started(k)
    assert k("get pods dnsutils").rows[1][1:3] == ["1/1", "Running"]  # G-01
    asked = k("exec -i dnsutils -- nslookup kubernetes.default")  # G-02
    assert re.search(r"Server:\s+10\.96\.0\.10\nAddress:\s+10\.96\.0\.10#53\n", asked.out)
    assert "Name:\tkubernetes.default.svc.cluster.local\nAddress: 10.96.0.1\n" in asked.out
    resolver = k("exec -i dnsutils -- cat /etc/resolv.conf").lines  # G-03
    assert sorted(resolver) == [
        "nameserver 10.96.0.10",
        "options ndots:5",
        "search default.svc.cluster.local svc.cluster.local cluster.local",
    ]


def test_g_04_nobody_answers(k: Kubectl) -> None:
    started(k)
    k.until("get deployment coredns -n kube-system", lambda printed: "2/2" in printed.out)
    k("scale deployment coredns -n kube-system --replicas=0")
    k.until("get endpoints kube-dns -n kube-system", lambda printed: "<none>" in printed.out)
    asked = k.fails("exec -i dnsutils -- nslookup -timeout=1 kubernetes.default")
    assert ";; communications error to 10.96.0.10#53: connection refused" in asked.out  # no endpoint: it is rejected
    assert asked.out.rstrip().endswith(";; no servers could be reached")


def test_g_05_to_g_08_what_stands_behind_the_service(k: Kubectl) -> None:
    k.until("get deployment coredns -n kube-system", lambda printed: "2/2" in printed.out)
    pods = k("get pods --namespace=kube-system -l k8s-app=kube-dns")  # G-05
    assert [re.fullmatch(r"coredns-[a-z0-9]+-[a-z0-9]{5}", each) is not None for each in pods.column("NAME")] == [
        True,
        True,
    ]
    logged = k("logs --namespace=kube-system -l k8s-app=kube-dns").lines  # G-06
    assert ".:53" in logged
    assert any(line.startswith("CoreDNS-1.") for line in logged)
    assert any(re.match(r"linux/amd64, go1\.", line) for line in logged)
    service = k("get svc --namespace=kube-system").rows[1]  # G-07
    assert service[:4] == ["kube-dns", "ClusterIP", "10.96.0.10", "<none>"]
    endpoints = k("get endpoints kube-dns --namespace=kube-system").rows[1]  # G-08
    assert re.match(r"10\.244\.0\.\d+:53,10\.244\.0\.\d+:53", endpoints[1])


def test_g_09_and_g_10_queries_are_logged_where_the_corefile_says_so(k: Kubectl) -> None:
    started(k)
    k.environment["KUBE_EDITOR"] = "sed -i s/errors/errors\\\\n\\ \\ \\ \\ \\ \\ \\ \\ log/"
    edited = k("-n kube-system edit configmap coredns")  # G-09
    assert edited.out == "configmap/coredns edited\n"
    k("exec -i dnsutils -- nslookup kubernetes.default")
    asked = r"A IN kubernetes\.default\.svc\.cluster\.local\. udp \d+ \S+ \d+"
    line = rf"\[INFO\] 10\.244\.0\.\d+:\d+ - \d+ \"{asked}\" NOERROR"
    k.until(  # G-10
        "logs --namespace=kube-system -l k8s-app=kube-dns --tail=50", lambda printed: bool(re.search(line, printed.out))
    )


def test_g_11_names_reach_as_far_as_they_say(k: Kubectl) -> None:
    started(k)
    k("create namespace prod")
    k("create service clusterip data --tcp=80 -n prod")
    missing = k.fails("exec -i dnsutils -- nslookup data")
    assert "** server can't find data: NXDOMAIN" in missing.out
    assert "Name:\tdata.prod.svc.cluster.local\n" in k("exec -i dnsutils -- nslookup data.prod").out
