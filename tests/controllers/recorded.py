"""Recorded timelines of a real control plane as worlds: what the objects were at each moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from cluster.config import ClusterConfig
from cluster.intents import Create, Update
from cluster.machinery.objects import GroupResource, Key, Obj, copy, name, namespace
from cluster.plan import Plan
from cluster.world import World
from tests.fidelity import golden

_GROUPS = {
    "endpointslices": "discovery.k8s.io",
    "statefulsets": "apps",
    "controllerrevisions": "apps",
    "deployments": "apps",
    "replicasets": "apps",
}


class Event(NamedTuple):
    time: float
    type: str
    key: Key
    object: Obj


def timeline(scenario: str) -> list[Event]:
    """Watch events of one recorded scenario in order of arrival, without managedFields."""
    file = f"traces/{scenario}.json"
    if reason := golden.absent(file):
        pytest.skip(reason)
    entries: list[dict[str, Any]] = golden.load(file)["timeline"]
    events = []
    for entry in entries:
        if "step" in entry:
            continue
        obj = copy(entry["object"])
        obj["metadata"].pop("managedFields", None)
        resource = GroupResource(_GROUPS.get(entry["resource"], ""), entry["resource"])
        events.append(Event(entry["t"], entry["type"], Key(*resource, namespace(obj), name(obj)), obj))
    return events


def advance(world: World, event: Event) -> Obj | None:
    """Put one event into a world; returns the object that was there."""
    if event.type == "DELETED":
        return world.drop(event.key)
    return world.put(event.key, event.object)


def would_write(
    plan: Callable[[World, Key, float, ClusterConfig], Plan],
    plan_key: Key,
    events: list[Event],
    number: int,
    before: Obj | None,
) -> bool:
    """Whether a plan in some world of the moments around `events[number]` writes the object of that event.

    Watches of different kinds arrive out of step, so the moment the real controller looked at is not known; the object
    itself is as it was `before`. Compared is all but the time annotation and what a server fills in.
    """
    expected = events[number]
    for moment in range(max(0, number - 25), min(number + 12, len(events))):
        world = World()
        for event in events[:moment]:
            advance(world, event)
        world.drop(expected.key)
        if before is not None:
            world.put(expected.key, before)
        for action in plan(world, plan_key, 0.0, ClusterConfig()).actions:
            if isinstance(action.intent, Create | Update) and shape(action.intent.obj) == shape(expected.object):
                return True
    return False


def shape(obj: Obj) -> Obj:
    """What a plan decides of an object: without uid, versions, times, and the name where it is generated."""
    bare = copy(obj)
    for part in ("uid", "name", "resourceVersion", "creationTimestamp", "generation", "annotations"):
        bare["metadata"].pop(part, None)
    return bare
