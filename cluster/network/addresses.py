"""Whose an address is. Pure: the world and the cluster's ranges decide."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

from cluster.config import ClusterConfig
from cluster.machinery.objects import ENDPOINT_SLICES, NODES, PODS, SERVICES, Key, Obj, key, name, spec, status
from cluster.network.rules import balancer_addresses
from cluster.world import World

Sort = Literal["service", "door", "pod", "node", "endpoint", "unused service", "unused pod", "outside"]

OUTSIDER = "203.0.113.7"
"""Who asks from outside the cluster: an address kept for examples (RFC 5737), so it is nobody's."""


class Owner(NamedTuple):
    """ "service": a cluster IP; "door": a load balancer's or external address; "endpoint": in a slice, and no pod;
    "unused …": in the cluster's range, and nobody has it."""

    sort: Sort
    keys: tuple[Key, ...] = ()
    """Whose it is; several pods where they share their node's address."""


def owner(world: World, config: ClusterConfig, address: str) -> Owner:
    """Who has this address now."""
    if services := sorted(world.by_address(SERVICES, address)):
        return Owner("service", tuple(services))
    if doors := sorted(services_with_door(world, address)):
        return Owner("door", tuple(doors))
    if node := node_at(world, address):
        return Owner("node", (key(NODES, "", node),))
    pods = sorted(where for where, pod in world.by_address(PODS, address).items() if has_address(pod))
    if pods:
        return Owner("pod", tuple(pods))
    slices = sorted(world.by_address(ENDPOINT_SLICES, address))
    if slices and not (_inside(address, config.pod_range) and _names_a_pod(world, slices, address)):
        return Owner("endpoint", tuple(slices))
    if _inside(address, config.service_range):
        return Owner("unused service")
    return Owner("unused pod" if _inside(address, config.pod_range) else "outside")


def services_with_door(world: World, address: str) -> dict[Key, Obj]:
    """Services that are reached at this address from outside, node ports left aside."""
    return _outer(world).doors.get(address, {})


def node_at(world: World, address: str) -> str:
    """The node with this address, or ""."""
    return _outer(world).nodes.get(address, "")


class _Outer(NamedTuple):
    edits: int
    doors: dict[str, dict[Key, Obj]]
    nodes: dict[str, str]


_OUTER: WeakKeyDictionary[World, _Outer] = WeakKeyDictionary()


def _outer(world: World) -> _Outer:
    """Doors and nodes by address: a call asks about every pod's address, and there are many Services."""
    known = _OUTER.get(world)
    if known is None or known.edits != world.edits:
        known = _OUTER[world] = _Outer(world.edits, {}, {})
        for where, service in world.bucket(SERVICES).items():
            for address in (*(spec(service).get("externalIPs") or ()), *balancer_addresses(service)):
                known.doors.setdefault(str(address), {})[where] = service
        for node in world.bucket(NODES).values():
            for address in node_addresses(node):
                known.nodes.setdefault(address, name(node))
    return known


def node_addresses(node: Obj) -> list[str]:
    kinds = ("InternalIP", "ExternalIP")
    return [str(each.get("address")) for each in status(node).get("addresses") or () if each.get("type") in kinds]


def has_address(pod: Obj) -> bool:
    """An ended pod has given its address back, whatever its status still says."""
    return bool(status(pod).get("podIP")) and status(pod).get("phase") not in ("Succeeded", "Failed")


def _names_a_pod(world: World, slices: list[Key], address: str) -> bool:
    """The slices lag behind: the endpoint was a pod, which is gone."""
    return all(
        (endpoint.get("targetRef") or {}).get("kind") == "Pod"
        for where in slices
        for endpoint in (world.get(where) or {}).get("endpoints") or ()
        if address in (endpoint.get("addresses") or ())
    )


def _inside(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in _network(network)
    except (ValueError, TypeError):
        return False


@lru_cache(maxsize=64)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text)
