"""A DaemonSet's status: its nodes counted by the pod that stands on each."""

from __future__ import annotations

from typing import Any

from cluster.controllers.daemonset.situation import Situation
from cluster.machinery.objects import meta, status


def new_status(situation: Situation) -> dict[str, Any]:
    """In the order and with the omissions of the API type. Of several pods on a node the first counts."""
    counts = dict.fromkeys(("desired", "current", "misplaced", "ready", "updated", "available"), 0)
    for node, verdict in situation.verdicts.items():
        pods = situation.pods.get(node)
        if not verdict.run:
            counts["misplaced"] += bool(pods)
            continue
        counts["desired"] += 1
        if pods:
            counts["current"] += 1
            counts["ready"] += pods[0].ready
            counts["available"] += situation.available(pods[0])
            counts["updated"] += situation.is_new(pods[0])
    before = status(situation.owner)
    made: dict[str, Any] = {
        "currentNumberScheduled": counts["current"],
        "numberMisscheduled": counts["misplaced"],
        "desiredNumberScheduled": counts["desired"],
        "numberReady": counts["ready"],
    }
    some = {
        "observedGeneration": meta(situation.owner).get("generation") or 0,
        "updatedNumberScheduled": counts["updated"],
        "numberAvailable": counts["available"],
        "numberUnavailable": counts["desired"] - counts["available"],
    }
    made |= {field: value for field, value in some.items() if value}
    if situation.history.collisions:
        made["collisionCount"] = situation.history.collisions
    if conditions := before.get("conditions"):
        made["conditions"] = conditions
    return made
