"""CronJob: a Job at each time of a schedule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import AGE, NAME, NONE, since, template_columns, wide
from cluster.kinds.fields import not_negative
from cluster.kinds.goprint import label_selector
from cluster.kinds.job import default_spec, validate_spec
from cluster.kinds.kind import Admission, Column, Kind
from cluster.kinds.podtemplate import default_template
from cluster.machinery import cron
from cluster.machinery.errors import Cause, invalid, not_supported, required
from cluster.machinery.objects import CRON_JOBS, Obj, copy, name, spec, status

ALLOW, FORBID, REPLACE = "Allow", "Forbid", "Replace"
_LONGEST_NAME = 63 - 11
"""A Job's name adds a dash and ten digits."""


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    if not given.get("concurrencyPolicy"):
        given["concurrencyPolicy"] = ALLOW
    given.setdefault("suspend", False)
    # The Job's own defaults are filled in when one is made.
    template = given.setdefault("jobTemplate", {})
    template.setdefault("metadata", {})["creationTimestamp"] = None
    default_template(template.setdefault("spec", {}).setdefault("template", {}))
    for field, kept in (("successfulJobsHistoryLimit", 3), ("failedJobsHistoryLimit", 1)):
        if given.get(field) is None:
            given[field] = kept


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = obj["spec"]
    if len(name(obj)) > _LONGEST_NAME:
        yield invalid("metadata.name", name(obj), f"must be no more than {_LONGEST_NAME} characters")
    yield from _schedule(given)
    yield from _time_zone(given.get("timeZone"))
    yield from not_negative("spec.startingDeadlineSeconds", given.get("startingDeadlineSeconds"))
    if (policy := given["concurrencyPolicy"]) not in (ALLOW, FORBID, REPLACE):
        yield not_supported("spec.concurrencyPolicy", policy, (ALLOW, FORBID, REPLACE))
    yield from _job_template("spec.jobTemplate.spec", given["jobTemplate"]["spec"])
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        yield from not_negative(f"spec.{field}", given[field])


def _schedule(given: Mapping[str, Any]) -> Iterator[Cause]:
    path, schedule = "spec.schedule", given.get("schedule") or ""
    if not schedule:
        yield required(path)
    elif "TZ" in schedule:
        yield invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
    else:
        try:
            cron.parse(schedule)
        except cron.ScheduleError as error:
            yield invalid(path, schedule, str(error))


def _time_zone(zone: str | None) -> Iterator[Cause]:
    path = "spec.timeZone"
    if zone is None:
        return
    if not zone:
        yield invalid(path, zone, "timeZone must be nil or non-empty string")
    elif zone.lower() == "local":
        detail = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        yield invalid(path, zone, detail)
    else:
        try:
            cron.zone(zone)
        except cron.ScheduleError as error:
            yield invalid(path, zone, str(error))


def _job_template(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    whole = copy(dict(given))
    default_spec(whole)
    yield from validate_spec(path, whole)
    if (selector := given.get("selector")) is not None:
        yield invalid(f"{path}.selector", label_selector(selector), "`selector` will be auto-generated")
    if given.get("manualSelector"):
        yield not_supported(f"{path}.manualSelector", True, ("nil", "false"))


def _suspended(obj: Obj, now: float) -> str:
    suspend = spec(obj).get("suspend")
    return "<unset>" if suspend is None else str(bool(suspend))


def _last(obj: Obj, now: float) -> str:
    last = status(obj).get("lastScheduleTime")
    return since(last, now) if last else NONE


KIND = Kind(
    group="batch",
    version="v1",
    kind="CronJob",
    resource="cronjobs",
    singular="cronjob",
    short_names=("cj",),
    categories=("all",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    has_generation=True,
    columns=(
        NAME,
        Column("Schedule", lambda obj, now: spec(obj).get("schedule", "")),
        Column("Timezone", lambda obj, now: spec(obj).get("timeZone") or NONE),
        Column("Suspend", _suspended, type="boolean"),
        Column("Active", lambda obj, now: len(status(obj).get("active") or ()), type="integer"),
        Column("Last Schedule", _last),
        AGE,
        *template_columns(CRON_JOBS),
        wide("Selector", lambda obj, now: NONE),
    ),
)
