"""HTTP/1.1 as a server speaks it over a stream: requests one after the other, each with its body; what is broken gets
the server's own words. h11 reads; what is sent is written here, since each server has its headers' order and spelling.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import h11

from cluster.nodes.messages import Request, Response
from cluster.shell.network.streams import End

MOST_BODY = 1024 * 1024
"""Octets of a request's body: nginx's own limit."""
IDLE_SECONDS = 75.0
"""Of the wall's clock: so long a connection may say nothing, as nginx has it."""
_FIRST_LINE = re.compile(rb"[!-~]+ [!-~\x80-\xff]+ HTTP/\d\.\d")
_NO_BODY = (204, 304)


class Server(NamedTuple):
    answer: Callable[[Request], Awaitable[Response | None]]
    """None: the process ended over it."""
    broken: Callable[[int], Response]
    """What is said to a request that is none (400), or that is too large (413)."""
    version: str = "HTTP/1.1"


async def serve(stream: End, server: Server, client: str) -> None:
    """Answer until either side has enough."""
    parser = h11.Connection(h11.SERVER)
    while True:
        try:
            request = await read_request(stream, parser, client)
        except h11.RemoteProtocolError as error:
            said = server.broken(413 if error.error_status_hint == 413 else 400)
            await stream.write(_octets(said, server.version, closes=True, bare=False))
            return
        if request is None:
            return
        response = await server.answer(request)
        if response is None:
            stream.reset()
            return
        closes = _closes(request, response, server.version)
        await stream.write(_octets(response, server.version, closes=closes, bare=request.method == "HEAD"))
        if closes:
            return
        parser.send(h11.Response(status_code=response.status, headers=[("Content-Length", "0")]))
        parser.send(h11.EndOfMessage())
        parser.start_next_cycle()


async def read_request(stream: End, parser: h11.Connection, client: str) -> Request | None:
    """The next one; None when the client has no more. h11.RemoteProtocolError for what is none."""
    head: h11.Request | None = None
    body = bytearray()
    line, judged = bytes(parser.trailing_data[0]), False
    while True:
        event = parser.next_event()
        if event is h11.NEED_DATA:
            if parser.they_are_waiting_for_100_continue:
                await stream.write(parser.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    data = await stream.read()
            except TimeoutError:
                return None
            if not judged:
                line += data
                judged = _judged(line)
            parser.receive_data(data)
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > MOST_BODY:
                raise h11.RemoteProtocolError("its body is too large", error_status_hint=413)
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return _told(head, bytes(body), client)
        else:  # the client has closed
            return None


def _judged(line: bytes) -> bool:
    """A whole first line is there, and it is one of a request: servers do not wait for more to say that it is none."""
    first, end, _ = line.lstrip(b"\r\n").partition(b"\n")
    if end and not _FIRST_LINE.fullmatch(first.rstrip(b"\r")):
        raise h11.RemoteProtocolError("no request")
    return bool(end)


def _told(head: h11.Request, body: bytes, client: str) -> Request:
    named = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items()]
    host = next((value for name, value in named if name.lower() == "host"), "")
    others = tuple(each for each in named if each[0].lower() != "host")
    version = f"HTTP/{head.http_version.decode()}"
    return Request(head.method.decode(), head.target.decode("latin-1"), host, client, others, body, version)


def _closes(request: Request, response: Response, version: str) -> bool:
    said = [value.lower() for name, value in response.headers if name == "Connection"]
    wanted = request.header("Connection").lower()
    return "HTTP/1.0" in (version, request.version) or "close" in said or "close" in wanted


def _octets(response: Response, version: str, *, closes: bool, bare: bool) -> bytes:
    headers = [each for each in response.headers if not (closes and each[0] in ("Connection", "Keep-Alive"))]
    if closes and version != "HTTP/1.0":
        at = next((at for at, each in enumerate(response.headers) if each[0] == "Connection"), len(headers))
        headers.insert(min(at, len(headers)), ("Connection", "close"))
    lines = [f"{version} {response.status} {response.phrase}", *(f"{name}: {value}" for name, value in headers), "", ""]
    head = "\r\n".join(lines).encode("latin-1", "replace")
    return head if bare or response.status in _NO_BODY else head + response.body
