"""A client of an ASGI WebSocket, and containers that do as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any

import orjson

from cluster.api import served
from cluster.api.request import Request, User
from cluster.api.routing import Target, find
from cluster.api.streams import serve
from cluster.api.streams.containers import Terminal
from cluster.kinds import custom
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import NODES, PODS, Obj, key
from cluster.shell.process import Connection
from cluster.world import World

POD: Obj = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "default", "uid": "u-1"},
    "spec": {"nodeName": "node-1", "containers": [{"name": "box", "image": "busybox"}]},
    "status": {
        "phase": "Running",
        "podIP": "10.244.0.10",
        "containerStatuses": [{"name": "box", "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}],
    },
}
NODE: Obj = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "node-1", "uid": "n-1"},
    "status": {"addresses": [{"type": "InternalIP", "address": "192.168.0.2"}]},
}


def world_of(*pods: Obj, node: Obj = NODE) -> World:
    world = World()
    world.put(key(NODES, "", "node-1"), node)
    for pod in pods:
        world.put(key(PODS, pod["metadata"]["namespace"], pod["metadata"]["name"]), pod)
    return world


def request(path: str, *query: tuple[str, str], world: World | None = None, **headers: Any) -> Request:
    mirror: Any = SimpleNamespace(cluster=1, world=world or world_of(POD), config=None)
    hub: Any = None
    return Request(hub, mirror, "GET", path, list(query), headers, User("ann"))


def target(request: Request) -> Target:
    return find(request.path, served.of(custom.of(request.world)))


class Wire:
    """A pod's port: what is written to it is kept, what it says is given beforehand or fed."""

    def __init__(self, *says: bytes, ends: bool = True) -> None:
        self.got = bytearray()
        self.ended = False
        self.closed = asyncio.Event()
        self.stuck = False
        self._rest = b""
        self._says: asyncio.Queue[bytes] = asyncio.Queue()
        for each in says:
            self.say(each)
        if ends:
            self.say(b"")

    @property
    def peer(self) -> tuple[str, int]:
        return "127.0.0.1", 80

    def say(self, data: bytes) -> None:
        self._says.put_nowait(data)

    async def read(self, most: int = 65_536) -> bytes:
        said = self._rest or await self._says.get()
        said, self._rest = said[:most], said[most:]
        return said

    async def write(self, data: bytes) -> None:
        if self.stuck:
            await asyncio.Event().wait()
        self.got += data

    async def end(self) -> None:
        self.ended = True

    async def close(self) -> None:
        self.closed.set()


Program = Callable[[Sequence[str], Terminal], Awaitable[int]]


class StandIns:
    """`Containers` of a test."""

    def __init__(self, program: Program | None = None, ports: dict[int, Wire] | None = None) -> None:
        self.program, self.ports = program, ports or {}

    async def execute(self, pod: Obj, container: str, argv: Sequence[str], terminal: Terminal) -> int:
        assert self.program is not None
        return await self.program(argv, terminal)

    async def attach(self, pod: Obj, container: str, terminal: Terminal) -> None:
        assert self.program is not None
        await self.program(["attached", container], terminal)

    async def open_port(self, pod: Obj, port: int) -> Connection:
        if port not in self.ports:
            raise ConnectionRefusedError(111, "Connection refused")
        return self.ports[port]


class Client:
    """One WebSocket, from the client's side. `async with Client(…) as client`: it is there until the block ends."""

    def __init__(
        self, path: str, *query: tuple[str, str], containers: StandIns, offers: Sequence[str] = (), **more: Any
    ) -> None:
        self._request = request(path, *query, **more)
        self._scope = {"type": "websocket", "subprotocols": list(offers)}
        self._containers = containers
        self._to: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._left = False
        self.held = asyncio.Event()
        self.held.set()
        """Cleared: the client reads nothing."""
        self.task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Client:
        self.task = asyncio.create_task(
            serve(self._request, target(self._request), self._scope, self._to.get, self._send, self._containers)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave()
        assert self.task is not None
        self.held.set()
        if not self.task.done():
            await self.task

    async def _send(self, message: dict[str, Any]) -> None:
        await self.held.wait()
        if self._left:
            raise OSError("the client is gone")
        self._from.put_nowait(message)

    @property
    def heard_nothing(self) -> bool:
        """Since it last took a message."""
        return self._from.empty()

    def send(self, message: bytes | str) -> None:
        form = "text" if isinstance(message, str) else "bytes"
        self._to.put_nowait({"type": "websocket.receive", form: message})

    def vanish(self) -> None:
        """Go without a word: it shows only in that nothing can be sent any more."""
        self._left = True

    def leave(self) -> None:
        self._to.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def accepted(self) -> str | None:
        """The subprotocol; raises what the server refuses the handshake with."""
        assert self.task is not None
        getting = asyncio.ensure_future(self._from.get())
        await asyncio.wait({getting, self.task}, return_when=asyncio.FIRST_COMPLETED)
        if not getting.done():
            getting.cancel()
            await self.task
        message = getting.result()
        assert message["type"] == "websocket.accept"
        subprotocol: str | None = message["subprotocol"]
        return subprotocol

    async def next(self) -> bytes | str | int:
        """A message, or the code the server closes with."""
        message = await self._from.get()
        if message["type"] == "websocket.close":
            return int(message["code"])
        found: bytes | str = message["bytes"] if "bytes" in message else message["text"]
        return found

    async def rest(self) -> tuple[dict[int, bytes], int]:
        """All binary messages until the end, by channel, and the closing code."""
        channels: dict[int, bytes] = {}
        while not isinstance(message := await self.next(), int):
            assert isinstance(message, bytes) and len(message) <= 32 * 1024
            channels[message[0]] = channels.get(message[0], b"") + message[1:]
        return channels, message


def status(data: bytes) -> Obj:
    found: Obj = orjson.loads(data)
    return found


async def refused(client: Client) -> ApiError:
    async with client:
        try:
            await client.accepted()
        except ApiError as error:
            return error
    raise AssertionError("it was accepted")
