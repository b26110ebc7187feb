"""What of each ResourceQuota is in use, kept in its status.

Refuses nothing: admission counts for itself when something new is to be stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Update
from cluster.kinds.quota import used_of
from cluster.machinery import quantity
from cluster.machinery.objects import (
    EVENTS,
    PODS,
    RESOURCE_QUOTAS,
    Key,
    Obj,
    is_terminating,
    name,
    seconds,
    spec,
    status,
)
from cluster.plan import NOTHING, Action, Controller, Plan, Reason
from cluster.world import World

NAME = "resourcequota-controller"


def keys(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    if change.key.kind == RESOURCE_QUOTAS and change.type != "DELETED":
        yield change.key
        return
    quotas = world.bucket(RESOURCE_QUOTAS, change.key.namespace) if change.key.namespace else {}
    if not quotas or change.key.kind == EVENTS:
        return
    # A quota may count anything; of a change, only what it asks for, its phase and its leaving matter.
    if change.type != "MODIFIED" or old is None or _counts(change.object) != _counts(old):
        yield from quotas


def _counts(obj: Obj) -> tuple[object, ...]:
    return spec(obj), status(obj).get("phase"), is_terminating(obj)


def every(world: World) -> Iterable[Key]:
    return sorted(world.bucket(RESOURCE_QUOTAS))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Write the status when what is in use, or what is allowed, has changed."""
    quota = world.get(where)
    if quota is None or is_terminating(quota):
        return NOTHING
    hard = spec(quota).get("hard") or {}
    used = used_of(quota, world, now, hard)
    wanted = {"hard": hard, "used": used} if hard else {}
    actions = () if status(quota) == wanted else (Action(Update({**quota, "status": wanted}, "status")),)
    return Plan(actions, tuple(_reasons(where, quota, used)), again_at=_next_end(world, where, now))


def _reasons(where: Key, quota: Obj, used: dict[str, str]) -> Iterator[Reason]:
    for resource, most in sorted((spec(quota).get("hard") or {}).items()):
        if quantity.parse(used[resource]) >= quantity.parse(most):
            text = f"{name(quota)} has no room left for {resource}: {used[resource]} of {most} in use."
            yield Reason(where, "info", text, "quota-used-up")


def _next_end(world: World, where: Key, now: float) -> float | None:
    """When the next pod of the namespace will have had its time to leave: it no longer counts from then on."""
    ends = [
        seconds(pod["metadata"]["deletionTimestamp"]) + 1
        for pod in world.bucket(PODS, where.namespace).values()
        if is_terminating(pod)
    ]
    return min((end for end in ends if end > now), default=None)


CONTROLLER = Controller(NAME, keys, every, plan)
