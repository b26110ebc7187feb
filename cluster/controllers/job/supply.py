"""The pods a Job still needs: how many may run, which are made, which go, how long a failure holds the next one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cluster.config import patience
from cluster.controllers.draft import Draft
from cluster.controllers.fresh_names import LENGTH, fresh_names
from cluster.controllers.job.situation import (
    INDEX,
    INDEX_FAILURES,
    TRACKING,
    Situation,
    ended_at,
    failures_of_indexes,
    index_of,
    untracked,
)
from cluster.controllers.pod_facts import PodFacts
from cluster.controllers.pod_template import pod_metadata
from cluster.intents import Create, Delete
from cluster.machinery.objects import Obj, meta, name, namespace, owner_reference, seconds, spec, status, uid
from cluster.machinery.podspecs import PARTS

BURST = 500
FIRST_BACKOFF, LONGEST_BACKOFF = 10.0, 600.0
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
_LONGEST_PREFIX = 63 - LENGTH


class Supply(NamedTuple):
    active: int
    """How many are active once this pass is through."""
    ready: int
    deleted: int


def supply(draft: Draft, situation: Situation, room: int) -> Supply:
    """Make and remove pods, at most `room` new ones; either the one or the other in one pass."""
    active = situation.active
    wanted = 0 if situation.suspended else _wanted(situation, len(active))
    doomed = _surplus(situation, active, len(active) - wanted)
    if doomed:
        for pod in doomed:
            # Taken off first: what the Job itself removes is no failure.
            draft.actions += untracked(pod.pod)
            remove(draft, pod)
        gone = {pod.where for pod in doomed}
        left = [pod for pod in active if pod.where not in gone]
        return Supply(len(left), sum(pod.ready for pod in left), len(doomed))
    ready = sum(pod.ready for pod in active)
    leaving = situation.terminating if spec(situation.owner).get("podReplacementPolicy") == "Failed" else 0
    missing = min(wanted - leaving - len(active), BURST, room)
    if missing <= 0:
        return Supply(len(active), ready, 0)
    made = _make(draft, situation, missing)
    return Supply(len(active) + made, ready, 0)


def remove(draft: Draft, pod: PodFacts) -> None:
    draft.act(
        Delete(pod.where, uid=uid(pod.pod)),
        (draft.note("SuccessfulDelete", f"Deleted pod: {pod.name}"),),
        (draft.note("FailedDelete", "Error deleting: {error}", "Warning"),),
    )


def _wanted(situation: Situation, active: int) -> int:
    """As many as may run side by side, never more than are left to be completed."""
    parallelism = int(spec(situation.owner).get("parallelism") or 0)
    if situation.completions is None:
        # A queue of work: once one has ended well, those that run may finish, and none is added.
        return active if situation.succeeded else parallelism
    left = situation.completions - situation.succeeded - len(situation.given_up)
    return max(0, min(left, parallelism))


def _surplus(situation: Situation, active: list[PodFacts], excess: int) -> list[PodFacts]:
    """Pods of an index that another has or that is not asked for, then those that have come least far."""
    doomed = list(_out_of_place(situation, active))
    if len(doomed) < excess:
        left = [pod for pod in active if pod not in doomed]
        doomed += sorted(left, key=_progress)[: excess - len(doomed)]
    return doomed[:BURST]


def _out_of_place(situation: Situation, active: list[PodFacts]) -> Iterator[PodFacts]:
    if not situation.indexed:
        return
    seen: set[int] = set()
    for pod in sorted(active, key=_progress, reverse=True):
        index = index_of(pod.pod)
        if index in seen or not 0 <= index < (situation.completions or 0):
            yield pod
        seen.add(index)


def _progress(pod: PodFacts) -> tuple[Any, ...]:
    """Sorts those that go first to the front: no node, pending, not ready, ready for a short time, restarted, young."""
    restarts = sum(int(each.get("restartCount") or 0) for each in status(pod.pod).get("containerStatuses") or ())
    born = seconds(meta(pod.pod).get("creationTimestamp"))
    return bool(spec(pod.pod).get("nodeName")), _PHASES.get(pod.phase, 0), pod.ready, -pod.ready_since, -restarts, -born


# -- new pods ------------------------------------------------------------------------------------------------------


def _make(draft: Draft, situation: Situation, missing: int) -> int:
    per_index = spec(situation.owner).get("backoffLimitPerIndex") is not None
    if not per_index and (until := _held_until(situation, situation.pods)) > situation.now:
        _told_to_wait(draft, until - situation.now)
        draft.look_again(until)
        return 0
    if not situation.indexed:
        for called in fresh_names(situation.owner, f"{name(situation.owner)}-", situation.world, missing):
            _create(draft, situation, called)
        return missing
    free = list(_free_indexes(situation, missing))
    if per_index:
        held = {index: _held_until(situation, _of_index(situation, index)) for index in free}
        waiting = [until for until in held.values() if until > situation.now]
        if waiting:
            _told_to_wait(draft, min(waiting) - situation.now)
            draft.look_again(min(waiting))
        free = [index for index in free if held[index] <= situation.now]
    failures = failures_of_indexes(situation.owner, situation.pods) if per_index else {}
    for index in free:
        (called,) = fresh_names(situation.owner, _prefix(situation.owner, index), situation.world, 1)
        _create(draft, situation, called, index, failures.get(index, 0) if per_index else None)
    return len(free)


def _told_to_wait(draft: Draft, left: float) -> None:
    text = f"The next pod is made in {max(1, round(left))} s: each failure doubles the pause."
    draft.because("wait", "backoff", text)


def _of_index(situation: Situation, index: int) -> list[PodFacts]:
    return [pod for pod in situation.pods if index_of(pod.pod) == index]


def _prefix(owner: Obj, index: int) -> str:
    end = f"-{index}-"
    return f"{name(owner)[: _LONGEST_PREFIX - len(end)]}{end}"


def _free_indexes(situation: Situation, most: int) -> Iterator[int]:
    taken = situation.done | situation.given_up | {index_of(pod.pod) for pod in situation.active}
    found = (index for index in range(situation.completions or 0) if index not in taken)
    for index, _ in zip(found, range(most), strict=False):
        yield index


def _held_until(situation: Situation, pods: list[PodFacts]) -> float:
    """10 seconds of a real cluster after a failure, twice as long after each further one since something ended well."""
    last_success = max((ended_at(pod) for pod in pods if pod.phase == "Succeeded"), default=0.0)
    ends = [ended_at(pod) for pod in pods if situation.has_failed(pod)]
    failures = [end for end in ends if end >= last_success]
    if not failures:
        return 0.0
    pause = min(FIRST_BACKOFF * 2.0 ** min(len(failures) - 1, 10), LONGEST_BACKOFF)
    return max(failures) + patience(situation.pace, pause)


def _create(
    draft: Draft, situation: Situation, called: str, index: int | None = None, failures: int | None = None
) -> None:
    owner = situation.owner
    template = spec(owner).get("template") or {}
    metadata = pod_metadata(template, namespace(owner), called[:-LENGTH], [owner_reference(owner)])
    metadata["finalizers"] = [*(metadata.get("finalizers") or ()), TRACKING]
    pod_spec = template.get("spec") or {}
    if index is not None:
        metadata["labels"] = {**(metadata.get("labels") or {}), INDEX: str(index)}
        metadata["annotations"] = {**(metadata.get("annotations") or {}), INDEX: str(index)}
        if failures is not None:
            metadata["annotations"][INDEX_FAILURES] = str(failures)
        pod_spec = _knowing_its_index({**pod_spec, "hostname": f"{name(owner)}-{index}"})
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": called, **metadata}, "spec": pod_spec}
    draft.act(
        Create(pod),
        (draft.note("SuccessfulCreate", f"Created pod: {called}"),),
        (draft.note("FailedCreate", "Error creating: {error}", "Warning"),),
    )


def _knowing_its_index(pod_spec: dict[str, Any]) -> dict[str, Any]:
    told = {
        "name": "JOB_COMPLETION_INDEX",
        "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.labels['{INDEX}']"}},
    }

    def with_variable(container: Obj) -> Obj:
        variables = container.get("env") or []
        if any(each.get("name") == told["name"] for each in variables):
            return container
        return {**container, "env": [*variables, told]}

    found = dict(pod_spec)
    for field in PARTS:
        if pod_spec.get(field):
            found[field] = [with_variable(each) for each in pod_spec[field]]
    return found
