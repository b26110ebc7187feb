"""EndpointSlices of Endpoints that somebody wrote by hand, for a Service that selects no pods (R-EPS-8).

A key is an Endpoints object. Knows no pods: what is written is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.backends import TRIGGER_ANNOTATION
from cluster.intents import Create, Delete, Intent, Update
from cluster.machinery.objects import (
    ENDPOINT_SLICES,
    ENDPOINTS,
    SERVICES,
    Key,
    Obj,
    annotations_of,
    is_terminating,
    key,
    labels,
    meta,
    name,
    namespace,
    owner_reference,
    spec,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Note, Plan
from cluster.world import SERVICE_NAME_LABEL, World

NAME = "endpointslicemirroring-controller"
MANAGER = "endpointslicemirroring-controller.k8s.io"
MOST = 1000
"""So many addresses of one list of ports are mirrored; an event tells of the rest."""

_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_SKIP = "endpointslice.kubernetes.io/skip-mirror"
_LEADER = "control-plane.alpha.kubernetes.io/leader"
_NOT_MIRRORED = (TRIGGER_ANNOTATION, "kubectl.kubernetes.io/last-applied-configuration")

Group = tuple[str, tuple[tuple[str, str, int, str | None], ...]]
"""(address family, ports): what the endpoints of one slice have in common."""


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    where = change.key
    if where.kind == ENDPOINTS:
        return (where,)
    if where.kind == SERVICES:
        return (key(ENDPOINTS, where.namespace, where.name),)
    if where.kind == ENDPOINT_SLICES and labels(change.object).get(_MANAGED_BY) == MANAGER and change.author != NAME:
        return (key(ENDPOINTS, where.namespace, labels(change.object).get(SERVICE_NAME_LABEL, "")),)
    return ()


def every(world: World) -> Iterable[Key]:
    return sorted(world.bucket(ENDPOINTS))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Slices that say what the Endpoints say; none for Endpoints that are another controller's work, or gone."""
    existing = [
        each
        for _, each in sorted(world.slices_of(where.namespace, where.name).items())
        if labels(each).get(_MANAGED_BY) == MANAGER and not is_terminating(each)
    ]
    endpoints = world.get(where)
    service = world.find(SERVICES, where.namespace, where.name)
    if endpoints is None or service is None or spec(service).get("selector") or not _is_mirrored(endpoints):
        return Plan(tuple(Action(_removal(each)) for each in existing)) if existing else NOTHING
    wanted, skipped, invalid = _wanted(endpoints)
    notes = []
    if skipped:
        text = (
            f"A max of {MOST} addresses can be mirrored to EndpointSlices per Endpoints subset. {skipped} addresses "
            "were skipped"
        )
        notes.append(Note(endpoints, "Warning", "TooManyAddressesToMirror", text, NAME))
    if invalid:
        text = f"Skipped {invalid} invalid IP addresses when mirroring to EndpointSlices"
        notes.append(Note(endpoints, "Warning", "InvalidIPAddress", text, NAME))
    return Plan(tuple(Action(intent) for intent in _arranged(endpoints, wanted, existing)), notes=tuple(notes))


CONTROLLER = Controller(NAME, keys, every, plan)


def _is_mirrored(endpoints: Obj) -> bool:
    return labels(endpoints).get(_SKIP) != "true" and _LEADER not in annotations_of(endpoints)


def _wanted(endpoints: Obj) -> tuple[dict[Group, list[Obj]], int, int]:
    """Endpoints by what they have in common; how many were too many, and how many addresses are none."""
    found: dict[Group, list[Obj]] = {}
    skipped = invalid = 0
    for subset in endpoints.get("subsets") or ():
        ports = tuple(
            (port.get("name") or "", port.get("protocol") or "TCP", int(port["port"]), port.get("appProtocol"))
            for port in subset.get("ports") or ()
        )
        taken = 0
        for field, ready in (("addresses", True), ("notReadyAddresses", False)):
            for address in subset.get(field) or ():
                try:
                    family = f"IPv{ip_address(address['ip']).version}"
                except ValueError:
                    invalid += 1
                    continue
                if taken == MOST:
                    skipped += 1
                    continue
                taken += 1
                group = found.setdefault((family, ports), [])
                if (endpoint := _endpoint(address, ready=ready)) not in group:
                    group.append(endpoint)
    return found, skipped, invalid


def _endpoint(address: Obj, *, ready: bool) -> Obj:
    endpoint: dict[str, Any] = {"addresses": [address["ip"]], "conditions": {"ready": ready}}
    for field in ("hostname", "targetRef", "nodeName"):
        if address.get(field):
            endpoint[field] = address[field]
    return endpoint


def _arranged(endpoints: Obj, wanted: dict[Group, list[Obj]], existing: list[Obj]) -> Iterator[Intent]:
    """One slice a group: the one there is, changed where it differs, or a new one; others go."""
    left = dict(wanted)
    for each in existing:
        group = (each["addressType"], _ports_of(each))
        owners = {reference.get("uid") for reference in meta(each).get("ownerReferences") or ()}
        content = left.pop(group, None) if uid(endpoints) in owners else None
        if content is None:
            yield _removal(each)
        elif (after := _slice(endpoints, group, content, each)) != each:
            yield Update(after)
    for group, content in left.items():
        yield Create(_slice(endpoints, group, content, None))


def _ports_of(each: Obj) -> tuple[tuple[str, str, int, str | None], ...]:
    return tuple(
        (port.get("name") or "", port.get("protocol") or "TCP", int(port["port"]), port.get("appProtocol"))
        for port in each.get("ports") or ()
    )


def _slice(endpoints: Obj, group: Group, content: list[Obj], before: Obj | None) -> Obj:
    family, ports = group
    metadata: dict[str, Any] = dict(before["metadata"]) if before else {
        "generateName": f"{name(endpoints)}-",
        "namespace": namespace(endpoints),
        "ownerReferences": [owner_reference(endpoints)],
    }  # fmt: skip
    metadata["labels"] = {**labels(endpoints), _MANAGED_BY: MANAGER, SERVICE_NAME_LABEL: name(endpoints)}
    kept = {word: text for word, text in annotations_of(endpoints).items() if word not in _NOT_MIRRORED}
    if kept:
        metadata["annotations"] = kept
    else:
        metadata.pop("annotations", None)
    written = [
        {"name": called, "protocol": protocol, "port": number, **({"appProtocol": app} if app else {})}
        for called, protocol, number, app in ports
    ]
    made = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": family}
    return {**(before or made), "metadata": metadata, "endpoints": content, "ports": written or None}


def _removal(each: Obj) -> Delete:
    return Delete(key(ENDPOINT_SLICES, namespace(each), name(each)), uid(each))
