"""Who wrote what controllers wrote is not stored here: what follows from an object is what a real one had recorded."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kinds import attribution, by_kind, ownership
from cluster.kinds.kind import Kind
from cluster.machinery.objects import Obj, status
from cluster.machinery.ownership import managers
from cluster.machinery.ownership.fieldsets import FieldSet, without_all
from cluster.machinery.ownership.managers import Managed
from tests.fidelity import golden

KNOWN = frozenset({attribution.CONTROLLERS, attribution.KUBELET, attribution.SCHEDULER, attribution.CLIENT_SIDE_APPLY})
EMPTIED: FieldSet = {"f:endpoints": {}, "f:ports": {}}
"""Of a slice that has none of them: whether it ever had is not in the object."""


def _last(scenario: str) -> list[tuple[Kind, Obj]]:
    """Each object as it was last, if nobody wrote to it whom only a record could know."""
    objects: dict[str, Obj] = {}
    for entry in golden.load(f"traces/{scenario}.json")["timeline"]:
        if "object" in entry:
            objects[entry["object"]["metadata"]["uid"]] = entry["object"]
    found = []
    for obj in objects.values():
        kind, entries = by_kind(obj["apiVersion"], obj["kind"]), obj["metadata"].get("managedFields") or ()
        if kind is None or not entries or not KNOWN.issuperset(entry["manager"] for entry in entries):
            continue
        if status(obj).get("podIP") and any(entry["manager"] == attribution.SCHEDULER for entry in entries):
            continue  # that a pod waited for its place is not in it any more
        found.append((kind, obj))
    return found


def _fields(obj: Obj, entries: Any) -> dict[managers.Owner, FieldSet]:
    managed: Managed = managers.decode(entries)
    left_out = EMPTIED if obj["kind"] == "EndpointSlice" else {}
    return {owner: without_all(owned.fields, left_out) for owner, owned in managed.items()}


@pytest.mark.parametrize("scenario", golden.scenarios())
def test_it_is_as_recorded(scenario: str) -> None:
    looked_at = _last(scenario)
    assert looked_at
    for kind, obj in looked_at:
        told = ownership.shown(kind, ownership.bare(obj))["metadata"].get("managedFields")
        recorded = _fields(obj, obj["metadata"]["managedFields"])
        assert _fields(obj, told) == recorded, f"{kind.kind} {obj['metadata']['name']}"
