"""The default roles and bindings, put right whenever a worker takes a cluster up, as an API server does at its start.

What somebody deletes stays away until then, and what they add to a default role stays. A role or binding that is
annotated `rbac.authorization.kubernetes.io/autoupdate: "false"` is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from cluster.access.defaultroles import AUTO_UPDATE, default_roles
from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Create, Update
from cluster.machinery.objects import (
    CLUSTER_ROLE_BINDINGS,
    CLUSTER_ROLES,
    ROLE_BINDINGS,
    ROLES,
    Key,
    Obj,
    annotations_of,
    key,
    name,
    namespace,
)
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

NAME = "rbac-defaults"
_KINDS = {
    "ClusterRole": CLUSTER_ROLES,
    "ClusterRoleBinding": CLUSTER_ROLE_BINDINGS,
    "Role": ROLES,
    "RoleBinding": ROLE_BINDINGS,
}


@cache
def _wanted() -> dict[Key, Obj]:
    return {key(_KINDS[obj["kind"]], namespace(obj), name(obj)): obj for obj in default_roles()}


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    return ()


def every(world: World) -> Iterable[Key]:
    return [where for where in _wanted() if _mended(world, where) is not None]


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Create what is missing, add what an object lacks."""
    mended = _mended(world, where)
    if mended is None:
        return NOTHING
    intent = Update(mended) if where in world else Create(mended)
    return Plan((Action(intent, may_fail=True),))


def _mended(world: World, where: Key) -> Obj | None:
    """The object as it should be, None when it is."""
    wanted = _wanted().get(where)
    present = world.get(where)
    if wanted is None or present is None:
        return wanted
    if annotations_of(present).get(AUTO_UPDATE) == "false":
        return None
    part = "rules" if where.kind in (CLUSTER_ROLES, ROLES) else "subjects"
    own: list[dict[str, Any]] = present.get(part) or []
    lacking = [each for each in wanted.get(part) or () if each not in own]
    # An aggregated role is what its parts make it.
    return {**present, part: [*own, *lacking]} if lacking and not wanted.get("aggregationRule") else None


CONTROLLER = Controller(NAME, keys, every, plan)
