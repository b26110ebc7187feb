"""What a program writes on its way to a client: in the order written, small pieces joined, in bounded room.

A program that writes byte by byte costs one message for what it wrote while the last one went out, not one a byte.
"""

from __future__ import annotations

import asyncio
from collections import deque

from cluster.api.streams import channels
from cluster.api.streams.channels import Dialect
from cluster.api.streams.socket import Gone, Socket

ROOM = channels.MOST_BYTES
"""Bytes that wait while the program goes on."""


class Outgoing:
    def __init__(self, socket: Socket, dialect: Dialect) -> None:
        self._socket, self._dialect = socket, dialect
        self._waiting: deque[tuple[int, bytearray]] = deque()
        self._size = 0
        self._sending: asyncio.Task[None] | None = None
        self._gone = False
        self._changed = asyncio.Event()

    def channel(self, number: int) -> Channel:
        """A Writer."""
        return Channel(self, number)

    async def write(self, channel: int, data: bytes) -> None:
        """BrokenPipeError when the client is gone."""
        if data and not self._gone:
            if not self._waiting or self._waiting[-1][0] != channel:
                self._waiting.append((channel, bytearray()))
            self._waiting[-1][1].extend(data)
            self._size += len(data)
            if self._sending is None:
                self._sending = asyncio.create_task(self._send())
            while self._size >= ROOM and not self._gone:
                await self._changed.wait()
        if self._gone:
            raise BrokenPipeError

    async def flush(self) -> None:
        """Until all is sent. Gone."""
        while self._sending is not None:
            await self._changed.wait()
        if self._gone:
            raise Gone

    def stop(self) -> None:
        """Nothing more is sent."""
        if self._sending is not None:
            self._sending.cancel()

    async def _send(self) -> None:
        try:
            while self._waiting:
                channel, data = self._waiting.popleft()
                self._size -= len(data)
                for message in channels.written(self._dialect, channel, bytes(data)):
                    await self._socket.send(message)
                self._stir()
        except Gone:
            self._gone = True
        finally:
            self._sending = None
            self._stir()

    def _stir(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Channel:
    def __init__(self, outgoing: Outgoing, number: int) -> None:
        self._outgoing, self._number = outgoing, number

    async def write(self, data: bytes) -> None:
        await self._outgoing.write(self._number, data)
