"""ResourceQuotas: what each object counts for, and that nothing is stored beyond what is allowed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cluster.kinds.quota import used_of
from cluster.kinds.usage import more, usage
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import CLAIMS, PODS, SERVICES, GroupResource, Obj
from tests.kinds.sandbox import NOW, Sandbox


def quota(called: str = "q", **spec: Any) -> Obj:
    metadata = {"name": called, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": spec}


def pod(called: str, **resources: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": called, "namespace": "default"},
        "spec": {"containers": [{"name": "c", "image": "nginx", **({"resources": resources} if resources else {})}]},
    }


def container(requests: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"name": "c", "resources": {"requests": requests}, **more}


USAGES: list[tuple[str, GroupResource, Obj, dict[str, str]]] = [
    ("a pod that asks for nothing", PODS, {"spec": {"containers": [{"name": "c"}]}}, {"pods": "1"}),
    (
        "containers side by side are added up",
        PODS,
        {"spec": {"containers": [container({"cpu": "500m", "memory": "1Gi"}), container({"cpu": "1"})]}},
        {"pods": "1", "cpu": "1500m", "requests.cpu": "1500m", "memory": "1Gi", "requests.memory": "1Gi"},
    ),
    (
        "an init container counts by its peak",
        PODS,
        {"spec": {"initContainers": [container({"cpu": "3"})], "containers": [container({"cpu": "1"})]}},
        {"pods": "1", "cpu": "3", "requests.cpu": "3"},
    ),
    (
        "a sidecar runs beside all",
        PODS,
        {
            "spec": {
                "initContainers": [container({"cpu": "1"}, restartPolicy="Always"), container({"cpu": "2"})],
                "containers": [container({"cpu": "1"})],
            }
        },
        {"pods": "1", "cpu": "3", "requests.cpu": "3"},
    ),
    ("a pod that has ended", PODS, {"spec": {"containers": [{"name": "c"}]}, "status": {"phase": "Failed"}}, {}),
    (
        "a node port each port",
        SERVICES,
        {"spec": {"type": "NodePort", "ports": [{"port": 1}, {"port": 2}]}},
        {"services": "1", "services.nodeports": "2", "services.loadbalancers": "0"},
    ),
    (
        "a claim by its class",
        CLAIMS,
        {"spec": {"storageClassName": "fast", "resources": {"requests": {"storage": "1Gi"}}}},
        {
            "persistentvolumeclaims": "1",
            "requests.storage": "1Gi",
            "fast.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
            "fast.storageclass.storage.k8s.io/requests.storage": "1Gi",
        },
    ),
    ("a kind of a group by its full name", GroupResource("apps", "deployments"), {"spec": {}}, {}),
]


@pytest.mark.parametrize(("kind", "obj", "expected"), [row[1:] for row in USAGES], ids=[row[0] for row in USAGES])
def test_what_an_object_counts_for(kind: GroupResource, obj: Obj, expected: dict[str, str]) -> None:
    assert usage(kind, {"metadata": {}, **obj}, NOW) == {f"count/{kind}": "1", **expected}


REFUSALS: list[tuple[str, Obj, list[Obj], str]] = [
    (
        "one pod too many",
        quota(hard={"pods": "2"}),
        [pod("a"), pod("b"), pod("c")],
        'pods "c" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2',
    ),
    (
        "two resources at once, by name",
        quota(hard={"requests.memory": "1Gi", "requests.cpu": "1"}),
        [pod("a", requests={"cpu": "600m", "memory": "600Mi"}), pod("b", requests={"cpu": "600m", "memory": "600Mi"})],
        'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=600m,requests.memory=600Mi, '
        "used: requests.cpu=600m,requests.memory=600Mi, limited: requests.cpu=1,requests.memory=1Gi",
    ),
    (
        "what is limited must be said",
        quota(hard={"limits.cpu": "1", "limits.memory": "1Gi"}),
        [pod("a", limits={"cpu": "1"})],
        'pods "a" is forbidden: failed quota: q: must specify limits.memory for: c',
    ),
    (
        "both unsaid",
        quota(hard={"limits.cpu": "1", "requests.memory": "1Gi"}),
        [pod("a")],
        'pods "a" is forbidden: failed quota: q: must specify limits.cpu for: c; requests.memory for: c',
    ),
    (
        "any kind by its count",
        quota(hard={"count/secrets": "0"}),
        [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "default"}}],
        'secrets "s" is forbidden: exceeded quota: q, requested: count/secrets=1, used: count/secrets=0, '
        "limited: count/secrets=0",
    ),
    (
        "only pods without a wish in that scope",
        quota(hard={"pods": "1"}, scopes=["BestEffort"]),
        [pod("a", requests={"cpu": "1"}), pod("b", requests={"cpu": "1"}), pod("c"), pod("d")],
        'pods "d" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    ),
    (
        "a class of pods",
        quota(
            hard={"pods": "0"},
            scopeSelector={
                "matchExpressions": [
                    {"scopeName": "PriorityClass", "operator": "In", "values": ["system-node-critical"]}
                ]
            },
        ),
        [pod("a"), {**pod("b"), "spec": {**pod("b")["spec"], "priorityClassName": "system-node-critical"}}],
        'pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0',
    ),
]


@pytest.mark.parametrize(
    ("given_quota", "objects", "expected"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_the_last_one_is_refused(given_quota: Obj, objects: list[Obj], expected: str) -> None:
    sandbox = Sandbox()
    sandbox.create(given_quota)
    for each in objects[:-1]:
        sandbox.create(each)
    with pytest.raises(ApiError) as refused:
        sandbox.create(objects[-1])
    assert refused.value.message == expected
    assert (refused.value.code, refused.value.reason) == (403, "Forbidden")


def test_a_change_counts_for_what_it_takes_beyond() -> None:
    sandbox = Sandbox()
    service: Obj = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "s", "namespace": "default"},
        "spec": {"ports": [{"port": 80}]},
    }
    sandbox.create(quota(hard={"services": "1", "services.nodeports": "1"}))
    sandbox.create(service)
    stored = sandbox.change(service, spec={"type": "NodePort"})
    assert stored["spec"]["type"] == "NodePort"
    with pytest.raises(ApiError, match=r"requested: services.nodeports=1, used: services.nodeports=1, limited"):
        sandbox.change(service, spec={"ports": [{"port": 80, "name": "a"}, {"port": 81, "name": "b"}]})


def test_a_namespace_without_a_quota_is_free_beside_one_that_has_one() -> None:
    sandbox = Sandbox("default", "other")
    sandbox.create(quota(hard={"pods": "0"}))
    elsewhere = pod("a")
    elsewhere["metadata"]["namespace"] = "other"
    assert sandbox.create(elsewhere)


@example(steps=[1, "a refused one", "end", 1], most=1)
@given(
    st.lists(
        st.one_of(st.integers(1, 900), st.sampled_from(["delete", "end", "another", "a refused one"])), max_size=20
    ),
    st.integers(0, 3000),
)
def test_no_order_of_writes_passes_the_limit(steps: list[int | str], most: int) -> None:
    sandbox = Sandbox()
    sandbox.create(quota(hard={"requests.cpu": f"{most}m"}))
    there: dict[str, int] = {}
    for number, step in enumerate(steps):
        if isinstance(step, int):
            fits = sum(there.values()) + step <= most
            try:
                sandbox.create(pod(f"p{number}", requests={"cpu": f"{step}m"}))
            except ApiError:
                assert not fits
            else:
                assert fits
                there[f"p{number}"] = step
        elif step == "another":
            sandbox.create(
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"c{number}", "namespace": "default"}}
            )
        elif there and step == "a refused one":
            with pytest.raises(ApiError):
                sandbox.create(pod(next(iter(there)), requests={"cpu": "1m"}))
        elif there:
            called, _ = there.popitem()
            if step == "delete":
                sandbox.delete(pod(called), grace_seconds=0)
            else:
                sandbox.change(pod(called), "status", status={"phase": "Succeeded"})
    used = used_of(quota(), sandbox.world, NOW, ["requests.cpu"])["requests.cpu"]
    assert usage_in_milli(used) == sum(there.values()) <= most


def usage_in_milli(text: str) -> int:
    return int(text[:-1]) if text.endswith("m") else int(text) * 1000


def test_more_is_what_goes_beyond() -> None:
    new, old = {"cpu": "2", "pods": "1", "memory": "1Gi"}, {"cpu": "500m", "pods": "1"}
    assert more(new, old) == {"cpu": "1500m", "memory": "1Gi"}


INVALID: list[tuple[dict[str, Any], str]] = [
    (
        {"hard": {"widgets": "1"}},
        'ResourceQuota "q" is invalid: [spec.hard[widgets]: Invalid value: "widgets": must be a standard resource type '
        'or fully qualified, spec.hard[widgets]: Invalid value: "widgets": must be a standard resource for quota]',
    ),
    (
        {"hard": {"pods": "-1"}},
        'ResourceQuota "q" is invalid: spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0',
    ),
    (
        {"hard": {"pods": "1500m"}},
        'ResourceQuota "q" is invalid: spec.hard[pods]: Invalid value: "1500m": must be an integer',
    ),
    (
        {"hard": {"pods": "1"}, "scopes": ["Some"]},
        'ResourceQuota "q" is invalid: spec.scopes: Invalid value: ["Some"]: unsupported scope',
    ),
]


@pytest.mark.parametrize(("spec", "expected"), INVALID)
def test_a_wrong_quota_is_refused(spec: dict[str, Any], expected: str) -> None:
    with pytest.raises(ApiError) as refused:
        Sandbox().create(quota(**spec))
    assert refused.value.message == expected
