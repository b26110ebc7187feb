"""The CronJob controller: starts a Job when its time has come, and forgets old ones. Rules of v1.32, cluster time.

A Job's name is made of the minute it is for, so the same time never starts two. The pass that sees the new Job notes
it in the status, since only the commit knows its uid.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.claiming import owner_key
from cluster.controllers.cronjob import reasons
from cluster.controllers.cronjob.due import MANY, Due, NeverComes, due
from cluster.controllers.draft import Draft
from cluster.intents import Create, Delete, Update
from cluster.kinds.cronjob import FORBID, REPLACE
from cluster.kinds.job import is_finished
from cluster.machinery import cron
from cluster.machinery.objects import (
    CRON_JOBS,
    JOBS,
    Key,
    Obj,
    annotations_of,
    controller_of,
    is_terminating,
    key,
    name,
    namespace,
    owner_reference,
    resource_version,
    seconds,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Controller, Note, Plan
from cluster.world import World

COMPONENT = "cronjob-controller"
SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp"


def plan(world: World, key: Key, now: float, config: ClusterConfig) -> Plan:
    """One pass over the CronJob at `key`."""
    cron_job = world.get(key)
    if cron_job is None:
        return NOTHING
    draft = Draft(key, cron_job, COMPONENT)
    jobs = [job for where, job in sorted(world.owned_by(uid(cron_job)).items()) if where.kind == JOBS]
    jobs = [job for job in jobs if (controller_of(job) or {}).get("uid") == uid(cron_job)]
    told, notes = _followed(draft, cron_job, jobs)
    if is_terminating(cron_job):
        draft.because("info", "deleting", "Being deleted: no jobs are started any more.")
    elif spec(cron_job).get("suspend"):
        draft.because("info", "suspended", "Suspended: no jobs are started until spec.suspend is false.")
    else:
        told = _start(draft, cron_job, world, now, told)
    _forget(draft, cron_job, jobs)
    if told != status(cron_job):
        draft.act(Update({**cron_job, "status": told}, "status"), tuple(notes))
    else:
        draft.notes += notes
    reasons.tell(draft, told)
    return draft.plan()


def _followed(draft: Draft, cron_job: Obj, jobs: list[Obj]) -> tuple[dict[str, Any], list[Note]]:
    """The status by what has become of its Jobs."""
    told = dict(status(cron_job))
    active: list[dict[str, Any]] = list(told.get("active") or ())
    notes: list[Note] = []
    last = told.get("lastSuccessfulTime")
    for job in jobs:
        listed = any(each.get("uid") == uid(job) for each in active)
        finished = is_finished(job)
        if not listed and not finished:
            if SCHEDULED_AT in annotations_of(job):
                active.append(_reference(job))
                scheduled = timestamp(seconds(annotations_of(job)[SCHEDULED_AT]))
                told["lastScheduleTime"] = max(told.get("lastScheduleTime") or "", scheduled)
            else:
                text = f"Saw a job that the controller did not create or forgot: {name(job)}"
                notes.append(draft.note("UnexpectedJob", text, "Warning"))
        elif listed and finished:
            active = [each for each in active if each.get("uid") != uid(job)]
            text = f"Saw completed job: {name(job)}, condition: {finished}"
            notes.append(draft.note("SawCompletedJob", text))
        if finished == "Complete" and (ended := status(job).get("completionTime")) and ended > (last or ""):
            last = ended
    there = {uid(job) for job in jobs}
    missing = [str(each.get("name")) for each in active if each.get("uid") not in there]
    notes += [draft.note("MissingJob", f"Active job went missing: {called}") for called in missing]
    active = [each for each in active if each.get("uid") in there]
    return _arranged(active, told.get("lastScheduleTime"), last), notes


def _arranged(active: list[dict[str, Any]], scheduled: str | None, successful: str | None) -> dict[str, Any]:
    """In the order and with the omissions of the API type."""
    fields = {"active": active, "lastScheduleTime": scheduled, "lastSuccessfulTime": successful}
    return {field: value for field, value in fields.items() if value}


def _reference(job: Obj) -> dict[str, Any]:
    return {
        "kind": "Job",
        "namespace": namespace(job),
        "name": name(job),
        "uid": uid(job),
        "apiVersion": "batch/v1",
        "resourceVersion": str(resource_version(job)),
    }


def _start(draft: Draft, cron_job: Obj, world: World, now: float, told: dict[str, Any]) -> dict[str, Any]:
    """Start the Job whose time has come; returns the status without Jobs it replaces."""
    try:
        found = due({**cron_job, "status": told}, now)
    except cron.ScheduleError as error:
        text = f"unparseable schedule: {spec(cron_job).get('schedule')!r} : {error}".replace("'", '"')
        draft.notes.append(draft.note("UnparseableSchedule", text, "Warning"))
        draft.because("fail", "unparseable", f"Never starts a job: {error}.")
        return told
    except NeverComes as error:
        draft.because("fail", "never", f"Never starts a job: {error}.")
        return told
    draft.look_again(found.following)
    draft.because("ok", "next", reasons.upcoming(found.following))
    if found.scheduled is None or _is_too_late(draft, cron_job, found, now):
        return told
    made = _job(cron_job, found.scheduled)
    there = key(JOBS, namespace(cron_job), name(made)) in world
    if there or told.get("lastScheduleTime") == timestamp(found.scheduled):
        return told
    active = told.get("active") or []
    policy = spec(cron_job).get("concurrencyPolicy")
    if policy == FORBID and active:
        text = "Not starting job because prior execution is running and concurrency policy is Forbid"
        draft.notes.append(draft.note("JobAlreadyActive", text))
        draft.because("wait", "forbidden", f"Not started: {active[0].get('name')} runs and the policy is Forbid.")
        return told
    if found.missed > MANY:
        text = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
        draft.notes.append(draft.note("TooManyMissedTimes", text, "Warning"))
    if policy == REPLACE:
        for each in active:
            _delete(draft, key(JOBS, namespace(cron_job), str(each.get("name"))), str(each.get("uid")))
        told = _arranged([], told.get("lastScheduleTime"), told.get("lastSuccessfulTime"))
    draft.act(
        Create(made),
        (draft.note("SuccessfulCreate", f"Created job {name(made)}"),),
        (draft.note("FailedCreate", "Error creating job: {error}", "Warning"),),
    )
    return told


def _is_too_late(draft: Draft, cron_job: Obj, found: Due, now: float) -> bool:
    allowed = spec(cron_job).get("startingDeadlineSeconds")
    if allowed is None or found.scheduled is None or found.scheduled + float(allowed) >= now:
        return False
    when = format_datetime(datetime.fromisoformat(timestamp(found.scheduled).replace("Z", "+00:00")))
    draft.notes.append(draft.note("MissSchedule", f"Missed scheduled time to start a job: {when}", "Warning"))
    return True


def _job(cron_job: Obj, scheduled: float) -> Obj:
    template = spec(cron_job).get("jobTemplate") or {}
    given = template.get("metadata") or {}
    zone = cron.zone(str(spec(cron_job).get("timeZone") or ""))
    moment = datetime.fromtimestamp(scheduled, zone).isoformat().replace("+00:00", "Z")
    metadata: dict[str, Any] = {
        "name": f"{name(cron_job)}-{int(scheduled) // 60}",
        "namespace": namespace(cron_job),
        "annotations": {**(given.get("annotations") or {}), SCHEDULED_AT: moment},
        "ownerReferences": [owner_reference(cron_job)],
    }
    if given.get("labels"):
        metadata["labels"] = given["labels"]
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template.get("spec") or {}}


def _forget(draft: Draft, cron_job: Obj, jobs: list[Obj]) -> None:
    """Delete the oldest finished Jobs beyond the limits, those that succeeded and those that failed apart."""
    for condition, field in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
        limit = spec(cron_job).get(field)
        if limit is None:
            continue
        ended = [job for job in jobs if is_finished(job) == condition and not is_terminating(job)]
        ended.sort(key=lambda job: (status(job).get("startTime") or "~", name(job)))
        for job in ended[: max(0, len(ended) - int(limit))]:
            _delete(draft, key(JOBS, namespace(job), name(job)), uid(job))


def _delete(draft: Draft, where: Key, job_uid: str) -> None:
    draft.act(
        Delete(where, job_uid, propagation="Background"),
        (draft.note("SuccessfulDelete", f"Deleted job {where.name}"),),
        (draft.note("FailedDelete", "Deleted job: {error}", "Warning"),),
    )


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """CronJobs that a change of a CronJob or of one of their Jobs concerns."""
    if change.key.kind == CRON_JOBS:
        return (change.key,)
    if change.key.kind != JOBS:
        return ()
    found = (owner_key(obj, CRON_JOBS, "CronJob", world) for obj in (change.object, old) if obj is not None)
    return {where for where in found if where is not None}


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(CRON_JOBS))


CONTROLLER = Controller(COMPONENT, keys, every, plan)
