"""A stream whose first octets were looked at before it is known who answers."""

from __future__ import annotations

from cluster.shell.network.streams import End

_HANDSHAKE = 0x16


class Peeked:
    """See `cluster.shell.process.Connection`."""

    def __init__(self, inner: End, first: bytes) -> None:
        self._inner, self._first = inner, first

    @property
    def peer(self) -> tuple[str, int]:
        return self._inner.peer

    @property
    def is_tls(self) -> bool:
        """A client that begins with a handshake."""
        return self._first[:1] == bytes([_HANDSHAKE])

    async def read(self, most: int = 65_536) -> bytes:
        if self._first:
            taken, self._first = self._first[:most], self._first[most:]
            return taken
        return await self._inner.read(most)

    async def write(self, data: bytes) -> None:
        await self._inner.write(data)

    async def end(self) -> None:
        await self._inner.end()

    async def close(self) -> None:
        await self._inner.close()

    def reset(self) -> None:
        self._inner.reset()


async def peek(stream: End) -> Peeked:
    """Wait for the client's first words."""
    return Peeked(stream, await stream.read())
