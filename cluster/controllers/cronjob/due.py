"""Which time of a CronJob's schedule is due and which comes next, by what it last started. Pure arithmetic."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from cluster.machinery import cron
from cluster.machinery.objects import Obj, meta, seconds, spec, status

MANY = 100
"""Of more missed times than this a warning is told."""


class NeverComes(ValueError):
    """The schedule can be read, and no date meets it."""


class Due(NamedTuple):
    scheduled: float | None
    """The latest time that has come and was not started; None: none has."""
    following: float
    """The next time after that, or after now."""
    missed: int
    """How many times have come since the last start, about."""


def due(cron_job: Obj, now: float) -> Due:
    """ScheduleError when schedule or zone cannot be read, NeverComes when no time will ever be due."""
    schedule = cron.parse(str(spec(cron_job).get("schedule") or ""))
    zone = cron.zone(str(spec(cron_job).get("timeZone") or ""))
    last = status(cron_job).get("lastScheduleTime") or meta(cron_job).get("creationTimestamp")
    earliest = seconds(last)
    allowed = spec(cron_job).get("startingDeadlineSeconds")
    if allowed is not None:
        # What lies further back is not started any more.
        earliest = max(earliest, now - float(allowed))
    first = schedule.after(earliest, zone)
    second = schedule.after(first, zone) if first is not None else None
    if first is None or second is None:
        raise NeverComes(f"no date meets {spec(cron_job).get('schedule')}")
    if now < first:
        return Due(None, first, 0)
    if now < second:
        return Due(first, second, 0)
    return _latest(schedule, zone, first, second, now)


def _latest(schedule: cron.Schedule, zone: tzinfo, first: float, second: float, now: float) -> Due:
    """Not by going through all the times: there may be years between."""
    interval = second - first
    missed = int((now - first) // interval) + 1
    found, moment = first, schedule.after(max(first, first + (missed - 2) * interval), zone)
    while moment is not None and moment <= now:
        found, moment = moment, schedule.after(moment, zone)
    if moment is None:
        raise NeverComes("no further date meets the schedule")
    return Due(found, moment, missed)
