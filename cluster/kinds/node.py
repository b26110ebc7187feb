"""Node: a machine that runs pods, with the range their addresses come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.ipam import next_pod_range
from cluster.kinds.cells import AGE, NAME, NONE, UNKNOWN, joined, wide
from cluster.kinds.kind import Admission, Column, Kind
from cluster.machinery.errors import Cause, forbidden
from cluster.machinery.objects import Obj, condition, labels, spec, status

_ROLE = "node-role.kubernetes.io/"
_SET_ONCE = ("podCIDR", "podCIDRs", "providerID")


def _default(obj: Obj) -> None:
    obj.setdefault("spec", {})
    state = obj.setdefault("status", {})
    if "allocatable" not in state and state.get("capacity"):
        state["allocatable"] = state["capacity"]


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    for field in _SET_ONCE:
        before = spec(old).get(field)
        if before and spec(new).get(field) != before:
            yield forbidden("spec.podCIDRs" if field != "providerID" else "spec.providerID", _CHANGED[field])


_CHANGED = {
    "podCIDR": 'node updates may not change podCIDR except from "" to valid',
    "podCIDRs": 'node updates may not change podCIDR except from "" to valid',
    "providerID": 'node updates may not change providerID except from "" to valid',
}


def _allocate(obj: Obj, old: Obj | None, admission: Admission) -> Iterable[Cause]:
    if old is None and not spec(obj).get("podCIDR"):
        range_ = next_pod_range(admission.world, admission.config)
        if range_ is not None:
            obj["spec"] = {**spec(obj), "podCIDR": range_, "podCIDRs": [range_]}
    return ()


def _status(obj: Obj, now: float) -> str:
    ready = condition(obj, "Ready")
    words = ["Unknown" if ready is None else "Ready" if ready.get("status") == "True" else "NotReady"]
    if spec(obj).get("unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


def _roles(obj: Obj, now: float) -> str:
    found = {label.removeprefix(_ROLE) for label in labels(obj) if label.startswith(_ROLE) and label != _ROLE}
    if role := labels(obj).get("kubernetes.io/role"):
        found.add(role)
    return joined(sorted(found))


def _address(obj: Obj, type_: str) -> str:
    for each in status(obj).get("addresses") or ():
        if each.get("type") == type_:
            return str(each.get("address"))
    return NONE


def _info(obj: Obj, field: str) -> str:
    return str((status(obj).get("nodeInfo") or {}).get(field) or UNKNOWN)


KIND = Kind(
    group="",
    version="v1",
    kind="Node",
    resource="nodes",
    singular="node",
    namespaced=False,
    short_names=("no",),
    default=_default,
    validate_update=_validate_update,
    allocate=_allocate,
    columns=(
        NAME,
        Column("Status", _status),
        Column("Roles", _roles),
        AGE,
        Column("Version", lambda obj, now: (status(obj).get("nodeInfo") or {}).get("kubeletVersion", "")),
        wide("Internal-IP", lambda obj, now: _address(obj, "InternalIP")),
        wide("External-IP", lambda obj, now: _address(obj, "ExternalIP")),
        wide("OS-Image", lambda obj, now: _info(obj, "osImage")),
        wide("Kernel-Version", lambda obj, now: _info(obj, "kernelVersion")),
        wide("Container-Runtime", lambda obj, now: _info(obj, "containerRuntimeVersion")),
    ),
)
