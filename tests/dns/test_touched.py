from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pytest

from cluster.change import Change, ChangeType
from cluster.dns.touched import moves_serial, touched
from cluster.machinery.objects import Obj, copy, key
from tests.dns import made

WEB = made.service("web", "10.96.1.2")
PIECE = made.slice_of("db", made.endpoint("10.244.0.1", "db-0"))
POD = made.pod("db-0", "10.244.0.1")


def change(obj: Obj, type_: ChangeType = "MODIFIED") -> Change:
    metadata = obj["metadata"]
    where = key(made.KINDS[obj["kind"]], metadata.get("namespace", ""), metadata["name"])
    return Change(2, type_, where, obj, -1, 1, "", "", 0.0, 0.0)


def names(found: set[Hashable]) -> set[Hashable]:
    """Without the key, which is always there."""
    return {each for each in found if not hasattr(each, "resource")}


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (WEB, {("address", "10.96.1.2")}),
        (PIECE, {("slices", "default", "db"), ("address", "10.244.0.1")}),
        (POD, {("pod", "10.244.0.1")}),
        (made.namespace("default"), set()),
    ],
)
def test_what_a_change_touches(obj: Obj, expected: set[Hashable]) -> None:
    found = set(touched(change(obj), None))
    assert change(obj).key in found
    assert names(found) == expected


def test_the_old_object_is_touched_too() -> None:
    moved = made.slice_of("db", made.endpoint("10.244.0.2", "db-0"))
    assert {("address", "10.244.0.1"), ("address", "10.244.0.2")} <= set(touched(change(moved), PIECE))


def test_kinds_that_dns_does_not_read_touch_nothing() -> None:
    assert list(touched(change(made.stateful_set("db", 3)), None)) == []


def altered(obj: Obj, path: str, value: object) -> Obj:
    made_anew = copy(obj)
    *way, last = path.split(".")
    at: Any = made_anew
    for step in way:
        at = at[int(step) if step.isdigit() else step]
    at[last] = value
    return made_anew


@pytest.mark.parametrize(
    ("old", "path", "value", "moves"),
    [
        (WEB, "spec.ports", [], True),
        (WEB, "spec.externalName", "a.com", True),
        (WEB, "metadata.labels", {"a": "b"}, False),
        (PIECE, "endpoints.0.hostname", "db-9", True),
        (PIECE, "endpoints.0.conditions", {"ready": False}, True),
        (PIECE, "endpoints.0.nodeName", "node-2", False),
        (POD, "status.podIP", "10.244.0.9", True),
        (POD, "status.phase", "Failed", False),
        (made.namespace("a"), "metadata.labels", {"a": "b"}, False),
    ],
)
def test_the_serial_rises_with_names_and_addresses_only(old: Obj, path: str, value: object, moves: bool) -> None:
    assert moves_serial(change(altered(old, path, value)), old) is moves


@pytest.mark.parametrize("type_", ["ADDED", "DELETED"])
def test_the_serial_rises_when_a_service_comes_or_goes(type_: ChangeType) -> None:
    assert moves_serial(change(WEB, type_), None)
