"""Binding: a scheduler's word which node a pod goes to. It is carried out (`pods/binding`), not stored."""

from __future__ import annotations

from cluster.kinds.kind import CREATE_ONLY, Kind

KIND = Kind(
    group="",
    version="v1",
    kind="Binding",
    resource="bindings",
    singular="binding",
    has_status=False,
    verbs=CREATE_ONLY,
)
