"""Who owns the fields of an object of which nothing is recorded: it follows from the object.

The controllers' own writes leave no entries in `metadata.managedFields`: a thousand pods would carry two kilobytes each
that nobody reads. Who they were follows from the kind, from what an object is made for and from the annotation of
client-side apply, and is worked out for whoever asks or applies. What follows is who, and which fields; when is known
as far as the object says it.
"""

from __future__ import annotations

import orjson

from cluster.kinds import conversion
from cluster.kinds.kind import Kind
from cluster.kinds.places import place_of
from cluster.machinery.objects import Obj, annotations_of, condition, controller_of, status
from cluster.machinery.ownership import managers
from cluster.machinery.ownership.blanks import blank
from cluster.machinery.ownership.fieldsets import FieldSet, difference, intersection, union, without_all
from cluster.machinery.ownership.managers import Managed, Owned
from cluster.machinery.ownership.updating import NEVER_OWNED
from cluster.machinery.ownership.walking import compare, fields_of

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
CONTROLLERS, SCHEDULER, KUBELET = "kube-controller-manager", "kube-scheduler", "kubelet"
CLIENT_SIDE_APPLY = "kubectl-client-side-apply"

_MADE_BY_CONTROLLERS = frozenset({"Endpoints", "EndpointSlice", "ControllerRevision"})
_NOT_WRITTEN: dict[str, tuple[str, ...]] = {
    "Pod": ("nodeName", "tolerations", "priority", "preemptionPolicy", "serviceAccount", "serviceAccountName"),
    "Service": ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"),
    "PersistentVolumeClaim": ("storageClassName",),
    "Job": ("selector",),
}
"""What admission, allocation and binding put into a spec: it is nobody's."""
_EVENTS_API = "events.k8s.io/v1"
_TOKEN = "kube-api-access-"
_UNASKED: FieldSet = {"f:metadata": {"f:finalizers": {}, "f:deletionTimestamp": {}, "f:deletionGracePeriodSeconds": {}}}
_WITH_THE_STATUS: dict[str, FieldSet] = {
    "Deployment": {"f:metadata": {"f:annotations": {"f:deployment.kubernetes.io/revision": {}}}}
}
"""What a controller writes besides when it reports."""


def of_contents(kind: Kind, obj: Obj) -> Managed:
    """The owner of all but the status, by who must have made the object; nobody where that cannot be told."""
    made_by = _maker(obj)
    if not made_by:
        return {}
    # The scheduler tells its events in the younger API, and what it owns is named in that one's terms.
    spoken = _EVENTS_API if (kind.kind, made_by) == ("Event", SCHEDULER) else kind.api_version
    place = place_of(kind, spoken)
    written = conversion.shown(_as_written(obj), spoken)
    fresh = {**blank(place, written), "apiVersion": spoken, "kind": kind.kind}
    fields = without_all(compare(fresh, written, place).written, _WITH_THE_STATUS.get(kind.kind, {}))
    if kind.has_status:
        fields = without_all(fields, {"f:status": {}})
    if made_by == CLIENT_SIDE_APPLY:
        fields = union(fields, _applied_last(kind, obj))
    fields = difference(without_all(fields, _UNASKED), NEVER_OWNED)
    owner = managers.updater(made_by, spoken)
    return {owner: Owned(fields, spoken, obj["metadata"].get("creationTimestamp"))} if fields else {}


def _maker(obj: Obj) -> str:
    if controller_of(obj) is not None or obj["kind"] in _MADE_BY_CONTROLLERS:
        return CONTROLLERS
    if annotations_of(obj).get(LAST_APPLIED):
        return CLIENT_SIDE_APPLY
    if obj["kind"] == "Node":
        return KUBELET
    if obj["kind"] == "Event":
        teller = (obj.get("source") or {}).get("component") or obj.get("reportingComponent") or ""
        return {"": "", "default-scheduler": SCHEDULER, "kubelet": KUBELET}.get(teller, CONTROLLERS)
    return ""


def _applied_last(kind: Kind, obj: Obj) -> FieldSet:
    """What was applied on the client's side is owned even where the server would have chosen the same."""
    place = place_of(kind, kind.api_version)
    try:
        last = orjson.loads(annotations_of(obj)[LAST_APPLIED])
        both = compare(last, obj, place)
        return difference(difference(fields_of(last, place), both.changed), both.removed)
    except ValueError:
        return {}  # somebody wrote over the annotation


def _as_written(obj: Obj) -> Obj:
    """The object as far as whoever made it said it themselves."""
    metadata = {name: each for name, each in obj["metadata"].items() if name != "managedFields"}
    spec = obj.get("spec")
    left_out = _NOT_WRITTEN.get(obj["kind"])
    if not left_out or not isinstance(spec, dict):
        return {**obj, "metadata": metadata}
    kept = {name: each for name, each in spec.items() if name not in left_out}
    if obj["kind"] == "Pod":
        kept["volumes"] = _not_token(spec.get("volumes"))
        for group in ("containers", "initContainers"):
            if group in spec:
                kept[group] = [
                    _given({**each, "volumeMounts": _not_token(each.get("volumeMounts"))}) for each in spec[group]
                ]
    elif obj["kind"] == "Service" and "ports" in spec:
        kept["ports"] = [{name: each for name, each in port.items() if name != "nodePort"} for port in spec["ports"]]
    elif obj["kind"] == "Job":
        metadata.pop("labels", None)
    return {**obj, "metadata": metadata, "spec": _given(kept)}


def _not_token(named: list[Obj] | None) -> list[Obj]:
    """Without the service account's volume, which every pod gets."""
    return [each for each in named or () if not each["name"].startswith(_TOKEN)]


def _given(fields: Obj) -> Obj:
    return {name: each for name, each in fields.items() if each != []}


def of_status(kind: Kind, obj: Obj, managed: Managed) -> Managed:
    """Who reports on an object owns of its status whatever nobody else is recorded as the owner of."""
    reporter = _reporter(obj)
    if not kind.has_status or not obj.get("status") or not reporter:
        return {}
    place = place_of(kind, kind.api_version)
    before, after = {"status": _shelves(blank(place).get("status") or {})}, {"status": status(obj)}
    fields = without_all(compare(before, after, place).written, _unreported(obj, reporter))
    if reporter == KUBELET and obj["kind"] == "Pod":
        fields = difference(fields, {"f:status": {"f:conditions": {}}})  # the first one came with the pod's place
    beside = _WITH_THE_STATUS.get(kind.kind)
    if beside is not None:
        fields = union(fields, intersection(fields_of(obj, place), beside))
    for owned in managed.values():
        fields = difference(fields, owned.fields)
    if not fields:
        return {}
    owner = managers.updater(reporter, kind.api_version, "status")
    earlier = managed[owner].fields if owner in managed else {}
    return {owner: Owned(union(fields, earlier), kind.api_version, _reported(obj))}


def _shelves(value: Obj) -> Obj:
    """The structs that are always there; a count of none is reported like any other."""
    return {name: _shelves(each) for name, each in value.items() if isinstance(each, dict)}


def _reporter(obj: Obj) -> str:
    match obj["kind"]:
        case "Pod":
            scheduled = condition(obj, "PodScheduled")
            return SCHEDULER if scheduled is not None and scheduled.get("status") == "False" else KUBELET
        case "Node":
            return KUBELET
        case "Service" | "Namespace":
            return ""
    return CONTROLLERS


def _unreported(obj: Obj, reporter: str) -> FieldSet:
    """What of a pod's status is there from the start, or comes with its place."""
    if obj["kind"] != "Pod":
        return {}
    found: FieldSet = {"f:qosClass": {}}
    if status(obj).get("phase") == "Pending":
        found["f:phase"] = {}
    if reporter == KUBELET:
        found["f:conditions"] = {'k:{"type":"PodScheduled"}': {}}
    return {"f:status": found}


def _reported(obj: Obj) -> str | None:
    """When a status last changed, as far as it says so itself."""
    times = [each.get("lastTransitionTime") or "" for each in status(obj).get("conditions") or ()]
    return max([*times, obj["metadata"].get("creationTimestamp") or ""]) or None
