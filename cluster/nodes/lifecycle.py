"""The next stage of a pod's life on its node: what to report, which events to tell, when to look again. PURE.

bound -> creating -> (init containers) -> running -> ready -> (restarts, not ready, ended) -> stopped. Each stage is one
report, so each has a revision of its own. Every moment follows from the pod and its uid; nothing is remembered here.
"""

from __future__ import annotations

from cluster.config import Pace
from cluster.machinery.objects import Obj, is_terminating, status
from cluster.machinery.processes import HOOK
from cluster.nodes import beginning, deadline, ephemerals, overfull, readiness, restarts, starting, statuses, stopping
from cluster.nodes.stages import IDLE, Facts, Step


def step(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """The next stage of a pod that is bound to a node that answers; its status is the actual one, before and after."""
    if is_terminating(pod):
        return stopping.stopping(pod, facts, now, speed)
    if status(pod).get("phase") in ("Succeeded", "Failed"):
        return IDLE
    if facts.overfull:
        return overfull.evicted(pod, facts.overfull, now)
    due = deadline.deadline(pod)
    if due is None:
        return _living(pod, facts, now, speed)
    if now >= due:
        return deadline.exceeded(pod, now)
    found = _living(pod, facts, now, speed)
    return found._replace(again_at=due if found.again_at is None else min(found.again_at, due))


def _living(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    if HOOK in status(pod):
        return beginning.hooking(pod, facts, now, speed)
    beside = ephemerals.beside(pod, facts, now, speed)
    if beside.status is not None or beside.said:
        return beside
    found = _proper(pod, facts, now, speed)
    if beside is IDLE:
        return found
    moments = [each for each in (found.again_at, beside.again_at) if each is not None]
    return found._replace(again_at=min(moments, default=None), why=(*found.why, *beside.why))


def _proper(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    if not statuses.container_statuses(pod):
        return starting.accepted(pod, facts, now, speed)
    if not statuses.has_begun(pod):
        sidecars = restarts.living(pod, now, speed, facts.view) if statuses.init_statuses(pod) else None
        return sidecars or starting.starting(pod, facts, now, speed)
    return restarts.living(pod, now, speed, facts.view) or readiness.readiness(pod, facts, now, speed)
