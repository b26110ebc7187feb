"""Where a pod goes, and in which words it goes nowhere."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.change import Change, ChangeType
from cluster.config import ClusterConfig
from cluster.controllers import scheduler
from cluster.intents import Bind, Update
from cluster.machinery.objects import NODES, PODS, Key, Obj, copy, key, timestamp
from cluster.plan import Plan
from tests.placement.ground import node, pod, volume, world_of

POD = key(PODS, "default", "web-0")
NO_HELP = "preemption: 0/{0} nodes are available: {0} Preemption is not helpful for scheduling."


def plan(*objects: Obj) -> Plan:
    return scheduler.plan(world_of(*objects), POD, 1000.0, ClusterConfig())


def bound(found: Plan) -> str:
    (action,) = found.actions
    assert isinstance(action.intent, Bind)
    assert (action.intent.key, action.intent.uid) == (POD, "uid-web-0")
    return action.intent.node


TAINT = {"key": "dedicated", "value": "db", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("others", "spec", "chosen"),
    [
        ([node("b"), node("a")], {}, "a"),
        ([node("a"), node("b"), pod("x", node="a")], {}, "b"),
        ([node("a", unschedulable=True), node("b")], {}, "b"),
        ([node("a"), node("b", labels={"disk": "ssd"})], {"nodeSelector": {"disk": "ssd"}}, "b"),
        ([node("a", taints=[TAINT]), node("b")], {}, "b"),
        ([node("a", taints=[TAINT])], {"tolerations": [{"key": "dedicated", "operator": "Exists"}]}, "a"),
        ([node("a", taints=[TAINT])], {"tolerations": [{"key": "dedicated", "value": "db"}]}, "a"),
        ([node("a", taints=[TAINT])], {"tolerations": [{"operator": "Exists"}]}, "a"),
        ([node("a", taints=[{**TAINT, "effect": "PreferNoSchedule"}])], {}, "a"),
        ([node("a", pods="1"), node("b"), pod("x", node="a")], {}, "b"),
    ],
)
def test_the_node_that_will_do_and_has_the_fewest_pods(others: list[Obj], spec: Obj, chosen: str) -> None:
    found = plan(pod(**spec), *others)
    assert bound(found) == chosen
    (note,) = found.actions[0].succeeded
    assert (note.type, note.reason, note.component) == ("Normal", "Scheduled", "default-scheduler")
    assert note.message == f"Successfully assigned default/web-0 to {chosen}"


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(1, 25), st.sampled_from(["100m", "1500m"]))
def test_pods_planned_in_one_world_go_where_they_would_go_one_by_one(loads: list[int], count: int, cpu: str) -> None:
    nodes = [node(f"n{number}", labels={"kubernetes.io/hostname": f"n{number}"}) for number in range(len(loads))]
    there = [pod(f"x{number}-{one}", node=f"n{number}") for number, load in enumerate(loads) for one in range(load)]
    containers = [{"name": "nginx", "resources": {"requests": {"cpu": cpu}}}]
    waiting = [pod(f"web-{number:02}", owner="set", containers=containers) for number in range(count)]
    together, one_by_one = world_of(*nodes, *there, *waiting), world_of(*nodes, *there, *waiting)
    for each in reversed(waiting):
        where = key(PODS, "default", each["metadata"]["name"])
        scheduler.plan(together, where, 0.0, ClusterConfig())
    for each in waiting:
        where = key(PODS, "default", each["metadata"]["name"])
        (action,) = scheduler.plan(one_by_one, where, 0.0, ClusterConfig()).actions
        (other,) = scheduler.plan(together, where, 0.0, ClusterConfig()).actions
        assert type(action.intent) is type(other.intent)
        if isinstance(action.intent, Bind) and isinstance(other.intent, Bind):
            assert action.intent.node == other.intent.node
            bound_pod = copy(each)
            bound_pod["spec"]["nodeName"] = action.intent.node
            one_by_one.put(where, bound_pod)
    used = Counter(spec["nodeName"] for each in one_by_one.list(PODS) if "nodeName" in (spec := each["spec"]))
    full = Counter(
        one["spec"]["nodeName"]
        for one in one_by_one.list(PODS)
        if one["metadata"]["name"].startswith("web") and "nodeName" in one["spec"]
    )
    assert all(number * (1.5 if cpu == "1500m" else 0.1) <= 4 for number in full.values()), "no node is overfull"
    assert sum(used.values()) >= sum(loads)


@pytest.mark.parametrize(
    ("others", "spec", "message"),
    [
        ([], {}, "no nodes available to schedule pods"),
        (
            [node("a"), node("b"), node("c")],
            {"nodeSelector": {"no": "where"}},
            "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. " + NO_HELP.format(3),
        ),
        (
            [node("a", taints=[TAINT]), node("b", unschedulable=True)],
            {},
            "0/2 nodes are available: 1 node(s) had untolerated taint {dedicated: db}, 1 node(s) were unschedulable. "
            + NO_HELP.format(2),
        ),
        (
            [
                node("a", cpu="1"),
                node("b", cpu="1"),
                node("c", taints=[{"key": "k", "value": "v", "effect": "NoSchedule"}]),
            ],
            {"containers": [{"name": "c", "resources": {"requests": {"cpu": "2"}}}]},
            "0/3 nodes are available: 1 node(s) had untolerated taint {k: v}, 2 Insufficient cpu. "
            "preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, "
            "2 No preemption victims found for incoming pod.",
        ),
        (
            [node("a", cpu="1", memory="1Gi")],
            {
                "preemptionPolicy": "Never",
                "containers": [{"name": "c", "resources": {"requests": {"cpu": "2", "memory": "2Gi"}}}],
            },
            "0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. "
            "preemption: not eligible due to preemptionPolicy=Never.",
        ),
        (
            [node(f"n{number:02}", taints=[TAINT]) for number in range(10)] + [node("a"), node("b")],
            {"nodeSelector": {"no": "where"}, "tolerations": [{"key": "other", "operator": "Exists"}]},
            "0/12 nodes are available: 10 node(s) had untolerated taint {dedicated: db}, "
            "2 node(s) didn't match Pod's node affinity/selector. " + NO_HELP.format(12),
        ),
        (
            [node("a", pods="0")],
            {},
            "0/1 nodes are available: 1 Too many pods. preemption: 0/1 nodes are available: "
            "1 No preemption victims found for incoming pod.",
        ),
        (
            [node("a")],
            {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]},
            '0/1 nodes are available: persistentvolumeclaim "data" not found. ' + NO_HELP.format(1),
        ),
    ],
)
def test_why_it_goes_nowhere(others: list[Obj], spec: Obj, message: str) -> None:
    found = plan(pod(**spec), *others)
    (action,) = found.actions
    assert isinstance(action.intent, Update) and action.intent.subresource == "status"
    assert action.intent.obj["status"]["conditions"] == [
        {
            "type": "PodScheduled",
            "status": "False",
            "lastProbeTime": None,
            "lastTransitionTime": timestamp(1000),
            "reason": "Unschedulable",
            "message": message,
        }
    ]
    (note,) = action.succeeded
    assert (note.type, note.reason, note.message) == ("Warning", "FailedScheduling", message)
    assert found.reasons[0].text.startswith("Not scheduled: ")
    told = scheduler.plan(world_of(action.intent.obj, *others), POD, 2000.0, ClusterConfig())
    assert told.actions == () and told.reasons == found.reasons, "said once"


def claim(**status: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "default"},
        "spec": {"storageClassName": "standard"},
        "status": status,
    }


def test_a_claim_that_is_bound() -> None:
    world = world_of(pod(volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]), node("a"))
    for where, obj in volume("data"):
        world.put(where, obj)
    assert bound(scheduler.plan(world, POD, 1000.0, ClusterConfig())) == "a"


def storage_class(mode: str) -> Obj:
    return {"kind": "StorageClass", "metadata": {"name": "standard"}, "volumeBindingMode": mode}


@pytest.mark.parametrize(
    ("objects", "goes"),
    [
        ([claim(phase="Pending"), storage_class("WaitForFirstConsumer")], True),
        ([claim(phase="Pending"), storage_class("Immediate")], False),
        ([claim(phase="Pending")], False),
    ],
)
def test_claims(objects: list[Obj], goes: bool) -> None:
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    found = plan(pod(volumes=volumes), node("a"), *objects)
    if goes:
        assert bound(found) == "a"
    else:
        (note,) = found.actions[0].succeeded
        expected = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. " + NO_HELP.format(1)
        assert note.message == expected
        missing = "" if len(objects) > 1 else ": there is no storage class standard"
        assert [each.text for each in found.reasons] == [f"Not scheduled: claim data is not bound{missing}."]


def test_a_claim_that_is_not_there_is_told_before_one_that_is_not_bound() -> None:
    volumes = [{"name": each, "persistentVolumeClaim": {"claimName": each}} for each in ("data", "nope")]
    found = plan(pod(volumes=volumes), node("a"), claim(phase="Pending"))
    (note,) = found.actions[0].succeeded
    assert note.message.startswith('0/1 nodes are available: persistentvolumeclaim "nope" not found. preemption: ')


@pytest.mark.parametrize(
    ("spec", "code"),
    [({"schedulingGates": [{"name": "example.com/wait"}]}, "gated"), ({"schedulerName": "mine"}, "other-scheduler")],
)
def test_pods_that_are_not_for_it(spec: Obj, code: str) -> None:
    found = plan(pod(**spec), node("a"))
    assert (found.actions, [reason.code for reason in found.reasons]) == ((), [code])


def changed(type_: ChangeType, obj: Obj, where: Key = POD) -> Change:
    return Change(1, type_, where, obj, -1, 0, "", "", 0.0, 0.0)


def test_keys_are_pods_that_wait() -> None:
    waiting, placed = pod(), pod("web-1", node="a")
    world = world_of(waiting, placed, node("a"))
    there = key(NODES, "", "a")
    assert list(scheduler.keys(changed("ADDED", waiting), None, world)) == [POD]
    assert list(scheduler.keys(changed("ADDED", placed), None, world)) == []
    assert list(scheduler.keys(changed("DELETED", waiting), waiting, world)) == []
    assert list(scheduler.keys(changed("ADDED", node("a"), there), None, world)) == [POD]
    assert list(scheduler.every(world)) == [POD]


def test_a_heartbeat_of_a_node_makes_nobody_look_but_a_taint_does() -> None:
    world = world_of(pod(), node("a"))
    there = key(NODES, "", "a")
    beating = copy(node("a"))
    beating["status"]["conditions"][0]["lastHeartbeatTime"] = "2026-01-01T00:00:00Z"
    assert list(scheduler.keys(changed("MODIFIED", beating, there), node("a"), world)) == []
    assert list(scheduler.keys(changed("MODIFIED", node("a", taints=[TAINT]), there), node("a"), world)) == [POD]


def test_who_found_no_room_looks_again_when_a_pod_goes() -> None:
    placed = pod("web-1", node="a")
    fresh = pod("web-2")
    action = plan(pod(), node("a", pods="0")).actions[0].intent
    assert isinstance(action, Update)
    world = world_of(action.obj, placed, fresh, node("a", pods="0"))
    there = key(PODS, "default", "web-1")
    assert list(scheduler.keys(changed("DELETED", placed, there), placed, world)) == [POD]
    over = {**placed, "status": {"phase": "Succeeded"}}
    assert list(scheduler.keys(changed("MODIFIED", over, there), placed, world)) == [POD]
    ready = {**placed, "status": {"phase": "Running"}}
    assert list(scheduler.keys(changed("MODIFIED", ready, there), placed, world)) == []


def test_higher_priority_first() -> None:
    nodes = [node("a", pods="1")]
    low, high = pod("web-0", priority=0), pod("web-1", priority=1000)
    world = world_of(low, high, *nodes)
    (action,) = scheduler.plan(world, POD, 0.0, ClusterConfig()).actions
    assert isinstance(action.intent, Update), "its place is taken by the one that goes before"
    (action,) = scheduler.plan(world, key(PODS, "default", "web-1"), 0.0, ClusterConfig()).actions
    assert isinstance(action.intent, Bind)
