"""PriorityClass: a name for how important pods are to each other."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.cells import AGE, NAME
from cluster.kinds.kind import Column, Kind
from cluster.machinery.errors import Cause, forbidden, not_supported
from cluster.machinery.objects import Obj, name

HIGHEST_OF_USERS = 1_000_000_000
SYSTEM = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
_SYSTEM_PREFIX = "system-"
_POLICIES = ("Never", "PreemptLowerPriority")


def _default(obj: Obj) -> None:
    if not obj.get("preemptionPolicy"):
        obj["preemptionPolicy"] = "PreemptLowerPriority"
    obj.setdefault("value", 0)


def _validate(obj: Obj) -> Iterator[Cause]:
    value = int(obj["value"])
    if name(obj).startswith(_SYSTEM_PREFIX):
        if SYSTEM.get(name(obj)) != value:
            detail = "priority class names with 'system-' prefix are reserved for system use only"
            yield forbidden("metadata.name", f"{detail}. error: {name(obj)} is not a known system priority class")
    elif value > HIGHEST_OF_USERS:
        detail = f"maximum allowed value of a user defined priority is {HIGHEST_OF_USERS}"
        yield forbidden("value", detail)
    if (policy := obj["preemptionPolicy"]) not in _POLICIES:
        yield not_supported("preemptionPolicy", policy, _POLICIES)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new["value"] != old["value"]:
        yield forbidden("value", "may not be changed in an update.")
    if new["preemptionPolicy"] != old["preemptionPolicy"]:
        yield forbidden("preemptionPolicy", "may not be changed in an update.")


KIND = Kind(
    group="scheduling.k8s.io",
    version="v1",
    kind="PriorityClass",
    resource="priorityclasses",
    singular="priorityclass",
    namespaced=False,
    short_names=("pc",),
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
    has_status=False,
    has_generation=True,
    columns=(
        NAME,
        Column("Value", lambda obj, now: obj.get("value", 0), type="integer"),
        Column("Global-Default", lambda obj, now: bool(obj.get("globalDefault")), type="boolean"),
        AGE,
        Column("PreemptionPolicy", lambda obj, now: obj.get("preemptionPolicy") or ""),
    ),
)
