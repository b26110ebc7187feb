"""Node: a machine that runs pods, with the range their addresses come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.ipam import next_node_address, next_pod_range
from cluster.kinds.cells import AGE, NAME, NONE, UNKNOWN, joined, wide
from cluster.kinds.fields import name_causes
from cluster.kinds.kind import PROXYING, Admission, Column, Kind, Subresource
from cluster.kinds.rules import key_rule, value_rule
from cluster.machinery.errors import Cause, forbidden, invalid, not_supported, required
from cluster.machinery.objects import Obj, condition, labels, spec, status
from cluster.machines import FIRST_ADDRESS, NEXT_ADDRESS

_ROLE = "node-role.kubernetes.io/"
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
NOT_READY_TAINT = "node.kubernetes.io/not-ready"
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


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    """A new node takes no pods until it has said that it is ready (admission plugin TaintNodesByCondition)."""
    taints = spec(obj).get("taints") or []
    ready = (condition(obj, "Ready") or {}).get("status") == "True"
    if old is None and not ready and not any(each.get("key") == NOT_READY_TAINT for each in taints):
        obj["spec"]["taints"] = [*taints, {"key": NOT_READY_TAINT, "effect": "NoSchedule"}]


def _validate(obj: Obj) -> Iterator[Cause]:
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(spec(obj).get("taints") or ()):
        path = f"metadata.taints[{index}]"  # sic: Kubernetes looks for them in the spec and says metadata
        key, effect, value = (str(taint.get(field) or "") for field in ("key", "effect", "value"))
        yield from name_causes(f"{path}.key", key, key_rule)
        if wrong := value_rule(value):
            yield invalid(f"{path}.value", value, ";".join(wrong))
        if not effect:
            yield required(f"{path}.effect")
        elif effect not in _EFFECTS:
            yield not_supported(f"{path}.effect", effect, _EFFECTS)
        if (key, effect) in seen:
            printed = f'core.Taint{{Key:"{key}", Value:"{value}", Effect:"{effect}", TimeAdded:<nil>}}'
            detail = "taints must be unique by key and effect pair"
            yield Cause(path, "FieldValueDuplicate", f"Duplicate value: {printed}: {detail}")
        seen.add((key, effect))


def _allocate(obj: Obj, old: Obj | None, admission: Admission) -> Iterable[Cause]:
    """A range for its pods with the first write; an address of its own when its report asks for the next one."""
    if old is None and not spec(obj).get("podCIDR"):
        range_ = next_pod_range(admission.world, admission.config)
        if range_ is not None:
            obj["spec"] = {**spec(obj), "podCIDR": range_, "podCIDRs": [range_]}
    addresses = status(obj).get("addresses") or ()
    if any(each.get("address") == NEXT_ADDRESS for each in addresses):
        found = next_node_address(admission.world, FIRST_ADDRESS, obj)
        given = [{**each, "address": found} if each.get("address") == NEXT_ADDRESS else each for each in addresses]
        obj["status"] = {**obj["status"], "addresses": given}
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
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    allocate=_allocate,
    subresources=(Subresource("proxy", PROXYING, ("", "v1", "NodeProxyOptions")),),
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
