"""What a packet meets at an address, once no proxy turns it any further: somebody who listens, nobody, or nothing.

Reads a world and changes nothing. kube-proxy is behind us here; what is said over the connection comes after.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from cluster import faults
from cluster.config import ClusterConfig
from cluster.machinery import processes
from cluster.machinery.objects import SERVICES, Key, Obj, name, seconds, spec, status
from cluster.machinery.podspecs import containers_of
from cluster.network import addresses, proxy
from cluster.network.proxy import Client
from cluster.nodes import listening, probes
from cluster.nodes.servers import Port
from cluster.requests import hosts
from cluster.world import SERVICE_NAME_LABEL, World

Outcome = Literal["open", "refused", "timeout"]
LOOPBACK = ("127.0.0.1", "::1")

_DNS = hosts.Host("the cluster's DNS", "dns", None)


class Arrival(NamedTuple):
    outcome: Outcome
    text: str
    """What happened there, in words."""
    address: str
    port: int
    pod: Key | None = None
    listener: listening.Listener | None = None
    """Who answers, where a container does."""
    speaks: Port | None = None
    elapsed: float = 0.0
    """Seconds the answering container has run."""
    host: hosts.Host | None = None
    """Where no pod answers: what does."""


def arrive(
    world: World, config: ClusterConfig, client: Client, address: str, port: int, transport: str, now: float
) -> Arrival:
    """Who is there. The client matters only where it asks for itself or stands outside."""
    found = addresses.owner(world, config, address)
    match found.sort:
        case "pod":
            if not client.node:
                text = f"{address} is an address inside the cluster, and nobody outside has a way to it."
                return Arrival("timeout", text, address, port)
            return at_pods(world, found.keys, address, port, transport, now)
        case "node":
            return at_node(world, found.keys[0], address, port, transport, now)
        case "service":
            service = found.keys[0]
            why = proxy.unmatched(service, world.get(service) or {}, address, port, transport)
            if not client.node:
                why = f"{address} is a virtual address that only nodes of the cluster know: outside it leads nowhere."
            return Arrival("timeout", why, address, port)
        case "door":
            declared = f"the load balancer of {found.keys[0].name} passes on its declared ports alone"
            return Arrival("timeout", f"{address}:{port} leads nowhere: {declared}.", address, port)
        case "endpoint":
            return _by_hand(world, config, found.keys, address, port, transport)
        case "unused pod":
            return Arrival("timeout", f"No pod has {address}: there is no way to it.", address, port)
        case "unused service":
            return Arrival("timeout", f"No Service has {address}: nothing forwards it.", address, port)
        case _:
            text = f"{address} lies outside the cluster, where nothing is simulated: no answer comes."
            return Arrival("timeout", text, address, port)


def at_pods(world: World, pods: tuple[Key, ...], address: str, port: int, transport: str, now: float) -> Arrival:
    """Pods at one address (several share their node's): the first that listens, else why the first does not. At the
    loopback address they are asked from inside."""
    found = [_at_pod(where, pod, address, port, transport, now) for where in pods if (pod := world.get(where))]
    return next((each for each in found if each.outcome == "open"), found[0])


def _at_pod(where: Key, pod: Obj, address: str, port: int, transport: str, now: float) -> Arrival:
    found = listening.at(pod, port, transport, inside=address in LOOPBACK)
    if found is None:
        return Arrival("refused", deaf(pod, port, transport), address, port, where)
    container = str(found.container.get("name") or "")
    running, why = _running(pod, container)
    if not running:
        return Arrival("refused", f"{where.name} refuses: {container} {why}.", address, port, where)
    started = seconds((running.get("running") or {}).get("startedAt"))
    elapsed = now - started if started else float("inf")
    slow = probes.slow_start(pod)
    if slow and elapsed < slow:
        wait = round(slow - elapsed)
        text = f"{where.name} refuses: {container} needs {wait} s more to start ({faults.SLOW_START})."
        return Arrival("refused", text, address, port, where)
    return Arrival("open", "", address, port, where, found, found.port, elapsed)


def deaf(pod: Obj, port: int, transport: str = "TCP") -> str:
    """Why nobody in the pod answers on that port."""
    by_container: dict[str, list[str]] = {}
    for each in listening.of_pod(pod, inside=True):
        suffix = "" if each.port.transport == transport else f"/{each.port.transport}"
        by_container.setdefault(str(each.container.get("name")), []).append(f"{each.port.shown}{suffix}")
    if not by_container:
        return f"{name(pod)} refuses: nothing in it listens on any port."
    heard = " and ".join(f"{container} listens on {', '.join(ports)}" for container, ports in by_container.items())
    return f"{name(pod)} refuses: nobody in it listens on {port}{_suffix(transport)}; {heard}."


def _suffix(transport: str) -> str:
    return "" if transport == "TCP" else f"/{transport}"


def _running(pod: Obj, container: str) -> tuple[Obj, str]:
    """(its state, "") while the container runs, else ({}, why not)."""
    current = processes.report(pod, container)
    if current is None:
        return {"running": {}}, ""
    state: Obj = current.get("state") or {}
    if "running" in state:
        return state, ""
    if waiting := state.get("waiting"):
        return {}, f"does not run ({waiting.get('reason') or 'waiting'})"
    return {}, f"has ended with {(state.get('terminated') or {}).get('exitCode', 0)}"


def at_node(world: World, node: Key, address: str, port: int, transport: str, now: float) -> Arrival:
    """At one of a node's addresses, its loopback among them: a pod's hostPort, pods that share its network, its own."""
    if (forwarded := _forwarded(world, node.name, address, port, transport)) is not None:
        where, inside = forwarded
        return at_pods(world, (where,), str(status(world.get(where) or {}).get("podIP")), inside, transport, now)
    shared = tuple(
        where
        for where, pod in sorted(world.pods_on(node.name).items())
        if spec(pod).get("hostNetwork") and addresses.has_address(pod)
    )
    if shared and (found := at_pods(world, shared, address, port, transport, now)).outcome == "open":
        return found
    if transport == "TCP" and (own := hosts.at(world, node.name, port)) is not None:
        return Arrival("open", "", address, port, speaks=Port(port, own.speaks), host=own)
    text = (
        f"{node.name} refuses: nothing on it listens on {port}{_suffix(transport)}, and no Service has that node port."
    )
    return Arrival("refused", text, address, port)


def _forwarded(world: World, node: str, address: str, port: int, transport: str) -> tuple[Key, int] | None:
    """The pod to which the node forwards what comes to that port of its own, and the port it goes to there."""
    for where, pod in sorted(world.pods_on(node).items()):
        if spec(pod).get("hostNetwork") or not addresses.has_address(pod):
            continue
        for container in containers_of(spec(pod)):
            for declared in container.get("ports") or ():
                if (declared.get("hostPort"), declared.get("protocol") or "TCP") != (port, transport):
                    continue
                if (declared.get("hostIP") or "0.0.0.0") in ("0.0.0.0", "::", address):
                    return where, int(declared.get("containerPort") or 0)
    return None


def _by_hand(
    world: World, config: ClusterConfig, slices: tuple[Key, ...], address: str, port: int, transport: str
) -> Arrival:
    """An endpoint that is no pod: the cluster's own DNS server, or whatever somebody wrote into a slice."""
    for where in slices:
        service = (world.get(where) or {}).get("metadata", {}).get("labels", {}).get(SERVICE_NAME_LABEL, "")
        found = world.find(SERVICES, where.namespace, service)
        if found is not None and config.dns_address in (spec(found).get("clusterIPs") or ()):
            if port == 53 and transport in ("TCP", "UDP"):
                return Arrival("open", "", address, port, speaks=Port(53, "dns", transport), host=_DNS)
            return Arrival("refused", f"The cluster's DNS listens on 53 alone, not on {port}.", address, port)
    text = f"{address} stands in EndpointSlice {slices[0].name} by hand, and nothing is simulated there."
    return Arrival("timeout", text, address, port)
