"""Who goes when whose owner is gone. The whole of it, with admission, is in test_street."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers import garbage
from cluster.intents import Delete, Intent, Update
from cluster.machinery.objects import CONFIG_MAPS, STATEFUL_SETS, GroupResource, Obj, key
from cluster.world import World
from tests.objects import config_map, config_map_key

POD = config_map_key("pod")
KINDS = {"ConfigMap": CONFIG_MAPS, "StatefulSet": STATEFUL_SETS}


def reference(name: str, uid: str | None = None, *, block: bool = True, kind: str = "ConfigMap") -> Obj:
    made: Obj = {"apiVersion": "v1", "kind": kind, "name": name, "uid": uid or f"uid-{name}"}
    return {**made, "blockOwnerDeletion": True} if block else made


def made(name: str, *owners: Obj, **metadata: Any) -> Obj:
    owned: dict[str, Any] = {"ownerReferences": list(owners)} if owners else {}
    return config_map(name, uid=f"uid-{name}", resourceVersion="7", **owned, **metadata)


def going(name: str, finalizer: str) -> Obj:
    return made(name, deletionTimestamp="2026-11-23T05:00:00Z", finalizers=[finalizer, "other"])


def world_of(*objects: Obj) -> World:
    world = World()
    for obj in objects:
        world.put(config_map_key(obj["metadata"]["name"]), obj)
    return world


def intents(where: str, *objects: Obj) -> list[Intent]:
    plan = garbage.plan(world_of(*objects), config_map_key(where), 0.0, ClusterConfig())
    return [action.intent for action in plan.actions]


def deleted(propagation: Any) -> list[Intent]:
    return [Delete(POD, "uid-pod", "7", propagation)]


@pytest.mark.parametrize(
    ("dependent", "others", "expected"),
    [
        (made("pod"), [], []),
        (made("pod", reference("a")), [made("a")], []),
        (made("pod", reference("a")), [], deleted("Background")),
        (made("pod", reference("a", "former-uid")), [made("a")], deleted("Background")),
        (made("pod", reference("a"), finalizers=["orphan"]), [], deleted("Orphan")),
        (made("pod", reference("a"), finalizers=["foregroundDeletion"]), [], deleted("Foreground")),
        (made("pod", reference("a")), [going("a", "foregroundDeletion")], deleted("Background")),
        (
            made("pod", reference("a")),
            [going("a", "foregroundDeletion"), made("inner", reference("pod"))],
            deleted("Foreground"),
        ),
        (made("pod", reference("a", kind="Unheard")), [], []),
        (made("pod", reference("a"), deletionTimestamp="2026-11-23T05:00:00Z"), [], []),
    ],
)
def test_a_dependent(dependent: Obj, others: list[Obj], expected: list[Intent]) -> None:
    assert intents("pod", dependent, *others) == expected


def test_one_living_owner_is_enough_and_the_dead_one_is_taken_off() -> None:
    (intent,) = intents("pod", made("pod", reference("a"), reference("b")), made("b"))
    assert isinstance(intent, Update)
    assert intent.obj["metadata"]["ownerReferences"] == [reference("b")]


@pytest.mark.parametrize(
    ("dependents", "lets_go"),
    [([], True), ([made("pod", reference("a", block=False))], True), ([made("pod", reference("a"))], False)],
)
def test_foreground_deletion_is_held_up_by_those_that_block(dependents: list[Obj], lets_go: bool) -> None:
    found = intents("a", going("a", "foregroundDeletion"), *dependents)
    finalizers = [intent.obj["metadata"]["finalizers"] for intent in found if isinstance(intent, Update)]
    assert finalizers == ([["other"]] if lets_go else [])


def test_orphans_lose_their_reference_before_the_owner_its_finalizer() -> None:
    found = intents("a", going("a", "orphan"), made("p", reference("a")), made("q", reference("a"), reference("b")))
    assert all(isinstance(intent, Update) for intent in found)
    changed = [intent.obj["metadata"] for intent in found if isinstance(intent, Update)]
    assert [(each["name"], each.get("ownerReferences"), each.get("finalizers")) for each in changed] == [
        ("p", None, None),
        ("q", [reference("b")], None),
        ("a", None, ["other"]),
    ]


def change(obj: Obj, type_: Any = "MODIFIED") -> Change:
    return Change(1, type_, config_map_key(obj["metadata"]["name"]), obj, -1, 0, "", "", 0.0, 0.0)


def keys(changed: Change, old: Obj | None, *objects: Obj) -> list[str]:
    return [where.name for where in garbage.keys(changed, old, world_of(*objects))]


def test_keys_are_those_with_work() -> None:
    owned = made("pod", reference("a"))
    assert keys(change(made("a"), "DELETED"), made("a"), owned) == ["pod"]
    assert keys(change(owned, "ADDED"), None, made("a"), owned) == []
    assert keys(change(owned, "ADDED"), None, owned) == ["pod"]
    assert keys(change(owned), owned, owned) == []
    held = going("a", "foregroundDeletion")
    assert keys(change(held), made("a"), held, owned) == ["a", "pod"]
    assert keys(change(owned, "DELETED"), owned, held) == ["a"]


def test_a_resync_finds_what_was_missed() -> None:
    world = world_of(made("pod", reference("a")), made("kept", reference("b")), made("b"), going("c", "orphan"))
    assert sorted(where.name for where in garbage.every(world)) == ["c", "pod"]


def test_owners_without_namespace_are_found() -> None:
    world = world_of(made("pod", reference("node-1", kind="Node")))
    world.put(key(GroupResource("", "nodes"), "", "node-1"), {"metadata": {"name": "node-1", "uid": "uid-node-1"}})
    assert garbage.plan(world, POD, 0.0, ClusterConfig()).actions == ()


def test_owners_that_own_each_other_do_not_wait_for_each_other() -> None:
    first = going("a", "foregroundDeletion")
    first["metadata"]["ownerReferences"] = [reference("pod")]
    (freed,) = intents("pod", first, made("pod", reference("a")))
    assert isinstance(freed, Update)
    assert freed.obj["metadata"]["ownerReferences"] == [{**reference("a"), "blockOwnerDeletion": False}]
    assert intents("pod", first, freed.obj) == deleted("Foreground")
