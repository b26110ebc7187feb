"""What events.k8s.io/v1 minds in events that are written through it, and v1 does not: a new one has no deprecated
field, and of one that is there nothing but its series changes. Refusals name fields as v1 does, as a real server's do.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.fields import IMMUTABLE
from cluster.kinds.kind import Stricter
from cluster.machinery.errors import Cause, invalid, required
from cluster.machinery.objects import Obj, seconds

_TYPES = ("Normal", "Warning")
_DEPRECATED = ("firstTimestamp", "lastTimestamp", "count", "source")
_LEAST_IN_A_SERIES = 2
_FIXED = {
    "involvedObject": "involvedObject",
    "reason": "reason",
    "message": "message",
    "source": "source",
    "firstTimestamp": "firstTimestamp",
    "lastTimestamp": "lastTimestamp",
    "count": "count",
    "type": "type",
    "eventTime": "eventTime",
    "action": "action",
    "related": "related",
    "reportingComponent": "reportingController",
    "reportingInstance": "reportingInstance",
}
"""Stored name -> name in the refusal."""
_TIMES = frozenset({"firstTimestamp", "lastTimestamp", "eventTime"})


def _created(event: Obj) -> Iterator[Cause]:
    yield from _series(event)
    if not event.get("eventTime"):
        yield required("eventTime")
    if event.get("type") not in _TYPES:
        yield invalid("type", "", f"has invalid value: {event.get('type') or ''}")
    for field in _DEPRECATED:
        if event.get(field):
            yield invalid(field, "", "needs to be unset")


def _updated(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("series") != old.get("series"):
        yield from _series(new)
    for field, called in _FIXED.items():
        if _value(new, field) != _value(old, field):
            yield invalid(called, new.get(field), IMMUTABLE)


def _series(event: Obj) -> Iterator[Cause]:
    series = event.get("series")
    if series is None:
        return
    if int(series.get("count") or 0) < _LEAST_IN_A_SERIES:
        yield invalid("series.count", "", f"should be at least {_LEAST_IN_A_SERIES}")
    if not series.get("lastObservedTime"):
        yield required("series.lastObservedTime")


def _value(event: Obj, field: str) -> object:
    """What is left out is as good as empty; a moment may be written in several ways."""
    found = event.get(field) or None
    return seconds(found) if found and field in _TIMES else found


STRICTER = Stricter(_created, _updated)
