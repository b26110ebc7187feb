"""FlowSchemas and PriorityLevelConfigurations: the API server's own are there and as they should be, and every schema
tells whether its level exists. What a schema or level is for is not known here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from cluster.bootstrap.flowcontrol import AUTO_UPDATE, MANDATORY, flow_control
from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Create, Update
from cluster.machinery.objects import (
    FLOW_SCHEMAS,
    PRIORITY_LEVELS,
    Key,
    Obj,
    annotations_of,
    condition,
    is_terminating,
    key,
    name,
    spec,
    status,
    timestamp,
)
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

NAME = "flow-control-controller"
_KINDS = {"FlowSchema": FLOW_SCHEMAS, "PriorityLevelConfiguration": PRIORITY_LEVELS}
_EXEMPT = key(PRIORITY_LEVELS, "", "exempt")


@cache
def _wanted() -> dict[Key, Obj]:
    return {key(_KINDS[obj["kind"]], "", name(obj)): obj for obj in flow_control()}


def keys(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    if change.key.kind not in (FLOW_SCHEMAS, PRIORITY_LEVELS):
        return
    yield change.key
    if change.key.kind == PRIORITY_LEVELS and change.type != "MODIFIED":
        yield from (where for where, obj in world.bucket(FLOW_SCHEMAS, "").items() if _level(obj) == change.key.name)


def every(world: World) -> Iterable[Key]:
    return list(dict.fromkeys([*_wanted(), *world.bucket(FLOW_SCHEMAS, "")]))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Make what is missing, put right what may not differ, and say whether a schema's level is there."""
    wanted, present = _wanted().get(where), world.get(where)
    if present is None:
        return Plan((Action(Create(wanted), may_fail=True),)) if wanted is not None else NOTHING
    if is_terminating(present):
        return NOTHING
    if wanted is not None and _is_kept(present) and spec(present) != spec(wanted) and where != _EXEMPT:
        return Plan((Action(Update({**present, "spec": spec(wanted)}), may_fail=True),))
    if where.kind != FLOW_SCHEMAS:
        return NOTHING
    told = _told(present, now, found=world.find(PRIORITY_LEVELS, "", _level(present)) is not None)
    return Plan((Action(Update(told, "status"), may_fail=True),)) if told is not present else NOTHING


def _is_kept(present: Obj) -> bool:
    """Whether it stays as it was made: the mandatory ones always, of the suggested those that nobody took over."""
    return name(present) in MANDATORY or annotations_of(present).get(AUTO_UPDATE) == "true"


def _level(schema: Obj) -> str:
    return str((spec(schema).get("priorityLevelConfiguration") or {}).get("name") or "")


def _told(schema: Obj, now: float, *, found: bool) -> Obj:
    """The schema with its condition, itself when that says so already."""
    about = f'This FlowSchema references the PriorityLevelConfiguration object named "{_level(schema)}"'
    value, reason, rest = (
        ("False", "Found", "and it exists") if found else ("True", "NotFound", "but there is no such object")
    )
    before = condition(schema, "Dangling") or {}
    message = f"{about} {rest}"
    if (before.get("status"), before.get("message")) == (value, message):
        return schema
    since = before.get("lastTransitionTime") if before.get("status") == value else timestamp(now)
    made = {"type": "Dangling", "status": value, "lastTransitionTime": since, "reason": reason, "message": message}
    others = [each for each in status(schema).get("conditions") or () if each.get("type") != "Dangling"]
    return {**schema, "status": {**status(schema), "conditions": [*others, made]}}


CONTROLLER = Controller(NAME, keys, every, plan)
