"""What kube-proxy does with a connection to an address of a Service: the rule that catches it, and whom it picks.

Pure: dice, time and what is remembered of clients are arguments. Rules of NetworkPolicy are not known here, as they
are not to kube-proxy: nothing in this cluster enforces them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cluster.machinery.objects import NODES, SERVICES, Key, Obj, name, spec
from cluster.network.addresses import node_at, services_with_door
from cluster.network.endpoints import Endpoint
from cluster.network.rules import ANY_NODE, PortRules, Rule, of_service
from cluster.world import World

Pick = Callable[[int], int]
"""pick(n) gives one of 0..n-1, each with the same chance."""
Affinity = Mapping[tuple[str, str, str], float]
"""(node, chain of an endpoint, client's address) -> when that client last came to it: what the nodes' kernels list."""
NO_AFFINITY: Affinity = {}


class Client(NamedTuple):
    """Who opens a connection."""

    address: str
    node: str = ""
    """Where it runs; "" is outside the cluster."""


class Caught(NamedTuple):
    """A rule that catches the connection, on the node where it does."""

    rules: PortRules
    rule: Rule

    @property
    def node(self) -> str:
        return self.rules.node


class Chosen(NamedTuple):
    endpoint: Endpoint
    affinity: Affinity
    """As it is after this connection."""
    kept: bool = False
    """The client was here before, so no dice were thrown."""


def catch(world: World, client: Client, address: str, port: int, protocol: str = "TCP") -> tuple[Caught, ...]:
    """The rules that catch such a connection: none, one, or one for each node it may come in by, with equal chances.

    A client inside meets the rules of its own node. One outside comes to the node it names, and through a load
    balancer to any, but with externalTrafficPolicy Local only to those that have an endpoint.
    """
    if client.node:
        at = node_at(world, address)
        return tuple(_caught(world, client, address, port, protocol, at or client.node, inside=True))
    if at := node_at(world, address):
        return tuple(_caught(world, client, address, port, protocol, at, inside=False))
    nodes = sorted(name(each) for each in world.bucket(NODES).values())
    found = [each for node in nodes for each in _caught(world, client, address, port, protocol, node, inside=False)]
    able = [each for each in found if each.rule.target == "endpoints"]
    if len({each.rule.endpoints for each in able}) == 1 and len(able) == len(found):
        return tuple(able[:1])
    return tuple(able or found[:1])


def _caught(
    world: World, client: Client, address: str, port: int, protocol: str, node: str, *, inside: bool
) -> Iterator[Caught]:
    for where, service in sorted(_candidates(world, address), key=lambda pair: pair[0]):
        for rules in of_service(world, where, service, node):
            if rules.protocol != protocol:
                continue
            for rule in rules.inside if inside else rules.outside:
                at_node = rule.address == ANY_NODE and node_at(world, address) == node
                if rule.port == port and (rule.address == address or at_node):
                    yield Caught(rules, _guarded(rules, rule, client))
                    return


def _candidates(world: World, address: str) -> list[tuple[Key, Obj]]:
    """Services that may have something to do with the address."""
    if own := world.by_address(SERVICES, address):
        return list(own.items())
    if node_at(world, address):
        return [
            (where, service)
            for where, service in world.bucket(SERVICES).items()
            if spec(service).get("type") in ("NodePort", "LoadBalancer") or spec(service).get("externalIPs")
        ]
    return list(services_with_door(world, address).items())


def _guarded(rules: PortRules, rule: Rule, client: Client) -> Rule:
    """A load balancer's address may be for some networks alone."""
    if rule.door != "load balancer" or not rules.sources or rule.target != "endpoints":
        return rule
    if any(_within(client.address, network) for network in rules.sources):
        return rule
    allowed = ", ".join(rules.sources)
    why = f"loadBalancerSourceRanges lets in {allowed} alone, and {client.address} is not of it: the packet is dropped."
    return rule._replace(target="DROP", endpoints=(), why=why)


def _within(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network.strip(), strict=False)
    except (ValueError, TypeError):
        return False


def choose(caught: Caught, client: Client, pick: Pick, affinity: Affinity = NO_AFFINITY, now: float = 0.0) -> Chosen:
    """One endpoint of a rule that has some: where the client was before, else one by chance."""
    rules, endpoints = caught.rules, caught.rule.endpoints
    if not rules.affinity:
        return Chosen(by_chance(endpoints, pick), affinity)
    remembered = {
        chain
        for (node, chain, address), last in affinity.items()
        if (node, address) == (caught.node, client.address) and now - last < rules.affinity
    }
    before = next((each for each in endpoints if rules.sep(each) in remembered), None) if remembered else None
    taken = before or by_chance(endpoints, pick)
    seen = {**affinity, (caught.node, rules.sep(taken), client.address): now}
    return Chosen(taken, seen, kept=before is not None)


def by_chance(endpoints: Sequence[Endpoint], pick: Pick) -> Endpoint:
    """Whom the cascade of rules takes: the first with 1 in n, of the rest the next with 1 in n - 1, and so on.

    All of that together is each with 1 in n, and one throw of the dice says as much as n of them.
    """
    return endpoints[pick(len(endpoints))]


def chances(count: int) -> list[float]:
    """What stands behind --probability in each rule of the cascade."""
    return [1 / (count - at) for at in range(count)]


def shares(caught: Sequence[Caught]) -> dict[Endpoint, float]:
    """The part of many new connections each endpoint would get, without affinity."""
    found: dict[Endpoint, float] = {}
    for each in caught:
        for endpoint in each.rule.endpoints:
            found[endpoint] = found.get(endpoint, 0.0) + 1 / len(caught) / len(each.rule.endpoints)
    return found


# -- for a name's answer: where would a connection to its address go? ------------------------------------------


class Backend(NamedTuple):
    """One endpoint a connection may be sent to."""

    address: str
    port: int
    pod: Key | None
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
    """Where a client on `node` would be sent from a Service's cluster IP; port None takes the Service's first.

    Without a node it is some client inside: then a Service that keeps traffic on the client's node keeps it from all.
    """
    services = sorted(world.by_address(SERVICES, address).items(), key=lambda pair: pair[0])
    if not services:
        return Route(None, address, port, reason=f"{address} is no Service's address: nothing forwards it.")
    where, service = services[0]
    for rules in of_service(world, where, service, node):
        own = rules.inside[0]
        if own.address != address or (port is not None and (own.port, rules.protocol) != (port, protocol)):
            continue
        share = 1 / max(len(own.endpoints), 1)
        backends = tuple(Backend(each.address, each.port, each.pod, share) for each in own.endpoints)
        return Route(where, address, own.port, backends, "" if backends else own.why)
    return Route(where, address, port, reason=unmatched(where, service, address, port, protocol))


def unmatched(where: Key, service: Obj, address: str, port: int | None, protocol: str) -> str:
    """Why no rule catches a packet to a Service's cluster IP."""
    declared = [f"{each.get('port')}/{each.get('protocol') or 'TCP'}" for each in spec(service).get("ports") or ()]
    wanted = "no ports" if port is None else f"no port {port}/{protocol}"
    has = f" (it has {', '.join(declared)})" if declared else ""
    return f"{where.name} has {wanted}{has}: no rule catches the packet, and nobody else has {address}."
