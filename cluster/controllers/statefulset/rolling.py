"""Rolling a new template out from the top down to the partition: one pod at a time (R-UPD-1 to R-UPD-5), or as many as
maxUnavailable leaves room for, where the cluster's gate for it is on (R-UPD-6 to R-UPD-8).
"""

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
    if situation.max_unavailable is not None:
        _roll_several(draft, situation, counts, situation.max_unavailable)
        return
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


def _roll_several(draft: Draft, situation: Situation, counts: dict[str, int], most: int) -> None:
    """Delete pods of an old template while fewer than `most` are unavailable, missing ones included. In Parallel those
    that are unavailable anyway go first and cost nothing, so that a broken template can always be replaced."""
    seats, update = situation.seating.seats, situation.history.update.name
    pods = seats.pods()
    budget = most - (len(seats) - sum(situation.healthy(pod) for pod in pods))
    lowest = situation.seating.start + (situation.partition or 0)
    old = [each for each in reversed(pods) if each.ordinal >= lowest and each.revision != update]
    gone = [] if situation.monotonic else [each for each in old if not each.terminating and not situation.healthy(each)]
    standing = [each for each in old if not each.terminating and each not in gone]
    gone += standing[: max(0, budget)]
    for pod in gone:
        delete(draft, situation, pod)
        counts["currentReplicas"] = max(0, counts["currentReplicas"] - 1)
    if gone:
        more = f" and {len(gone) - 1} more are" if len(gone) > 1 else " is"
        draft.because("wait", "updating", f"{gone[0].name}{more} being replaced by the new template.")
    elif old:
        text = f"The update waits: {most - budget} pods are unavailable, and no more than {most} may be."
        draft.because("wait", "update-waits", text)
        _look_again(draft, situation)


def _look_again(draft: Draft, situation: Situation) -> None:
    for pod in situation.seating.seats.pods():
        if pod.ready and not pod.terminating and not situation.healthy(pod):
            draft.look_again(pod.available_at(situation.min_ready))
