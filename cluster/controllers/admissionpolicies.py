"""The status of ValidatingAdmissionPolicies: that they were looked at, and what in them does not fit the types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Update
from cluster.kinds import custom
from cluster.kinds.policies import POLICIES
from cluster.kinds.policies.checking import told
from cluster.machinery.objects import Key, Obj, status
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

NAME = "validatingadmissionpolicy-status-controller"


def keys(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    if change.key.kind == POLICIES and change.type != "DELETED":
        yield change.key


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(POLICIES, ""))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Look at a policy whose present form nobody has looked at."""
    policy = world.get(where)
    if policy is None or status(policy).get("observedGeneration") == policy["metadata"].get("generation"):
        return NOTHING
    return Plan((Action(Update({**policy, "status": {**status(policy), **told(policy, custom.of(world))}}, "status")),))


CONTROLLER = Controller(NAME, keys, every, plan)
