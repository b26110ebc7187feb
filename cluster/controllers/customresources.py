"""CustomResourceDefinitions: whether their names are free, whether they are served, and their end.

The names of a definition are accepted when no other one of its group has them; then what it defines is served. A
definition on its way out waits for all it defines to be deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Delete, Update
from cluster.kinds.custom import ending
from cluster.machinery.objects import (
    CUSTOM_DEFINITIONS,
    GroupResource,
    Key,
    Obj,
    condition,
    is_terminating,
    meta,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Plan, Reason
from cluster.world import World

NAME = "customresourcedefinition-controller"
_ACCEPTED = ("NoConflicts", "no conflicts found")
_ESTABLISHED = ("InitialNamesAccepted", "the initial names have been accepted")
_NOT_ESTABLISHED = ("NotAccepted", "not all names are accepted")


def keys(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    if change.key.kind == CUSTOM_DEFINITIONS:
        yield from world.bucket(CUSTOM_DEFINITIONS, "")
        return
    if change.type == "DELETED" and world.count(CUSTOM_DEFINITIONS):
        yield from (where for where in every(world) if _defines(world, where) == change.key.kind)


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(CUSTOM_DEFINITIONS, ""))


def _defines(world: World, where: Key) -> GroupResource | None:
    definition = world.get(where)
    if definition is None:
        return None
    plural = (status(definition).get("acceptedNames") or {}).get("plural") or ""
    return GroupResource(str(spec(definition).get("group")), plural)


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Tell whether the names are accepted and the kind is served; of one that goes, delete what is left."""
    definition = world.get(where)
    if definition is None:
        return NOTHING
    if is_terminating(definition) and ending.FINALIZER in (meta(definition).get("finalizers") or ()):
        return _end(world, where, definition, now)
    told = _named(world, where, definition, now)
    return NOTHING if told == definition else Plan((Action(Update(told, "status")),))


CONTROLLER = Controller(NAME, keys, every, plan)


def _named(world: World, where: Key, definition: Obj, now: float) -> Obj:
    wanted = spec(definition)["names"]
    before = status(definition).get("acceptedNames") or {}
    taken = _taken(world, where, definition)
    shorts = [each for each in wanted.get("shortNames") or () if each in taken["resources"]]
    named = {
        reason: str(wanted.get(field) or "") for field, reason, group in _FIELDS if wanted.get(field) in taken[group]
    }
    if shorts:
        named["ShortNamesConflict"] = shorts[0]
    conflicts = [(reason, named[reason]) for reason in _IN_ORDER if reason in named]
    refused = {reason for reason, _ in conflicts}
    accepted = {
        field: before.get(field, "") if reason in refused else wanted.get(field, "") for field, reason, _ in _FIELDS
    }
    short = before.get("shortNames") if shorts else wanted.get("shortNames")
    names = {
        "plural": accepted["plural"],
        **({"singular": accepted["singular"]} if accepted["singular"] else {}),
        **({"shortNames": short} if short else {}),
        "kind": accepted["kind"],
        **({"listKind": accepted["listKind"]} if accepted["listKind"] else {}),
        **({"categories": wanted["categories"]} if wanted.get("categories") else {}),
    }
    conditions = status(definition).get("conditions") or []
    if conflicts:
        reason, name = conflicts[-1]
        why = (reason, f'"{name}" is already in use')
        conditions = _with(conditions, "NamesAccepted", "False", why, now)
    else:
        conditions = _with(conditions, "NamesAccepted", "True", _ACCEPTED, now)
    established = condition(definition, "Established")
    if established is None or established.get("status") != "True":
        value, why = ("False", _NOT_ESTABLISHED) if conflicts else ("True", _ESTABLISHED)
        conditions = _with(conditions, "Established", value, why, now)
    return {**definition, "status": {**status(definition), "acceptedNames": names, "conditions": conditions}}


_FIELDS = (
    ("plural", "PluralConflict", "resources"),
    ("singular", "SingularConflict", "resources"),
    ("kind", "KindConflict", "kinds"),
    ("listKind", "ListKindConflict", "kinds"),
)
"""(the name, how its conflict is called, what it must differ from)"""
_IN_ORDER = ("PluralConflict", "SingularConflict", "ShortNamesConflict", "KindConflict", "ListKindConflict")
"""The last one found is told."""


def _taken(world: World, where: Key, definition: Obj) -> dict[str, set[str]]:
    """The names that other definitions of the group have been given."""
    resources: set[str] = set()
    kinds: set[str] = set()
    for other, obj in world.bucket(CUSTOM_DEFINITIONS, "").items():
        if other == where or spec(obj).get("group") != spec(definition).get("group"):
            continue
        names = status(obj).get("acceptedNames") or {}
        resources |= {names.get("plural") or "", names.get("singular") or "", *(names.get("shortNames") or ())}
        kinds |= {names.get("kind") or "", names.get("listKind") or ""}
    return {"resources": resources - {""}, "kinds": kinds - {""}}


def _with(
    conditions: list[Mapping[str, Any]], kind: str, value: str, why: tuple[str, str], now: float
) -> list[Mapping[str, Any]]:
    """The conditions with this one as told, in its place."""
    before = next((each for each in conditions if each.get("type") == kind), {})
    since = before.get("lastTransitionTime") if before.get("status") == value else timestamp(now)
    told = {"type": kind, "status": value, "lastTransitionTime": since, "reason": why[0], "message": why[1]}
    if before:
        return [told if each is before else each for each in conditions]
    return [*conditions, told]


def _end(world: World, where: Key, definition: Obj, now: float) -> Plan:
    kind = _defines(world, where)
    left = world.bucket(kind) if kind is not None and kind.resource else {}
    if not left:
        done = ending.terminating(definition, "False", ending.DONE, now)
        kept = [each for each in meta(done)["finalizers"] if each != ending.FINALIZER]
        freed = {**definition, "metadata": {**meta(definition), "finalizers": kept}}
        return Plan((Action(Update(done, "status")), Action(Update(_unversioned(freed)))))
    told = ending.terminating(definition, "True", ending.IN_PROGRESS, now)
    actions = [Action(Update(told, "status"))] if told is not definition else []
    actions += [
        Action(Delete(each, uid(obj), propagation="Background"), may_fail=True)
        for each, obj in left.items()
        if not is_terminating(obj)
    ]
    text = f"Waits for the {len(left)} {where.name.partition('.')[0]} that are left to be gone."
    return Plan(tuple(actions), (Reason(where, "wait", text, "waits-for-instances"),))


def _unversioned(obj: Obj) -> Obj:
    """To be written whatever its revision is by now: the write before it raised it."""
    return {**obj, "metadata": {field: value for field, value in meta(obj).items() if field != "resourceVersion"}}
