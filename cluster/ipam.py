"""Which address, port or place is free: decided from the world alone, so that a commit can hand them out.

Addresses and ports count as taken when an object of the world has them; there is no second book to disagree with it.
Only where pod addresses stand is kept apart (`world.cursors`), since a freed one shall not come back at once.
Knows no kind's defaults and no validation.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from cluster.config import ClusterConfig
from cluster.machinery.objects import (
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    NODES,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    SERVICES,
    STATEFUL_SETS,
    GroupResource,
    Key,
    Obj,
    controller_of,
    is_terminating,
    name,
    namespace,
    spec,
    status,
)
from cluster.world import World

NEXT_ADDRESS = "next"
"""As status.podIP in a kubelet's report: "the next address of this pod's node, please"."""

_FIRST_NODE_OFFSET = 10
"""The first pod gets .10: a few addresses stay free for what lives in the pod network without being a pod."""
_FIRST_NODE_PREFIX = 18
_NODE_PREFIX = 24
_SYSTEM_NAMESPACE = "kube-system"
_SEATED_BY_NAME = "StatefulSet"


# -- Services ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _span(network: str) -> tuple[int, int]:
    """(first, count) of the usable IPv4 addresses: without the network's own and the broadcast address."""
    range_ = ipaddress.IPv4Network(network)
    return int(range_.network_address) + 1, max(range_.num_addresses - 2, 0)


def _text(address: int) -> str:
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"


def static_band(count: int) -> int:
    """How many of `count` addresses at the start are left to those who ask for one by name (KEP 3070)."""
    return min(max(16, count // 16), 256, count)


def next_service_address(world: World, config: ClusterConfig, pick: Callable[[int], int]) -> str | None:
    """A free address: from above the static band while there is one, else from the band; None when all are taken."""
    first, count = _span(config.service_range)
    band = static_band(count)
    for start, size in ((first + band, count - band), (first, band)):
        begin = pick(size) if size > 0 else 0
        for step in range(size):
            address = _text(start + (begin + step) % size)
            if not world.by_address(SERVICES, address):
                return address
    return None


def claim_service_address(world: World, config: ClusterConfig, address: str, key: Key) -> str:
    """ "" when the Service at `key` may have this address, else why not, in Kubernetes' words."""
    first, count = _span(config.service_range)
    try:
        inside = first <= int(ipaddress.IPv4Address(address)) < first + count
    except ValueError:
        inside = False
    if not inside:
        valid = f"The range of valid IPs is {config.service_range}"
        return f"the provided IP ({address}) is not in the valid range. {valid}"
    if any(other != key for other in world.by_address(SERVICES, address)):
        return "provided IP is already allocated"
    return ""


def _node_ports_in_use(world: World, key: Key) -> set[int]:
    found: set[int] = set()
    for other, service in world.bucket(SERVICES).items():
        if other != key:
            found.update(node_ports_of(service))
    return found


def node_ports_of(service: Obj) -> Iterable[int]:
    """Every node port a Service holds, the one for health checks included."""
    held = spec(service)
    for port in held.get("ports") or ():
        if number := port.get("nodePort"):
            yield number
    if number := held.get("healthCheckNodePort"):
        yield number


class NodePorts:
    """The node ports of one commit's Service: what others hold is looked up once."""

    def __init__(self, world: World, config: ClusterConfig, key: Key) -> None:
        self.low, self.high = config.node_ports
        self.taken = _node_ports_in_use(world, key)

    def claim(self, port: int) -> str:
        """ "" when the port may be had (it is taken then), else why not, in Kubernetes' words."""
        if not self.low <= port <= self.high:
            valid = f"The range of valid ports is {self.low}-{self.high}"
            return f"provided port is not in the valid range. {valid}"
        if port in self.taken:
            return "provided port is already allocated"
        self.taken.add(port)
        return ""

    def next(self, pick: Callable[[int], int]) -> int | None:
        """A free port, from above the static band while there is one (KEP 3668); None when all are taken."""
        count = self.high - self.low + 1
        band = min(max(16, count // 32), 128) if count >= 16 else 0
        for start, size in ((self.low + band, count - band), (self.low, band)):
            begin = pick(size) if size > 0 else 0
            for step in range(size):
                port = start + (begin + step) % size
                if port not in self.taken:
                    self.taken.add(port)
                    return port
        return None


# -- load balancers ----------------------------------------------------------------------------------------

BALANCER_RANGE = "198.51.100.0/24"
"""Where load balancers get their addresses: a range kept for examples (RFC 5737), so it is nobody's."""


def balancer_addresses(service: Obj) -> list[str]:
    """The addresses of a Service's load balancer, as its status has them."""
    ingress = (status(service).get("loadBalancer") or {}).get("ingress") or ()
    return [str(each["ip"]) for each in ingress if each.get("ip")]


def next_balancer_address(world: World, key: Key, wanted: str = "") -> str | None:
    """The wanted address if it may be had, else the lowest that no other Service has; None when all are taken."""
    first, count = _span(BALANCER_RANGE)
    others = (service for other, service in world.bucket(SERVICES).items() if other != key)
    taken = {address for service in others for address in balancer_addresses(service)}
    free = (address for at in range(count) if (address := _text(first + at)) not in taken)
    if wanted and wanted not in taken and wanted in {_text(first + at) for at in range(count)}:
        return wanted
    return next(free, None)


# -- pods and nodes ----------------------------------------------------------------------------------------


def next_pod_range(world: World, config: ClusterConfig) -> str | None:
    """The podCIDR for a new node: the first node has a large one, each later one the lowest free /24 behind it."""
    whole = ipaddress.IPv4Network(config.pod_range)
    large = whole if whole.prefixlen >= _FIRST_NODE_PREFIX else next(whole.subnets(new_prefix=_FIRST_NODE_PREFIX))
    taken = {spec(node).get("podCIDR") for node in world.bucket(NODES).values()}
    if str(large) not in taken:
        return str(large)
    first = int(large.broadcast_address) + 1
    for start in range(first, int(whole.broadcast_address) + 1, 1 << (32 - _NODE_PREFIX)):
        candidate = f"{_text(start)}/{_NODE_PREFIX}"
        if candidate not in taken:
            return candidate
    return None


def next_node_address(world: World, first: str, node: Obj) -> str:
    """The lowest InternalIP from `first` on that no node has; older ones that have none yet come before this one."""
    nodes = world.bucket(NODES).values()
    taken = {_internal(each) for each in nodes}
    older = sum(not _internal(each) and _age(each) < _age(node) for each in nodes)
    number = int(ipaddress.IPv4Address(first))
    while older or _text(number) in taken:
        older -= _text(number) not in taken
        number += 1
    return _text(number)


def _internal(node: Obj) -> str:
    addresses = status(node).get("addresses") or ()
    return next((str(each.get("address")) for each in addresses if each.get("type") == "InternalIP"), "")


def _age(node: Obj) -> tuple[str, str]:
    return str(node["metadata"].get("creationTimestamp") or ""), name(node)


def next_pod_address(world: World, config: ClusterConfig, node: str, home: str = "default") -> str | None:
    """The next address on `node`, moving its cursor: ascending, one in use left out, from the start again only when
    the range is through. None when all are in use. What belongs to the cluster itself (`home` is the pod's namespace)
    has the few addresses before the first, as what is there before anybody comes."""
    found = world.find(NODES, "", node)
    range_ = (spec(found).get("podCIDR") if found is not None else None) or config.pod_range
    first, count = _span(range_)
    skipped = _FIRST_NODE_OFFSET - 1 if count > 4 * _FIRST_NODE_OFFSET else 0
    if home == _SYSTEM_NAMESPACE:
        # The first of a range is its gateway.
        reserved = (_text(first + offset) for offset in range(1, skipped))
        if (free := next((each for each in reserved if not _is_in_use(world, each)), None)) is not None:
            return free
    first, count = first + skipped, count - skipped
    cursor = world.cursors.get(f"pods/{node}", 0)
    for step in range(count):
        place = (cursor + step) % count
        address = _text(first + place)
        if not _is_in_use(world, address):
            world.cursors[f"pods/{node}"] = (place + 1) % count
            return address
    return None


def _is_in_use(world: World, address: str) -> bool:
    return any(_lives(pod) for pod in world.by_address(PODS, address).values())


def _lives(pod: Obj) -> bool:
    return status(pod).get("phase") not in ("Succeeded", "Failed")


# -- seats -------------------------------------------------------------------------------------------------


def ordinal(pod_name: str) -> int:
    """The number behind the last dash of a StatefulSet pod's name, -1 when it has none that a seat can be."""
    _, dash, digits = pod_name.rpartition("-")
    number = int(digits) if dash and digits.isascii() and digits.isdigit() and len(digits) <= 10 else -1
    return number if number < 1 << 31 else -1


def seat_for(world: World, kind: Any, obj: Obj) -> int:
    """The place of a new object in the picture: a StatefulSet's pod sits at its ordinal, another pod on the lowest
    seat of its controller (a bare one of its namespace) that nobody has or only one who leaves; workloads and
    Services take the lowest free place among their sort in the namespace. -1: has none.
    `kind` is the object's Kind (only its identity is looked at)."""
    resource: GroupResource = kind.group_resource
    if resource == PODS:
        controller = controller_of(obj)
        if controller is None:
            peers = world.bucket(PODS, namespace(obj))
            return _lowest(world, (key for key, pod in peers.items() if _stays(pod) and controller_of(pod) is None))
        if controller.get("kind") == _SEATED_BY_NAME:
            return ordinal(name(obj))
        peers = world.owned_by(controller["uid"])
        return _lowest(world, (key for key, pod in peers.items() if key.kind == PODS and _stays(pod)))
    if resource == SERVICES or resource in _WORKLOADS:
        if controller_of(obj) is not None:
            return -1
        return _lowest(world, _peers(world, resource, namespace(obj)))
    return -1


def _stays(pod: Obj) -> bool:
    return not is_terminating(pod)


_WORKLOADS = (STATEFUL_SETS, DEPLOYMENTS, REPLICA_SETS, REPLICATION_CONTROLLERS, DAEMON_SETS, JOBS, CRON_JOBS)


def _peers(world: World, resource: GroupResource, where: str) -> Iterable[Key]:
    if resource == SERVICES:
        return world.bucket(SERVICES, where)
    return [key for workload in _WORKLOADS for key in world.bucket(workload, where)]


def _lowest(world: World, peers: Iterable[Key]) -> int:
    taken = {world.seat(key) for key in peers}
    seat = 0
    while seat in taken:
        seat += 1
    return seat
