"""Where a proxied request goes: from the name in its path to an address and a port, in the API server's words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cluster import faults
from cluster.machinery.errors import ApiError, BadRequest, NotFound
from cluster.machinery.objects import ENDPOINTS, NODES, PODS, SERVICES, Obj, spec, status
from cluster.network.addresses import node_addresses
from cluster.world import World

KUBELET_PORT = 10250
_SCHEMES = ("", "http", "https")


class ServiceUnavailable(ApiError):
    code, reason = 503, "ServiceUnavailable"


class Destination(NamedTuple):
    address: str
    port: int
    tls: bool = False

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


class Named(NamedTuple):
    """`scheme:name:port` of a path; only the name must be there."""

    scheme: str
    name: str
    port: str

    @property
    def standard_port(self) -> int:
        return 443 if self.scheme == "https" else 80


def named(text: str, what: str) -> Named:
    """BadRequest."""
    parts = text.split(":")
    scheme, name, port = {1: ["", *parts, ""], 2: ["", *parts], 3: parts}.get(len(parts), ["?", "", ""])
    if not name or scheme not in _SCHEMES:
        raise BadRequest(f'invalid {what} request "{text}"')
    return Named(scheme, name, port)


def of_pod(world: World, namespace: str, text: str) -> Destination:
    """The port that is named, else the first that a container declares, else the scheme's own."""
    wanted = named(text, "pod")
    pod = world.find(PODS, namespace, wanted.name)
    if pod is None:
        raise NotFound("pods", wanted.name)
    address = str(status(pod).get("podIP") or "")
    if not address:
        raise BadRequest("address not allowed")
    declared = next(_ports(pod), wanted.standard_port)
    return Destination(address, _number(wanted.port) if wanted.port else declared, wanted.scheme == "https")


def _ports(pod: Obj) -> Iterator[int]:
    for container in spec(pod).get("containers") or ():
        for port in container.get("ports") or ():
            yield int(port["containerPort"])


def of_service(world: World, namespace: str, text: str, pick: Callable[[int], int]) -> Destination:
    """One of the ready endpoints, by the dice, and there the port that the Service's port leads to."""
    wanted = named(text, "service")
    name = _port_name(world, namespace, wanted) if _is_number(wanted.port) else wanted.port
    endpoints = world.find(ENDPOINTS, namespace, wanted.name)
    if endpoints is None:
        raise NotFound("endpoints", wanted.name)
    subsets = endpoints.get("subsets") or ()
    if not subsets:
        raise ServiceUnavailable(f'no endpoints available for service "{wanted.name}"')
    found = [
        Destination(str(address["ip"]), int(port["port"]), wanted.scheme == "https")
        for subset in subsets
        for port in subset.get("ports") or ()
        if str(port.get("name") or "") == name
        for address in subset.get("addresses") or ()
    ]
    if not found:
        raise ServiceUnavailable(f'no endpoints available for service "{text}"')
    return found[pick(len(found))]


def _port_name(world: World, namespace: str, wanted: Named) -> str:
    service = world.find(SERVICES, namespace, wanted.name)
    if service is None:
        raise NotFound("services", wanted.name)
    for port in spec(service).get("ports") or ():
        if str(port["port"]) == wanted.port:
            return str(port.get("name") or "")
    raise ServiceUnavailable(f'no service port {wanted.port} found for service "{wanted.name}"')


def of_node(world: World, text: str) -> tuple[Obj, Destination]:
    """The node too: its kubelet answers for itself."""
    wanted = named(text, "node")
    node = world.find(NODES, "", wanted.name)
    if node is None:
        raise NotFound("nodes", wanted.name)
    address = next(iter(node_addresses(node)), wanted.name)
    port = _number(wanted.port) if wanted.port else KUBELET_PORT
    there = Destination(address, port, wanted.scheme == "https")
    if faults.is_lost(node):
        raise unreachable(there, "connect: no route to host")
    return node, there


def _is_number(port: str) -> bool:
    return port.isascii() and port.isdigit()


def _number(port: str) -> int:
    if _is_number(port) and 0 < int(port[:6]) < 65_536:
        return int(port)
    raise BadRequest(f'"{port}" is no port: a port is a number from 1 to 65535')


def unreachable(there: Destination, why: str) -> ServiceUnavailable:
    return ServiceUnavailable(f"error trying to reach service: dial tcp {there}: {why}")
