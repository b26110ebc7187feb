"""A container's hook, carried out as its kubelet does: a command in the container, or a request from the node.

It lasts as long as it lasts by the cluster's clock, and ends with its container at the latest. Of a request it only
counts that it was answered, not with what.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import NamedTuple

from cluster.containers.instances import Instance
from cluster.containers.presence import runs
from cluster.containers.trying import TriedMachine, said
from cluster.contents import Answer
from cluster.dns.names import plain_address
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import Obj, spec, status
from cluster.nodes import hooked, hooks, listening
from cluster.nodes.script import FOREVER
from cluster.shell.language.limits import Limits
from cluster.shell.machine import ContainerMachine, machines
from cluster.shell.network import client, tls
from cluster.shell.process import Connection
from cluster.watch import Mirror

LOOK = 1.0
"""Cluster seconds between two looks whether its container still runs."""
AGENT = "kube-lifecycle/1.32"
_USUAL_PORTS = {"http": 80, "https": 443}


class _HookMachine(TriedMachine):
    """The container, where a pause lasts."""

    async def sleep(self, seconds: float) -> None:
        await ContainerMachine.sleep(self, seconds)


class Trouble(NamedTuple):
    """What went wrong: the error, and what the command printed."""

    error: str
    output: str = ""


async def carried_out(mirror: Mirror, instance: Instance, event: str) -> Answer:
    """How it went, and when it was over."""
    given = hooks.handler(instance.container, event)
    work = asyncio.ensure_future(_done(mirror, instance, given))
    gone = asyncio.ensure_future(_without(mirror, instance))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        trouble = work.result() if work.done() else Trouble("its container is gone")
    finally:
        for task in (work, gone):
            task.cancel()
        await asyncio.gather(work, gone, return_exceptions=True)
    if trouble is None:
        return Answer(mirror.now(), 0)
    return Answer(mirror.now(), 1, hooked.failure(instance.pod, instance.container, event, *trouble))


async def _without(mirror: Mirror, instance: Instance) -> None:
    while runs(mirror, instance):
        await mirror.sleep(LOOK)


async def _done(mirror: Mirror, instance: Instance, given: Obj) -> Trouble | None:
    try:
        if words := hooks.command(given):
            found = await said(_HookMachine(mirror, instance, FOREVER), words, FOREVER, Limits())
            return Trouble(hooked.exited(words, found.code, found.text), found.text) if found.code else None
        if request := given.get("httpGet"):
            await _asked(mirror, instance, request)
            return None
    except (OSError, BadRequest) as error:
        return Trouble(str(error) or type(error).__name__)
    return Trouble("invalid handler")  # a kubelet knows no tcpSocket here


async def _asked(mirror: Mirror, instance: Instance, request: Obj) -> None:
    """OSError where nobody answers."""
    scheme = str(request.get("scheme") or "HTTP").lower()
    host = str(request.get("host") or status(instance.pod).get("podIP") or "")
    port = listening.port_numbered(instance.container, request.get("port") or _USUAL_PORTS[scheme])
    if not plain_address(host) and host != "localhost":
        raise OSError(f"dial tcp: lookup {host}: no such host")  # nodes ask no cluster's DNS
    address = "127.0.0.1" if host == "localhost" else host
    path = str(request.get("path") or "/")
    headers = [(str(each["name"]), str(each.get("value") or "")) for each in request.get("httpHeaders") or ()]
    named = {label.lower() for label, _ in headers}
    usual = (("Host", f"{host}:{port}"), ("User-Agent", AGENT), ("Accept", "*/*"))
    headers = [*(each for each in usual if each[0].lower() not in named), *headers]
    connection = await _opened(mirror, instance, address, port)
    if scheme == "https":
        secured = tls.Tls(connection, tls.client(None), server=False)
        try:
            await secured.handshake()
            connection = secured
        except ssl.SSLError:  # who speaks no TLS is asked without
            await connection.close()
            connection = await _opened(mirror, instance, address, port)
    try:
        conversation = client.Conversation(connection)
        await conversation.ask("GET", path if path.startswith("/") else f"/{path}", headers)
    except client.NoReply:
        raise OSError("EOF") from None
    except client.Broken as error:
        raise OSError(f"malformed HTTP response: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            await connection.close()


async def _opened(mirror: Mirror, instance: Instance, address: str, port: int) -> Connection:
    node = str(spec(instance.pod).get("nodeName") or "")
    return await machines(mirror).network.from_node(address, port, node)
