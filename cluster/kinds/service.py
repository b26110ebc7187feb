"""Service: one name and one address for the pods it selects (or a name alone: headless, or ExternalName)."""

from __future__ import annotations

from typing import Any

from cluster.kinds.cells import AGE, NAME, NONE, UNKNOWN, joined, labels_text, wide
from cluster.kinds.kind import PROXYING, Admission, Column, Kind, Subresource
from cluster.kinds.serviceaddresses import allocate
from cluster.kinds.servicechange import carry_over, validate_update
from cluster.kinds.servicerules import externally_accessible, validate
from cluster.machinery import names
from cluster.machinery.objects import Obj, spec, status

_AFFINITY_SECONDS = 10800
_LOAD_BALANCER_WIDTH = 16


def _default_status(obj: Obj) -> None:
    """The address of a load balancer is one that the nodes take for their own."""
    balancer = status(obj).get("loadBalancer") or {}
    if spec(obj).get("type") == "LoadBalancer" and balancer.get("ingress"):
        told = [
            {**each, "ipMode": each.get("ipMode") or "VIP"} if each.get("ip") else each for each in balancer["ingress"]
        ]
        obj["status"] = {**obj["status"], "loadBalancer": {**balancer, "ingress": told}}


def _default(obj: Obj) -> None:
    """R-SVC-6, R-SVC-10."""
    given = obj.setdefault("spec", {})
    if not given.get("sessionAffinity"):
        given["sessionAffinity"] = "None"
    if given["sessionAffinity"] == "None":
        given.pop("sessionAffinityConfig", None)
    elif given["sessionAffinity"] == "ClientIP":
        client = given.setdefault("sessionAffinityConfig", {}).setdefault("clientIP", {})
        client.setdefault("timeoutSeconds", _AFFINITY_SECONDS)
    if not given.get("type"):
        given["type"] = "ClusterIP"
    _default_status(obj)
    for port in given.get("ports") or ():
        if not port.get("protocol"):
            port["protocol"] = "TCP"
        if not port.get("targetPort"):
            port["targetPort"] = port.get("port", 0)
    if externally_accessible(given) and not given.get("externalTrafficPolicy"):
        given["externalTrafficPolicy"] = "Cluster"
    if given["type"] != "ExternalName":
        given.setdefault("internalTrafficPolicy", "Cluster")
    if given["type"] == "LoadBalancer":
        given.setdefault("allocateLoadBalancerNodePorts", True)


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    given: dict[str, Any] = obj["spec"]
    if old is not None and given is old["spec"]:
        return
    for field in ("clusterIP", "externalName"):
        if given.get(field) == "":
            del given[field]
    if old is not None:
        carry_over(given, old["spec"])
        return
    obj["status"] = {"loadBalancer": {}}
    if given.get("clusterIP") and not given.get("clusterIPs"):
        given["clusterIPs"] = [given["clusterIP"]]


def _address(obj: Obj, now: float) -> str:
    addresses = spec(obj).get("clusterIPs") or ()
    return str(addresses[0]) if addresses else NONE


def _external(obj: Obj, now: float) -> str:
    given = spec(obj)
    outside = given.get("externalIPs") or []
    match given.get("type"):
        case "ClusterIP" | "NodePort":
            return joined(outside)
        case "ExternalName":
            return str(given.get("externalName", ""))
        case "LoadBalancer":
            ingress = (status(obj).get("loadBalancer") or {}).get("ingress") or ()
            found = ",".join(str(each.get("ip") or each.get("hostname")) for each in ingress)
            if len(found) > _LOAD_BALANCER_WIDTH:
                found = f"{found[: _LOAD_BALANCER_WIDTH - 3]}..."
            return joined([*filter(None, [found]), *outside], "<pending>")
        case _:
            return UNKNOWN


def _ports(obj: Obj, now: float) -> str:
    return joined(
        f"{port.get('port')}:{port['nodePort']}/{port.get('protocol')}"
        if port.get("nodePort")
        else f"{port.get('port')}/{port.get('protocol')}"
        for port in spec(obj).get("ports") or ()
    )


KIND = Kind(
    group="",
    version="v1",
    kind="Service",
    resource="services",
    singular="service",
    short_names=("svc",),
    categories=("all",),
    default=_default,
    default_status=_default_status,
    prepare=_prepare,
    validate=validate,
    validate_update=validate_update,
    allocate=allocate,
    name_rule=names.dns1035_label,
    subresources=(Subresource("proxy", PROXYING, ("", "v1", "ServiceProxyOptions")),),
    columns=(
        NAME,
        Column("Type", lambda obj, now: spec(obj).get("type", "")),
        Column("Cluster-IP", _address),
        Column("External-IP", _external),
        Column("Port(s)", _ports),
        AGE,
        wide("Selector", lambda obj, now: labels_text(spec(obj).get("selector"))),
    ),
)
