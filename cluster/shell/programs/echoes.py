"""Who answers an echo request sent from a pod, and by which way. Pure: the world and its addresses decide.

Pods and nodes answer. A cluster IP does not: kube-proxy's rules are for its Service's ports alone.
"""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

from cluster.config import ClusterConfig
from cluster.machinery import processes
from cluster.machinery.objects import NODES, Obj, spec, status
from cluster.network import addresses
from cluster.world import World

_LOCAL = ("127.0.0.1", "::1")
_FIRST_TTL = 64


class Way(NamedTuple):
    hops: tuple[str, ...] = ()
    """Addresses on it, the answering one last; none: nobody answers."""

    @property
    def ttl(self) -> int:
        """What is left of it in the answer."""
        return _FIRST_TTL - max(len(self.hops) - 1, 0)


def way(world: World, config: ClusterConfig, pod: Obj, address: str) -> Way:
    """From that pod to an address."""
    own, node = str(status(pod).get("podIP") or ""), str(spec(pod).get("nodeName") or "")
    if address in _LOCAL or address == own:
        return Way((address,))
    found = addresses.owner(world, config, address)
    if found.sort == "node":
        return Way((address,))
    if found.sort != "pod":
        return Way()
    other = world.get(found.keys[0]) or {}
    if processes.actual(other).get("phase") != "Running":
        return Way()
    there = str(spec(other).get("nodeName") or "")
    if there == node:
        return Way((address,))
    entered = addresses.node_addresses(world.find(NODES, "", there) or {})
    return Way((gateway(world, pod), *entered[:1], address))


def gateway(world: World, pod: Obj) -> str:
    """The bridge of a pod's own node: the first address of the node's range."""
    own = str(status(pod).get("podIP") or "")
    node = world.find(NODES, "", str(spec(pod).get("nodeName") or "")) or {}
    given = "" if spec(pod).get("hostNetwork") else str(spec(node).get("podCIDR") or "")
    try:
        return str(ipaddress.ip_network(given or f"{own}/24", strict=False)[1])
    except ValueError:
        return ""
