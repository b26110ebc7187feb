"""What kube-proxy does with a connection to a Service's virtual address: which pods may get it, each with its share.

Pure, and one question only: who could be chosen now. Single connections, affinity and packets are not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cluster.machinery import objects
from cluster.machinery.objects import SERVICES, Key, Obj
from cluster.world import World


class Backend(NamedTuple):
    """One endpoint a connection may be sent to."""

    address: str
    port: int | None
    pod: str
    """Name of the pod in the Service's namespace, "" when the endpoint names none."""
    share: float
    """Of new connections; all shares of a route sum to 1."""


class Route(NamedTuple):
    """Where connections to one virtual address and port go; `reason` says in words why there is no backend, else ""."""

    service: Key | None
    address: str
    port: int | None
    backends: tuple[Backend, ...] = ()
    reason: str = ""


def route(world: World, address: str, port: int | None = None, protocol: str = "TCP", node: str = "") -> Route:
    """The rules kube-proxy has for `address:port`; port None takes the Service's first.

    `node` is the client's: it matters only to Services with internalTrafficPolicy Local.
    """
    keys = sorted(world.by_address(SERVICES, address))
    if not keys:
        return Route(None, address, port, reason=f"{address} is no Service's address: nothing forwards it.")
    key = keys[0]
    service = world.by_address(SERVICES, address)[key]
    declared = _declared(service, port, protocol)
    if declared is None:
        wanted = "no ports" if port is None else f"no port {port}/{protocol}"
        return Route(key, address, port, reason=f"{key.name} has {wanted}: a connection is rejected.")
    number = declared.get("port")
    ready, draining, elsewhere = _endpoints(world, key, service, declared, ":" in address, node)
    # Pods that are ending but still serve are better than nobody (what kube-proxy falls back to).
    chosen = ready or draining
    if not chosen:
        if elsewhere:
            why = f"{key.name} takes only pods on the client's node, and none there is ready: the packet is dropped."
        else:
            why = f"{key.name} has no ready endpoint: a connection is refused."
        return Route(key, address, number, reason=why)
    share = 1 / len(chosen)
    return Route(key, address, number, tuple(backend._replace(share=share) for backend in chosen))


def _declared(service: Obj, port: int | None, protocol: str) -> Mapping[str, Any] | None:
    """The Service's port a connection is for."""
    for declared in objects.spec(service).get("ports") or ():
        if port is None or (declared.get("port") == port and (declared.get("protocol") or "TCP") == protocol):
            found: Mapping[str, Any] = declared
            return found
    return None


def _endpoints(
    world: World, key: Key, service: Obj, declared: Mapping[str, Any], ipv6: bool, node: str
) -> tuple[list[Backend], list[Backend], bool]:
    """Ready backends, serving ones that are terminating, and whether ready ones were passed over on other nodes."""
    local_only = objects.spec(service).get("internalTrafficPolicy") == "Local"
    name, protocol = declared.get("name") or "", declared.get("protocol") or "TCP"
    ready: dict[str, Backend] = {}
    draining: dict[str, Backend] = {}
    elsewhere = False
    slices = world.slices_of(key.namespace, key.name)
    for _, piece in sorted(slices.items(), key=lambda item: item[0]):
        if piece.get("addressType") != ("IPv6" if ipv6 else "IPv4"):
            continue
        for port in piece.get("ports") or ():
            if (port.get("name") or "") != name or (port.get("protocol") or "TCP") != protocol:
                continue
            for endpoint in piece.get("endpoints") or ():
                conditions = endpoint.get("conditions") or {}
                for address in (endpoint.get("addresses") or ())[:1]:  # kube-proxy reads the first one only
                    backend = Backend(address, port.get("port"), _pod(endpoint), 0.0)
                    if local_only and endpoint.get("nodeName") != node:
                        elsewhere = elsewhere or conditions.get("ready") is not False
                    elif conditions.get("ready") is not False:
                        ready.setdefault(address, backend)
                    elif conditions.get("serving") and conditions.get("terminating"):
                        draining.setdefault(address, backend)
    return list(ready.values()), list(draining.values()), elsewhere


def _pod(endpoint: Mapping[str, Any]) -> str:
    reference = endpoint.get("targetRef") or {}
    return str(reference.get("name") or "") if reference.get("kind") == "Pod" else ""
