"""The cluster's own API as pods reach it: the very application that is served outside, over a stream of this process.

Whoever serves the API says so here; nobody has a way to it until then, and a pod is told that it may see nothing.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

import h11

from cluster.nodes.messages import PHRASES, Request
from cluster.shell.network import http
from cluster.shell.network.streams import End

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class ApiServer(NamedTuple):
    application: Application
    """ASGI: /k8s/<cluster>/…."""
    tls: ssl.SSLContext
    """Under a certificate that names the Service `kubernetes`."""


_current: ApiServer | None = None


def use(server: ApiServer | None) -> None:
    """Let pods of this process' clusters reach this one; None: there is none."""
    global _current
    _current = server


def current() -> ApiServer | None:
    return _current


async def serve(stream: End, server: ApiServer, cluster: str, client: tuple[str, int]) -> None:
    """Carry requests to the application until either side has enough."""
    parser = h11.Connection(h11.SERVER)
    while True:
        try:
            request = await http.read_request(stream, parser, f"{client[0]}:{client[1]}")
        except h11.RemoteProtocolError:
            said = b"400 Bad Request"
            head = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
            await stream.write(head + said)
            return
        if request is None or not await _Exchange(stream, request).carry(server.application, cluster, client):
            return
        parser.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
        parser.send(h11.EndOfMessage())
        parser.start_next_cycle()


class _Exchange:
    """One request and its answer."""

    def __init__(self, stream: End, request: Request) -> None:
        self._stream, self._request = stream, request
        self._given = False
        self._chunked = False

    async def carry(self, application: Application, cluster: str, client: tuple[str, int]) -> bool:
        """True when the connection may carry another one."""
        path, _, query = self._request.path.partition("?")
        headers = [(name.lower(), value) for name, value in (("host", self._request.host), *self._request.headers)]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": "https",
            "path": f"/k8s/{cluster}{unquote(path)}",
            "raw_path": f"/k8s/{cluster}{path}".encode(),
            "query_string": query.encode("latin-1"),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            "client": client,
            "server": ("kubernetes", 443),
        }
        await application(scope, self._receive, self._send)
        return "close" not in self._request.header("Connection").lower() and not self._chunked

    async def _receive(self) -> dict[str, Any]:
        if not self._given:
            self._given = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await self._left()
        return {"type": "http.disconnect"}

    async def _left(self) -> None:
        """The client is gone: an answer that goes on is broken off then."""
        more = True
        with contextlib.suppress(OSError):
            while more:
                more = bool(await self._stream.read())

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            names = {name for name, _ in message["headers"]}
            self._chunked = b"content-length" not in names
            status = message["status"]
            lines = [f"HTTP/1.1 {status} {PHRASES.get(status, '')}".encode()]
            lines += [_titled(name) + b": " + value for name, value in message["headers"]]
            if self._chunked:
                lines.append(b"Transfer-Encoding: chunked")
            await self._stream.write(b"\r\n".join((*lines, b"", b"")))
            return
        body = message.get("body", b"")
        if not self._chunked:
            await self._stream.write(body)
            return
        piece = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
        await self._stream.write(piece + (b"" if message.get("more_body") else b"0\r\n\r\n"))


def _titled(name: bytes) -> bytes:
    return b"-".join(part.capitalize() for part in name.split(b"-"))
