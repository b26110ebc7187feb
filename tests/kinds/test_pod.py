"""Pods: what they are given, what may change of them, and how they get their address."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.kinds.container import pull_policy
from cluster.kinds.pod import quality
from cluster.machinery.errors import Forbidden, Invalid
from cluster.machinery.objects import Obj, copy
from tests.kinds.sandbox import Sandbox

_CONTAINER = {"name": "c", "image": "nginx"}


def _pod(name: str = "p", **spec: Any) -> Obj:
    spec = {"containers": [_CONTAINER], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def _node(name: str = "node-1") -> Obj:
    status = {"addresses": [{"type": "InternalIP", "address": "192.168.49.2"}]}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": status}


IMAGES = [
    ("nginx", "Always"),
    ("nginx:latest", "Always"),
    ("nginx:1.27", "IfNotPresent"),
    ("registry.example:5000/nginx", "Always"),
    ("registry.example:5000/nginx:1", "IfNotPresent"),
    ("nginx@sha256:0000", "IfNotPresent"),
    ("nginx:latest@sha256:0000", "IfNotPresent"),
]


@pytest.mark.parametrize(("image", "policy"), IMAGES)
def test_pull_policies(image: str, policy: str) -> None:
    assert pull_policy(image) == policy


QUALITIES = [
    ({}, "BestEffort"),
    ({"requests": {"cpu": "1"}}, "Burstable"),
    ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}, "Guaranteed"),
    ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m", "memory": "1Gi"}}, "Burstable"),
]


@pytest.mark.parametrize(("resources", "word"), QUALITIES)
def test_qualities(resources: Obj, word: str) -> None:
    assert quality({"containers": [{"resources": resources}]}) == word


def test_amounts_are_written_one_way() -> None:
    container = {**_CONTAINER, "resources": {"limits": {"cpu": "1000m", "memory": "1024Mi"}, "requests": {"cpu": 0.5}}}
    made = Sandbox().create(_pod(containers=[container]), trusted=True)
    assert made["spec"]["containers"][0]["resources"] == {
        "limits": {"cpu": "1", "memory": "1Gi"},
        "requests": {"cpu": "500m", "memory": "1Gi"},
    }


TOKENS = [
    ("nobody says anything", {}, {}, True),
    ("the pod will have none", {"automountServiceAccountToken": False}, {}, False),
    ("the account gives none", {}, {"automountServiceAccountToken": False}, False),
    ("the pod wants it all the same", {"automountServiceAccountToken": True}, {"automountServiceAccountToken": False},
     True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "spec", "account", "mounted"), TOKENS, ids=[case[0] for case in TOKENS])
def test_tokens(why: str, spec: Obj, account: Obj, mounted: bool) -> None:
    sandbox = Sandbox()
    sandbox.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}, **account})
    assert ("volumes" in sandbox.create(_pod(**spec))["spec"]) is mounted


PRIORITIES = [("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)]


@pytest.mark.parametrize(("name", "number"), PRIORITIES)
def test_priorities(name: str, number: int) -> None:
    assert Sandbox().create(_pod(priorityClassName=name))["spec"]["priority"] == number


def test_an_unknown_priority_class() -> None:
    with pytest.raises(Forbidden) as refused:
        Sandbox().create(_pod(priorityClassName="high"))
    assert refused.value.message == 'pods "p" is forbidden: no PriorityClass with name high was found'


GVISOR = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "gvisor"},
    "handler": "runsc",
    "overhead": {"podFixed": {"cpu": "250m"}},
    "scheduling": {"nodeSelector": {"sandbox": "yes"}, "tolerations": [{"key": "sandbox", "operator": "Exists"}]},
}


def test_a_runtime_class_gives_its_overhead_and_its_nodes() -> None:
    sandbox = Sandbox()
    sandbox.create(GVISOR)
    given = sandbox.create(_pod(runtimeClassName="gvisor", nodeSelector={"disk": "ssd"}))["spec"]
    assert (given["overhead"], given["nodeSelector"]) == ({"cpu": "250m"}, {"disk": "ssd", "sandbox": "yes"})
    assert {"key": "sandbox", "operator": "Exists"} in given["tolerations"]


RUNTIMES: list[tuple[Obj, str]] = [
    ({"runtimeClassName": "kata"}, 'RuntimeClass "kata" not found'),
    ({"overhead": {"cpu": "1"}}, "Pod Overhead set without corresponding RuntimeClass defined Overhead"),
    (
        {"runtimeClassName": "gvisor", "overhead": {"cpu": "1"}},
        "Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ),
    (
        {"runtimeClassName": "gvisor", "nodeSelector": {"sandbox": "no"}},
        "conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no",
    ),
]


@pytest.mark.parametrize(("spec", "words"), RUNTIMES)
def test_runtimes_that_are_not_to_be_had(spec: Obj, words: str) -> None:
    sandbox = Sandbox()
    sandbox.create(GVISOR)
    with pytest.raises(Forbidden) as refused:
        sandbox.create(_pod(**spec))
    assert refused.value.message == f'pods "p" is forbidden: pod rejected: {words}'


def test_what_may_change() -> None:
    sandbox = Sandbox()
    stored = sandbox.create(_pod())
    changed = copy(stored["spec"])
    changed["containers"][0]["image"] = "nginx:2"
    changed["activeDeadlineSeconds"] = 60
    changed["tolerations"] = [*changed["tolerations"], {"key": "a", "operator": "Exists"}]
    assert sandbox.change(stored, spec=changed)["spec"] == changed


REFUSED: list[tuple[Obj, str]] = [
    ({"hostname": "x"}, "pod updates may not change fields other than"),
    ({"nodeName": "node-2"}, "pod updates may not change fields other than"),
    ({"containers": [_CONTAINER, {**_CONTAINER, "name": "d"}]}, "pod updates may not add or remove containers"),
    ({"tolerations": []}, "existing toleration can not be modified except its tolerationSeconds"),
]


@pytest.mark.parametrize(("spec", "words"), REFUSED, ids=[next(iter(case[0])) for case in REFUSED])
def test_what_may_not(spec: Obj, words: str) -> None:
    sandbox = Sandbox()
    with pytest.raises(Invalid) as refused:
        sandbox.change(sandbox.create(_pod()), spec=spec)
    assert words in refused.value.message


def test_the_next_address_of_the_node() -> None:
    sandbox = Sandbox()
    sandbox.create(_node())
    addresses = []
    for name in ("a", "b"):
        stored = sandbox.create(_pod(name, nodeName="node-1"))
        reported = {"phase": "Running", "podIP": "next"}
        stored = sandbox.change(stored, "status", status=reported)
        addresses.append((stored["status"]["podIP"], stored["status"]["podIPs"]))
    assert addresses == [(f"10.244.0.{last}", [{"ip": f"10.244.0.{last}"}]) for last in (10, 11)]


def test_on_the_hosts_network_it_has_the_hosts_address() -> None:
    sandbox = Sandbox()
    sandbox.create(_node())
    stored = sandbox.create(_pod(nodeName="node-1", hostNetwork=True))
    assert sandbox.change(stored, "status", status={"podIP": "next"})["status"]["podIP"] == "192.168.49.2"


def test_what_the_kubelet_reported_is_not_written_to() -> None:
    sandbox = Sandbox()
    sandbox.create(_node())
    stored = sandbox.create(_pod(nodeName="node-1"))
    reported = {**stored, "status": {"podIP": "next"}}
    sandbox.update(reported, "status")
    assert reported["status"] == {"podIP": "next"}


MOUNTS = [
    ([{"name": "data", "mountPath": "/d"}], 'spec.containers[0].volumeMounts[0].name: Not found: "data"'),
    ([{"name": "", "mountPath": "/d"}], "spec.containers[0].volumeMounts[0].name: Required value"),
]


@pytest.mark.parametrize(("mounts", "cause"), MOUNTS)
def test_mounts_are_checked_also_for_a_container_seen_before(mounts: list[Obj], cause: str) -> None:
    sandbox = Sandbox()
    sandbox.create(_pod("seen"))
    with pytest.raises(Invalid) as refused:
        sandbox.create(_pod(containers=[{**_CONTAINER, "volumeMounts": mounts}]))
    assert [str(found) for found in refused.value.causes] == [cause]


def test_a_full_cluster_takes_no_further_pod_until_one_goes() -> None:
    sandbox = Sandbox("default", "other", config=ClusterConfig(most_pods=2))
    first = sandbox.create(_pod("a"))
    sandbox.create({**_pod("b"), "metadata": {"name": "b", "namespace": "other"}})
    with pytest.raises(Forbidden) as refused:
        sandbox.create(_pod("c"))
    assert refused.value.message == (
        'pods "c" is forbidden: exceeded quota: cluster, requested: pods=1, used: pods=2, limited: pods=2'
    )
    sandbox.delete(first)
    assert sandbox.create(_pod("c"))


def test_a_grace_period_may_be_as_long_as_a_number_can_be() -> None:
    sandbox = Sandbox("default")
    pod = sandbox.create(_pod("a", terminationGracePeriodSeconds=2**63 - 1))
    bound = sandbox.change(pod, "binding", spec={**pod["spec"], "nodeName": "node-1"})
    left = sandbox.delete(bound)
    assert left is not None and left["metadata"]["deletionTimestamp"] == "9999-12-31T23:59:59Z"
