"""Pod: containers that live together at one address on one node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.ipam import NEXT_ADDRESS, next_pod_address
from cluster.kinds import container, ephemeral, podtemplate
from cluster.kinds.kind import CHANGING, CONNECTING, CREATE_ONLY, PROXYING, Admission, Kind, Part, Subresource
from cluster.kinds.podadmission import admit
from cluster.kinds.podcolumns import COLUMNS, completed
from cluster.kinds.podupdate import validate_update
from cluster.machinery.errors import Cause, Invalid, forbidden, invalid
from cluster.machinery.objects import NODES, Obj, name, namespace, spec, status
from cluster.machinery.podspecs import containers_of


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    podtemplate.default_spec(given)
    given.setdefault("enableServiceLinks", True)
    for each in containers_of(given):
        container.default_requests(each)


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is not None:
        return
    given = obj["spec"]
    if given.get(ephemeral.FIELD):
        raise Invalid("Pod", name(obj), [forbidden(f"spec.{ephemeral.FIELD}", "cannot be set on create")])
    if given["terminationGracePeriodSeconds"] < 0:
        given["terminationGracePeriodSeconds"] = 1
    admit(obj, admission)
    obj["status"] = {"phase": "Pending", "qosClass": quality(given)}
    if given.get("schedulingGates"):
        obj["status"]["conditions"] = [
            {
                "type": "PodScheduled",
                "status": "False",
                "lastProbeTime": None,
                "lastTransitionTime": None,
                "reason": "SchedulingGated",
                "message": "Scheduling is blocked due to non-empty scheduling gates",
            }
        ]


def quality(given: dict[str, Any]) -> str:
    """The pod's class of service, by what its containers ask for: Guaranteed, Burstable or BestEffort."""
    asks = False
    guaranteed = True
    for each in containers_of(given):
        resources = each.get("resources") or {}
        limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
        for resource in ("cpu", "memory"):
            asks = asks or resource in limits or resource in requests
            if resource not in limits or requests.get(resource, limits[resource]) != limits[resource]:
                guaranteed = False
    if not asks:
        return "BestEffort"
    return "Guaranteed" if guaranteed else "Burstable"


def _allocate(obj: Obj, old: Obj | None, admission: Admission) -> Iterable[Cause]:
    """A kubelet that reports podIP "next" gets the next address of its node; a pod on the host's network has the
    host's."""
    if old is None or obj.get("status") is old.get("status") or status(obj).get("podIP") != NEXT_ADDRESS:
        return ()
    node = str(spec(obj).get("nodeName") or "")
    address = _node_address(node, admission) if spec(obj).get("hostNetwork") else None
    address = address or next_pod_address(admission.world, admission.config, node, namespace(obj))
    if address is None:
        return [invalid("status.podIP", NEXT_ADDRESS, f"no address of node {node} is free")]
    obj["status"] = {**obj["status"], "podIP": address, "podIPs": [{"ip": address}]}
    return ()


def _node_address(node: str, admission: Admission) -> str | None:
    found = admission.world.find(NODES, "", node)
    for each in status(found or {}).get("addresses") or ():
        if each.get("type") == "InternalIP":
            return str(each.get("address"))
    return None


_SUBRESOURCES = (
    Subresource("attach", CONNECTING, ("", "v1", "PodAttachOptions")),
    Subresource("binding", CREATE_ONLY, ("", "v1", "Binding")),
    Subresource("ephemeralcontainers", CHANGING),
    Subresource("eviction", CREATE_ONLY, ("policy", "v1", "Eviction")),
    Subresource("exec", CONNECTING, ("", "v1", "PodExecOptions")),
    Subresource("log", ("get",)),
    Subresource("portforward", CONNECTING, ("", "v1", "PodPortForwardOptions")),
    Subresource("proxy", PROXYING, ("", "v1", "PodProxyOptions")),
)

KIND = Kind(
    group="",
    version="v1",
    kind="Pod",
    resource="pods",
    singular="pod",
    short_names=("po",),
    categories=("all",),
    default=_default,
    prepare=_prepare,
    validate=lambda obj: podtemplate.validate_spec("spec", obj["spec"]),
    validate_update=validate_update,
    parts={"ephemeralcontainers": Part(ephemeral.taken, ephemeral.validate_added)},
    allocate=_allocate,
    subresources=_SUBRESOURCES,
    columns=COLUMNS,
    row_conditions=completed,
)
