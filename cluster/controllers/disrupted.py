"""A pod that somebody other than its owner is about to end says so in its condition DisruptionTarget."""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.machinery.objects import Obj, status, timestamp


class Cause(NamedTuple):
    reason: str
    message: str


def disrupted(pod: Obj, cause: Cause, now: float, **more: Any) -> Obj:
    """The pod with the condition, and what else of its status changes with it."""
    target = {
        "type": "DisruptionTarget",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(now),
        "reason": cause.reason,
        "message": cause.message,
    }
    others = [each for each in status(pod).get("conditions") or () if each.get("type") != "DisruptionTarget"]
    return {**pod, "status": {**status(pod), **more, "conditions": [*others, target]}}
