"""Whom kube-proxy may send to: the endpoints of one Service port as its slices say them, and which of them count.

Pure. The order and the choice are kube-proxy's own (by address and port as text; ready before draining; near before
far where every ready endpoint carries a hint). How one is picked is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cluster.machinery.objects import NODES, PODS, Key, Obj, key, labels, spec
from cluster.world import World

ZONE_LABEL = "topology.kubernetes.io/zone"
HEADLESS_LABEL = "service.kubernetes.io/headless"
PROXY_NAME_LABEL = "service.kubernetes.io/service-proxy-name"


class Endpoint(NamedTuple):
    address: str
    port: int
    pod: Key | None
    node: str
    ready: bool
    serving: bool
    terminating: bool
    hints: frozenset[str] = frozenset()
    """Zones whose clients it is meant for."""

    @property
    def draining(self) -> bool:
        """Better than nobody: it is ending and still serves."""
        return self.serving and self.terminating


class Choice(NamedTuple):
    """Endpoints by traffic policy, on one node."""

    cluster: tuple[Endpoint, ...]
    local: tuple[Endpoint, ...]
    any: bool
    """There is somebody somewhere, whether or not a policy lets the traffic go there."""
    near: bool = False
    """Only endpoints hinted for the node's zone are among `cluster`."""


def is_proxied(service: Obj) -> bool:
    """kube-proxy writes rules for it: it has a virtual address, and nobody else says to look after it."""
    given = spec(service)
    if given.get("type") == "ExternalName" or PROXY_NAME_LABEL in labels(service):
        return False
    return given.get("clusterIP") not in (None, "", "None")


def of_port(world: World, where: Key, declared: Mapping[str, Any], *, ipv6: bool = False) -> list[Endpoint]:
    """Every endpoint of one port of the Service at `where`, usable or not, in the proxy's order."""
    name, protocol = declared.get("name") or "", declared.get("protocol") or "TCP"
    family = "IPv6" if ipv6 else "IPv4"
    found: dict[tuple[str, int], Endpoint] = {}
    for _, piece in sorted(world.slices_of(where.namespace, where.name).items(), key=lambda item: item[0]):
        if piece.get("addressType") != family or HEADLESS_LABEL in labels(piece):
            continue
        for port in piece.get("ports") or ():
            same = (port.get("name") or "") == name and (port.get("protocol") or "TCP") == protocol
            if not same or not port.get("port"):
                continue
            for endpoint in piece.get("endpoints") or ():
                for address in (endpoint.get("addresses") or ())[:1]:  # kube-proxy reads the first one only
                    found.setdefault(
                        (address, int(port["port"])), _endpoint(where, address, int(port["port"]), endpoint)
                    )
    return sorted(found.values(), key=lambda each: f"{each.address}:{each.port}")


def choice(world: World, service: Obj, endpoints: Sequence[Endpoint], node: str) -> Choice:
    """Which of them traffic on `node` may go to under each policy."""
    ready = [each for each in endpoints if each.ready]
    near = _near(ready, labels(world.find(NODES, "", node) or {}).get(ZONE_LABEL))
    cluster = near or ready or [each for each in endpoints if each.draining]
    here = [each for each in endpoints if each.node == node]
    local = [each for each in here if each.ready] or [each for each in here if each.draining]
    return Choice(tuple(cluster), tuple(local), bool(cluster or local), bool(near) and len(near) < len(ready))


def _near(ready: Sequence[Endpoint], zone: str | None) -> list[Endpoint]:
    """Those hinted for the zone; none, and so no preference, where one of all lacks a hint."""
    if not zone or not all(each.hints for each in ready):
        return []
    return [each for each in ready if zone in each.hints]


def _endpoint(service: Key, address: str, port: int, endpoint: Mapping[str, Any]) -> Endpoint:
    said = endpoint.get("conditions") or {}
    target = endpoint.get("targetRef") or {}
    pod = None
    if target.get("kind") == "Pod":
        pod = key(PODS, str(target.get("namespace") or service.namespace), str(target.get("name") or ""))
    # What is not said counts as ready and serving.
    return Endpoint(
        address,
        port,
        pod,
        str(endpoint.get("nodeName") or ""),
        said.get("ready") is not False,
        said.get("serving") is not False,
        bool(said.get("terminating")),
        frozenset(str(zone.get("name")) for zone in (endpoint.get("hints") or {}).get("forZones") or ()),
    )
