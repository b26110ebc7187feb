"""What kube-proxy holds for one Service port on one node, as its iptables mode does: which packets the rules catch,
where each goes, and the chains' own names.

Pure. A rule is data; `proxy` puts connections to it, `iptables` prints it.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from cluster.machinery.objects import Key, Obj, spec, status
from cluster.network.endpoints import Endpoint, choice, is_proxied, of_port
from cluster.world import World

Door = Literal["cluster IP", "node port", "load balancer", "external IP"]
"""By which of a Service's addresses a packet comes."""
Target = Literal["endpoints", "REJECT", "DROP"]

ANY_NODE = ""
"""As a rule's address: whatever addresses the node has."""


class Rule(NamedTuple):
    """What is done with packets to `address:port`, which came by `door`."""

    door: Door
    address: str
    port: int
    target: Target
    endpoints: tuple[Endpoint, ...]
    """Whom the rule chooses from, each with the same chance."""
    chain: str
    why: str = ""
    """In words, where nobody is chosen from or fewer than there are."""


class PortRules(NamedTuple):
    """All of one Service port on one node."""

    service: Key
    name: str
    """"namespace/service:port-name", as kube-proxy says it."""
    protocol: str
    node: str
    affinity: int
    """Seconds a client stays with its endpoint; 0: it does not."""
    inside: tuple[Rule, ...]
    """For what is sent from this node, by pods or the node itself."""
    outside: tuple[Rule, ...]
    """For what comes to this node from outside the cluster."""
    sources: tuple[str, ...] = ()
    """Networks that alone may use the load balancer's address; none: all may."""
    masquerade: bool = False
    """Traffic by a door outside is given the node's own address as its sender."""

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Everybody that any rule may choose."""
        return tuple(dict.fromkeys(each for rule in (*self.inside, *self.outside) for each in rule.endpoints))

    def sep(self, endpoint: Endpoint) -> str:
        """The chain of one endpoint; the list of clients that stay with it has the same name."""
        place = f"[{endpoint.address}]" if ":" in endpoint.address else endpoint.address
        return _chain("SEP", f"{self.name}{self.protocol.lower()}{place}:{endpoint.port}")


def of_service(world: World, where: Key, service: Obj, node: str) -> Iterator[PortRules]:
    """The rules of each port of a Service, by address family, as they stand on `node`."""
    if not is_proxied(service):
        return
    given = spec(service)
    for address in given.get("clusterIPs") or [given["clusterIP"]]:
        for declared in given.get("ports") or ():
            yield _of_port(world, where, service, str(address), declared, node)


def _of_port(world: World, where: Key, service: Obj, address: str, declared: Mapping[str, Any], node: str) -> PortRules:
    given = spec(service)
    name = f"{where.namespace}/{where.name}" + (f":{declared['name']}" if declared.get("name") else "")
    protocol, port = str(declared.get("protocol") or "TCP"), int(declared.get("port") or 0)
    ipv6 = ":" in address
    found = choice(world, service, of_port(world, where, declared, ipv6=ipv6), node)
    known = f"{name}{protocol.lower()}"
    wide, narrow, doorway = _chain("SVC", known), _chain("SVL", known), _chain("EXT", known)
    near = "Only endpoints in the zone of its node are chosen from: each carries a hint." if found.near else ""

    def rule(door: Door, at: str, number: int, *, local: bool, chain: str, whose: str) -> Rule:
        chosen = found.local if local else found.cluster
        if chosen:
            return Rule(door, at, number, "endpoints", chosen, chain, "" if local else near)
        if not found.any:
            return Rule(
                door, at, number, "REJECT", (), chain, f"{where.name} has no ready endpoint: a connection is refused."
            )
        why = f"{where.name} has {whose} Local, and none of its endpoints is on {node or 'that node'}: "
        why += "the packet is dropped."
        return Rule(door, at, number, "DROP", (), chain, why)

    def inner(door: Door, at: str, number: int) -> Rule:
        # A pod's traffic to an outer address turns round on its own node, and no policy holds it there.
        return rule(door, at, number, local=False, chain=doorway, whose="")

    def outer(door: Door, at: str, number: int) -> Rule:
        local = given.get("externalTrafficPolicy") == "Local"
        return rule(door, at, number, local=local, chain=doorway, whose="externalTrafficPolicy")

    keeps = given.get("internalTrafficPolicy") == "Local"
    own = rule("cluster IP", address, port, local=keeps, chain=narrow if keeps else wide, whose="internalTrafficPolicy")
    doors: list[tuple[Door, str, int]] = [("external IP", str(each), port) for each in given.get("externalIPs") or ()]
    doors += [("load balancer", each, port) for each in balancer_addresses(service)]
    doors = [each for each in doors if (":" in each[1]) == ipv6]
    if declared.get("nodePort"):
        doors.append(("node port", ANY_NODE, int(declared["nodePort"])))
    return PortRules(
        where,
        name,
        protocol,
        node,
        _affinity(given),
        (own, *(inner(*door) for door in doors)),
        tuple(outer(*door) for door in doors),
        tuple(str(each) for each in given.get("loadBalancerSourceRanges") or ()),
        bool(doors) and given.get("externalTrafficPolicy") != "Local",
    )


def balancer_addresses(service: Obj) -> list[str]:
    """Addresses of its load balancer that kube-proxy catches."""
    return [
        str(each["ip"])
        for each in (status(service).get("loadBalancer") or {}).get("ingress") or ()
        if each.get("ip") and each.get("ipMode", "VIP") == "VIP"
    ]


def _affinity(given: Mapping[str, Any]) -> int:
    if given.get("sessionAffinity") != "ClientIP":
        return 0
    return int(((given.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds") or 10800)


@lru_cache(maxsize=8192)
def _chain(sort: str, known: str) -> str:
    """KUBE-SVC-… as kube-proxy makes it: 16 characters of a hash."""
    return f"KUBE-{sort}-{b32encode(hashlib.sha256(known.encode()).digest())[:16].decode()}"
