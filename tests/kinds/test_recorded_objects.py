"""Every object of the recorded timelines is right by our rules, complete by our defaults, and each change allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cluster.kinds import by_kind
from cluster.kinds.kind import Kind
from cluster.machinery.objects import Obj, copy
from tests.kinds.recorded import recording

SCENARIOS = (
    "deploy-rollout",
    "seed-tutorial",
    "sts-ordered",
    "sts-parallel",
    "sts-pvc-ordinals",
    "sts-rolling-partition",
    "sts-stuck",
    "svc-endpoints",
)


def _objects(scenario: str) -> Iterator[tuple[str, Kind, Obj]]:
    for entry in recording(f"traces/{scenario}.json")["timeline"]:
        if "object" not in entry:
            continue
        obj: dict[str, Any] = copy(entry["object"])
        obj["metadata"].pop("managedFields", None)
        kind = by_kind(obj["apiVersion"], obj["kind"])
        if kind is not None:
            yield entry["type"], kind, obj


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_is_wrong_and_nothing_is_missing(scenario: str) -> None:
    seen = 0
    for _, kind, obj in _objects(scenario):
        defaulted = copy(obj)
        kind.default(defaulted)
        assert defaulted == obj
        assert list(kind.validate(obj)) == []
        seen += 1
    assert seen > 20


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_change_is_allowed(scenario: str) -> None:
    former: dict[str, Obj] = {}
    for type_, kind, obj in _objects(scenario):
        uid = obj["metadata"]["uid"]
        bound = (obj.get("spec") or {}).get("nodeName") and not (former.get(uid, {}).get("spec") or {}).get("nodeName")
        if uid in former and type_ == "MODIFIED" and not bound:
            assert list(kind.validate_update(obj, former[uid])) == []
        former[uid] = obj
