"""Services, names, proxies and tokens, as the suite's tests ask for them by programs in pods."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.suite import JSON_PATCH, MERGE_PATCH, Obj, Suite
from tests.kubectl.driving import Kubectl
from tests.server import Server

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


@pytest.fixture
def kubectl(server: Server, tmp_path: Path) -> Kubectl:
    return Kubectl("newest", server.data / "kubeconfig", tmp_path)


def _start(
    suite: Suite, name: str, args: list[str], labels: Obj | None = None, pod: Obj | None = None, **c: Any
) -> Any:
    """A pod of agnhost, once it is ready; `c` goes to its container."""
    container = {"name": "agnhost-container", "image": AGNHOST, "args": args, **c}
    metadata = {"name": name, "labels": labels or {"name": name}}
    spec = {**(pod or {}), "containers": [container, *(pod or {}).get("containers", [])]}
    suite.core.create_namespaced_pod(suite.namespace, {"metadata": metadata, "spec": spec})

    def found() -> Any:
        made = suite.core.read_namespaced_pod(name, suite.namespace)
        conditions = {each.type: each.status for each in made.status.conditions or []}
        return made if conditions.get("Ready") == "True" else None

    return suite.until(found)


def _service(suite: Suite, name: str, selector: Obj, *ports: Obj, **spec: Any) -> Any:
    body = {"metadata": {"name": name}, "spec": {"selector": selector, "ports": list(ports), **spec}}
    return suite.core.create_namespaced_service(suite.namespace, body)


def _said(kubectl: Kubectl, suite: Suite, pod: str, command: str, container: str = "agnhost-container") -> str:
    words = ["exec", pod, "-n", suite.namespace, "-c", container, "--", "/bin/sh", "-c", command]
    return kubectl.run(words).out.strip()


def _ok(kubectl: Kubectl, suite: Suite, command: str, container: str) -> bool:
    return _said(kubectl, suite, "dns-querier", command, container) == "OK"


def test_one_port_by_two_protocols(kubectl: Kubectl, suite: Suite) -> None:
    both = [{"name": each, "port": 80, "protocol": each.upper(), "targetPort": 80} for each in ("tcp", "udp")]
    _start(suite, "host", ["netexec", "--http-port=80", "--udp-port=80"])
    address = _service(suite, "multi", {"name": "host"}, *both).spec.cluster_ip
    _start(suite, "asker", ["pause"])

    def heard() -> tuple[bool, bool]:
        tcp = _said(kubectl, suite, "asker", f"curl -g -q -s --max-time 2 http://{address}:80/hostname")
        udp = _said(kubectl, suite, "asker", f"echo hostname | nc -u -w 2 {address} 80")
        return tcp == "host", udp == "host"

    suite.until(lambda: heard() == (True, True))
    found = suite.core.read_namespaced_service("multi", suite.namespace)
    found.spec.ports = [each for each in found.spec.ports if each.protocol == "TCP"]
    suite.core.replace_namespaced_service("multi", suite.namespace, found)
    suite.until(lambda: heard() == (True, False))
    change = [{"op": "replace", "path": "/spec/ports", "value": [both[1]]}]
    path = f"/api/v1/namespaces/{suite.namespace}/services/multi"
    assert suite.ask("PATCH", path, change, JSON_PATCH).code == 200
    suite.until(lambda: heard() == (False, True))


def test_ports_by_name_lead_to_whom_has_them(suite: Suite) -> None:
    ports = [{"name": f"p{n}", "port": 79 + n, "targetPort": f"portname{n}"} for n in (1, 2)]
    _service(suite, "m", {"multi": "yes"}, *ports)

    def endpoints() -> list[tuple[str, str, int]]:
        found = suite.core.read_namespaced_endpoints("m", suite.namespace).subsets or []
        return sorted((a.target_ref.name, p.name, p.port) for s in found for a in s.addresses or () for p in s.ports)

    for number in (1, 2):
        port = {"name": f"portname{number}", "containerPort": 99 + number}
        _start(suite, f"pod{number}", ["pause"], {"multi": "yes"}, ports=[port])
    suite.until(lambda: endpoints() == [("pod1", "p1", 100), ("pod2", "p2", 101)])
    suite.core.delete_namespaced_pod("pod1", suite.namespace, grace_period_seconds=0)
    suite.until(lambda: endpoints() == [("pod2", "p2", 101)])


def test_a_nodes_port_is_shared_by_address_and_protocol(kubectl: Kubectl, suite: Suite) -> None:
    node = suite.core.read_node("node-1")
    address = next(each.address for each in node.status.addresses if each.type == "InternalIP")
    for name, at, protocol in (("pod1", "127.0.0.1", "TCP"), ("pod2", address, "TCP"), ("pod3", address, "UDP")):
        port = {"hostPort": 54323, "containerPort": 8080, "protocol": protocol, "hostIP": at}
        args = ["netexec", "--http-port=8080", "--udp-port=8080"]
        _start(suite, name, args, pod={"nodeName": "node-1"}, ports=[port])
    _start(suite, "e2e-host-exec", ["pause"], pod={"nodeName": "node-1", "hostNetwork": True})

    def by(command: str) -> str:
        return _said(kubectl, suite, "e2e-host-exec", command)

    suite.until(lambda: by("curl -g -s --connect-timeout 5 http://127.0.0.1:54323/hostname") == "pod1")
    suite.until(lambda: by(f"curl -g -s --connect-timeout 5 http://{address}:54323/hostname") == "pod2")
    suite.until(lambda: by(f"echo hostname | nc -u -w 5 {address} 54323") == "pod3")
    for name in ("pod1", "pod2", "pod3"):
        suite.core.delete_namespaced_pod(name, suite.namespace, grace_period_seconds=0)


@pytest.mark.parametrize("container", ["agnhost-container", "jessie-querier"])
def test_names_of_services_and_pods_in_either_resolver(kubectl: Kubectl, suite: Suite, container: str) -> None:
    port = {"name": "http", "port": 80, "protocol": "TCP"}
    _service(suite, "dns-test-service", {"dns": "true"}, port, clusterIP="None")
    plain = _service(suite, "test-service-2", {"dns": "true"}, port)
    other = {"name": "jessie-querier", "image": "registry.k8s.io/e2e-test-images/jessie-dnsutils:1.7"}
    pod = {"hostname": "dns-querier", "subdomain": "dns-test-service", "containers": [other]}
    _start(suite, "dns-querier", ["test-webserver"], {"dns": "true"}, pod=pod)
    inside = f"{suite.namespace}.svc"
    back = ".".join(reversed(plain.spec.cluster_ip.split("."))) + ".in-addr.arpa."
    asked = [
        *((each, "A") for each in ("kubernetes.default", "kubernetes.default.svc", "dns-test-service")),
        *((f"dns-test-service.{each}", "A") for each in (suite.namespace, inside, f"{inside}.cluster.local")),
        *((f"_http._tcp.{each}.{inside}", "SRV") for each in ("dns-test-service", "test-service-2")),
        (f"dns-querier.dns-test-service.{inside}.cluster.local", "A"),
        (back, "PTR"),
    ]
    for name, kind in asked:
        for flag in ("+notcp", "+tcp"):
            check = f'test -n "$(dig {flag} +noall +answer +search {name} {kind})" && echo OK'
            suite.until(partial(_ok, kubectl, suite, check, container))
    hosts = f"getent hosts dns-querier.dns-test-service.{inside}.cluster.local && getent hosts dns-querier"
    assert len(_said(kubectl, suite, "dns-querier", hosts, container).splitlines()) == 2


def test_a_name_outside_is_changed_and_becomes_an_address(kubectl: Kubectl, suite: Suite) -> None:
    _start(suite, "asker", ["pause"])
    body = {"metadata": {"name": "x"}, "spec": {"type": "ExternalName", "externalName": "foo.example.com"}}
    suite.core.create_namespaced_service(suite.namespace, body)

    def dug(kind: str) -> str:
        return _said(kubectl, suite, "asker", f"dig +short x.{suite.namespace}.svc.cluster.local {kind}")

    suite.until(lambda: dug("CNAME") == "foo.example.com.")
    suite.core.patch_namespaced_service("x", suite.namespace, {"spec": {"externalName": "bar.example.com"}})
    suite.until(lambda: dug("CNAME") == "bar.example.com.")
    found = suite.core.read_namespaced_service("x", suite.namespace)
    found.spec.type, found.spec.external_name = "ClusterIP", None
    found.spec.ports = [{"port": 80, "name": "http", "protocol": "TCP"}]
    found = suite.core.replace_namespaced_service("x", suite.namespace, found)
    suite.until(lambda: dug("A") == found.spec.cluster_ip)


def test_a_pod_chooses_whom_it_asks_for_names(kubectl: Kubectl, suite: Suite) -> None:
    config = {"nameservers": ["1.1.1.1"], "searches": ["resolv.conf.local"]}
    _start(suite, "own", ["pause"], pod={"dnsPolicy": "None", "dnsConfig": config})
    for program, said in (("dns-suffix", "resolv.conf.local"), ("dns-server-list", "1.1.1.1")):
        assert kubectl(f"exec own -n {suite.namespace} -- /agnhost {program}").out.strip() == said


def test_a_services_status_is_kept_beside_its_spec(suite: Suite) -> None:
    balancer = {"type": "LoadBalancer", "loadBalancerClass": "example.com/internal-vip"}
    _service(suite, "s", {}, {"name": "http", "port": 80}, **balancer)
    path = f"/api/v1/namespaces/{suite.namespace}/services/s"
    assert suite.ask("GET", f"{path}/status").body["status"] == {"loadBalancer": {}}
    change: Obj = {"metadata": {"annotations": {"patchedstatus": "true"}}}
    change |= {"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.1"}]}}}
    patched = suite.ask("PATCH", f"{path}/status", change, MERGE_PATCH).body
    assert patched["metadata"]["annotations"] == {"patchedstatus": "true"}
    assert patched["status"]["loadBalancer"]["ingress"] == [{"ip": "203.0.113.1", "ipMode": "VIP"}]
    now = "2026-11-26T05:00:00Z"
    condition = {"type": "Told", "status": "True", "reason": "E2E", "message": "m", "lastTransitionTime": now}
    patched["status"]["conditions"] = [condition]
    assert suite.ask("PUT", f"{path}/status", patched).body["status"]["conditions"] == [condition]


PORTER = {
    "SERVE_PORT_80": '<a href="/rewriteme">test</a>',
    "SERVE_PORT_160": "foo",
    "SERVE_PORT_162": "bar",
    "SERVE_TLS_PORT_443": '<a href="/tlsrewriteme">test</a>',
    "SERVE_TLS_PORT_460": "tls baz",
    "SERVE_TLS_PORT_462": "tls qux",
}


def test_the_api_passes_requests_on_to_services_and_pods(suite: Suite) -> None:
    numbers = {"dest1": 160, "dest2": 162, "tlsdest1": 460, "tlsdest2": 462}
    ports = [{"containerPort": 80}, *({"name": name, "containerPort": at} for name, at in numbers.items())]
    env = [{"name": name, "value": value} for name, value in PORTER.items()]
    _start(suite, "pod", ["porter"], {"proxied": "yes"}, ports=ports, env=env)
    targets = [("portname1", 80, "dest1"), ("portname2", 81, 162), ("tls1", 443, "tlsdest1"), ("tls2", 444, 462)]
    _service(suite, "svc", {"proxied": "yes"}, *({"name": n, "port": p, "targetPort": t} for n, p, t in targets))
    root = f"/api/v1/namespaces/{suite.namespace}"
    base = "/" + suite.api.configuration.host.split("/", 3)[3] + root
    expected = {
        "services/svc:portname1": "foo",
        "services/http:svc:portname1": "foo",
        "services/svc:portname2": "bar",
        "services/https:svc:tls1": "tls baz",
        "services/https:svc:tls2": "tls qux",
        "pods/pod": f'<a href="{base}/pods/pod/proxy/rewriteme">test</a>',
        "pods/pod:160": "foo",
        "pods/http:pod:162": "bar",
        "pods/https:pod:443": f'<a href="{base}/pods/https:pod:443/proxy/tlsrewriteme">test</a>',
        "pods/https:pod:460": "tls baz",
    }
    for where, said in expected.items():
        path = f"{root}/{where}/proxy/"
        suite.until(lambda path=path, said=said: suite.ask("GET", path).text == said)  # type: ignore[misc]


def test_every_method_is_passed_on(suite: Suite) -> None:
    env = [{"name": "SERVE_PORT_80", "value": "foo"}]
    _start(suite, "agnhost", ["porter", "--json-response"], {"test": "response"}, env=env)
    _service(suite, "test-service", {"test": "response"}, {"port": 80})
    root = f"/api/v1/namespaces/{suite.namespace}"
    suite.until(lambda: suite.ask("GET", f"{root}/services/test-service/proxy/").code == 200)
    for where in ("pods/agnhost", "services/test-service"):
        for method in ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"):
            answer = suite.ask(method, f"{root}/{where}/proxy/some/path/with/{method}")
            assert answer.code == 200, (where, method, answer.text)
            assert method == "HEAD" or answer.body == {"Method": method, "Body": "foo"}
            bare = suite.ask(method, f"{root}/{where}/proxy?method={method}")
            assert bare.code == (301 if method in ("GET", "HEAD") else 200)


def test_a_guestbook(suite: Suite) -> None:
    backend = ["guestbook", "--http-port", "6379"]
    parts: list[tuple[str, list[str], int, int]] = [
        ("frontend", ["guestbook", "--backend-port", "6379"], 80, 3),
        ("agnhost-primary", backend, 6379, 1),
        ("agnhost-replica", [*backend, "--replicaof", "agnhost-primary"], 6379, 2),
    ]
    for name, args, port, replicas in parts:
        labels = {"app": name}
        container = {"name": "c", "image": AGNHOST, "args": args, "ports": [{"containerPort": port}]}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
        spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
        suite.apps.create_namespaced_deployment(suite.namespace, {"metadata": {"name": name}, "spec": spec})
        _service(suite, name, labels, {"port": port})
    front = f"/api/v1/namespaces/{suite.namespace}/services/frontend/proxy/guestbook"

    def asked(query: str) -> Any:
        answer = suite.ask("GET", f"{front}?{query}")
        return answer.body if answer.code == 200 else None

    suite.until(lambda: asked("cmd=get&key=messages&value=") == {"data": ""})
    suite.until(lambda: asked("cmd=set&key=messages&value=TestEntry") == {"message": "Updated"})
    assert asked("cmd=get&key=messages&value=") == {"data": "TestEntry"}


@pytest.mark.parametrize("account", [None, True, False])
@pytest.mark.parametrize("pod", [None, True, False])
def test_tokens_are_mounted_unless_somebody_opts_out(suite: Suite, account: bool | None, pod: bool | None) -> None:
    said = "automountServiceAccountToken"
    body = {"metadata": {"name": "sa"}, said: account}
    suite.core.create_namespaced_service_account(suite.namespace, body)
    spec = {"serviceAccountName": "sa", "containers": [{"name": "c", "image": "nginx"}], said: pod}
    made = suite.core.create_namespaced_pod(suite.namespace, {"metadata": {"name": "p"}, "spec": spec})
    mounts = [each.mount_path for each in made.spec.containers[0].volume_mounts or ()]
    wanted = account is not False if pod is None else pod
    assert ("/var/run/secrets/kubernetes.io/serviceaccount" in mounts) is wanted


def test_a_pod_verifies_its_own_token(suite: Suite) -> None:
    args = ["test-service-account-issuer-discovery", "--in-cluster-discovery"]
    args += ["--token-path", "/var/run/secrets/tokens/sa-token", "--audience", "oidc-discovery-test"]
    token = {"path": "sa-token", "expirationSeconds": 7200, "audience": "oidc-discovery-test"}
    volume = {"name": "sa-token", "projected": {"sources": [{"serviceAccountToken": token}]}}
    mount = {"mountPath": "/var/run/secrets/tokens", "name": "sa-token", "readOnly": True}
    container = {"name": "oidc", "image": AGNHOST, "args": args, "volumeMounts": [mount]}
    spec = {"restartPolicy": "Never", "containers": [container], "volumes": [volume]}
    suite.core.create_namespaced_pod(suite.namespace, {"metadata": {"name": "oidc"}, "spec": spec})

    def phase() -> str:
        found: str = suite.core.read_namespaced_pod("oidc", suite.namespace).status.phase
        return found

    suite.until(lambda: phase() in ("Succeeded", "Failed"))
    assert phase() == "Succeeded", suite.core.read_namespaced_pod_log("oidc", suite.namespace)
