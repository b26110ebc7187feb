"""The variables that tell a container of Services, as Docker's links did: which Services, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cluster.machinery.objects import SERVICES, Obj, key, meta, name, namespace, seconds, spec
from cluster.world import World

_API = "kubernetes"


class Port(NamedTuple):
    number: int
    name: str
    transport: str


class Linked(NamedTuple):
    """As much of a Service as its variables tell."""

    name: str
    address: str
    ports: tuple[Port, ...]


def linked(world: World, pod: Obj, started: float = 0.0) -> Iterator[Linked]:
    """Services with an address that the pod's namespace has; of a container that has `started` only those made in an
    earlier second. The API server's is told by `api`."""
    if not spec(pod).get("enableServiceLinks", True):
        return
    for service in world.list(SERVICES, namespace(pod)):
        is_api = (name(service), namespace(service)) == (_API, "default")
        made = seconds(meta(service).get("creationTimestamp")) if started else 0.0
        if not is_api and (not started or made < started) and (found := _linked(service)) is not None:
            yield found


def api(world: World) -> Iterator[Linked]:
    """The API server's Service, which every container is told of."""
    service = world.get(key(SERVICES, "default", _API))
    if service is not None and (found := _linked(service)) is not None:
        yield found


def _linked(service: Obj) -> Linked | None:
    address = spec(service).get("clusterIP")
    ports = spec(service).get("ports") or ()
    if address in (None, "", "None") or not ports or spec(service).get("type") == "ExternalName":
        return None
    told = (Port(int(each["port"]), str(each.get("name") or ""), str(each.get("protocol") or "TCP")) for each in ports)
    return Linked(name(service), str(address), tuple(told))


def variables(service: Linked) -> Iterator[tuple[str, str]]:
    """(name, value), in the kubelet's order."""
    prefix = _shouted(service.name)
    shown = f"[{service.address}]" if ":" in service.address else service.address
    yield f"{prefix}_SERVICE_HOST", service.address
    yield f"{prefix}_SERVICE_PORT", str(service.ports[0].number)
    for port in service.ports:
        if port.name:
            yield f"{prefix}_SERVICE_PORT_{_shouted(port.name)}", str(port.number)
    for index, port in enumerate(service.ports):
        url = f"{port.transport.lower()}://{shown}:{port.number}"
        one = f"{prefix}_PORT_{port.number}_{port.transport}"
        if not index:
            yield f"{prefix}_PORT", url
        yield one, url
        yield f"{one}_PROTO", port.transport.lower()
        yield f"{one}_PORT", str(port.number)
        yield f"{one}_ADDR", service.address


def _shouted(called: str) -> str:
    return re.sub(r"[-.]", "_", called.upper())
