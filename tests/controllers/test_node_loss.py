"""Nodes that come, fall silent, come back and go for good; and what becomes of their pods meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from cluster import machines
from cluster.config import Pace
from cluster.intents import Create, Delete, Patch
from cluster.machinery.objects import (
    ENDPOINT_SLICES,
    LEASES,
    NODES,
    PODS,
    Obj,
    condition,
    is_pod_ready,
    is_terminating,
    key,
    spec,
    status,
)
from cluster.worker.assembly import CONTROLLERS, explain
from cluster.world import World
from tests.controllers.street import Street
from tests.objects import service, stateful_set

MINUTES = 60.0


def node(name: str, zone: str = "", **more: Any) -> Obj:
    labels = {"topology.kubernetes.io/zone": zone} if zone else {}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, **more}


def cluster(*nodes: Obj, pace: Pace = "real") -> Street:
    street = Street(*CONTROLLERS, pace=pace)
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, *nodes)
    street.rest(20)
    return street


def three(pace: Pace = "real") -> Street:
    return cluster(*(node(f"node-{number}") for number in (1, 2, 3)), pace=pace)


def lose(street: Street, name: str, *, lost: bool = True) -> None:
    body = {"metadata": {"annotations": {"kubarium.dev/lost": "true" if lost else None}}}
    street.do(Patch(key(NODES, "", name), "merge", body))


def ready(world: World, name: str) -> str:
    return str((condition(world.find(NODES, "", name) or {}, "Ready") or {}).get("status"))


def taints(world: World, name: str) -> list[str]:
    found = spec(world.find(NODES, "", name) or {}).get("taints") or ()
    return [f"{each['key'].removeprefix('node.kubernetes.io/')}:{each['effect']}" for each in found]


def pods(world: World) -> dict[str, str]:
    return {
        where.name: f"{spec(pod).get('nodeName', '-')} "
        + ("Terminating" if is_terminating(pod) else "Ready" if is_pod_ready(pod) else "NotReady")
        for where, pod in sorted(world.bucket(PODS).items())
    }


def deployment(name: str, replicas: int) -> Obj:
    template = stateful_set(name, replicas)["spec"]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {part: template[part] for part in ("replicas", "selector", "template")},
    }


def test_a_node_that_is_created_comes_to_life() -> None:
    street = Street(*CONTROLLERS, pace="real")
    street.create(node("node-1"), node("node-2"))
    street.rest(5)
    assert (ready(street.world, "node-1"), taints(street.world, "node-1")) == ("None", ["not-ready:NoSchedule"])
    street.rest(10)
    found = street.world.find(NODES, "", "node-2")
    assert found is not None
    assert (ready(street.world, "node-2"), taints(street.world, "node-2")) == ("True", [])
    assert found["spec"]["podCIDR"] == "10.244.64.0/24"
    assert found["status"]["addresses"] == [
        {"type": "InternalIP", "address": "192.168.49.3"},
        {"type": "Hostname", "address": "node-2"},
    ]
    assert found["metadata"]["labels"]["kubernetes.io/hostname"] == "node-2"
    assert found["status"]["allocatable"]["pods"] == "110"
    told = [
        f"{note.component}: {note.reason}" for note in street.notes if note.regarding["metadata"]["name"] == "node-2"
    ]
    assert told == [
        "kubelet: Starting",
        "kubelet: NodeHasSufficientMemory",
        "kubelet: NodeHasNoDiskPressure",
        "kubelet: NodeHasSufficientPID",
        "kubelet: NodeAllocatableEnforced",
        "kubelet: NodeReady",
        "node-controller: RegisteredNode",
    ]


def test_its_size_may_be_given_and_its_pods_have_addresses_of_its_range() -> None:
    small = node("node-2", status={"capacity": {"cpu": "1", "memory": "1Gi"}})
    street = cluster(node("node-1"), small)
    street.create(service("web", clusterIP="None"), {**deployment("web", 4)})
    street.rest(60)
    by_node: dict[str, set[str]] = {}
    for pod in street.world.list(PODS):
        by_node.setdefault(spec(pod)["nodeName"], set()).add(status(pod)["podIP"].rpartition(".")[0])
    assert by_node == {"node-1": {"10.244.0"}, "node-2": {"10.244.64"}}
    allocatable = status(street.world.find(NODES, "", "node-2") or {})["allocatable"]
    assert allocatable == {"cpu": "1", "ephemeral-storage": "100Gi", "memory": "1Gi", "pods": "110"}


def test_the_heart_beats_every_five_minutes() -> None:
    street = cluster(node("node-1"))
    before = len(street.writes("nodes"))
    street.rest(30 * MINUTES)
    assert len(street.writes("nodes")) - before == 6


def test_a_node_holds_a_lease_that_is_renewed_while_it_is_heard_of() -> None:
    street = Street(*CONTROLLERS, pace="real")
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-node-lease"}}, node("node-1"))
    street.rest(20)
    where = key(LEASES, "kube-node-lease", "node-1")
    first = spec(street.world.get(where) or {})
    assert (first["holderIdentity"], first["leaseDurationSeconds"]) == ("node-1", 600)
    street.rest(6 * MINUTES)
    renewed = spec(street.world.get(where) or {})["renewTime"]
    assert renewed > first["renewTime"]
    lose(street, "node-1")
    street.rest(20 * MINUTES)
    assert spec(street.world.get(where) or {})["renewTime"] == renewed
    street.do(Delete(key(NODES, "", "node-1")))
    street.rest(1)
    assert where not in street.world


def test_a_lost_node_step_by_step() -> None:
    street = three()
    street.create(service("web", clusterIP="None"), stateful_set("web", 3))
    street.rest(2 * MINUTES)
    assert pods(street.world) == {"web-0": "node-1 Ready", "web-1": "node-2 Ready", "web-2": "node-3 Ready"}
    lose(street, "node-2")
    street.rest(45)
    assert (ready(street.world, "node-2"), pods(street.world)["web-1"]) == ("True", "node-2 Ready"), "not yet noticed"
    street.rest(10)
    found = condition(street.world.find(NODES, "", "node-2") or {}, "MemoryPressure") or {}
    assert (found["status"], found["reason"]) == ("Unknown", "NodeStatusUnknown")
    assert found["message"] == "Kubelet stopped posting node status."
    assert taints(street.world, "node-2") == ["unreachable:NoExecute", "unreachable:NoSchedule"]
    assert pods(street.world)["web-1"] == "node-2 NotReady"
    (piece,) = street.world.list(ENDPOINT_SLICES)
    assert sum(each["conditions"]["ready"] for each in piece["endpoints"]) == 2
    street.rest(4.5 * MINUTES)
    assert pods(street.world)["web-1"] == "node-2 NotReady", "tolerated for 300 s"
    street.rest(1 * MINUTES)
    assert pods(street.world) == {"web-0": "node-1 Ready", "web-1": "node-2 Terminating", "web-2": "node-3 Ready"}
    evicted = condition(street.world.find(PODS, "default", "web-1") or {}, "DisruptionTarget") or {}
    assert (evicted["reason"], evicted["status"]) == ("DeletionByTaintManager", "True")
    street.rest(60 * MINUTES)
    assert pods(street.world)["web-1"] == "node-2 Terminating", "at most one: no replacement, for ever"


@pytest.fixture
def stuck() -> Street:
    """web-1 hangs Terminating on the lost node-2."""
    street = three()
    street.create(service("web", clusterIP="None"), stateful_set("web", 3))
    street.rest(2 * MINUTES)
    lose(street, "node-2")
    street.rest(10 * MINUTES)
    return street


def test_way_out_the_node_comes_back(stuck: Street) -> None:
    lose(stuck, "node-2", lost=False)
    stuck.rest(2 * MINUTES)
    assert (ready(stuck.world, "node-2"), taints(stuck.world, "node-2")) == ("True", [])
    assert set(pods(stuck.world)) == {"web-0", "web-1", "web-2"}
    assert pods(stuck.world)["web-1"].endswith(" Ready")
    found = stuck.world.find(NODES, "", "node-2") or {}
    assert "kubarium.dev/lost-since" not in found["metadata"].get("annotations", {})


def test_way_out_the_node_object_is_deleted(stuck: Street) -> None:
    stuck.do(Delete(key(NODES, "", "node-2")))
    stuck.rest(30)
    assert pods(stuck.world)["web-1"] == "node-2 Terminating", "in quarantine"
    stuck.rest(2 * MINUTES)
    assert pods(stuck.world)["web-1"] in ("node-1 Ready", "node-3 Ready")


def test_way_out_force(stuck: Street) -> None:
    stuck.do(Delete(key(PODS, "default", "web-1"), grace_seconds=0))
    stuck.rest(1 * MINUTES)
    assert pods(stuck.world)["web-1"] in ("node-1 Ready", "node-3 Ready")


def test_way_out_out_of_service(stuck: Street) -> None:
    present = spec(stuck.world.find(NODES, "", "node-2") or {})["taints"]
    taint = {"key": "node.kubernetes.io/out-of-service", "value": "nodeshutdown", "effect": "NoExecute"}
    stuck.do(Patch(key(NODES, "", "node-2"), "merge", {"spec": {"taints": [*present, taint]}}))
    stuck.rest(1 * MINUTES)
    assert pods(stuck.world)["web-1"] in ("node-1 Ready", "node-3 Ready")


def test_a_deployments_pod_is_replaced_once_it_is_evicted() -> None:
    street = three()
    street.create(deployment("web", 3))
    street.rest(2 * MINUTES)
    lose(street, "node-2")
    street.rest(10 * MINUTES)
    states = sorted(pods(street.world).values())
    assert states.count("node-2 Terminating") == 1
    assert sum(state.endswith(" Ready") for state in states) == 3


def test_back_before_anybody_is_evicted() -> None:
    street = three()
    street.create(stateful_set("web", 3))
    street.rest(2 * MINUTES)
    uids = [pod["metadata"]["uid"] for pod in street.world.list(PODS)]
    lose(street, "node-2")
    street.rest(3 * MINUTES)
    lose(street, "node-2", lost=False)
    street.rest(1 * MINUTES)
    assert [pod["metadata"]["uid"] for pod in street.world.list(PODS)] == uids
    assert pods(street.world)["web-1"] == "node-2 Ready"


def test_nobody_is_evicted_while_no_node_is_left() -> None:
    street = cluster(node("node-1"))
    street.create(stateful_set("web", 1))
    street.rest(1 * MINUTES)
    lose(street, "node-1")
    street.rest(20 * MINUTES)
    assert taints(street.world, "node-1") == ["unreachable:NoSchedule"]
    assert pods(street.world) == {"web-0": "node-1 NotReady"}
    codes = {each.code for each in explain(street.world, key(NODES, "", "node-1"), street.now, street.config)}
    assert codes == {"lost", "node-not-ready", "eviction-halted"}


@pytest.mark.parametrize("pace", ["real", "instant"])
def test_a_node_that_never_reported(pace: Pace) -> None:
    street = cluster(node("node-1"), pace=pace)
    silent = node("node-2")
    silent["metadata"]["annotations"] = {"kubarium.dev/lost": "true"}
    street.create(silent)
    street.rest(61 if pace == "real" else 1)
    found = street.world.find(NODES, "", "node-2") or {}
    assert {each["type"]: (each["status"], each["reason"]) for each in status(found)["conditions"]} == dict.fromkeys(
        ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure"), ("Unknown", "NodeStatusNeverUpdated")
    )
    assert "unreachable:NoExecute" in taints(street.world, "node-2")
    lose(street, "node-2", lost=False)
    street.rest(20)
    assert (ready(street.world, "node-2"), taints(street.world, "node-2")) == ("True", [])


def test_evictions_halt_where_most_of_a_zone_is_lost() -> None:
    street = cluster(*(node(f"node-{number}", "x") for number in range(1, 6)), node("node-6", "y"))
    for number in (1, 2, 3):
        lose(street, f"node-{number}")
    street.rest(1 * MINUTES)
    found = [taints(street.world, f"node-{number}") for number in (1, 2, 3)]
    assert ["unreachable:NoSchedule"] in found, "from the third on there are too many"


@pytest.mark.parametrize(("pace", "seconds"), [("instant", 0.5), ("brisk", 40.0)])
def test_quicker_paces(pace: Pace, seconds: float) -> None:
    street = three(pace)
    street.create(deployment("web", 3))
    street.rest(10)
    lose(street, "node-2")
    street.rest(seconds)
    assert ready(street.world, "node-2") == "Unknown"
    assert "node-2 Terminating" in pods(street.world).values()


def test_a_cordoned_node_is_tainted_and_keeps_its_pods() -> None:
    street = three()
    street.create(deployment("web", 3))
    street.rest(1 * MINUTES)
    street.do(Patch(key(NODES, "", "node-2"), "merge", {"spec": {"unschedulable": True}}))
    street.rest(1 * MINUTES)
    assert taints(street.world, "node-2") == ["unschedulable:NoSchedule"]
    assert sorted(pods(street.world).values()) == ["node-1 Ready", "node-2 Ready", "node-3 Ready"]
    street.do(Patch(key(NODES, "", "node-2"), "merge", {"spec": {"unschedulable": None}}))
    street.rest(1)
    assert taints(street.world, "node-2") == []
    told = [(each.reason, each.component, each.host) for each in street.notes if "Schedulable" in each.reason]
    assert told == [("NodeNotSchedulable", "kubelet", "node-2"), ("NodeSchedulable", "kubelet", "node-2")]


def test_a_node_that_was_there_from_the_start_is_told_of_once() -> None:
    street = Street(*CONTROLLERS, pace="real")
    well = [{"type": kind, "status": value, "reason": why, "message": said} for kind, value, why, said in machines.WELL]
    first = node("node-1", status={"conditions": well})
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-node-lease"}}, first)
    street.rest(20 * MINUTES)
    told = [each.reason for each in street.notes if each.regarding["kind"] == "Node"]
    assert told == [
        "Starting",
        "NodeHasSufficientMemory",
        "NodeHasNoDiskPressure",
        "NodeHasSufficientPID",
        "NodeAllocatableEnforced",
        "NodeReady",
        "RegisteredNode",
    ]


def test_a_taint_set_by_hand_evicts_who_does_not_tolerate_it() -> None:
    street = three()
    street.create(deployment("web", 3))
    street.rest(1 * MINUTES)
    taint = {"key": "k", "value": "v", "effect": "NoExecute"}
    street.do(Patch(key(NODES, "", "node-2"), "merge", {"spec": {"taints": [taint]}}))
    street.rest(1 * MINUTES)
    assert not any(state.startswith("node-2") for state in pods(street.world).values())
    assert sum(state.endswith(" Ready") for state in pods(street.world).values()) == 3


def test_a_node_that_says_it_is_not_ready() -> None:
    street = three()
    body: Obj = {"metadata": {"annotations": {"kubarium.dev/not-ready": "true"}}}
    street.do(Patch(key(NODES, "", "node-2"), "merge", body))
    street.rest(1)
    assert ready(street.world, "node-2") == "False"
    assert taints(street.world, "node-2") == ["not-ready:NoExecute", "not-ready:NoSchedule"]
    body = {"metadata": {"annotations": {"kubarium.dev/not-ready": None}}}
    street.do(Patch(key(NODES, "", "node-2"), "merge", body))
    street.rest(1)
    assert (ready(street.world, "node-2"), taints(street.world, "node-2")) == ("True", [])


@pytest.mark.parametrize(
    ("taint", "words"),
    [
        ({"key": "k", "effect": "Sometimes"}, 'metadata.taints[0].effect: Unsupported value: "Sometimes"'),
        ({"key": "k"}, "metadata.taints[0].effect: Required value"),
        ({"key": "-", "effect": "NoExecute"}, "metadata.taints[0].key: Invalid value"),
    ],
)
def test_a_taint_that_is_none(taint: Obj, words: str) -> None:
    street = Street(*CONTROLLERS)
    with pytest.raises(Exception, match="is invalid") as refused:
        street.do(Create(node("node-1", spec={"taints": [taint]})))
    assert words in str(refused.value)
