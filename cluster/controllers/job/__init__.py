"""The Job controller: pods until so many have ended well, or until it is clear that they will not. Rules of v1.32.

A key is a Job; or a pod, when the Job that it was made for is no more and only its finalizer holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.claiming import concerned, owner_key
from cluster.controllers.draft import Draft
from cluster.controllers.job import reasons
from cluster.controllers.job.ending import REACHED, Ending, completed, deadline, decided, with_condition
from cluster.controllers.job.situation import Situation, is_tracked, look, untracked
from cluster.controllers.job.supply import Supply, remove, supply
from cluster.controllers.job.tracking import Count, count, failed_indexes
from cluster.intents import Update
from cluster.kinds.job import is_finished
from cluster.machinery.objects import (
    JOBS,
    PODS,
    Key,
    Obj,
    condition,
    is_terminating,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Note, Plan
from cluster.world import World

COMPONENT = "job-controller"
MANAGER = "kubernetes.io/job-controller"


def plan(world: World, key: Key, now: float, config: ClusterConfig) -> Plan:
    """One pass over the Job at `key`, or over a pod that has none any more."""
    owner = world.get(key)
    if owner is None:
        return NOTHING
    if key.kind == PODS:
        return Plan(tuple(untracked(owner))) if _is_left_behind(owner, world) else NOTHING
    draft = Draft(key, owner, COMPONENT)
    if (manager := spec(owner).get("managedBy")) not in (None, "", MANAGER):
        draft.because("info", "managed-by-another", f"Left to {manager}, which spec.managedBy names.")
        return draft.plan()
    if is_finished(owner):
        reasons.finished(draft, owner)
        return draft.plan()
    situation, claims = look(owner, world, now, config.pace)
    draft.actions += claims
    _sync(draft, situation, max(1, config.most_pods - world.count(PODS)))
    return draft.plan()


def _sync(draft: Draft, situation: Situation, room: int) -> None:
    """`room`: so many pods the cluster still takes; the first it would not is tried, so that its refusal is told."""
    owner, now = situation.owner, situation.now
    ending = decided(situation)
    conditions: list[dict[str, Any]] = list(status(owner).get("conditions") or ())
    started = status(owner).get("startTime") or (None if situation.suspended else timestamp(now))
    notes: list[Note] = []
    if ending is not None:
        for pod in situation.active:
            remove(draft, pod)
        supplied = Supply(0, 0, len(situation.active))
    elif is_terminating(owner):
        active = situation.active
        supplied = Supply(len(active), sum(pod.ready for pod in active), 0)
    else:
        supplied = supply(draft, situation, room)
        if completed(situation, supplied.active):
            ending = REACHED
        else:
            conditions, resumed = _suspension(draft, situation, conditions, notes)
            started = timestamp(now) if resumed else started
    if ending is not None and condition(owner, ending.interim) is None:
        conditions = with_condition(conditions, ending.interim, "True", ending.reason, ending.message, now)
    counted = count(situation, ending.word if ending else "")
    terminating = situation.terminating + supplied.deleted
    settled = not counted.uncounted and not counted.released and not terminating
    ended = ending if settled else None
    if ended is not None:
        conditions = with_condition(conditions, ended.final, "True", ended.reason, ended.message, now)
        notes.append(_end_note(draft, situation, ended, counted))
    told = _status(situation, conditions, started, supplied, counted, terminating)
    if ended is not None and ended.success:
        told["completionTime"] = timestamp(now)
    told = {field: told[field] for field in _ORDER if field in told}
    if told != status(owner):
        # Pods that have ended are counted though new ones cannot be made.
        draft.actions.append(Action(Update({**owner, "status": told}, "status"), tuple(notes), regardless=True))
    draft.actions += [each._replace(regardless=True) for pod in counted.released for each in untracked(pod.pod)]
    if (moment := deadline(situation)) is not None and ending is None:
        draft.look_again(moment)
    reasons.tell(draft, situation, ending, supplied)


_ORDER = (
    "conditions", "startTime", "completionTime", "active", "succeeded", "failed", "terminating", "completedIndexes",
    "failedIndexes", "uncountedTerminatedPods", "ready",
)  # fmt: skip


def _status(
    situation: Situation,
    conditions: list[dict[str, Any]],
    started: str | None,
    supplied: Supply,
    counted: Count,
    terminating: int,
) -> dict[str, Any]:
    """With the omissions of the API type: what is a pointer there is told when it is 0, too."""
    some = {
        "conditions": conditions,
        "startTime": started,
        "active": supplied.active,
        "succeeded": counted.succeeded,
        "failed": counted.failed,
        "completedIndexes": counted.completed_indexes if situation.indexed else "",
    }
    told: dict[str, Any] = {field: value for field, value in some.items() if value}
    if (indexes := failed_indexes(situation)) is not None:
        told["failedIndexes"] = indexes
    return told | {
        "terminating": terminating,
        "uncountedTerminatedPods": counted.uncounted,
        "ready": supplied.ready,
    }


def _suspension(
    draft: Draft, situation: Situation, conditions: list[dict[str, Any]], notes: list[Note]
) -> tuple[list[dict[str, Any]], bool]:
    """The conditions, and whether the Job goes on again from now."""
    if situation.suspended:
        changed = with_condition(conditions, "Suspended", "True", "JobSuspended", "Job suspended", situation.now)
        if changed is not conditions:
            notes.append(draft.note("Suspended", "Job suspended"))
        return changed, False
    changed = with_condition(conditions, "Suspended", "False", "JobResumed", "Job resumed", situation.now)
    if changed is not conditions:
        notes.append(draft.note("Resumed", "Job resumed"))
    return changed, changed is not conditions


def _end_note(draft: Draft, situation: Situation, ending: Ending, counted: Count) -> Note:
    if not ending.success:
        return draft.note(ending.reason, ending.message, "Warning")
    if situation.completions is not None and counted.succeeded > situation.completions:
        text = "Too many succeeded pods running after completion count reached"
        draft.notes.append(draft.note("TooManySucceededPods", text, "Warning"))
    return draft.note("Completed", "Job completed")


def _is_left_behind(pod: Obj, world: World) -> bool:
    """Its finalizer is a Job's, and no Job that goes on will take it off."""
    if not is_tracked(pod):
        return False
    job = owner_key(pod, JOBS, "Job", world)
    return job is None or bool(is_finished(world.get(job) or {}))


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """Jobs that a change of a Job or a pod concerns, and pods that lost theirs."""
    kind = change.key.kind
    if kind == JOBS:
        return [change.key, *_pods_of(change.object, world)]
    if kind == PODS:
        found = concerned(change, old, JOBS, "Job", world)
        if change.type != "DELETED" and _is_left_behind(change.object, world):
            found.add(change.key)
        return found
    return ()


def _pods_of(job: Obj, world: World) -> Iterator[Key]:
    """Pods whose Job is gone or has finished, and that are still held."""
    for where, pod in list(world.owned_by(uid(job)).items()):
        if where.kind == PODS and _is_left_behind(pod, world):
            yield where


def every(world: World) -> Iterable[Key]:
    held = (where for where, pod in world.bucket(PODS).items() if _is_left_behind(pod, world))
    return [*world.bucket(JOBS), *held]


CONTROLLER = Controller(COMPONENT, keys, every, plan)
