"""TLS to whom a request is passed on: whoever answers there is believed, as a real API server believes pods."""

from __future__ import annotations

import ssl

from cluster.api.proxying.destinations import ServiceUnavailable
from cluster.shell.network import tls
from cluster.shell.process import Connection

_REACHING = "error trying to reach service"


async def secured(connection: Connection) -> Connection:
    """The same connection, inside of TLS. ServiceUnavailable where no TLS is spoken."""
    heard = _Heard(connection)
    found = tls.Tls(heard, tls.client(None), server=False)
    try:
        await found.handshake()
    except (ssl.SSLError, OSError) as error:
        await connection.close()
        raise ServiceUnavailable(f"{_REACHING}: {_why(heard.first)}") from error
    return found


def _why(first: bytes) -> str:
    """In the words of Go's client."""
    if not first:
        return "EOF"
    if first.startswith(b"HTTP/"):
        return "http: server gave HTTP response to HTTPS client"
    return "tls: first record does not look like a TLS handshake"


class _Heard:
    """A connection that keeps what came first."""

    def __init__(self, inner: Connection) -> None:
        self._inner = inner
        self.first = b""

    @property
    def peer(self) -> tuple[str, int]:
        return self._inner.peer

    async def read(self, most: int = 65_536) -> bytes:
        data = await self._inner.read(most)
        self.first = self.first or data
        return data

    async def write(self, data: bytes) -> None:
        await self._inner.write(data)

    async def end(self) -> None:
        await self._inner.end()

    async def close(self) -> None:
        await self._inner.close()
