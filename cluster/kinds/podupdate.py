"""What may change of a pod once it is there: images, a deadline, more tolerations, little else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster.machinery import godiff
from cluster.machinery.errors import Cause, forbidden, invalid
from cluster.machinery.objects import Obj, copy

_MAY_CHANGE = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    before, after = old["spec"], new["spec"]
    if before is after:
        return
    moved = False
    for field in ("containers", "initContainers"):
        if len(before.get(field) or ()) != len(after.get(field) or ()):
            yield forbidden(f"spec.{field}", "pod updates may not add or remove containers")
            moved = True
    if moved:
        return
    yield from _deadline(before.get("activeDeadlineSeconds"), after.get("activeDeadlineSeconds"))
    yield from _tolerations(before.get("tolerations") or [], after.get("tolerations") or [])
    masked = _masked(after, before)
    if masked != before:
        yield forbidden("spec", f"{_MAY_CHANGE}\n{godiff.pod_spec(before, masked)}\n")


def _deadline(before: int | None, after: int | None) -> Iterator[Cause]:
    path = "spec.activeDeadlineSeconds"
    if after is not None and before is not None and after > before:
        yield invalid(path, after, "must be less than or equal to previous value")
    elif after is None and before is not None:
        yield invalid(path, after, "must not update from a positive integer to nil value")


def _tolerations(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Cause]:
    """Each toleration that was there stays; only how long may change."""
    kept = [{**each, "tolerationSeconds": None} for each in after]
    if any({**each, "tolerationSeconds": None} not in kept for each in before):
        detail = "existing toleration can not be modified except its tolerationSeconds"
        yield forbidden("spec.tolerations", detail)


def _masked(after: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The new spec with the old values wherever a change is allowed."""
    masked = copy(after)
    for field in ("containers", "initContainers"):
        for changed, was in zip(masked.get(field) or (), before.get(field) or (), strict=True):
            changed["image"] = was.get("image")
    for field in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        if field == "schedulingGates" and len(masked.get(field) or ()) > len(before.get(field) or ()):
            continue
        masked.pop(field, None)
        if field in before:
            masked[field] = before[field]
    if (before.get("terminationGracePeriodSeconds") or 0) < 0 and masked.get("terminationGracePeriodSeconds") == 1:
        masked["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
    return masked
