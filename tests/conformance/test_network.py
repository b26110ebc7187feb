"""Services as programs in pods reach them, as the suite's tests of sig-network ask: nc, curl, nslookup by kubectl."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.suite import Obj, Suite
from tests.kubectl.binaries import VERSIONS
from tests.kubectl.driving import Kubectl
from tests.server import Server

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"


def _start(
    suite: Suite, name: str, args: list[str], labels: Obj | None = None, command: list[str] | None = None
) -> Any:
    """A pod with agnhost, once it is ready."""
    container: Obj = {"name": "agnhost-container", "image": AGNHOST, "args": args}
    if command:
        container = {**container, "command": command}
        del container["args"]
    body = {"metadata": {"name": name, "labels": labels or {"name": name}}, "spec": {"containers": [container]}}
    suite.core.create_namespaced_pod(suite.namespace, body)

    def found() -> Any:
        pod = suite.core.read_namespaced_pod(name, suite.namespace)
        conditions = {each.type: each.status for each in pod.status.conditions or []}
        return pod if conditions.get("Ready") == "True" else None

    return suite.until(found)


@pytest.fixture
def kubectl(server: Server, tmp_path: Path) -> Kubectl:
    return Kubectl(VERSIONS[-1], server.data / "kubeconfig", tmp_path)


def _exec(kubectl: Kubectl, suite: Suite, pod: str, command: str) -> tuple[str, int]:
    """What a command in a shell of the pod prints, and its status."""
    done = kubectl.run(["exec", pod, "-n", suite.namespace, "--", "/bin/sh", "-x", "-c", command])
    return done.out, done.code


def _named(suite: Suite, count: int = 2) -> list[str]:
    """Pods that say their name to everybody, over bare TCP and UDP."""
    names = [f"hosts-{number}" for number in range(count)]
    words = ["/agnhost", "serve-hostname", "--http=false", "--tcp", "--udp"]
    for name in names:
        _start(suite, name, [], {"app": "hosts"}, words)
    return names


def _service(suite: Suite, name: str, **spec: Any) -> Any:
    ports = [{"name": "tcp", "port": 80, "targetPort": 9376, "protocol": "TCP"}]
    body = {"metadata": {"name": name}, "spec": {"selector": {"app": "hosts"}, "ports": ports, **spec}}
    return suite.core.create_namespaced_service(suite.namespace, body)


def _reached(kubectl: Kubectl, suite: Suite, host: str, port: int, names: list[str], protocol: str = "-t") -> None:
    """Somebody of those answers there."""

    def answered() -> bool:
        printed, _ = _exec(kubectl, suite, "execpod", f"echo hostName | nc -v {protocol} -w 2 {host} {port}")
        return printed.strip() in names

    suite.until(answered)


def _node_addresses(suite: Suite) -> list[str]:
    nodes = suite.core.list_node().items
    return [each.address for node in nodes for each in node.status.addresses if each.type == "InternalIP"]


def test_pods_reach_each_other_by_http_and_udp(kubectl: Kubectl, suite: Suite) -> None:
    servers = [_start(suite, f"netserver-{n}", ["netexec", "--http-port=8083", "--udp-port=8081"]) for n in range(2)]
    asker = _start(suite, "test-container-pod", ["netexec", "--http-port=9080"])
    for protocol, port in (("http", 8083), ("udp", 8081)):
        for server in servers:
            where = f"request=hostname&protocol={protocol}&host={server.status.pod_ip}&port={port}&tries=1"
            command = f"curl -g -q -s 'http://{asker.status.pod_ip}:9080/dial?{where}'"
            assert _exec(kubectl, suite, "test-container-pod", command) == (
                f'{{"responses":["{server.metadata.name}"]}}',
                0,
            )


def test_a_basic_endpoint_of_a_service(kubectl: Kubectl, suite: Suite) -> None:
    names = _named(suite)
    service = _service(suite, "basic")
    _start(suite, "execpod", ["pause"])
    _reached(kubectl, suite, "basic", 80, names)
    _reached(kubectl, suite, service.spec.cluster_ip, 80, names)
    for name in names:
        suite.core.delete_namespaced_pod(name, suite.namespace, grace_period_seconds=0)
    suite.until(lambda: _exec(kubectl, suite, "execpod", "nc -v -z -w 2 basic 80")[1] == 1)


def test_a_node_port(kubectl: Kubectl, suite: Suite) -> None:
    names = _named(suite)
    service = _service(suite, "nodeport-test", type="NodePort")
    _start(suite, "execpod", ["pause"])
    for address in _node_addresses(suite):
        _reached(kubectl, suite, address, service.spec.ports[0].node_port, names)


def test_from_a_name_outside_to_a_cluster_ip_and_a_node_port_and_back(kubectl: Kubectl, suite: Suite) -> None:
    names = _named(suite)
    _service(suite, "externalsvc")
    other = f"externalsvc.{suite.namespace}.svc.cluster.local"
    outside = {"metadata": {"name": "changed"}, "spec": {"type": "ExternalName", "externalName": other}}
    suite.core.create_namespaced_service(suite.namespace, outside)
    _start(suite, "execpod", ["pause"])
    full = f"changed.{suite.namespace}.svc.cluster.local"

    def resolves() -> bool:
        printed, status = _exec(kubectl, suite, "execpod", f"nslookup {full}")
        return status == 0 and f"canonical name = {other}." in printed

    suite.until(resolves)
    ports = [{"name": "tcp", "port": 80, "targetPort": 9376, "protocol": "TCP"}]
    inside = {"type": "ClusterIP", "externalName": None, "selector": {"app": "hosts"}, "ports": ports}
    suite.core.patch_namespaced_service("changed", suite.namespace, {"spec": inside})
    _reached(kubectl, suite, "changed", 80, names)
    made = suite.core.patch_namespaced_service("changed", suite.namespace, {"spec": {"type": "NodePort"}})
    _reached(kubectl, suite, _node_addresses(suite)[0], made.spec.ports[0].node_port, names)
    back: Obj = {"type": "ExternalName", "externalName": other, "clusterIP": None, "clusterIPs": None}
    back |= {"ports": [{"name": "tcp", "port": 80, "targetPort": 9376, "nodePort": None}]}
    suite.core.patch_namespaced_service("changed", suite.namespace, {"spec": back})
    suite.until(resolves)


def test_clients_stay_with_a_pod_while_affinity_says_so(kubectl: Kubectl, suite: Suite) -> None:
    names = [f"affinity-{number}" for number in range(3)]
    for name in names:
        _start(suite, name, ["serve-hostname"], {"app": "hosts"})
    service = _service(suite, "affinity", type="NodePort", sessionAffinity="ClientIP")
    _start(suite, "execpod", ["pause"])
    address, port = _node_addresses(suite)[0], service.spec.ports[0].node_port

    def answers(host: str) -> list[str]:
        command = f"for i in $(seq 0 15); do echo; curl -q -s --connect-timeout 2 http://{host}/ ; done"
        return [line for line in _exec(kubectl, suite, "execpod", command)[0].splitlines() if line]

    def switch(affinity: str) -> None:
        suite.core.patch_namespaced_service("affinity", suite.namespace, {"spec": {"sessionAffinity": affinity}})

    for host in (service.spec.cluster_ip, f"{address}:{port}"):
        switch("ClientIP")
        suite.until(lambda host=host: len(answers(host)) == 16)  # type: ignore[misc]
        assert len(set(answers(host))) == 1
        switch("None")
        suite.until(lambda host=host: len(set(answers(host))) > 1)  # type: ignore[misc]
