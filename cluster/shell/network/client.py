"""HTTP/1.1 as a client speaks it over a connection: one request, and its reply piece by piece. h11 reads and writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import h11

from cluster.nodes.messages import Header
from cluster.shell.process import Connection


class NoReply(Exception):
    """The server ended the connection without a word."""


class Broken(Exception):
    """What came is no HTTP, or ended too early; the message says which."""


class Head(NamedTuple):
    version: str
    status: int
    phrase: str
    headers: tuple[Header, ...]
    """Spelled as they came."""

    def header(self, called: str) -> str:
        return next((value for name, value in self.headers if name.lower() == called.lower()), "")


class Reply(NamedTuple):
    head: Head
    body: bytes


class Conversation:
    """Requests over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._parser = h11.Connection(h11.CLIENT)

    async def ask(self, method: str, target: str, headers: Sequence[Header], body: bytes = b"") -> Head:
        """Send a request and wait for the head of the reply. NoReply, Broken, OSError."""
        octets = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        event = h11.Request(method=method, target=target, headers=octets)
        sent = self._parser.send(event) or b""
        if body:
            sent += self._parser.send(h11.Data(body)) or b""
        await self._connection.write(sent + (self._parser.send(h11.EndOfMessage()) or b""))
        anything = False
        while True:
            try:
                found = self._parser.next_event()
            except h11.RemoteProtocolError as error:
                if not anything:
                    raise NoReply from error
                raise Broken("Received HTTP/0.9 when not allowed") from error
            if found is h11.NEED_DATA:
                data = await self._connection.read()
                anything = anything or bool(data)
                self._parser.receive_data(data)
            elif isinstance(found, h11.Response):
                named = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in found.headers.raw_items()]
                version = f"HTTP/{found.http_version.decode()}"
                return Head(version, found.status_code, found.reason.decode("latin-1"), tuple(named))
            elif isinstance(found, h11.ConnectionClosed):
                raise NoReply

    async def body(self) -> AsyncIterator[bytes]:
        """The reply's body as it comes. Broken when it ends too early."""
        while True:
            try:
                found = self._parser.next_event()
            except h11.RemoteProtocolError as error:
                raise Broken(str(error)) from error
            if found is h11.NEED_DATA:
                self._parser.receive_data(await self._connection.read())
            elif isinstance(found, h11.Data):
                yield bytes(found.data)
            elif isinstance(found, h11.EndOfMessage):
                return

    @property
    def goes_on(self) -> bool:
        """The connection may carry another request; call `again` before it."""
        return self._parser.our_state is h11.DONE and self._parser.their_state is h11.DONE

    def again(self) -> None:
        self._parser.start_next_cycle()


async def get(connection: Connection, host: str, target: str, agent: str) -> Reply:
    """One GET, and the whole reply; the connection is closed after it. OSError when there is none."""
    try:
        conversation = Conversation(connection)
        headers = [("Host", host), ("User-Agent", agent), ("Accept-Encoding", "gzip")]
        head = await conversation.ask("GET", target, headers)
        return Reply(head, b"".join([piece async for piece in conversation.body()]))
    except NoReply:
        raise OSError("EOF") from None
    except Broken as error:
        raise OSError(str(error)) from error
    finally:
        await connection.close()
