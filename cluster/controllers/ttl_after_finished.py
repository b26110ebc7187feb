"""Clears finished Jobs away: `ttlSecondsAfterFinished` after a Job's end it is deleted, its pods first."""

from __future__ import annotations

from collections.abc import Iterable

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Delete
from cluster.kinds.job import is_finished
from cluster.machinery.objects import JOBS, Key, Obj, condition, is_terminating, meta, seconds, spec, timestamp, uid
from cluster.plan import NOTHING, Action, Controller, Plan, Reason
from cluster.world import World

NAME = "ttl-after-finished-controller"


def plan(world: World, key: Key, now: float, config: ClusterConfig) -> Plan:
    """Delete the Job at `key` when its time is over; else look again then."""
    job = world.get(key)
    if job is None or (expires := _expires_at(job)) is None or is_terminating(job):
        return NOTHING
    if now < expires:
        text = f"Deleted at {timestamp(expires)}: ttlSecondsAfterFinished."
        return Plan(reasons=(Reason(key, "info", text, "ttl"),), again_at=expires)
    # Only as it was seen here: a Job whose time was made longer in between stays.
    version = str(meta(job).get("resourceVersion") or "")
    return Plan((Action(Delete(key, uid(job), version, "Foreground")),))


def _expires_at(job: Obj) -> float | None:
    ttl, finished = spec(job).get("ttlSecondsAfterFinished"), is_finished(job)
    if ttl is None or not finished:
        return None
    return seconds((condition(job, finished) or {}).get("lastTransitionTime")) + float(ttl)


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    if change.key.kind != JOBS or change.type == "DELETED" or _expires_at(change.object) is None:
        return ()
    return (change.key,)


def every(world: World) -> Iterable[Key]:
    return [where for where, job in world.bucket(JOBS).items() if _expires_at(job) is not None]


CONTROLLER = Controller(NAME, keys, every, plan)
