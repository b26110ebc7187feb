"""Bytes from a client on their way to a program: in bounded room, so a program that does not read holds its client."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from cluster.shell.process import Connection

ROOM = 256 * 1024
NUDGED = 15.0
"""Seconds after which a client that is held is said something to: nothing is read from it, so its going away shows
only in that it cannot be written to."""


class Incoming:
    """The reading side is a `Reader` of the shell's."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._ended = self._unread = False
        self._changed = asyncio.Event()

    def _stir(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def put(self, data: bytes, nudge: Callable[[], Awaitable[None]]) -> None:
        """Waits while there is no room, and calls `nudge` now and then, to say something without a meaning."""
        while len(self._waiting) >= ROOM and not self._unread:
            try:
                async with asyncio.timeout(NUDGED):
                    await self._changed.wait()
            except TimeoutError:
                await nudge()
        if not self._ended and not self._unread:
            self._waiting += data
            self._stir()

    def end(self) -> None:
        """No more will come."""
        self._ended = True
        self._stir()

    def forget(self) -> None:
        """Nobody reads any more: what still comes is thrown away."""
        self._unread = True
        self._waiting.clear()
        self._stir()

    async def read(self, most: int = 65_536) -> bytes:
        """What is there, waiting while nothing is; b"" at the end."""
        while not self._waiting and not self._ended:
            await self._changed.wait()
        taken = bytes(self._waiting[:most])
        del self._waiting[:most]
        self._stir()
        return taken

    async def into(self, connection: Connection) -> None:
        """All that comes, to a connection: until the end, or until it takes no more."""
        with contextlib.suppress(OSError):
            while piece := await self.read():
                await connection.write(piece)
            await connection.end()
        self.forget()
