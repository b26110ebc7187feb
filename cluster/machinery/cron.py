"""Schedules as CronJobs write them: "*/5 9-17 * * mon-fri", "@daily", "@every 1h30m"; when each comes next.

The dialect is that of Kubernetes' parser (robfig/cron's standard one): five fields, Sunday is 0 and not 7, a day must
meet both day fields unless both are restricted, then either. Refusals are in that parser's words. Own code, since the
kept Python parsers speak other dialects: 7 for Sunday, seconds, L and W. Time and zone are arguments.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_PART = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ms|us|µs|ns|h|m|s)"
_PARTS, _DURATION = re.compile(_PART), re.compile(f"(?:{_PART})+")
_LONGEST = 2**63 / 1e9
"""Seconds: a duration is a count of nanoseconds in 64 bits."""
_YEARS = 5
"""A schedule that meets no day within so many years never comes."""


class ScheduleError(ValueError):
    """It is no schedule; the message is the one Kubernetes gives."""


class _Bounds(NamedTuple):
    low: int
    high: int
    names: tuple[str, ...] = ()


_FIELDS = (_Bounds(0, 59), _Bounds(0, 23), _Bounds(1, 31), _Bounds(1, 12, _MONTHS), _Bounds(0, 6, _DAYS))


class Schedule(NamedTuple):
    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    either: bool = False
    """Both day fields are restricted: meeting one is enough."""
    every: int = 0
    """Of "@every": so many seconds after the last time; the fields mean nothing then."""

    def after(self, moment: float, zone: tzinfo = UTC) -> float | None:
        """The first time strictly after `moment` (Unix seconds); None when it never comes."""
        if self.every:
            return float(int(moment) + self.every)
        at = datetime.fromtimestamp(int(moment) // 60 * 60 + 60, zone)
        last = at.year + _YEARS
        while at.year <= last:
            if at.month not in self.months:
                at = _midnight(at.year + at.month // 12, at.month % 12 + 1, 1, zone)
            elif not self._is_day(at):
                following = at.date() + timedelta(days=1)
                at = _midnight(following.year, following.month, following.day, zone)
            elif at.hour not in self.hours:
                at = _later(at, 60 - at.minute, zone)
            elif at.minute not in self.minutes:
                at = _later(at, 1, zone)
            else:
                return at.timestamp()
        return None

    def _is_day(self, at: datetime) -> bool:
        of_month, of_week = at.day in self.days, at.isoweekday() % 7 in self.weekdays
        return of_month or of_week if self.either else of_month and of_week


def _midnight(year: int, month: int, day: int, zone: tzinfo) -> datetime:
    # By way of Unix time: where clocks are put forward at midnight, the day begins at one.
    return datetime.fromtimestamp(datetime(year, month, day, tzinfo=zone).timestamp(), zone)


def _later(at: datetime, minutes: int, zone: tzinfo) -> datetime:
    """So many minutes on by the stopwatch, not by the clock on the wall: a skipped hour never comes, a repeated one
    comes twice."""
    return datetime.fromtimestamp(at.timestamp() + 60 * minutes, zone)


@lru_cache(maxsize=1024)
def parse(text: str) -> Schedule:
    """The schedule a text says. ScheduleError when it says none."""
    if not text:
        raise ScheduleError("empty spec string")
    if text.startswith("@"):
        return _descriptor(text)
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ScheduleError(f"expected exactly {len(_FIELDS)} fields, found {len(fields)}: [{' '.join(fields)}]")
    read = [_field(field, bounds) for field, bounds in zip(fields, _FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = (found for found, _ in read)
    return Schedule(minutes, hours, days, months, weekdays, either=not read[2][1] and not read[4][1])


def _descriptor(text: str) -> Schedule:
    if text in _DESCRIPTORS:
        return parse(_DESCRIPTORS[text])
    if text.startswith("@every "):
        return Schedule(every=max(1, int(_duration(text, text.removeprefix("@every ")))))
    raise ScheduleError(f"unrecognized descriptor: {text}")


def _duration(text: str, given: str) -> float:
    bare = given.removeprefix("-").removeprefix("+")
    # As a whole first: to search for parts in digits without an end takes the square of their number.
    total = _LONGEST
    if bare == "0" or _DURATION.fullmatch(bare):
        parts = _PARTS.findall(bare)
        total = sum(float(part.rstrip("hmsuµn")) * _UNITS[part.lstrip("0123456789.")] for part in parts)
    if total >= _LONGEST:
        raise ScheduleError(f'failed to parse duration {text}: time: invalid duration "{given}"')
    return -total if given.startswith("-") else total


def _field(text: str, bounds: _Bounds) -> tuple[frozenset[int], bool]:
    """The values a field allows, and whether it allows all by a star."""
    found: set[int] = set()
    star = False
    for part in filter(None, text.split(",")):
        values, is_star = _range(part, bounds)
        found.update(values)
        star = star or is_star
    return frozenset(found), star


def _range(text: str, bounds: _Bounds) -> tuple[range, bool]:
    """ "3", "3-5", "*", "*/2", "3/2" (from 3 to the end) or "3-9/2"."""
    whole, *steps = text.split("/")
    first, *ends = whole.split("-")
    if len(ends) > 1:
        raise ScheduleError(f"too many hyphens: {text}")
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {text}")
    star = first in ("*", "?")
    if star:
        start, end = bounds.low, bounds.high
    else:
        start = _value(first, bounds)
        end = _value(ends[0], bounds) if ends else bounds.high if steps else start
    step = _number(steps[0]) if steps else 1
    if start < bounds.low:
        raise ScheduleError(f"beginning of range ({start}) below minimum ({bounds.low}): {text}")
    if end > bounds.high:
        raise ScheduleError(f"end of range ({end}) above maximum ({bounds.high}): {text}")
    if start > end:
        raise ScheduleError(f"beginning of range ({start}) beyond end of range ({end}): {text}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {text}")
    return range(start, end + 1, step), star and step == 1


def _value(text: str, bounds: _Bounds) -> int:
    if text.lower() in bounds.names:
        return bounds.names.index(text.lower()) + bounds.low
    return _number(text)


def _number(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise ScheduleError(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    if int(text) < 0:
        raise ScheduleError(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """The time zone of that name; "" is UTC. ScheduleError when there is none."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ScheduleError(f"unknown time zone {name}") from error
