"""The older Endpoints object of a Service: one list of addresses, ready and not ready, cut off at a thousand.

Written for clients that still read it; DNS and the proxy go by EndpointSlices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.backends import (
    HEADLESS_LABEL,
    TRIGGER_ANNOTATION,
    Port,
    Resolver,
    concerned,
    has_ended,
    hostname_of,
    is_headless,
    is_managed,
    selected_pods,
)
from cluster.intents import Create, Delete, Update
from cluster.machinery.objects import (
    ENDPOINTS,
    SERVICES,
    Key,
    Obj,
    condition,
    is_pod_ready,
    is_terminating,
    key,
    labels,
    meta,
    name,
    namespace,
    seconds,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Note, Plan
from cluster.world import World

NAME = "endpoint-controller"
MAX_ADDRESSES = 1000
OVER_CAPACITY_ANNOTATION = "endpoints.kubernetes.io/over-capacity"

Address = dict[str, Any]
Subset = dict[str, Any]


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    if change.key.kind != ENDPOINTS:
        return concerned(change, old, world)
    if change.type != "DELETED":
        return ()
    return (key(SERVICES, change.key.namespace, change.key.name),)


def every(world: World) -> Iterable[Key]:
    """All Services, and those that Endpoints are left over from."""
    named = {key(SERVICES, where.namespace, where.name) for where in world.bucket(ENDPOINTS)}
    return sorted(named.union(world.bucket(SERVICES)))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """The Endpoints object of one Service, created, replaced or removed. R-EPS-10."""
    service = world.get(where)
    present = world.find(ENDPOINTS, where.namespace, where.name)
    if service is None:
        if present is None:
            return NOTHING
        return Plan((Action(Delete(key(ENDPOINTS, where.namespace, where.name), uid(present)), may_fail=True),))
    if not is_managed(service):
        return NOTHING
    pods = selected_pods(world, service)
    subsets, cut = _truncated(_subsets(service, pods))
    wanted_labels = {**labels(service)}
    wanted_labels.pop(HEADLESS_LABEL, None)
    if is_headless(service):
        wanted_labels[HEADLESS_LABEL] = ""
    if (
        present is not None
        and (present.get("subsets") or []) == subsets
        and labels(present) == wanted_labels
        and (OVER_CAPACITY_ANNOTATION in _annotations(present)) == cut
    ):
        return NOTHING
    trigger = _trigger(service, pods, present)
    wanted = _written(service, present, subsets, wanted_labels, trigger, cut=cut)
    return Plan((_action(service, present, wanted),))


CONTROLLER = Controller(NAME, keys, every, plan)


def _annotations(obj: Obj) -> dict[str, str]:
    return meta(obj).get("annotations") or {}


def _action(service: Obj, present: Obj | None, wanted: Obj) -> Action:
    reason, verb = ("FailedToCreateEndpoint", "create") if present is None else ("FailedToUpdateEndpoint", "update")
    text = f"Failed to {verb} endpoint for service {namespace(service)}/{name(service)}: {{error}}"
    trouble = Note(service if present is None else present, "Warning", reason, text, NAME)
    return Action(Create(wanted) if present is None else Update(wanted), failed=(trouble,))


def _subsets(service: Obj, pods: list[Obj]) -> list[Subset]:
    """Ports served by the very same addresses share a subset (RepackSubsets)."""
    tolerates = bool(spec(service).get("publishNotReadyAddresses"))
    resolver, service_name = Resolver(service), name(service)
    found: list[tuple[Address, bool]] = []
    by_port: dict[Port, list[int]] = {}
    for pod in pods:
        address = status(pod).get("podIP")
        if not address or has_ended(pod) or (is_terminating(pod) and not tolerates):
            continue
        for port in resolver.ports(pod):
            by_port.setdefault(port, []).append(len(found))
        found.append((_address(pod, address, service_name), tolerates or is_pod_ready(pod)))
    if not spec(service).get("ports"):
        return [_subset(found, [])] if found else []
    grouped: dict[tuple[int, ...], list[Port]] = {}
    for port, members in by_port.items():
        grouped.setdefault(tuple(members), []).append(port)
    return [_subset([found[index] for index in members], ports) for members, ports in grouped.items()]


def _address(pod: Obj, address: str, service_name: str) -> Address:
    written: Address = {"ip": address}
    if hostname := hostname_of(pod, service_name):
        written["hostname"] = hostname
    if node := spec(pod).get("nodeName"):
        written["nodeName"] = node
    written["targetRef"] = {"kind": "Pod", "namespace": namespace(pod), "name": name(pod), "uid": uid(pod)}
    return written


def _subset(members: list[tuple[Address, bool]], ports: list[Port]) -> Subset:
    members = sorted(members, key=lambda member: (member[0]["ip"], member[0]["targetRef"]["uid"]))
    subset: Subset = {}
    if ready := [address for address, is_ready in members if is_ready]:
        subset["addresses"] = ready
    if waiting := [address for address, is_ready in members if not is_ready]:
        subset["notReadyAddresses"] = waiting
    if ports:
        subset["ports"] = [_port(port) for port in ports]
    return subset


def _port(port: Port) -> dict[str, Any]:
    written: dict[str, Any] = {"name": port.name} if port.name else {}
    written.update(port=port.number, protocol=port.protocol)
    if port.app_protocol:
        written["appProtocol"] = port.app_protocol
    return written


def _truncated(subsets: list[Subset]) -> tuple[list[Subset], bool]:
    """At most 1,000 addresses, the ready ones first, each subset giving up its share."""
    ready = sum(len(subset.get("addresses") or ()) for subset in subsets)
    waiting = sum(len(subset.get("notReadyAddresses") or ()) for subset in subsets)
    if ready + waiting <= MAX_ADDRESSES:
        return subsets, False
    cuts_ready = ready > MAX_ADDRESSES
    field, total, room = (
        ("addresses", ready, MAX_ADDRESSES) if cuts_ready else ("notReadyAddresses", waiting, MAX_ADDRESSES - ready)
    )
    left = room
    shortened: list[Subset] = []
    for subset in subsets:
        members = subset.get(field) or []
        taken = members[: min(left, ceil(len(members) / total * room))]
        left -= len(taken)
        rest = {part: value for part, value in subset.items() if part not in (field, "notReadyAddresses")}
        shortened.append({**({field: taken} if taken else {}), **rest})
    return [subset for subset in shortened if subset.keys() - {"ports"}], True


def _trigger(service: Obj, pods: list[Obj], present: Obj | None) -> float:
    """When the oldest of the changes now written down happened; 0 when it left no time (a pod that went)."""
    if present is None:
        moments, told = [seconds(meta(service).get("creationTimestamp"))], 0.0
        before: dict[str, bool] = {}
    else:
        moments, told = [], seconds(_annotations(present).get(TRIGGER_ANNOTATION))
        before = dict(_readiness(present))
    for pod in pods:
        ready = condition(pod, "Ready")
        if ready is None or not status(pod).get("podIP"):
            continue
        was, is_ready = before.get(uid(pod)), ready.get("status") == "True"
        since = seconds(ready.get("lastTransitionTime"))
        if (was is None and since >= told and not has_ended(pod)) or (was is not None and was != is_ready):
            moments.append(since)
    return min((moment for moment in moments if moment), default=0.0)


def _readiness(present: Obj) -> Iterator[tuple[str, bool]]:
    for subset in present.get("subsets") or ():
        for field, ready in (("addresses", True), ("notReadyAddresses", False)):
            for address in subset.get(field) or ():
                yield (address.get("targetRef") or {}).get("uid") or "", ready


def _written(
    service: Obj,
    present: Obj | None,
    subsets: list[Subset],
    wanted_labels: dict[str, str],
    trigger: float,
    *,
    cut: bool,
) -> Obj:
    base = present or {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": name(service), "namespace": namespace(service)},
    }
    kept = {**_annotations(base)}
    for annotation, value in (
        (TRIGGER_ANNOTATION, timestamp(trigger) if trigger else ""),
        (OVER_CAPACITY_ANNOTATION, "truncated" if cut else ""),
    ):
        kept.pop(annotation, None)
        if value:
            kept[annotation] = value
    metadata = {part: value for part, value in base["metadata"].items() if part not in ("labels", "annotations")}
    if wanted_labels:
        metadata["labels"] = wanted_labels
    if kept:
        metadata["annotations"] = kept
    wanted = {part: value for part, value in base.items() if part != "subsets"} | {"metadata": metadata}
    return wanted | {"subsets": subsets} if subsets else wanted
