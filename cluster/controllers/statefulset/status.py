"""A StatefulSet's status from its pods: what section 7 of the rules says each number counts.

Reads no spec beyond replicas, minReadySeconds and the strategy's type, and remembers nothing from plan to plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.controllers.pod_facts import PodFacts
from cluster.controllers.revision_history import History
from cluster.controllers.statefulset.identity import replicas_of
from cluster.machinery.objects import Obj, meta, spec, status


def count(pods: Iterable[PodFacts], found: History, min_ready: int, now: float) -> dict[str, int]:
    """replicas, readyReplicas, availableReplicas, currentReplicas, updatedReplicas; terminating pods count in the
    first three as long as they are there."""
    replicas = ready = available = current = updated = 0
    current_name, update_name = found.current.name, found.update.name
    for pod in pods:
        replicas += 1
        if pod.ready:
            ready += 1
            if not min_ready or pod.is_available(min_ready, now):
                available += 1
        if not pod.terminating:
            revision = pod.revision
            if revision == current_name:
                current += 1
            if revision == update_name:
                updated += 1
    return {
        "replicas": replicas,
        "readyReplicas": ready,
        "availableReplicas": available,
        "currentReplicas": current,
        "updatedReplicas": updated,
    }


def new_status(owner: Obj, counts: dict[str, int], found: History) -> dict[str, Any]:
    """The status to store, in the order and with the omissions of the API type. A finished roll makes the update
    revision the current one (R-REV-6)."""
    replicas, wanted = counts["replicas"], replicas_of(owner)
    current, update = found.current.name, found.update.name
    current_count = counts["currentReplicas"]
    rolling = (spec(owner).get("updateStrategy") or {}).get("type", "RollingUpdate") == "RollingUpdate"
    if rolling and counts["updatedReplicas"] == counts["readyReplicas"] == replicas == wanted:
        current, current_count = update, counts["updatedReplicas"]
    some = {
        "readyReplicas": counts["readyReplicas"],
        "currentReplicas": current_count,
        "updatedReplicas": counts["updatedReplicas"],
    }
    made: dict[str, Any] = {"observedGeneration": meta(owner).get("generation") or 0, "replicas": replicas}
    made |= {field: value for field, value in some.items() if value}
    made |= {"currentRevision": current, "updateRevision": update, "collisionCount": found.collisions}
    if conditions := status(owner).get("conditions"):
        made["conditions"] = conditions
    made["availableReplicas"] = counts["availableReplicas"]
    return made
