"""What a namespace that is going does and says."""

from __future__ import annotations

from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers import namespace
from cluster.intents import Delete, Patch, Update
from cluster.machinery.objects import CLAIMS, CONFIG_MAPS, NAMESPACES, Obj, key, timestamp
from cluster.plan import Plan
from cluster.world import World

TEAM = key(NAMESPACES, "", "team")


def team(**metadata: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "team", "uid": "uid-team", **metadata},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Terminating" if metadata else "Active"},
    }


GOING = team(deletionTimestamp="2026-11-23T05:00:00Z")


def world_of(space: Obj, *names: str, held: str = "") -> World:
    world = World()
    world.put(TEAM, space)
    for name in names:
        metadata = {"name": name, "namespace": "team", "uid": f"uid-{name}"}
        world.put(key(CONFIG_MAPS, "team", name), {"kind": "ConfigMap", "metadata": metadata})
    if held:
        metadata_held = {
            "name": held,
            "namespace": "team",
            "uid": "u",
            "deletionTimestamp": "t",
            "finalizers": ["kubernetes.io/pvc-protection"],
        }
        world.put(key(CLAIMS, "team", held), {"kind": "PersistentVolumeClaim", "metadata": metadata_held})
    return world


def plan(world: World) -> Plan:
    return namespace.plan(world, TEAM, 1000.0, ClusterConfig())


def test_an_active_one_is_left_alone() -> None:
    assert plan(world_of(team(), "a")).actions == ()


def test_everything_in_it_is_deleted_and_what_is_left_is_said() -> None:
    found = plan(world_of(GOING, "a", "b", held="data"))
    deletes = [action.intent for action in found.actions if isinstance(action.intent, Delete)]
    assert deletes == [
        Delete(key(CONFIG_MAPS, "team", name), f"uid-{name}", propagation="Background") for name in ("a", "b")
    ]
    assert [reason.text for reason in found.reasons] == [
        "Waits for what is left in it: 2 configmaps, 1 persistentvolumeclaims."
    ]
    (report,) = [action.intent for action in found.actions if isinstance(action.intent, Update)]
    said = {
        each["type"]: (each["status"], each["reason"], each["message"]) for each in report.obj["status"]["conditions"]
    }
    assert said["NamespaceContentRemaining"] == (
        "True",
        "SomeResourcesRemain",
        "Some resources are remaining: configmaps. has 2 resource instances, "
        "persistentvolumeclaims. has 1 resource instances",
    )
    assert said["NamespaceFinalizersRemaining"] == (
        "True",
        "SomeFinalizersRemain",
        "Some content in the namespace has finalizers remaining: kubernetes.io/pvc-protection in 1 resource instances",
    )
    assert said["NamespaceDeletionContentFailure"][0] == "False"
    world = world_of(report.obj, "a", "b", held="data")
    assert not any(isinstance(action.intent, Update) for action in plan(world).actions), "said once"


def test_times_of_conditions_that_stay_do_not_move() -> None:
    first = plan(world_of(GOING, "a", "b")).actions[-1].intent
    assert isinstance(first, Update)
    second = namespace.plan(world_of(first.obj, "a"), TEAM, 2000.0, ClusterConfig()).actions[-1].intent
    assert isinstance(second, Update)
    assert {each["lastTransitionTime"] for each in second.obj["status"]["conditions"]} == {timestamp(1000)}


def test_an_empty_one_is_let_go() -> None:
    (action,) = plan(world_of(GOING)).actions
    assert action.intent == Patch(TEAM, "merge", {"spec": {"finalizers": []}}, "finalize", "uid-team")


def test_keys() -> None:
    world = world_of(GOING, "a")
    where = key(CONFIG_MAPS, "team", "a")
    change = Change(1, "DELETED", where, {}, -1, 0, "", "", 0.0, 0.0)
    assert list(namespace.keys(change, {}, world)) == [TEAM]
    assert list(namespace.keys(change._replace(type="MODIFIED"), {}, world)) == []
    assert list(namespace.keys(change, {}, world_of(team(), "a"))) == []
    assert list(namespace.keys(change._replace(key=TEAM, object=GOING, type="MODIFIED"), team(), world)) == [TEAM]
    assert list(namespace.every(world)) == [TEAM]
    assert list(namespace.every(world_of(team()))) == []
