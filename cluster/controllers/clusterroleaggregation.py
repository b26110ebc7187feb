"""ClusterRoles that are made of others get their rules: the union of all that bear the labels they select by."""

from __future__ import annotations

from collections.abc import Iterable

from cluster.access.aggregation import aggregated
from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Update
from cluster.machinery.objects import CLUSTER_ROLES, Key, Obj, is_terminating
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

NAME = "clusterrole-aggregation-controller"


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    return every(world) if change.key.kind == CLUSTER_ROLES else ()


def every(world: World) -> Iterable[Key]:
    return sorted(where for where, role in world.bucket(CLUSTER_ROLES).items() if role.get("aggregationRule"))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Write the rules that follow from the others, where they are not there already."""
    role = world.get(where)
    if role is None or is_terminating(role) or not role.get("aggregationRule"):
        return NOTHING
    rules = aggregated(role, world.list(CLUSTER_ROLES))
    if rules == role.get("rules"):
        return NOTHING
    return Plan((Action(Update({**role, "rules": rules})),))


CONTROLLER = Controller(NAME, keys, every, plan)
