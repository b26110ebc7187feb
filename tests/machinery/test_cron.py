"""Schedules: which times they say, in which zone, and what is wrong with those that say none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery.cron import Schedule, ScheduleError, parse, zone


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=None).replace(tzinfo=UTC).timestamp()


def _after(schedule: str, start: str, count: int, where: str = "") -> list[str]:
    moment, found = _seconds(start), []
    for _ in range(count):
        following = parse(schedule).after(moment, zone(where))
        assert following is not None
        found.append(datetime.fromtimestamp(following, UTC).strftime("%m-%d %H:%M"))
        moment = following
    return found


# 2026-11-25 is a Wednesday.
TIMES = [
    ("* * * * *", "2026-11-25T10:00:00", ["11-25 10:01", "11-25 10:02"]),
    ("* * * * *", "2026-11-25T10:00:59", ["11-25 10:01"]),
    ("*/15 * * * *", "2026-11-25T10:07:00", ["11-25 10:15", "11-25 10:30", "11-25 10:45", "11-25 11:00"]),
    ("7/20 * * * *", "2026-11-25T10:00:00", ["11-25 10:07", "11-25 10:27", "11-25 10:47", "11-25 11:07"]),
    ("0 9-17/4 * * *", "2026-11-25T10:00:00", ["11-25 13:00", "11-25 17:00", "11-26 09:00"]),
    ("30 4 * * *", "2026-11-25T10:00:00", ["11-26 04:30"]),
    ("0 0 * * mon-fri", "2026-11-27T10:00:00", ["11-30 00:00"]),
    ("0 0 * * SUN", "2026-11-25T10:00:00", ["11-29 00:00", "12-06 00:00"]),
    ("0 0 1,15 * *", "2026-11-25T10:00:00", ["12-01 00:00", "12-15 00:00"]),
    ("0 0 13 * fri", "2026-11-25T10:00:00", ["11-27 00:00", "12-04 00:00", "12-11 00:00", "12-13 00:00"]),
    ("0 0 */10 * fri", "2026-11-25T10:00:00", ["11-27 00:00", "12-01 00:00"]),
    ("0 0 ? * fri", "2026-11-25T10:00:00", ["11-27 00:00", "12-04 00:00"]),
    ("0 0 31 * *", "2026-11-25T10:00:00", ["12-31 00:00", "01-31 00:00", "03-31 00:00"]),
    ("0 0 29 feb *", "2026-11-25T10:00:00", ["02-29 00:00"]),
    ("@hourly", "2026-11-25T10:00:00", ["11-25 11:00"]),
    ("@daily", "2026-11-25T10:00:00", ["11-26 00:00"]),
    ("@midnight", "2026-11-25T10:00:00", ["11-26 00:00"]),
    ("@weekly", "2026-11-25T10:00:00", ["11-29 00:00"]),
    ("@monthly", "2026-11-25T10:00:00", ["12-01 00:00"]),
    ("@yearly", "2026-11-25T10:00:00", ["01-01 00:00"]),
    ("@every 1h30m", "2026-11-25T10:00:00", ["11-25 11:30", "11-25 13:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "start", "times"), TIMES, ids=[row[0] for row in TIMES])
def test_the_next_times(schedule: str, start: str, times: list[str]) -> None:
    assert _after(schedule, start, len(times)) == times


ZONES = [
    ("0 9 * * *", "2026-11-25T10:00:00", "America/New_York", ["11-25 14:00", "11-26 14:00"]),
    ("0 9 * * *", "2026-11-25T10:00:00", "Asia/Kolkata", ["11-26 03:30"]),
    # Clocks go forward from 2 to 3 on 2026-03-29 in Berlin: half past two is not; back from 3 to 2 on 10-25: twice.
    ("30 2 * * *", "2026-03-28T00:00:00", "Europe/Berlin", ["03-28 01:30", "03-30 00:30"]),
    ("30 2 * * *", "2026-10-24T12:00:00", "Europe/Berlin", ["10-25 00:30", "10-25 01:30", "10-26 01:30"]),
    ("0 0 * * *", "2026-09-05T12:00:00", "America/Santiago", ["09-07 03:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "start", "where", "times"), ZONES)
def test_in_a_zone(schedule: str, start: str, where: str, times: list[str]) -> None:
    assert _after(schedule, start, len(times), where) == times


@pytest.mark.parametrize("schedule", ["0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6,9,11 *"])
def test_what_never_comes(schedule: str) -> None:
    assert parse(schedule).after(_seconds("2026-11-25T10:00:00")) is None


REFUSED = [
    ("", "empty spec string"),
    ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
    ("* * * * * *", "expected exactly 5 fields, found 6: [* * * * * *]"),
    ("a * * * *", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'),
    ("60 * * * *", "end of range (60) above maximum (59): 60"),
    ("* 24 * * *", "end of range (24) above maximum (23): 24"),
    ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
    ("* * * 13 *", "end of range (13) above maximum (12): 13"),
    ("* * * * 7", "end of range (7) above maximum (6): 7"),
    ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
    ("*/0 * * * *", "step of range should be a positive number: */0"),
    ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
    ("1/2/3 * * * *", "too many slashes: 1/2/3"),
    ("*/-1 * * * *", "negative number (-1) not allowed: -1"),
    ("@noon", "unrecognized descriptor: @noon"),
    ("@every 2562048h", 'failed to parse duration @every 2562048h: time: invalid duration "2562048h"'),
    (
        f"@every {'9' * 400}h",
        f'failed to parse duration @every {"9" * 400}h: time: invalid duration "{"9" * 400}h"',
    ),
    # in no more time than it takes to read it
    (
        f"@every {'9' * 200_000}",
        f'failed to parse duration @every {"9" * 200_000}: time: invalid duration "{"9" * 200_000}"',
    ),
    ("@every tuesday", 'failed to parse duration @every tuesday: time: invalid duration "tuesday"'),
]


@pytest.mark.parametrize(("schedule", "message"), REFUSED)
def test_what_is_no_schedule(schedule: str, message: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        parse(schedule)
    assert str(refused.value) == message


def test_an_unknown_zone() -> None:
    with pytest.raises(ScheduleError, match="unknown time zone Europe/Atlantis"):
        zone("Europe/Atlantis")


_ANY = st.frozensets(st.integers(0, 6), min_size=1)


@given(
    start=st.floats(1.7e9, 2.0e9),
    minutes=st.frozensets(st.integers(0, 59), min_size=1),
    hours=st.frozensets(st.integers(0, 23), min_size=1),
    weekdays=_ANY,
)
def test_the_next_time_is_the_first_minute_that_meets_it(
    start: float, minutes: frozenset[int], hours: frozenset[int], weekdays: frozenset[int]
) -> None:
    schedule = Schedule(minutes, hours, frozenset(range(1, 32)), frozenset(range(1, 13)), weekdays)
    found = schedule.after(start)
    assert found is not None
    assert found > start
    moment = int(start) // 60 * 60 + 60
    while moment < found:
        at = datetime.fromtimestamp(moment, UTC)
        assert not (at.minute in minutes and at.hour in hours and at.isoweekday() % 7 in weekdays)
        moment += 60 if at.hour in hours and at.isoweekday() % 7 in weekdays else 3600 - 60 * at.minute
    at = datetime.fromtimestamp(found, UTC)
    assert at.minute in minutes and at.hour in hours and at.isoweekday() % 7 in weekdays
