"""A cluster as it was at any kept revision.

    world = at(cluster, 169)
    move(cluster, world, 240)

A world is moved by what lies between: on by the last state of all that changed, back by the state before its first
change. So a way costs what lies on it, not what the log holds, and what did not change is not read at all.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from typing import Any

import orjson

from cluster.change import Change, Fact
from cluster.machinery.errors import Gone
from cluster.machinery.objects import Key, Obj
from cluster.store import rows
from cluster.store.held import at_hand, follow
from cluster.world import World

_FEW = 200
"""Changes up to which following each one is as quick as looking for the last ones."""

State = tuple[Obj, int]
"""An object and its seat."""


def head_of(cluster: int) -> rows.Head | None:
    found = rows.heads([cluster])
    return found[0] if found else None


def too_old(revision: int, floor: int) -> Gone:
    return Gone(f"too old resource version: {revision} ({floor + 1})")


def at(cluster: int, revision: int) -> World:
    """The world of a kept revision; what has not changed since shares its objects with the present one. Gone."""
    head = head_of(cluster)
    if head is None or revision < head.floor:
        raise too_old(revision, head.floor if head else 0)
    if revision > head.revision:
        raise Gone(f"revision {revision} is still to come")
    holding = at_hand(cluster)
    with holding.lock:
        near = holding.uid == head.uid and holding.world.revision >= head.floor
        world = holding.world.copy() if near else None
    world = world or _oldest(cluster, revision)
    move(cluster, world, revision)
    return world


def move(cluster: int, world: World, revision: int) -> None:
    """Bring a world to another kept revision. Gone (and the world untouched) when that is kept no longer."""
    if revision > world.revision:
        _on(cluster, world, revision)
    elif revision < world.revision:
        _back(cluster, world, revision)


def whole(cluster: int, after: int, upto: int) -> list[Change]:
    """The changes after one revision up to another, or Gone: they may be forgotten between two looks."""
    found = rows.changes(cluster, after, upto)
    if len(found) != upto - after:
        raise too_old(after, upto - len(found))
    return found


def facts(cluster: int, after: int, upto: int) -> list[Fact]:
    """The same without the objects."""
    found = rows.facts(cluster, after, upto)
    if len(found) != upto - after:
        raise too_old(after, upto - len(found))
    return found


def time_of(cluster: int, revision: int) -> float:
    """Cluster time at a revision: of its change, or (that of the floor is forgotten) of the next."""
    found = rows.facts(cluster, revision - 1, revision) or rows.facts(cluster, revision, revision + 1)
    return found[0].time if found else 0.0


def before_and_after(cluster: int, told: Collection[Fact]) -> dict[Key, tuple[Obj | None, Obj | None]]:
    """Of all that these successive changes are about: as it was before the first and after the last of them."""
    first, last = {fact.key: fact for fact in reversed(list(told))}, {fact.key: fact for fact in told}
    begun, ended = (min(each.revision for each in told) - 1, max(each.revision for each in told)) if told else (0, 0)
    olds = _states(cluster, {key: fact.previous for key, fact in first.items() if fact.type != "ADDED"}, begun)
    news = _states(cluster, {key: fact.revision for key, fact in last.items() if fact.type != "DELETED"}, ended)
    nothing = (None, -1)
    return {key: (olds.get(key, nothing)[0], news.get(key, nothing)[0]) for key in sorted(first)}


def pack(world: World) -> bytes:
    """A whole world as a checkpoint keeps it."""
    return zlib.compress(orjson.dumps([(tuple(key), world.seat(key), obj) for key, obj in world.items()]), 1)


def _oldest(cluster: int, upto: int) -> World:
    kept = rows.checkpoint(cluster, upto)
    world = World(kept[0] if kept is not None else 0)
    for key, (obj, seat) in _unpacked(kept[1]).items() if kept is not None else ():
        world.put(key, obj, seat)
    return world


def _unpacked(body: bytes) -> dict[Key, State]:
    entries: list[Any] = orjson.loads(zlib.decompress(body))
    return {Key(*key): (obj, seat) for key, seat, obj in entries}


def _on(cluster: int, world: World, revision: int) -> None:
    if revision - world.revision <= _FEW:
        follow(world, whole(cluster, world.revision, revision))
        return
    last = {fact.key: fact for fact in facts(cluster, world.revision, revision)}
    states = _states(cluster, {key: fact.revision for key, fact in last.items() if fact.type != "DELETED"}, revision)
    _put(world, revision, last, states)


def _back(cluster: int, world: World, revision: int) -> None:
    first = {fact.key: fact for fact in reversed(facts(cluster, revision, world.revision))}
    states = _states(cluster, {key: fact.previous for key, fact in first.items() if fact.type != "ADDED"}, revision)
    _put(world, revision, first, states)


def _put(world: World, revision: int, touched: Collection[Key], states: dict[Key, State]) -> None:
    for key in touched:
        if key not in states:
            world.drop(key)
            continue
        obj, seat = states[key]
        if world.seat(key) != seat:
            world.drop(key)  # another one under the same name: its seat is not to stay
        world.put(key, obj, seat)
    world.revision = revision


def _states(cluster: int, wanted: dict[Key, int], revision: int) -> dict[Key, State]:
    """Objects by the revisions that made them so, none of which is later than `revision`. Gone when one of them is kept
    no longer."""
    known = rows.states_at(cluster, wanted.values())
    found = {key: known[revision] for key, revision in wanted.items() if revision in known}
    if len(found) == len(wanted):
        return found
    kept = rows.checkpoint(cluster, revision)
    older = _unpacked(kept[1]) if kept is not None else {}
    for key in wanted.keys() - found.keys():
        if key not in older or int(older[key][0]["metadata"].get("resourceVersion") or 0) != wanted[key]:
            raise too_old(revision, kept[0] if kept is not None else revision)
        found[key] = older[key]
    return found
