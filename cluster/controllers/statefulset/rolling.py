"""Rolling a new template out: from the top down to the partition, one pod at a time (R-UPD-1 to R-UPD-5)."""

from __future__ import annotations

from cluster.controllers.draft import Draft
from cluster.controllers.statefulset import reasons
from cluster.controllers.statefulset.ordering import delete
from cluster.controllers.statefulset.situation import Situation


def roll(draft: Draft, situation: Situation, counts: dict[str, int]) -> None:
    """Delete the highest pod of an old template once all above it are available. A deletion lowers
    counts["currentReplicas"], as the status of the same pass tells it."""
    seats, update = situation.seating.seats, situation.history.update.name
    if situation.strategy != "RollingUpdate":
        return
    if counts["updatedReplicas"] == counts["availableReplicas"] == counts["replicas"] == len(seats):
        return  # The usual case, seen without another walk: updated counts no terminating pod.
    for index in range(len(seats) - 1, (situation.partition or 0) - 1, -1):
        pod = seats[index]
        if pod is None:
            return
        if pod.revision != update and not pod.terminating:
            delete(draft, situation, pod)
            counts["currentReplicas"] = max(0, counts["currentReplicas"] - 1)
            draft.because("wait", "updating", f"{pod.name} is being replaced by the new template.")
            return
        if not situation.healthy(pod):
            code, what = reasons.until(situation, pod)
            if pod.ready and not pod.terminating:
                draft.look_again(pod.available_at(situation.min_ready))
            low, high = (place + situation.seating.start for place in (situation.partition or 0, index))
            if any(low <= each.ordinal < high and each.revision != update for each in seats.pods()):
                draft.because("wait", "update-waits", f"The update waits for {what}.")
            elif pod.ready:
                draft.because("wait", code, f"Waiting for {what}.")
            return
