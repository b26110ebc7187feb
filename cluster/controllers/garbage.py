"""Garbage collection: an object goes when all its owners are gone; foreground deletion and orphaning of dependents.

A key is an object: either a dependent whose owners are looked at, or an owner that its finalizers hold. Deleting a set
of a thousand pods makes a thousand keys of constant work, not one of a thousand steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Delete, Propagation, Update
from cluster.kinds import custom
from cluster.machinery.objects import EVENTS, Key, Obj, is_terminating, meta, uid
from cluster.plan import NOTHING, Action, Controller, Plan, Reason
from cluster.world import World

NAME = "garbage-collector"
FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


def keys(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    if change.key.kind == EVENTS:
        return
    obj = change.object
    if change.type == "DELETED":
        yield from list(world.owned_by(uid(obj)))
        yield from _held_owners(world, obj)
        return
    references = _references(obj)
    if references and (old is None or _references(old) != references) and _needs_a_look(world, change.key, obj):
        yield change.key
    if is_terminating(obj) and _holds(obj):
        yield change.key
        if old is None or not is_terminating(old):
            yield from list(world.owned_by(uid(obj)))
    if old is not None and _references(old) != references:
        yield from _held_owners(world, old)


def every(world: World) -> Iterable[Key]:
    return [
        where
        for where, obj in world.items()
        if where.kind != EVENTS
        and ((is_terminating(obj) and _holds(obj)) or (_references(obj) and _needs_a_look(world, where, obj)))
    ]


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Delete one object whose owners are gone, or let go of one that only waited for its dependents."""
    obj = world.get(where)
    if obj is None:
        return NOTHING
    if is_terminating(obj):
        finalizers = meta(obj).get("finalizers") or []
        if ORPHAN in finalizers:
            return Plan(tuple(_orphaned(world, obj)))
        if FOREGROUND in finalizers:
            return _foreground(world, where, obj)
        return NOTHING
    return _as_dependent(world, where, obj)


CONTROLLER = Controller(NAME, keys, every, plan)


def _as_dependent(world: World, where: Key, obj: Obj) -> Plan:
    references = _references(obj)
    if not references:
        return NOTHING
    states = [_owner_state(world, where, reference) for reference in references]
    solid = [reference for reference, state in zip(references, states, strict=True) if state == "solid"]
    if solid and len(solid) < len(references):
        # Others still own it: only the references to those that are gone, or wait for it to be gone, are taken off.
        return Plan((Action(Update(_with_references(obj, solid))),))
    if solid:
        return NOTHING
    if "waits" in states and _in_a_circle(world, obj) and any(each.get("blockOwnerDeletion") for each in references):
        # It would be waited for by what it waits for itself: it lets go of its owners first.
        freed = [{**each, "blockOwnerDeletion": False} for each in references]
        return Plan((Action(Update(_with_references(obj, freed))),))
    propagation: Propagation = "Background"
    if ORPHAN in (meta(obj).get("finalizers") or ()):
        propagation = "Orphan"
    elif FOREGROUND in (meta(obj).get("finalizers") or ()) or ("waits" in states and world.owned_by(uid(obj))):
        propagation = "Foreground"
    version = str(meta(obj).get("resourceVersion") or "")
    return Plan((Action(Delete(where, uid(obj), version, propagation)),))


def _in_a_circle(world: World, obj: Obj) -> bool:
    """What it owns is deleted in the foreground, as its owner is: most likely they own each other."""
    return any(
        is_terminating(one) and FOREGROUND in (meta(one).get("finalizers") or ())
        for one in world.owned_by(uid(obj)).values()
    )


def _owner_state(world: World, where: Key, reference: Mapping[str, Any]) -> str:
    """ "solid": it lives; "gone"; "waits": it is deleted in the foreground and this dependent holds it up."""
    owner_key = _owner_key(world, where.namespace, reference)
    if owner_key is None:
        return "solid"
    owner = world.get(owner_key)
    if owner is None or uid(owner) != reference.get("uid"):
        return "gone"
    waits = is_terminating(owner) and FOREGROUND in (meta(owner).get("finalizers") or ())
    return "waits" if waits else "solid"


def _owner_key(world: World, namespace: str, reference: Mapping[str, Any]) -> Key | None:
    """None for a kind that is not known: what cannot be looked up is not called missing."""
    kind = custom.of(world).by_kind(str(reference.get("apiVersion")), str(reference.get("kind")))
    if kind is None:
        return None
    return Key(kind.group, kind.resource, namespace if kind.namespaced else "", str(reference.get("name")))


def _foreground(world: World, where: Key, obj: Obj) -> Plan:
    blocking = next((each for each, one in world.owned_by(uid(obj)).items() if _blocks(one, uid(obj))), None)
    if blocking is not None:
        reason = Reason(where, "wait", f"Waits for {blocking.name} to be gone.", "waits-for-dependents")
        return Plan(reasons=(reason,))
    return Plan((Action(Update(_without_finalizer(obj, FOREGROUND))),))


def _blocks(dependent: Obj, owner_uid: str) -> bool:
    return any(each.get("uid") == owner_uid and each.get("blockOwnerDeletion") for each in _references(dependent))


def _orphaned(world: World, obj: Obj) -> Iterator[Action]:
    """Dependents lose their reference first, then the owner its finalizer."""
    for _, dependent in sorted(world.owned_by(uid(obj)).items()):
        kept = [each for each in _references(dependent) if each.get("uid") != uid(obj)]
        yield Action(Update(_with_references(dependent, kept)))
    yield Action(Update(_without_finalizer(obj, ORPHAN)))


def _references(obj: Obj) -> list[dict[str, Any]]:
    return meta(obj).get("ownerReferences") or []


def _holds(obj: Obj) -> bool:
    finalizers = meta(obj).get("finalizers") or ()
    return FOREGROUND in finalizers or ORPHAN in finalizers


def _needs_a_look(world: World, where: Key, obj: Obj) -> bool:
    return any(_owner_state(world, where, each) != "solid" for each in _references(obj))


def _held_owners(world: World, obj: Obj) -> Iterator[Key]:
    """Owners in foreground deletion that this object held up."""
    for reference in _references(obj):
        owner_key = _owner_key(world, str(meta(obj).get("namespace") or ""), reference)
        owner = world.get(owner_key) if owner_key is not None else None
        if owner_key is not None and owner is not None and is_terminating(owner) and _holds(owner):
            yield owner_key


def _with_references(obj: Obj, references: list[dict[str, Any]]) -> Obj:
    metadata = {part: value for part, value in obj["metadata"].items() if part != "ownerReferences"}
    return {**obj, "metadata": {**metadata, "ownerReferences": references} if references else metadata}


def _without_finalizer(obj: Obj, finalizer: str) -> Obj:
    left = [each for each in meta(obj).get("finalizers") or () if each != finalizer]
    metadata = {part: value for part, value in obj["metadata"].items() if part != "finalizers"}
    return {**obj, "metadata": {**metadata, "finalizers": left} if left else metadata}
