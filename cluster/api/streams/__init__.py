"""Streams into pods: exec, attach and port-forward over WebSockets, logs, and proxies to what listens there.

What a client speaks is decided in pure modules (`channels`, `spdy`, `checks`, `outcomes`); the rest moves bytes between
a WebSocket and a container, in bounded room, and ends one side when the other does. How containers run is not known
here: `containers` says what is needed of them.
"""

from __future__ import annotations

from cluster.api import connecting
from cluster.api.request import Request
from cluster.api.routing import Target
from cluster.api.streams import channels, checks, conversing, forwarding, oldforwarding, outcomes
from cluster.api.streams.channels import DIALECTS, FORWARDING_DIALECTS, Dialect
from cluster.api.streams.checks import OnlyWebSockets, UnspokenProtocol, UpgradeRequired
from cluster.api.streams.containers import Containers, Terminal
from cluster.api.streams.conversing import Wanted
from cluster.api.streams.socket import Gone, Receive, Scope, Send, Socket
from cluster.containers import instances
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj, uid
from cluster.shell.process import Connection

SUBRESOURCES = frozenset({"exec", "attach", "portforward"})


def refusal(request: Request, where: Target) -> ApiError:
    """The answer to a plain request for a stream, as older clients and those whose WebSocket was refused make it: what
    is wrong with what they ask for, else that only WebSockets are spoken."""
    try:
        _checked(request, where)
    except ApiError as error:
        return error
    return OnlyWebSockets(where.subresource) if "upgrade" in request.headers else UpgradeRequired()


async def serve(
    request: Request, where: Target, scope: Scope, receive: Receive, send: Send, containers: Containers
) -> None:
    """A WebSocket that has asked to connect, until it ends. ApiError before it is accepted: refuse it with that."""
    await connecting.confirm(request, where)
    pod, container = _checked(request, where)
    socket = Socket(receive, send)
    offered = list(scope.get("subprotocols") or ())
    ports = _Ports(pod, containers)
    try:
        if where.subresource != "portforward":
            dialect = _dialect(offered, DIALECTS)
            await socket.accept(dialect.subprotocol)
            await _converse(request, socket, dialect, where, pod, container, containers)
        elif forwarding.SUBPROTOCOL in offered:
            await socket.accept(forwarding.SUBPROTOCOL)
            await forwarding.forward(socket, ports.open, ports.explain)
        else:
            dialect = _dialect(offered, FORWARDING_DIALECTS, forwarding.SUBPROTOCOL)
            wanted = oldforwarding.ports(request)
            await socket.accept(dialect.subprotocol)
            await oldforwarding.forward(socket, dialect, wanted, ports.open, ports.explain)
    except Gone:
        pass


def _checked(request: Request, where: Target) -> tuple[Obj, str]:
    """The pod and the container that is meant; "" for the whole pod. ApiError."""
    pod = checks.pod(request.world, where.namespace, where.name)
    if where.subresource == "portforward":
        checks.assigned(pod)
        checks.reachable(request.world, pod)
        checks.has_sandbox(pod)
        return pod, ""
    container = instances.chosen(pod, request.first("container"))
    checks.assigned(pod)
    if where.subresource == "exec":
        checks.command(request.every("command"))
    return pod, container


def _dialect(offered: list[str], spoken: tuple[Dialect, ...], *more: str) -> Dialect:
    found = channels.chosen(offered, spoken)
    if found is None:
        raise UnspokenProtocol(offered, [*more, *(each.subprotocol for each in spoken)])
    return found


async def _converse(
    request: Request, socket: Socket, dialect: Dialect, where: Target, pod: Obj, container: str, containers: Containers
) -> None:
    async def work(terminal: Terminal) -> Obj:
        checks.reachable(request.world, pod)
        checks.has_process(pod, container, where.subresource)
        if where.subresource == "attach":
            await containers.attach(pod, container, terminal)
            return outcomes.SUCCESS
        return outcomes.of_exit(await containers.execute(pod, container, request.every("command"), terminal))

    await conversing.converse(socket, dialect, Wanted.of(request), work)


class _Ports:
    """A pod's ports, for those who forward connections to them."""

    def __init__(self, pod: Obj, containers: Containers) -> None:
        self._pod, self._containers = pod, containers

    async def open(self, port: int) -> Connection:
        return await self._containers.open_port(self._pod, port)

    def explain(self, port: int, error: OSError) -> str:
        """As a kubelet and its container runtime tell it."""
        sandbox, why = uid(self._pod), (error.strerror or str(error) or "connection refused").lower()
        failed = f"error forwarding port {port} to pod {sandbox}, uid :"
        if isinstance(error, ProcessLookupError):
            return f'{failed} failed to find sandbox "{sandbox}" in store: not found'
        return (
            f"{failed} failed to execute portforward in network namespace "
            f'"/var/run/netns/cni-{sandbox}": failed to connect to localhost:{port} inside namespace "{sandbox}", '
            f"IPv4: dial tcp4 127.0.0.1:{port}: connect: {why} IPv6 dial tcp6 [::1]:{port}: connect: {why}"
        )
