"""Why a workload's pods cannot be created, as its own events tell it, and the condition ReplicaFailure that says so.

A plan does not see what became of the one before; the events do, and they are there for every process to read.
"""

from __future__ import annotations

from typing import Any

from cluster.machinery.objects import Obj, resource_version, seconds, status, timestamp, uid
from cluster.world import World

CONDITION = "ReplicaFailure"
_REFUSED, _MADE = "FailedCreate", "SuccessfulCreate"


def creation_failure(owner: Obj, world: World) -> str:
    """What the last try to create a pod failed for; "" when the last one went well, or none was made."""
    last = {_REFUSED: (0.0, 0), _MADE: (0.0, 0)}
    message = ""
    for event in world.events_about(uid(owner)).values():
        reason = str(event.get("reason"))
        moment = seconds(event.get("lastTimestamp")), resource_version(event)  # times are told by the second
        if reason in last and moment >= last[reason]:
            last[reason] = moment
            if reason == _REFUSED:
                message = str(event.get("message")).partition("Error creating: ")[2]
    return message if last[_REFUSED] >= last[_MADE] else ""


def with_failure(owner: Obj, message: str, now: float) -> list[dict[str, Any]]:
    """The owner's conditions with ReplicaFailure as long as there is a message, and without it else. One that is there
    keeps its first message."""
    conditions: list[dict[str, Any]] = list(status(owner).get("conditions") or ())
    present = next((each for each in conditions if each.get("type") == CONDITION), None)
    others = [each for each in conditions if each is not present]
    if not message:
        return others
    made = {
        "type": CONDITION,
        "status": "True",
        "lastTransitionTime": timestamp(now),
        "reason": _REFUSED,
        "message": message,
    }
    return conditions if present is not None else [*others, made]
