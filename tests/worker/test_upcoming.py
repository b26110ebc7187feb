"""What would be done next: in the order of waiting, without what was refused, in words."""

from __future__ import annotations

import pytest

from cluster.config import ClusterConfig
from cluster.intents import Apply, Bind, Create, Delete, Intent, Patch, Update
from cluster.machinery.objects import CONFIG_MAPS, PODS, Key, Obj, key
from cluster.plan import Action, Controller, Plan
from cluster.worker.upcoming import Refused, upcoming, words
from cluster.world import World
from tests.objects import config_map

NOW = 1_800_000_000.0


def world_of(*objects: Obj) -> World:
    made = World(revision=len(objects))
    for revision, obj in enumerate(objects, start=1):
        obj["metadata"]["resourceVersion"] = str(revision)
        made.put(key(CONFIG_MAPS, "default", obj["metadata"]["name"]), obj)
    return made


def by_value(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """`act` wants to be deleted, a number is the second at which it will, `bad` cannot be planned."""
    value = world.get(where)["data"]["value"]  # type: ignore[index]
    if value == "bad":
        raise ZeroDivisionError
    if value == "act" or (value.isdigit() and now >= NOW + int(value)):
        return Plan((Action(Delete(where)),))
    return Plan(again_at=NOW + int(value)) if value.isdigit() else Plan()


CONTROLLER = Controller(
    "by-value", lambda change, old, world: (), lambda world: list(world.bucket(CONFIG_MAPS)), by_value
)


def names(found: object) -> list[str]:
    return [each.key.name for each in found.due]  # type: ignore[attr-defined]


def test_what_has_waited_longest_comes_first() -> None:
    world = world_of(config_map("z", value="act"), config_map("rests", value=""), config_map("a", value="act"))
    assert names(upcoming([CONTROLLER], world, NOW, ClusterConfig())) == ["z", "a"]


def test_the_next_moment_is_the_earliest_that_anything_waits_for() -> None:
    world = world_of(config_map("b", value="30"), config_map("a", value="20"))
    found = upcoming([CONTROLLER], world, NOW, ClusterConfig())
    assert (names(found), found.later) == ([], NOW + 20)
    assert found.waits is not None and found.waits.key.name == "a"
    found = upcoming([CONTROLLER], world, NOW + 20, ClusterConfig())
    assert (names(found), found.later) == (["a"], NOW + 30)


def test_what_was_refused_waits_until_its_object_changes() -> None:
    world = world_of(config_map("a", value="act"), config_map("b", value="act"))
    refused = {Refused(0, key(CONFIG_MAPS, "default", "a"), 1)}
    assert names(upcoming([CONTROLLER], world, NOW, ClusterConfig(), refused)) == ["b"]
    changed = config_map("a", value="act")
    changed["metadata"]["resourceVersion"] = "3"
    world.put(key(CONFIG_MAPS, "default", "a"), changed)
    assert names(upcoming([CONTROLLER], world, NOW, ClusterConfig(), refused)) == ["b", "a"]


def test_a_plan_that_raises_hides_no_other() -> None:
    world = world_of(config_map("a", value="bad"), config_map("b", value="act"))
    found = upcoming([CONTROLLER], world, NOW, ClusterConfig())
    assert names(found) == ["b"]
    assert [(each.key.name, each.fault) for each in found.faults] == [("a", "ZeroDivisionError()")]


WEB_0: Obj = {"kind": "Pod", "metadata": {"name": "web-0"}}
POD = key(PODS, "default", "web-0")


@pytest.mark.parametrize(
    ("intent", "said"),
    [
        (Create(WEB_0), "create pod web-0"),
        (Create({"kind": "Pod", "metadata": {"generateName": "web-"}}), "create pod web-…"),
        (Update(WEB_0), "update pod web-0"),
        (Update(WEB_0, "status"), "update the status of pod web-0"),
        (Patch(POD, "merge", {}, "status"), "update the status of pod web-0"),
        (Apply(WEB_0), "apply pod web-0"),
        (Delete(POD), "delete pod web-0"),
        (Bind(POD, "u", "node-1"), "bind pod web-0 to node-1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_words(intent: Intent, said: str) -> None:
    assert words(intent) == said
