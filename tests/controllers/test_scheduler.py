"""Where a pod goes, and in which words it goes nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers import scheduler
from cluster.intents import Bind, Update
from cluster.machinery.objects import CLAIMS, NODES, PODS, STORAGE_CLASSES, Obj, key, timestamp
from cluster.plan import Plan
from cluster.world import World

POD = key(PODS, "default", "web-0")
NO_HELP = "preemption: 0/{0} nodes are available: {0} Preemption is not helpful for scheduling."


def node(name: str, *, ready: str = "True", pods: int = 110, labels: dict[str, str] | None = None, **spec: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "uid": name, "labels": labels or {}},
        "spec": spec,
        "status": {"conditions": [{"type": "Ready", "status": ready}], "allocatable": {"pods": str(pods)}},
    }


def pod(name: str = "web-0", **spec: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}"},
        "spec": {"containers": [{"name": "nginx", "image": "nginx"}], **spec},
        "status": {"phase": "Pending"},
    }


def world_of(*objects: Obj) -> World:
    kinds = {"Node": NODES, "Pod": PODS, "PersistentVolumeClaim": CLAIMS, "StorageClass": STORAGE_CLASSES}
    world = World()
    for obj in objects:
        metadata = obj["metadata"]
        world.put(key(kinds[obj["kind"]], metadata.get("namespace", ""), metadata["name"]), obj)
    return world


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
        ([node("a"), node("b"), pod("x", nodeName="a")], {}, "b"),
        ([node("a", ready="Unknown"), node("b")], {}, "b"),
        ([node("a", unschedulable=True), node("b")], {}, "b"),
        ([node("a"), node("b", labels={"disk": "ssd"})], {"nodeSelector": {"disk": "ssd"}}, "b"),
        ([node("a", taints=[TAINT]), node("b")], {}, "b"),
        ([node("a", taints=[TAINT])], {"tolerations": [{"key": "dedicated", "operator": "Exists"}]}, "a"),
        ([node("a", taints=[TAINT])], {"tolerations": [{"key": "dedicated", "value": "db"}]}, "a"),
        ([node("a", taints=[TAINT])], {"tolerations": [{"operator": "Exists"}]}, "a"),
        ([node("a", taints=[{**TAINT, "effect": "PreferNoSchedule"}])], {}, "a"),
        ([node("a", pods=1), node("b"), pod("x", nodeName="a")], {}, "b"),
    ],
)
def test_the_node_that_will_do_and_has_the_fewest_pods(others: list[Obj], spec: Obj, chosen: str) -> None:
    found = plan(pod(**spec), *others)
    assert bound(found) == chosen
    (note,) = found.actions[0].succeeded
    assert (note.type, note.reason, note.component) == ("Normal", "Scheduled", "default-scheduler")
    assert note.message == f"Successfully assigned default/web-0 to {chosen}"


@given(st.lists(st.integers(0, 6), min_size=1, max_size=5), st.integers(1, 25))
def test_pods_planned_in_one_world_spread_as_if_planned_one_by_one(loads: list[int], count: int) -> None:
    nodes = [node(f"n{number}") for number in range(len(loads))]
    there = [pod(f"x{number}-{one}", nodeName=f"n{number}") for number, load in enumerate(loads) for one in range(load)]
    owner = {"ownerReferences": [{"uid": "set", "controller": True}]}
    waiting = [pod(f"web-{number:02}") for number in range(count)]
    waiting = [{**each, "metadata": {**each["metadata"], **owner}} for each in waiting]
    world = world_of(*nodes, *there, *waiting)
    chosen = []
    for each in waiting:
        (action,) = scheduler.plan(world, key(PODS, "default", each["metadata"]["name"]), 0.0, ClusterConfig()).actions
        assert isinstance(action.intent, Bind)
        chosen.append(action.intent.node)
    counts = {f"n{number}": load for number, load in enumerate(loads)}
    for node_name in chosen:
        assert node_name == min(counts, key=lambda name: (counts[name], name))
        counts[node_name] += 1


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
            [node("a", ready="False")],
            {},
            "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }. "
            + NO_HELP.format(1),
        ),
        (
            [node("a", pods=0)],
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


def storage_class(mode: str) -> Obj:
    return {"kind": "StorageClass", "metadata": {"name": "standard"}, "volumeBindingMode": mode}


@pytest.mark.parametrize(
    ("objects", "goes"),
    [
        ([claim(phase="Bound")], True),
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


@pytest.mark.parametrize(
    ("spec", "code"),
    [({"schedulingGates": [{"name": "example.com/wait"}]}, "gated"), ({"schedulerName": "mine"}, "other-scheduler")],
)
def test_pods_that_are_not_for_it(spec: Obj, code: str) -> None:
    found = plan(pod(**spec), node("a"))
    assert (found.actions, [reason.code for reason in found.reasons]) == ((), [code])


def test_a_full_node_is_looked_at_again() -> None:
    assert plan(pod(), node("a", pods=0)).again_at == 1010.0
    assert plan(pod(nodeSelector={"no": "where"}), node("a")).again_at is None


def test_keys() -> None:
    waiting, placed = pod(), pod("web-1", nodeName="a")
    world = world_of(waiting, placed, node("a"))
    change = Change(1, "ADDED", POD, waiting, -1, 0, "", "", 0.0, 0.0)
    assert list(scheduler.keys(change, None, world)) == [POD]
    assert list(scheduler.keys(change._replace(object=placed), None, world)) == []
    assert list(scheduler.keys(change._replace(type="DELETED"), waiting, world)) == []
    assert list(scheduler.keys(change._replace(key=key(NODES, "", "a"), object=node("a")), None, world)) == [POD]
    assert list(scheduler.every(world)) == [POD]
