"""A Deployment's status: the sums over its ReplicaSets and the conditions Available and Progressing (R-DEP-7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.controllers.creation_failure import CONDITION
from cluster.controllers.deployment.limits import Limits
from cluster.controllers.deployment.replica_sets import size, told
from cluster.machinery.objects import Obj, condition, meta, name, seconds, spec, status, timestamp

Conditions = list[dict[str, Any]]


def deadline(deployment: Obj) -> int | None:
    """progressDeadlineSeconds; None when there is none (the largest int32 says so too)."""
    wanted = spec(deployment).get("progressDeadlineSeconds")
    return None if wanted is None or wanted == 2147483647 else int(wanted)


def with_condition(conditions: Conditions, type_: str, state: str, reason: str, message: str, now: float) -> Conditions:
    """The list with that condition last. Equal state and reason: unchanged; equal state: the transition time stays."""
    current = find(conditions, type_)
    if current and current["status"] == state and current["reason"] == reason:
        return conditions
    moment = timestamp(now)
    kept = current["lastTransitionTime"] if current and current["status"] == state else moment
    made = {
        "type": type_,
        "status": state,
        "lastUpdateTime": moment,
        "lastTransitionTime": kept,
        "reason": reason,
        "message": message,
    }
    return [*without(conditions, type_), made]


def without(conditions: Conditions, type_: str) -> Conditions:
    return [each for each in conditions if each["type"] != type_]


def find(conditions: Conditions, type_: str) -> dict[str, Any] | None:
    return next((each for each in conditions if each["type"] == type_), None)


def calculate(deployment: Obj, every: Iterable[Obj], new: Obj | None, limits: Limits, now: float) -> dict[str, Any]:
    """Sums as the ReplicaSets were read: what this pass scales shows in the next one's status."""
    sets = list(every)
    available = sum(told(each, "availableReplicas") for each in sets)
    counts = {
        "observedGeneration": meta(deployment).get("generation") or 0,
        "replicas": sum(told(each, "replicas") for each in sets),
        "updatedReplicas": told(new, "replicas") if new else 0,
        "readyReplicas": sum(told(each, "readyReplicas") for each in sets),
        "availableReplicas": available,
        "unavailableReplicas": max(0, sum(size(each) for each in sets) - available),
    }
    made: dict[str, Any] = {field: value for field, value in counts.items() if value}
    conditions: Conditions = list(status(deployment).get("conditions") or ())
    if available >= limits.least_available:
        made["conditions"] = with_condition(
            conditions, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now
        )
    else:
        made["conditions"] = with_condition(
            conditions,
            "Available",
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
            now,
        )
    if (collisions := status(deployment).get("collisionCount")) is not None:
        made["collisionCount"] = collisions
    return made


def is_complete(deployment: Obj, given: dict[str, Any], limits: Limits) -> bool:
    """All replicas are updated and available, no old one is left, and the status is of this generation."""
    counts = [given.get(field, 0) for field in ("updatedReplicas", "replicas", "availableReplicas")]
    seen = int(given.get("observedGeneration", 0)) >= int(meta(deployment).get("generation") or 0)
    return seen and all(each == limits.replicas for each in counts)


def _progresses(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """More updated, fewer old, more ready or more available pods than the stored status tells."""

    def old(given: dict[str, Any]) -> int:
        return int(given.get("replicas", 0)) - int(given.get("updatedReplicas", 0))

    return old(after) < old(before) or any(
        after.get(field, 0) > before.get(field, 0)
        for field in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )


def with_progress(
    deployment: Obj, given: dict[str, Any], new: Obj | None, limits: Limits, now: float
) -> dict[str, Any]:
    """`given` with condition Progressing as it now stands; without a deadline there is no such condition."""
    conditions: Conditions = given["conditions"]
    allowed = deadline(deployment)
    if allowed is None:
        return {**given, "conditions": without(conditions, "Progressing")}
    current = condition(deployment, "Progressing")
    finished = (
        given.get("replicas", 0) == given.get("updatedReplicas", 0)
        and current is not None
        and current["reason"] == "NewReplicaSetAvailable"
    )
    if finished:
        return given
    what = f'ReplicaSet "{name(new)}"' if new else f'Deployment "{name(deployment)}"'
    if is_complete(deployment, given, limits):
        message = f"{what} has successfully progressed."
        conditions = with_condition(conditions, "Progressing", "True", "NewReplicaSetAvailable", message, now)
    elif _progresses(status(deployment), given):
        # The same reason again has to move lastUpdateTime, from which the deadline runs: take the condition out
        # and put it back with the transition time it had.
        conditions = without(conditions, "Progressing")
        message = f"{what} is progressing."
        conditions = with_condition(conditions, "Progressing", "True", "ReplicaSetUpdated", message, now)
        if current is not None and current["status"] == "True":
            conditions[-1]["lastTransitionTime"] = current["lastTransitionTime"]
    elif _timed_out(current, allowed, now):
        message = f"{what} has timed out progressing."
        conditions = with_condition(conditions, "Progressing", "False", "ProgressDeadlineExceeded", message, now)
    return {**given, "conditions": conditions}


def with_failure(given: dict[str, Any], every: Iterable[Obj], new: Obj | None) -> dict[str, Any]:
    """`given` with the ReplicaFailure of the new ReplicaSet, else of another one; without it when none has one."""
    conditions: Conditions = given["conditions"]
    sets = [*([new] if new is not None else []), *every]
    failure = next((found for each in sets if (found := condition(each, CONDITION)) is not None), None)
    if failure is None:
        return {**given, "conditions": without(conditions, CONDITION)}
    current = find(conditions, CONDITION)
    if current and all(current[field] == failure[field] for field in ("status", "reason")):
        return given
    made = {
        "type": CONDITION,
        "status": failure["status"],
        "lastUpdateTime": failure["lastTransitionTime"],
        "lastTransitionTime": failure["lastTransitionTime"],
        "reason": failure["reason"],
        "message": failure["message"],
    }
    return {**given, "conditions": [*without(conditions, CONDITION), made]}


def _timed_out(current: dict[str, Any] | None, allowed: int, now: float) -> bool:
    if current is None or current["reason"] == "NewReplicaSetAvailable":
        return False
    return current["reason"] == "ProgressDeadlineExceeded" or seconds(current["lastUpdateTime"]) + allowed < now


def times_out_at(deployment: Obj, given: dict[str, Any], limits: Limits) -> float | None:
    """When the deadline passes if nothing more happens; None when no rollout is under way."""
    allowed, current = deadline(deployment), find(given["conditions"], "Progressing")
    if allowed is None or current is None or is_complete(deployment, given, limits):
        return None
    if current["reason"] in ("ProgressDeadlineExceeded", "NewReplicaSetAvailable", "DeploymentPaused"):
        return None
    return seconds(current["lastUpdateTime"]) + allowed
