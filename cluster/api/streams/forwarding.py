"""Port-forward: many connections into a pod through one WebSocket, each a pair of SPDY streams.

The one called "data" carries the bytes; the one called "error" says why there is no connection, if there is none.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from cluster.api.streams.channels import MOST_BYTES
from cluster.api.streams.incoming import Incoming
from cluster.api.streams.socket import PROTOCOL_ERROR, Gone, Socket
from cluster.api.streams.spdy import BadFrame, Data, Ended, Event, Opened, Session
from cluster.api.streams.spdy.frames import GOAWAY_PROTOCOL_ERROR, HEAD
from cluster.shell.process import Connection

log = structlog.get_logger()

SUBPROTOCOL = "SPDY/3.1+portforward.k8s.io"
Open = Callable[[int], Awaitable[Connection]]
"""To a port of the pod. OSError."""
Explain = Callable[[int, OSError], str]
"""What is told of a port that cannot be reached."""


@dataclass
class _Pair:
    port: int
    error: int = 0
    data: int = 0
    """Numbers of streams; 0: not opened yet."""
    incoming: Incoming = field(default_factory=Incoming)
    task: asyncio.Task[None] | None = None


async def forward(socket: Socket, open_port: Open, explain: Explain) -> None:
    """Until the client is gone, or sends what is no SPDY."""
    await _Forwarding(socket, open_port, explain).run()


class _Forwarding:
    def __init__(self, socket: Socket, open_port: Open, explain: Explain) -> None:
        self._socket, self._open, self._explain = socket, open_port, explain
        self._session = Session()
        self._pairs: dict[str, _Pair] = {}
        """By the request's id, until both streams are there."""
        self._by_stream: dict[int, _Pair] = {}

    async def run(self) -> None:
        try:
            while True:
                message = await self._socket.next()
                for event in self._session.feed(message.encode() if isinstance(message, str) else message):
                    await self._happened(event)
        except BadFrame as fault:
            with contextlib.suppress(Gone):
                await self._say(self._session.goodbye(GOAWAY_PROTOCOL_ERROR))
                await self._socket.close(PROTOCOL_ERROR, str(fault))
        except Gone:
            pass
        finally:
            tasks = {pair.task for pair in self._by_stream.values() if pair.task is not None}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _happened(self, event: Event | bytes) -> None:
        match event:
            case bytes():
                await self._say(event)
            case Opened():
                await self._opened(event)
            case Data():
                pair = self._by_stream.get(event.stream)
                if pair is not None and event.stream == pair.data:
                    if event.data:
                        await pair.incoming.put(event.data, self._nudge)
                    if event.last:
                        pair.incoming.end()
            case Ended():
                pair = self._by_stream.get(event.stream)
                if pair is not None and pair.task is not None and event.stream == pair.data:
                    pair.task.cancel()  # the client still waits for the end of the other stream
                    await self._say(self._session.send(pair.error, b"", last=True))

    async def _opened(self, event: Opened) -> None:
        pair = self._pair(event.stream, event.headers)
        if pair is None:
            await self._say(self._session.reset(event.stream))
            return
        self._by_stream[event.stream] = pair
        await self._say(self._session.accept(event.stream))
        if event.last and event.stream == pair.data:
            pair.incoming.end()
        if pair.error and pair.data:
            self._pairs = {name: each for name, each in self._pairs.items() if each is not pair}
            pair.task = asyncio.create_task(self._carry(pair))
            pair.task.add_done_callback(lambda _: self._over(pair))

    def _pair(self, stream: int, headers: Mapping[str, str]) -> _Pair | None:
        """The pair that a new stream belongs to; None when its headers make no sense."""
        sort, port = headers.get("streamtype"), headers.get("port", "")
        if sort not in ("error", "data") or not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536):
            return None
        named = headers.get("requestid") or str(stream if sort == "error" else stream - 2)
        pair = self._pairs.setdefault(named, _Pair(int(port)))
        if pair.port != int(port) or getattr(pair, sort):
            return None
        setattr(pair, sort, stream)
        return pair

    async def _carry(self, pair: _Pair) -> None:
        """One connection, from beginning to end."""
        try:
            with contextlib.suppress(Gone):
                await self._connected(pair)
        except Exception:
            log.exception("forwarding_failed", port=pair.port)
            with contextlib.suppress(Gone):
                await self._say(self._session.reset(pair.data) + self._session.reset(pair.error))

    def _over(self, pair: _Pair) -> None:
        pair.incoming.forget()
        for stream in (pair.error, pair.data):
            self._by_stream.pop(stream, None)

    async def _connected(self, pair: _Pair) -> None:
        problem = ""
        try:
            connection = await self._open(pair.port)
        except OSError as error:
            problem = self._explain(pair.port, error)
        else:
            await self._exchange(pair, connection)
        farewell = self._session.send(pair.error, problem.encode(), last=True)
        await self._say(farewell + self._session.send(pair.data, b"", last=True))

    async def _exchange(self, pair: _Pair, connection: Connection) -> None:
        """Both ways, until the pod has said all it will."""
        inward = asyncio.ensure_future(pair.incoming.into(connection))
        try:
            with contextlib.suppress(OSError):
                while piece := await connection.read(MOST_BYTES - HEAD):
                    await self._say(self._session.send(pair.data, piece))
        finally:
            inward.cancel()
            await asyncio.gather(inward, return_exceptions=True)
            await connection.close()

    async def _nudge(self) -> None:
        await self._say(self._session.ping())

    async def _say(self, data: bytes) -> None:
        if data:
            await self._socket.send(data)
