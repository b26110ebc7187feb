"""Connections within this process: two ends of a byte stream, or of a row of datagrams. No socket is behind them.

What is written waits in bounded room until the other end reads it, so a slow reader holds its writer back.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections import deque
from typing import Protocol

from cluster.shell.process import Connection

ROOM = 256 * 1024
"""Octets that wait between the ends."""
MOST_DATAGRAMS = 64
"""Those that come while so many wait are lost, as in any network."""


def failure(number: int) -> OSError:
    """The error of that number, in the system's words: ConnectionRefusedError and its like."""
    return OSError(number, os.strerror(number))


class End(Connection, Protocol):
    """A server's end of a connection."""

    def reset(self) -> None:
        """As when the process behind this end is killed."""
        ...


class _Pipe:
    """One direction of a stream."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._ended = False
        self._broken = 0
        """The number of the error that either side gets."""
        self._changed = asyncio.Event()

    def _stir(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def read(self, most: int) -> bytes:
        while not self._waiting:
            if self._broken:
                raise failure(self._broken)
            if self._ended:
                return b""
            await self._changed.wait()
        taken = bytes(self._waiting[:most])
        del self._waiting[:most]
        self._stir()
        return taken

    async def write(self, data: bytes) -> None:
        left = memoryview(bytes(data))
        while True:
            if self._broken or self._ended:
                raise failure(errno.EPIPE)
            room = ROOM - len(self._waiting)
            self._waiting += left[:room]
            left = left[room:]
            self._stir()
            if not left:
                return
            await self._changed.wait()

    def end(self) -> None:
        self._ended = True
        self._stir()

    def break_(self, number: int) -> None:
        """Both sides learn that nothing comes through any more; what waits is thrown away."""
        if not self._broken:
            self._broken = number
            self._waiting.clear()
            self._stir()


class Stream:
    """One end. `peer` is whom it was asked for; `local` whom the other end sees."""

    def __init__(self, incoming: _Pipe, outgoing: _Pipe, peer: tuple[str, int], local: tuple[str, int]) -> None:
        self._incoming, self._outgoing, self._peer, self.local = incoming, outgoing, peer, local

    @property
    def peer(self) -> tuple[str, int]:
        return self._peer

    async def read(self, most: int = 65_536) -> bytes:
        """b"" at the end; ConnectionResetError when the other side is gone."""
        return await self._incoming.read(most)

    async def write(self, data: bytes) -> None:
        """BrokenPipeError when nobody reads it any more; waits while the reader is behind."""
        await self._outgoing.write(data)

    async def end(self) -> None:
        """Nothing more will be written; what comes is still read."""
        self._outgoing.end()

    async def close(self) -> None:
        """Nothing is written or read any more."""
        self._outgoing.end()
        self._incoming.break_(errno.EPIPE)

    def reset(self) -> None:
        """As when the process behind this end is killed."""
        self._outgoing.break_(errno.ECONNRESET)
        self._incoming.break_(errno.EPIPE)


def pair(server: tuple[str, int], client: tuple[str, int], seen: tuple[str, int]) -> tuple[Stream, Stream]:
    """The client's end and the server's, which sees the client as `seen`."""
    there, back = _Pipe(), _Pipe()
    return Stream(back, there, server, client), Stream(there, back, seen, server)


class Datagrams:
    """One end of an exchange of datagrams: what is read is one of them, as much of it as was asked for."""

    def __init__(self, peer: tuple[str, int], local: tuple[str, int]) -> None:
        self._peer, self.local = peer, local
        self._waiting: deque[bytes] = deque()
        self._closed = False
        self._refused = False
        self._changed = asyncio.Event()
        self.other: Datagrams | None = None
        """Nobody: what is written is lost."""

    @property
    def peer(self) -> tuple[str, int]:
        return self._peer

    def _stir(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def put(self, data: bytes) -> None:
        """A datagram has come."""
        if len(self._waiting) < MOST_DATAGRAMS and not self._closed:
            self._waiting.append(data)
            self._stir()

    def refuse(self) -> None:
        """Nobody listens there: the other system says so."""
        self._refused = True
        self._stir()

    async def read(self, most: int = 65_536) -> bytes:
        """The next one; b"" when this end was closed. ConnectionRefusedError when nobody listens."""
        while not self._waiting:
            if self._refused:
                self._refused = False
                raise failure(errno.ECONNREFUSED)
            if self._closed:
                return b""
            await self._changed.wait()
        return self._waiting.popleft()[:most]

    async def write(self, data: bytes) -> None:
        if self._refused:
            self._refused = False
            raise failure(errno.ECONNREFUSED)
        if self.other is not None:
            self.other.put(bytes(data))

    async def end(self) -> None:
        """A datagram has no end."""

    async def close(self) -> None:
        self._closed = True
        self._stir()


class Refusing(Datagrams):
    """Where nobody listens: every datagram is answered by the system that there is nobody."""

    async def write(self, data: bytes) -> None:
        await super().write(data)
        self.refuse()


def datagrams(server: tuple[str, int], client: tuple[str, int], seen: tuple[str, int]) -> tuple[Datagrams, Datagrams]:
    """The client's end and the server's."""
    one, other = Datagrams(server, client), Datagrams(seen, server)
    one.other, other.other = other, one
    return one, other
