"""The API as an ASGI application: /k8s/<cluster>/…, plain requests, streams and WebSockets, each with who asks."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import structlog
from django.conf import settings

from cluster.api import listing, streams, tokens
from cluster.api.authentication import Authenticator, bearer, identify
from cluster.api.refusals import EntityTooLarge, NoSuchPath
from cluster.api.request import Request
from cluster.api.response import Response, Stream
from cluster.api.router import answer, attempt, permitted, refusal
from cluster.api.streams import reading
from cluster.api.streams.running import Running
from cluster.api.throttling import Throttle
from cluster.kinds import conversion
from cluster.kinds.webhooks.converting import converter
from cluster.machinery.errors import ApiError, Gone
from cluster.machinery.objects import CUSTOM_DEFINITIONS
from cluster.models import Cluster
from cluster.store import calling, read
from cluster.watch import Mirror, current_hub

log = structlog.get_logger()

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

PREFIX = "/k8s/"
LONGEST_BODY = 3 * 1024 * 1024
WORTH_ZIPPING = 128 * 1024
"""Bytes from which on an answer is sent compressed to who takes it, as the real server does."""


class KubernetesApi:
    """`authenticators` are asked in turn who somebody is; who is known to none is anonymous."""

    def __init__(self, *authenticators: Authenticator) -> None:
        self._authenticators = authenticators
        self._clusters: dict[str, int] = {}
        self.throttle = Throttle()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        send = _numbered(scope, send)
        request: Request | None = None
        try:
            request = await self._request(scope)
            self.throttle.count(request.user, request.client)
            request.body = await _body(scope, receive)
            found = await answer(request)
            if isinstance(found, Stream):
                with self.throttle.stream(request.user):
                    await _stream(found, request.warnings, receive, send)
                return
        except ApiError as error:
            found = refusal(error)
        except Exception:
            log.exception("request_failed", path=scope["path"], method=scope["method"])
            found = refusal(ApiError("the server has an error of its own: its log says more"))
        warnings = request.warnings if request is not None else []
        await _send(found, warnings, request, send, head=scope["method"] == "HEAD")

    async def _request(self, scope: Scope) -> Request:
        """Unauthorized for a wrong token, NotFound for a cluster that there is not."""
        headers = {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope["headers"]}
        if offered := scope.get("subprotocols"):
            headers["sec-websocket-protocol"] = ", ".join(offered)
        slug, path = split(scope["path"])
        mirror = await self._mirror(slug or await read(tokens.slug_of, bearer(headers)) or settings.DNS_CLUSTER)
        if mirror.world.count(CUSTOM_DEFINITIONS):
            convert = converter(lambda: mirror.world, mirror.config, mirror.now, calling.current())
            conversion.convert_from_now_on(convert)
        query = parse_qsl(scope["query_string"].decode("latin1"), keep_blank_values=True)
        return Request(
            current_hub(),
            mirror,
            scope.get("method", "GET"),
            path,
            query,
            headers,
            await identify(self._authenticators, scope, headers, mirror),
            client=(scope.get("client") or ("", 0))[0],
        )

    async def _mirror(self, slug: str) -> Mirror:
        """Of the cluster of that name; NoSuchCluster."""
        known = self._clusters.get(slug)
        if known is not None:
            with contextlib.suppress(Gone):
                mirror = await current_hub().mirror(known)
                if mirror.config.slug == slug:
                    return mirror
        found = await read(Cluster.objects.filter(slug=slug).values_list("pk", flat=True).first)
        if found is None:
            self._clusters.pop(slug, None)
            raise NoSuchCluster(slug)
        self._clusters[slug] = found
        return await current_hub().mirror(found)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            request = await self._request(scope)
            self.throttle.count(request.user, request.client)
            verb, target = permitted(request)
            await listing.fresh(request, None)
            with self.throttle.stream(request.user):
                if target.subresource in streams.SUBRESOURCES:
                    await streams.serve(request, target, scope, receive, send, Running(request.mirror))
                elif target.subresource == "log":
                    await reading.serve_log(await attempt(request), scope, receive, send)
                elif verb == "watch" and isinstance(found := await attempt(request), Stream):
                    await reading.serve_watch(found, receive, send)
                else:
                    raise NoStreams
        except NoSuchPath:
            await refuse_socket(scope, send, NoStreams())
        except ApiError as error:
            await refuse_socket(scope, send, error)
        except Exception:
            log.exception("socket_failed", path=scope["path"])
            with contextlib.suppress(OSError, RuntimeError):
                await send({"type": "websocket.close", "code": 1011})


class NoSuchCluster(ApiError):
    code, reason = 404, "NotFound"

    def __init__(self, slug: str) -> None:
        super().__init__(f'there is no cluster "{slug}" here', {"name": slug, "kind": "clusters"})


class NoStreams(ApiError):
    code, reason = 400, "BadRequest"

    def __init__(self) -> None:
        super().__init__("this path takes no WebSocket")


def split(path: str) -> tuple[str, str]:
    """/k8s/demo/api/v1 -> demo, /api/v1; of a path without the prefix no cluster is known by its path alone."""
    if not path.startswith(PREFIX):
        return "", path
    slug, _, rest = path.removeprefix(PREFIX).partition("/")
    return slug, f"/{rest}"


async def refuse_socket(scope: Scope, send: Send, error: ApiError) -> None:
    """A handshake that is not taken: with its Status, where the server can send one."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008, "reason": error.message[:120]})
        return
    found = refusal(error)
    headers = [(b"content-type", found.content_type.encode())]
    await send({"type": "websocket.http.response.start", "status": found.code, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": found.body})


async def refuse_http(send: Send, error: ApiError) -> None:
    await _send(refusal(error), [], None, send, head=False)


def _numbered(scope: Scope, send: Send) -> Send:
    """Answers carry a number by which somebody may ask about them: the one that the client gave, or a new one."""
    given = next((value for name, value in scope["headers"] if name == b"audit-id"), b"")
    number = given or str(uuid4()).encode()

    async def numbered(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [(b"audit-id", number), *message["headers"]]
        await send(message)

    return numbered


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The whole body. EntityTooLarge."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ApiError("the client is gone")
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if size > LONGEST_BODY:
            raise EntityTooLarge(LONGEST_BODY)
        if not message.get("more_body"):
            return b"".join(pieces)


def _headers(content_type: str, more: tuple[tuple[str, str], ...], warnings: list[str]) -> list[tuple[bytes, bytes]]:
    listed = [("Content-Type", content_type), *more]
    if not any(name.lower() == "cache-control" for name, _ in more):
        listed.append(("Cache-Control", "no-cache, private"))
    listed.extend(("Warning", f'299 - "{_quoted(each)}"') for each in dict.fromkeys(warnings))
    return [(name.lower().encode("latin1"), value.encode("utf-8")) for name, value in listed]


def _quoted(warning: str) -> str:
    """A warning inside the quotes of its header."""
    plain = "".join(sign if sign.isprintable() else " " for sign in warning)
    return plain.replace("\\", "\\\\").replace('"', '\\"')


async def _send(found: Response, warnings: list[str], request: Request | None, send: Send, *, head: bool) -> None:
    headers = _headers(found.content_type, found.headers, warnings)
    body = found.body
    accepted = request.headers.get("accept-encoding", "") if request is not None else ""
    if len(body) > WORTH_ZIPPING and "gzip" in accepted and not any(name == b"content-encoding" for name, _ in headers):
        body = await asyncio.to_thread(gzip.compress, body, 1)
        headers += [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": found.code, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


async def _stream(found: Stream, warnings: list[str], receive: Receive, send: Send) -> None:
    """Send pieces until they end, the client is gone or the server stops: then the answer ends as it is."""
    headers = _headers(found.content_type, found.headers, warnings)
    await send({"type": "http.response.start", "status": found.code, "headers": headers})
    sending = asyncio.ensure_future(_pieces(found, send))
    gone = asyncio.ensure_future(_hung_up(receive))
    try:
        await asyncio.wait([sending, gone], return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        with contextlib.suppress(OSError, RuntimeError):
            await send({"type": "http.response.body", "body": b""})
    finally:
        for task in (sending, gone):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):  # a server that stops may cancel twice: it ends here anyway
            await asyncio.gather(sending, gone, return_exceptions=True)
    if not sending.cancelled() and (error := sending.exception()) is not None:
        log.error("stream_failed", error=repr(error))


async def _pieces(found: Stream, send: Send) -> None:
    async with contextlib.aclosing(found.pieces) as pieces:  # type: ignore[type-var]
        async for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
