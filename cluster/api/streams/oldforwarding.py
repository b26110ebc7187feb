"""Port-forward as client libraries speak it: a pair of channels for each port, asked for in the query.

Channel 2i carries the bytes of port i, 2i+1 says what went wrong; each begins with its port, in two bytes.
"""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from cluster.api.request import Request
from cluster.api.streams import channels
from cluster.api.streams.channels import MOST_BYTES, Dialect, Unreadable
from cluster.api.streams.forwarding import Explain, Open
from cluster.api.streams.incoming import Incoming
from cluster.api.streams.socket import PROTOCOL_ERROR, Gone, Socket
from cluster.machinery.errors import BadRequest

log = structlog.get_logger()

MOST_PORTS = 64


def ports(request: Request) -> list[int]:
    """Those of the query, `ports=80&ports=81` or `ports=80,81`. BadRequest."""
    given = [text for value in request.every("ports") for text in value.split(",")]
    if not given:
        raise BadRequest('query parameter "ports" is required')
    for text in given:
        if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65_536):
            raise BadRequest(f'"{text}" is no port: a port is a number from 1 to 65535')
    if len(given) > MOST_PORTS:
        raise BadRequest(f"{len(given)} ports are more than the {MOST_PORTS} that one connection forwards")
    return [int(text) for text in given]


async def forward(socket: Socket, dialect: Dialect, wanted: list[int], open_port: Open, explain: Explain) -> None:
    """Until all ports have ended, or the client."""
    pairs = [_Pair(socket, dialect, at, port) for at, port in enumerate(wanted)]
    carrying = asyncio.ensure_future(_all(pairs, open_port, explain))
    listening = asyncio.ensure_future(_listen(socket, dialect, pairs))
    try:
        await asyncio.wait({carrying, listening}, return_when=asyncio.FIRST_COMPLETED)
        fault = listening.result() if listening.done() else None
        if fault is not None:
            await socket.close(PROTOCOL_ERROR, str(fault))
        elif carrying.done():
            await socket.close()
    finally:
        for task in (carrying, listening):
            task.cancel()
        await asyncio.gather(carrying, listening, return_exceptions=True)


async def _all(pairs: list[_Pair], open_port: Open, explain: Explain) -> None:
    await asyncio.gather(*(pair.carry(open_port, explain) for pair in pairs))


async def _listen(socket: Socket, dialect: Dialect, pairs: list[_Pair]) -> Unreadable | None:
    try:
        while True:
            piece = channels.read(dialect, await socket.next())
            if piece is None:
                continue
            number, is_error = divmod(piece.channel, 2)
            if number < len(pairs) and not is_error:
                await pairs[number].put(piece.data)
    except Unreadable as fault:
        return fault
    except Gone:
        return None


class _Pair:
    """The two channels of one port."""

    def __init__(self, socket: Socket, dialect: Dialect, at: int, port: int) -> None:
        self._socket, self._dialect, self._port = socket, dialect, port
        self._data, self._error = 2 * at, 2 * at + 1
        self.incoming = Incoming()

    async def put(self, data: bytes) -> None:
        """What came for the port."""
        await self.incoming.put(data, lambda: self._say(self._data, b""))

    async def carry(self, open_port: Open, explain: Explain) -> None:
        try:
            with contextlib.suppress(Gone):
                for channel in (self._data, self._error):
                    await self._say(channel, self._port.to_bytes(2, "little"))
                await self._connected(open_port, explain)
        except Exception:
            log.exception("forwarding_failed", port=self._port)
        finally:
            self.incoming.forget()

    async def _connected(self, open_port: Open, explain: Explain) -> None:
        try:
            connection = await open_port(self._port)
        except OSError as error:
            await self._say(self._error, explain(self._port, error).encode())
            return
        inward = asyncio.ensure_future(self.incoming.into(connection))
        try:
            with contextlib.suppress(OSError):
                while piece := await connection.read(MOST_BYTES - 1):
                    await self._say(self._data, piece)
        finally:
            inward.cancel()
            await asyncio.gather(inward, return_exceptions=True)
            await connection.close()

    async def _say(self, channel: int, data: bytes) -> None:
        for message in channels.written(self._dialect, channel, data):
            await self._socket.send(message)
