"""How a definition goes: what it defines goes first, while its finalizer holds it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.machinery.objects import Obj, status, timestamp

FINALIZER = "customresourcecleanup.apiextensions.k8s.io"
PENDING = (
    "InstanceDeletionPending",
    "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
)
IN_PROGRESS = ("InstanceDeletionInProgress", "CustomResource deletion is in progress")
DONE = ("InstanceDeletionCompleted", "removed all instances")


def begun(definition: Obj, now: float) -> Obj:
    """The definition as it is when somebody deletes it: marked and held."""
    metadata = definition["metadata"]
    if metadata.get("deletionTimestamp"):
        return definition
    finalizers = metadata.get("finalizers") or []
    marked = {**metadata, "deletionTimestamp": timestamp(now)}
    marked["finalizers"] = finalizers if FINALIZER in finalizers else [*finalizers, FINALIZER]
    return terminating({**definition, "metadata": marked}, "True", PENDING, now)


def terminating(definition: Obj, value: str, why: tuple[str, str], now: float) -> Obj:
    """With the condition Terminating as told."""
    conditions = status(definition).get("conditions") or []
    before: Mapping[str, Any] = next((each for each in conditions if each.get("type") == "Terminating"), {})
    told = {
        "type": "Terminating",
        "status": value,
        "lastTransitionTime": before.get("lastTransitionTime") if before.get("status") == value else timestamp(now),
        "reason": why[0],
        "message": why[1],
    }
    if told == before:
        return definition
    others = [each for each in conditions if each.get("type") != "Terminating"]
    return {**definition, "status": {**status(definition), "conditions": [*others, told]}}
