"""Passes a request on and its answer back."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator
from urllib.parse import quote, urlencode

import h11

from cluster.api.proxying import destinations, kubelet, rewriting, securing
from cluster.api.proxying.destinations import KUBELET_PORT, Destination, ServiceUnavailable, unreachable
from cluster.api.request import Request
from cluster.api.response import Response, Stream
from cluster.api.routing import Target
from cluster.machinery.errors import ApiError, BadRequest
from cluster.nodes.messages import Header
from cluster.shell.machine import machines
from cluster.shell.network import client
from cluster.shell.network.client import Conversation, Head
from cluster.shell.process import Connection

MOST_SECONDS = 60
"""So long the beginning of an answer is waited for."""
GATHERED = 1024 * 1024
"""Bytes up to which an answer is sent in one piece, and a page's links are changed."""
_OWN = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-connection"})
"""Headers that are about one connection alone."""
_KEPT_BACK = _OWN | {"authorization", "cookie", "accept-encoding", "content-length", "host", "expect"}
_REPLACED = _OWN | {"content-type", "content-length", "date", "set-cookie", "location", "service-worker-allowed"}
_WITHOUT_RIGHTS = (
    ("Content-Security-Policy", "sandbox allow-scripts allow-forms allow-popups"),
    ("X-Content-Type-Options", "nosniff"),
)
"""In a browser a pod's page is a stranger, whatever address it is shown under."""
_WORDS = {errno.EHOSTUNREACH: "connect: no route to host", errno.ENETUNREACH: "connect: network is unreachable"}


class NoAnswer(ApiError):
    code, reason = 504, "Timeout"


async def proxy(request: Request, target: Target) -> Response | Stream:
    """Answer for `services/…/proxy`, `pods/…/proxy` and `nodes/…/proxy`. ApiError."""
    prefix, path = _cut(request, target)
    network = machines(request.mirror).network
    match target.resource.resource:
        case "pods":
            there = destinations.of_pod(request.world, target.namespace, target.name)
        case "services":
            pick = machines(request.mirror).pick
            there = destinations.of_service(request.world, target.namespace, target.name, pick)
        case _:
            node, there = destinations.of_node(request.world, target.name)
            if there.port == KUBELET_PORT:
                return await kubelet.answer(request, node, path)
    query = f"?{urlencode(request.query)}" if request.query else ""
    if not path and request.method in ("GET", "HEAD"):
        return Response(b"", 301, "text/plain; charset=utf-8", (("Location", f"{prefix}/{query}"),))
    try:
        connection: Connection = await network.from_node(there.address, there.port)
    except OSError as error:
        raise unreachable(there, _why(error)) from error
    if there.tls:
        connection = await securing.secured(connection)
    return await _Passing(request, prefix, there).through(
        connection, quote(path or "/", safe="/:@!$&'()*+,;=~-._") + query
    )


def _cut(request: Request, target: Target) -> tuple[str, str]:
    """The proxy's own path as a browser knows it, and what follows."""
    where = f"namespaces/{target.namespace}/" if target.namespace else ""
    own = f"/api/v1/{where}{target.resource.resource}/{target.name}/proxy"
    tail = request.path[len(own) :] if request.path.startswith(own) else target.tail
    return f"/k8s/{request.config.slug}{own}", tail


def _why(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "i/o timeout"
    return _WORDS.get(error.errno or 0, "connect: connection refused")


class _Passing:
    """One request and its answer."""

    def __init__(self, request: Request, prefix: str, there: Destination) -> None:
        self._request, self._prefix, self._there = request, prefix, there
        self._host = request.headers.get("host") or str(there)

    async def through(self, connection: Connection, target: str) -> Response | Stream:
        closing = True
        try:
            async with asyncio.timeout(MOST_SECONDS):
                conversation = Conversation(connection)
                head = await conversation.ask(self._request.method, target, self._headers(target), self._request.body)
                answer = await self._answer(connection, conversation, head)
            closing = isinstance(answer, Response)
            return answer
        except TimeoutError as error:
            raise NoAnswer(f"error trying to reach service: no answer within {MOST_SECONDS} s") from error
        except (client.NoReply, OSError) as error:
            raise ServiceUnavailable("error trying to reach service: EOF") from error
        except h11.LocalProtocolError as error:
            raise BadRequest(f"the request cannot be passed on: {error}") from error
        except client.Broken as error:
            raise ServiceUnavailable(f"error trying to reach service: malformed HTTP response: {error}") from error
        finally:
            if closing:
                await connection.close()

    def _headers(self, target: str) -> list[Header]:
        given = self._request.headers
        passed = [
            (name, value)
            for name, value in given.items()
            if name not in _KEPT_BACK and not name.startswith("impersonate-") and name != "x-forwarded-for"
        ]
        before = f"{given['x-forwarded-for']}, " if "x-forwarded-for" in given else ""
        own = [
            ("X-Forwarded-For", before + (self._request.client or "127.0.0.1")),
            ("X-Forwarded-Uri", self._prefix + target.partition("?")[0]),
        ]
        length = [("Content-Length", str(len(self._request.body)))] if self._request.body else []
        return [("Host", self._host), *passed, *own, *length]

    async def _answer(self, connection: Connection, conversation: Conversation, head: Head) -> Response | Stream:
        kind = head.header("content-type") or "text/plain; charset=utf-8"
        headers = self._returned(head)
        if self._request.method == "HEAD" or head.status in (204, 304):
            return Response(b"", head.status, kind, headers)
        length = head.header("content-length")
        is_page = kind.partition(";")[0].strip().lower() == "text/html" and not head.header("content-encoding")
        pieces = _pieces(connection, conversation)
        if not (is_page or (length.isdigit() and int(length) <= GATHERED)):
            return Stream(pieces, kind, headers, head.status)
        body = bytearray()
        async for piece in pieces:
            body += piece
            if len(body) > GATHERED:
                return Stream(_all(bytes(body), pieces), kind, headers, head.status)
        if is_page:
            text = bytes(body).decode("utf-8", "surrogateescape")
            body = bytearray(rewriting.page(text, self._prefix, self._own_hosts).encode("utf-8", "surrogateescape"))
        return Response(bytes(body), head.status, kind, headers)

    @property
    def _own_hosts(self) -> frozenset[str]:
        return frozenset({str(self._there), self._there.address, self._host})

    def _returned(self, head: Head) -> tuple[Header, ...]:
        headers = [(name, value) for name, value in head.headers if name.lower() not in _REPLACED]
        if location := head.header("location"):
            headers.append(("Location", rewriting.address(location, self._prefix, self._own_hosts)))
        return (*headers, *_WITHOUT_RIGHTS)


async def _pieces(connection: Connection, conversation: Conversation) -> AsyncIterator[bytes]:
    """The answer's body; one that breaks off ends there."""
    try:
        async for piece in conversation.body():
            yield piece
    except (client.Broken, OSError):
        return
    finally:
        await connection.close()


async def _all(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece
