"""Counting pods that have ended, each once: its uid is noted in the status, its finalizer comes off, then it counts.

A pass notes and takes off; the next one, which no longer finds the finalizer, raises the counter. So a worker that
dies between any two writes neither forgets a pod nor counts it twice.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.controllers.job.policies import counts_as_failure
from cluster.controllers.job.situation import Situation, index_of, is_tracked
from cluster.controllers.pod_facts import PodFacts
from cluster.machinery import indexes
from cluster.machinery.objects import is_terminating, spec, status, uid

MOST_UNCOUNTED = 500


class Count(NamedTuple):
    succeeded: int
    failed: int
    uncounted: dict[str, list[str]]
    completed_indexes: str
    released: list[PodFacts]
    """Whose finalizer comes off."""
    more: bool
    """There is more to count than fits in one pass."""


def count(situation: Situation, ending: str) -> Count:
    """`ending`: "" while the Job goes on; "success" or "failure" when it is decided, so that all pods count."""
    told = status(situation.owner)
    tracked = {uid(pod.pod) for pod in situation.pods if is_tracked(pod.pod)}
    before: dict[str, list[str]] = told.get("uncountedTerminatedPods") or {}
    uncounted = {end: [each for each in before.get(end) or () if each in tracked] for end in ("succeeded", "failed")}
    counted = {end: len(before.get(end) or ()) - len(uncounted[end]) for end in uncounted}
    completions = situation.completions or 0
    done = set(indexes.known(told.get("completedIndexes") or "", completions)) if situation.indexed else set()
    released: list[PodFacts] = []
    noted = 0
    for pod in sorted(situation.pods, key=lambda each: index_of(each.pod)):
        if not is_tracked(pod.pod) or not _may_go(situation, pod, ending):
            continue
        if noted >= MOST_UNCOUNTED:
            break
        released.append(pod)
        noted += 1
        pod_uid, index = uid(pod.pod), index_of(pod.pod)
        out_of_range = situation.indexed and not 0 <= index < completions
        if pod.phase == "Succeeded" and pod_uid not in uncounted["failed"]:
            if situation.indexed:
                done.update(() if out_of_range else (index,))
            elif pod_uid not in uncounted["succeeded"]:
                uncounted["succeeded"].append(pod_uid)
        elif (
            (situation.has_failed(pod) or ending == "failure")
            and not out_of_range
            and pod_uid not in uncounted["failed"]
            and counts_as_failure(situation.owner, pod.pod)
        ):
            uncounted["failed"].append(pod_uid)
    return Count(
        len(done) if situation.indexed else int(told.get("succeeded") or 0) + counted["succeeded"],
        int(told.get("failed") or 0) + counted["failed"],
        {end: uids for end, uids in uncounted.items() if uids},
        indexes.shown(done),
        released,
        noted >= MOST_UNCOUNTED,
    )


def _may_go(situation: Situation, pod: PodFacts, ending: str) -> bool:
    if is_terminating(situation.owner) or ending or pod.phase == "Succeeded":
        return True
    return situation.has_failed(pod)


def failed_indexes(situation: Situation) -> str | None:
    """As the status tells them; None where indexes have no limit of their own."""
    if spec(situation.owner).get("backoffLimitPerIndex") is None:
        return None
    return indexes.shown(situation.given_up)
