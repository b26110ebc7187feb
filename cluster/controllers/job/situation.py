"""One pass's view of a Job: its pods, those that have ended and are not counted yet, and its indexes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cluster.config import Pace
from cluster.controllers.claiming import adopt, release
from cluster.controllers.job.policies import counts_as_failure
from cluster.controllers.label_selector import matcher, narrowest
from cluster.controllers.pod_facts import PodFacts, facts, known
from cluster.intents import Patch
from cluster.kinds.job import INDEXED
from cluster.machinery import indexes
from cluster.machinery.objects import (
    PODS,
    Obj,
    annotations_of,
    is_terminating,
    key,
    meta,
    name,
    namespace,
    seconds,
    spec,
    status,
    uid,
)
from cluster.plan import Action
from cluster.world import World

TRACKING = "batch.kubernetes.io/job-tracking"
"""The finalizer that keeps a pod from going before it is counted."""
INDEX = "batch.kubernetes.io/job-completion-index"
INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count"
"""How often pods of this index failed before this one."""


class Situation(NamedTuple):
    owner: Obj
    world: World
    now: float
    pace: Pace
    pods: list[PodFacts]
    succeeded: int
    """With those that have ended well and are not counted in the status yet."""
    failed: int
    done: frozenset[int]
    """Indexes that have ended well, the uncounted ones included."""
    given_up: frozenset[int]
    """Indexes that have failed more often than their limit allows."""

    @property
    def completions(self) -> int | None:
        found = spec(self.owner).get("completions")
        return None if found is None else int(found)

    @property
    def indexed(self) -> bool:
        return bool(spec(self.owner).get("completionMode") == INDEXED)

    @property
    def suspended(self) -> bool:
        return bool(spec(self.owner).get("suspend"))

    @property
    def active(self) -> list[PodFacts]:
        return [pod for pod in self.pods if pod.active]

    @property
    def terminating(self) -> int:
        return sum(pod.terminating and pod.phase not in ("Failed", "Succeeded") for pod in self.pods)

    def has_failed(self, pod: PodFacts) -> bool:
        """Where nothing is said, a pod that is being deleted counts as failed at once."""
        return has_failed(self.owner, pod)


def has_failed(owner: Obj, pod: PodFacts) -> bool:
    if pod.phase == "Failed":
        return True
    if spec(owner).get("podReplacementPolicy") == "Failed":
        return False
    return pod.terminating and pod.phase != "Succeeded"


def is_tracked(pod: Obj) -> bool:
    return TRACKING in (meta(pod).get("finalizers") or ())


def index_of(pod: Obj) -> int:
    """The completion index a pod works on, -1 when it has none."""
    text = annotations_of(pod).get(INDEX, "")
    return int(text) if text.isdecimal() else -1


def ended_at(pod: PodFacts) -> float:
    """When the pod failed or succeeded, as exactly as its containers tell; else when it was asked to go."""
    ends = [
        seconds(((each.get("state") or {}).get("terminated") or {}).get("finishedAt"))
        for each in status(pod.pod).get("containerStatuses") or ()
    ]
    if ends and all(ends):
        return max(ends)
    metadata = meta(pod.pod)
    if asked := metadata.get("deletionTimestamp"):
        return seconds(asked) - float(metadata.get("deletionGracePeriodSeconds") or 0)
    return seconds(metadata.get("creationTimestamp"))


def look(owner: Obj, world: World, now: float, pace: Pace) -> tuple[Situation, list[Action]]:
    """The situation, and the patches that adopt and release pods."""
    pods, actions = _claimed(owner, world)
    told = status(owner)
    uncounted = told.get("uncountedTerminatedPods") or {}
    succeeded = set(uncounted.get("succeeded") or ())
    failed = set(uncounted.get("failed") or ())
    before = int(told.get("succeeded") or 0), int(told.get("failed") or 0)
    completions = int(spec(owner).get("completions") or 0)
    indexed = spec(owner).get("completionMode") == INDEXED
    done = indexes.known(told.get("completedIndexes") or "", completions) if indexed else frozenset[int]()
    for pod in pods:
        if not is_tracked(pod.pod) or (indexed and not 0 <= index_of(pod.pod) < completions):
            continue
        if pod.phase == "Succeeded" and uid(pod.pod) not in failed:
            succeeded.add(uid(pod.pod))
            done |= {index_of(pod.pod)}
        elif has_failed(owner, pod) and counts_as_failure(owner, pod.pod):
            failed.add(uid(pod.pod))
    return Situation(
        owner,
        world,
        now,
        pace,
        pods,
        len(done) if indexed else before[0] + len(succeeded),
        before[1] + len(failed),
        done if indexed else frozenset(),
        _given_up(owner, pods, done),
    ), actions


def failures_of_indexes(owner: Obj, pods: Iterable[PodFacts]) -> dict[int, int]:
    """How often each index has failed, by what its pods still tell."""
    found: dict[int, int] = {}
    for pod in pods:
        text = annotations_of(pod.pod).get(INDEX_FAILURES, "")
        count = int(text) if text.isdecimal() else 0
        if has_failed(owner, pod) and counts_as_failure(owner, pod.pod):
            count += 1
        index = index_of(pod.pod)
        found[index] = max(found.get(index, 0), count)
    return found


def _given_up(owner: Obj, pods: list[PodFacts], done: frozenset[int]) -> frozenset[int]:
    limit = spec(owner).get("backoffLimitPerIndex")
    if limit is None:
        return frozenset()
    completions = int(spec(owner).get("completions") or 0)
    told = indexes.known(status(owner).get("failedIndexes") or "", completions)
    counted = failures_of_indexes(owner, pods)
    return (told | {index for index, count in counted.items() if 0 <= index < completions and count > limit}) - done


def _claimed(owner: Obj, world: World) -> tuple[list[PodFacts], list[Action]]:
    """The Job's pods by name, with orphans it adopts; one whose labels no longer match is let go, and not tracked."""
    memory, job_uid, selector = known(world), uid(owner), spec(owner).get("selector")
    holds, leaving = matcher(selector), is_terminating(owner)
    owned = {where: pod for where, pod in world.owned_by(job_uid).items() if where.kind == PODS}
    mine: list[PodFacts] = []
    actions: list[Action] = []
    for where, pod in sorted({**narrowest(world, PODS, namespace(owner), selector), **owned}.items()):
        read = facts(memory, where, pod)
        if read.controller == job_uid:
            if holds(read.labels):
                mine.append(read)
            elif not leaving:
                actions += [Action(release(PODS, pod, job_uid)), *untracked(pod)]
        elif not read.controller and not read.terminating and not leaving and holds(read.labels):
            actions.append(Action(_adopted(pod, owner)))
            mine.append(read)
    return mine, actions


def _adopted(pod: Obj, owner: Obj) -> Patch:
    """Its own from now on, and counted when it ends."""
    patch = adopt(PODS, pod, owner)
    finalizers = [each for each in meta(pod).get("finalizers") or () if each != TRACKING]
    return patch._replace(body={"metadata": {**patch.body["metadata"], "finalizers": [*finalizers, TRACKING]}})


def untracked(pod: Obj) -> list[Action]:
    """Take the finalizer off, if it is there."""
    if not is_tracked(pod):
        return []
    kept = [each for each in meta(pod)["finalizers"] if each != TRACKING]
    at = key(PODS, namespace(pod), name(pod))
    return [Action(Patch(at, "merge", {"metadata": {"finalizers": kept or None}}, uid=uid(pod)))]
