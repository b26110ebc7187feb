"""Which answers a change of the cluster ends: the counterpart of what look-ups note in `rests_on`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from cluster.change import Change
from cluster.dns.lookup import IMPORT_LABEL, SERVICE_IMPORTS, cluster_addresses, published, service_of
from cluster.machinery import objects
from cluster.machinery.objects import ENDPOINT_SLICES, NAMESPACES, PODS, SERVICES, Obj


def touched(change: Change, old: Obj | None) -> Iterator[Hashable]:
    """Everything an answer may rest on that this change may have altered. `old` is the object before, if known."""
    kind = change.key.kind
    if kind not in (SERVICES, ENDPOINT_SLICES, NAMESPACES, PODS, SERVICE_IMPORTS):
        return
    yield change.key
    for obj in (change.object, old):
        if obj is None:
            continue
        if kind == SERVICES:
            for address in cluster_addresses(objects.spec(obj)):
                yield "address", address
        elif kind == ENDPOINT_SLICES:
            yield "slices", change.key.namespace, service_of(obj)
            if IMPORT_LABEL in objects.labels(obj):
                yield "imported", change.key.namespace, objects.labels(obj)[IMPORT_LABEL]
            for endpoint in obj.get("endpoints") or ():
                for address in endpoint.get("addresses") or ():
                    yield "address", address
        elif kind == PODS:
            yield "pod", objects.status(obj).get("podIP")


def moves_serial(change: Change, old: Obj | None) -> bool:
    """The zone's serial rises: names or addresses changed, and not merely an object's labels or status."""
    kind = change.key.kind
    if kind == PODS:
        before = objects.status(old).get("podIP") if old is not None else None
        after = objects.status(change.object).get("podIP") if change.type != "DELETED" else None
        return bool(before != after)
    if kind not in (SERVICES, ENDPOINT_SLICES, SERVICE_IMPORTS):
        return False
    if change.type != "MODIFIED" or old is None:
        return True
    if kind != ENDPOINT_SLICES:
        return _of_service(old) != _of_service(change.object)
    return _of_slice(old) != _of_slice(change.object)


def _of_service(service: Obj) -> object:
    spec = objects.spec(service)
    return spec.get("externalName"), spec.get("ports"), spec.get("ips")


def _of_slice(piece: Obj) -> object:
    endpoints = [(endpoint.get("addresses"), endpoint.get("hostname")) for endpoint in published(piece)]
    return endpoints, piece.get("ports"), service_of(piece)
