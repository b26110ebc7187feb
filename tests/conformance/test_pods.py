"""Pods, nodes and types of Services, as the suite's tests of sig-node and sig-network ask for them."""

from __future__ import annotations

from typing import Any

from tests.conformance.suite import Obj, Suite


def _pod(name: str, **spec: Any) -> Obj:
    labels = {"name": "foo", "time": name}
    container = {"name": "pause", "image": "registry.k8s.io/pause:3.10"}
    return {"metadata": {"name": name, "labels": labels}, "spec": {"containers": [container], **spec}}


def _ready(suite: Suite, name: str) -> Any:
    def found() -> Any:
        pod = suite.core.read_namespaced_pod(name, suite.namespace)
        conditions = {each.type: each.status for each in pod.status.conditions or []}
        return pod if conditions.get("Ready") == "True" else None

    return suite.until(found)


def test_a_pod_is_submitted_and_removed(suite: Suite) -> None:
    before = suite.core.list_namespaced_pod(suite.namespace, label_selector="time=one").metadata.resource_version
    suite.core.create_namespaced_pod(suite.namespace, _pod("one"))
    _ready(suite, "one")
    suite.core.delete_namespaced_pod("one", suite.namespace, grace_period_seconds=30)
    seen = []
    for kind, pod in suite.events(suite.core.list_namespaced_pod, before, label_selector="time=one"):
        seen.append((kind, pod.metadata.deletion_timestamp is not None))
        if kind == "DELETED":
            break
    assert seen[0] == ("ADDED", False)
    assert ("MODIFIED", True) in seen
    assert suite.core.list_namespaced_pod(suite.namespace, label_selector="time=one").items == []


def test_a_pod_has_the_address_of_its_host(suite: Suite) -> None:
    suite.core.create_namespaced_pod(suite.namespace, _pod("hosted"))
    status = _ready(suite, "hosted").status
    node = suite.core.read_node(suite.core.read_namespaced_pod("hosted", suite.namespace).spec.node_name)
    assert status.host_ip in [each.address for each in node.status.addresses]


def test_a_pods_deadline_may_be_set_while_it_runs(suite: Suite) -> None:
    suite.core.create_namespaced_pod(suite.namespace, _pod("deadline"))
    _ready(suite, "deadline")
    suite.core.patch_namespaced_pod("deadline", suite.namespace, {"spec": {"activeDeadlineSeconds": 1}})
    suite.until(lambda: suite.core.read_namespaced_pod("deadline", suite.namespace).status.reason == "DeadlineExceeded")
    assert suite.core.read_namespaced_pod("deadline", suite.namespace).status.phase == "Failed"


def test_a_pods_status_is_patched_and_replaced(suite: Suite) -> None:
    suite.core.create_namespaced_pod(suite.namespace, _pod("patched"))
    _ready(suite, "patched")
    said = {"metadata": {"annotations": {"a": "b"}}, "status": {"message": "Patched by a test", "reason": "E2E"}}
    patched = suite.core.patch_namespaced_pod_status("patched", suite.namespace, said)
    assert (patched.status.message, patched.status.reason) == ("Patched by a test", "E2E")
    assert patched.metadata.annotations["a"] == "b"

    def replaced() -> Any:
        pod = suite.core.read_namespaced_pod("patched", suite.namespace)
        for each in pod.status.conditions:
            if each.type == "Ready":
                each.status = "False"
        return suite.core.replace_namespaced_pod_status("patched", suite.namespace, pod)

    found = suite.until(replaced)
    assert {each.type: each.status for each in found.status.conditions}["Ready"] == "False"
    suite.core.delete_collection_namespaced_pod(suite.namespace, label_selector="time=patched")
    suite.gone(lambda: suite.core.read_namespaced_pod("patched", suite.namespace))


def test_requests_and_limits_decide_a_pods_class(suite: Suite) -> None:
    same = {"cpu": "100m", "memory": "100Mi"}
    for name, resources, wanted in (
        ("best", {}, "BestEffort"),
        ("burst", {"requests": same}, "Burstable"),
        ("sure", {"requests": same, "limits": same}, "Guaranteed"),
    ):
        pod = _pod(name)
        pod["spec"]["containers"][0]["resources"] = resources
        assert suite.core.create_namespaced_pod(suite.namespace, pod).status.qos_class == wanted


def test_a_stateful_set_makes_a_pod_again_that_its_node_refused(suite: Suite) -> None:
    port = {"containerPort": 21017, "hostPort": 21017, "name": "conflict"}
    node = suite.core.list_node().items[0].metadata.name
    first = _pod("test-pod", nodeName=node)
    first["spec"]["containers"][0]["ports"] = [port]
    suite.core.create_namespaced_pod(suite.namespace, first)
    _ready(suite, "test-pod")
    template = {"metadata": {"labels": {"a": "b"}}, "spec": first["spec"]}
    spec = {"replicas": 1, "serviceName": "test", "selector": {"matchLabels": {"a": "b"}}, "template": template}
    version = suite.core.list_namespaced_pod(suite.namespace).metadata.resource_version
    suite.apps.create_namespaced_stateful_set(suite.namespace, {"metadata": {"name": "ss"}, "spec": spec})
    uids: set[str] = set()
    phases: set[str] = set()
    for _, pod in suite.events(suite.core.list_namespaced_pod, version, label_selector="a=b"):
        uids.add(pod.metadata.uid)
        phases.add(pod.status.phase)
        if len(uids) > 1:
            break
    assert "Failed" in phases
    suite.core.delete_namespaced_pod("test-pod", suite.namespace, grace_period_seconds=0)
    _ready(suite, "ss-0")


def test_a_daemon_set_rolls_back_without_restarting_what_is_well(suite: Suite) -> None:
    template = {"metadata": {"labels": {"name": "ds"}}, "spec": _pod("x")["spec"]}
    body = {"metadata": {"name": "ds"}, "spec": {"selector": {"matchLabels": {"name": "ds"}}, "template": template}}
    suite.apps.create_namespaced_daemon_set(suite.namespace, body)

    def pods() -> list[Any]:
        found: list[Any] = suite.core.list_namespaced_pod(suite.namespace, label_selector="name=ds").items
        return found

    suite.until(lambda: pods() and all(pod.status.phase == "Running" for pod in pods()))
    containers = [{"name": "pause", "image": "foo:non-existent"}]
    suite.apps.patch_namespaced_daemon_set("ds", suite.namespace, {"spec": {"template": {"spec": {
        "containers": containers}}}})  # fmt: skip

    def waits() -> list[str]:
        states = [each.state.waiting for pod in pods() for each in pod.status.container_statuses or []]
        return [state.reason for state in states if state]

    suite.until(lambda: {"ErrImagePull", "ImagePullBackOff"} & set(waits()))
    suite.apps.patch_namespaced_daemon_set("ds", suite.namespace, {"spec": {"template": template}})
    image = template["spec"]["containers"][0]["image"]
    suite.until(
        lambda: (
            pods() and all(pod.spec.containers[0].image == image and pod.status.phase == "Running" for pod in pods())
        )
    )


def test_a_node_is_made_changed_and_deleted(suite: Suite) -> None:
    called = f"fake-{suite.namespace}"
    labels = {"e2e": called}
    suite.core.create_node({"metadata": {"name": called, "labels": labels}})
    patched = suite.core.patch_node(called, {"metadata": {"labels": {"patched": "yes"}}})
    assert patched.metadata.labels["patched"] == "yes"
    listed = suite.core.list_node(label_selector=f"e2e={called}").items
    assert [each.metadata.name for each in listed] == [called]
    suite.core.delete_collection_node(label_selector=f"e2e={called}")
    suite.gone(lambda: suite.core.read_node(called))


def test_a_service_changes_its_type_there_and_back(suite: Suite) -> None:
    ports = [{"port": 80, "protocol": "TCP"}]
    body = {"metadata": {"name": "s"}, "spec": {"type": "ExternalName", "externalName": "foo.example.com"}}
    suite.core.create_namespaced_service(suite.namespace, body)
    change = {"spec": {"type": "NodePort", "externalName": None, "ports": ports}}
    found = suite.core.patch_namespaced_service("s", suite.namespace, change).spec
    assert found.cluster_ip and found.ports[0].node_port
    change = {"spec": {"type": "ExternalName", "externalName": "foo.example.com", "clusterIP": None}}
    found = suite.core.patch_namespaced_service("s", suite.namespace, change).spec
    assert (found.type, found.cluster_ip, found.ports[0].node_port) == ("ExternalName", None, None)
    change = {"spec": {"type": "ClusterIP", "externalName": None}}
    found = suite.core.patch_namespaced_service("s", suite.namespace, change).spec
    assert found.cluster_ip and found.ports[0].node_port is None
