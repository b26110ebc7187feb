"""A ReplicaSet's status from its active pods."""

from __future__ import annotations

from typing import Any

from cluster.controllers.creation_failure import with_failure
from cluster.controllers.pod_facts import PodFacts
from cluster.machinery.objects import Obj, meta, spec


def new_status(owner: Obj, active: list[PodFacts], now: float, failure: str = "") -> dict[str, Any]:
    """In the order and with the omissions of the API type; pods that leave or have finished are not counted.
    `failure`: why pods cannot be created."""
    min_ready = int(spec(owner).get("minReadySeconds") or 0)
    wanted = ((spec(owner).get("template") or {}).get("metadata") or {}).get("labels") or {}
    ready = [pod for pod in active if pod.ready]
    counts = {
        "fullyLabeledReplicas": sum(wanted.items() <= pod.labels.items() for pod in active),
        "readyReplicas": len(ready),
        "availableReplicas": sum(pod.is_available(min_ready, now) for pod in ready),
        "observedGeneration": meta(owner).get("generation") or 0,
    }
    made: dict[str, Any] = {"replicas": len(active)} | {field: value for field, value in counts.items() if value}
    if conditions := with_failure(owner, failure, now):
        made["conditions"] = conditions
    return made
