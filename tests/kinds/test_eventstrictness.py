"""What may be written of an event through events.k8s.io/v1, and what only through v1."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kinds.eventstrictness import STRICTER
from cluster.machinery.objects import Obj

EVENT: Obj = {
    "involvedObject": {"kind": "Pod", "name": "p", "namespace": "default"},
    "reason": "R",
    "action": "A",
    "message": "m",
    "type": "Normal",
    "eventTime": "2017-09-19T13:49:16.000000Z",
    "reportingComponent": "c",
    "reportingInstance": "i",
    "source": {},
    "firstTimestamp": None,
    "lastTimestamp": None,
}
SERIES = {"count": 2, "lastObservedTime": "2017-09-19T13:49:17.000000Z"}
IMMUTABLE = "field is immutable"

CREATED: list[tuple[Obj, list[tuple[str, str]]]] = [
    ({}, []),
    ({"series": SERIES}, []),
    ({"eventTime": None}, [("eventTime", "Required value")]),
    ({"type": "Odd"}, [("type", 'Invalid value: "": has invalid value: Odd')]),
    ({"count": 1}, [("count", 'Invalid value: "": needs to be unset')]),
    ({"source": {"component": "c"}}, [("source", 'Invalid value: "": needs to be unset')]),
    ({"firstTimestamp": "2017-09-19T13:49:16Z"}, [("firstTimestamp", 'Invalid value: "": needs to be unset')]),
    ({"series": {"count": 1}}, [
        ("series.count", 'Invalid value: "": should be at least 2'), ("series.lastObservedTime", "Required value")]),
]  # fmt: skip
UPDATED: list[tuple[Obj, list[tuple[str, str]]]] = [
    ({}, []),
    ({"series": SERIES}, []),
    ({"metadata": {"labels": {"a": "b"}}}, []),
    ({"eventTime": "2017-09-19T13:49:16Z", "count": 0}, []),
    ({"message": "other"}, [("message", f'Invalid value: "other": {IMMUTABLE}')]),
    ({"reportingComponent": "d"}, [("reportingController", f'Invalid value: "d": {IMMUTABLE}')]),
    ({"type": "Warning", "reason": "S"}, [
        ("reason", f'Invalid value: "S": {IMMUTABLE}'), ("type", f'Invalid value: "Warning": {IMMUTABLE}')]),
    ({"series": {"count": 1, "lastObservedTime": SERIES["lastObservedTime"]}}, [
        ("series.count", 'Invalid value: "": should be at least 2')]),
]  # fmt: skip


def said(causes: Any) -> list[tuple[str, str]]:
    return [(each.field, each.message) for each in causes]


@pytest.mark.parametrize(("change", "refused"), CREATED)
def test_a_new_event(change: Obj, refused: list[tuple[str, str]]) -> None:
    assert said(STRICTER.validate_create({**EVENT, **change})) == refused


@pytest.mark.parametrize(("change", "refused"), UPDATED)
def test_an_event_that_is_there(change: Obj, refused: list[tuple[str, str]]) -> None:
    assert said(STRICTER.validate_update({**EVENT, **change}, EVENT)) == refused
