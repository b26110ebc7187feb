"""What is only read, over a WebSocket: a log in pieces, a watch in one message an event."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator

from cluster.api.response import Response, Stream
from cluster.api.streams.channels import MOST_BYTES
from cluster.api.streams.checks import UnspokenProtocol
from cluster.api.streams.socket import Gone, Receive, Scope, Send, Socket

BINARY, BASE64 = "binary.k8s.io", "base64.binary.k8s.io"


async def serve_log(found: Response | Stream, scope: Scope, receive: Receive, send: Send) -> None:
    """ApiError before it is accepted."""
    offered = list(scope.get("subprotocols") or ())
    chosen = next((each for each in offered if each in (BINARY, BASE64)), None if offered else "")
    if chosen is None:
        raise UnspokenProtocol(offered, [BINARY, BASE64])
    socket = Socket(receive, send)
    with contextlib.suppress(Gone):
        await socket.accept(chosen)
        await _until_gone(socket, _pieces(found, text=chosen == BASE64))


async def serve_watch(found: Stream, receive: Receive, send: Send) -> None:
    socket = Socket(receive, send)
    with contextlib.suppress(Gone):
        await socket.accept("")
        await _until_gone(socket, _events(found))


async def _pieces(found: Response | Stream, *, text: bool) -> AsyncIterator[bytes | str]:
    async for piece in _one(found.body) if isinstance(found, Response) else found.pieces:
        most = MOST_BYTES // 4 * 3 if text else MOST_BYTES
        for start in range(0, len(piece), most):
            part = piece[start : start + most]
            yield base64.b64encode(part).decode() if text else part


async def _one(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _events(found: Stream) -> AsyncIterator[str]:
    async for piece in found.pieces:
        for line in piece.splitlines(keepends=True):
            yield line.decode()


async def _until_gone(socket: Socket, messages: AsyncIterator[bytes | str] | AsyncIterator[str]) -> None:
    """Send all of them, unless the client leaves first."""
    sending = asyncio.ensure_future(_send(socket, messages))
    leaving = asyncio.ensure_future(_leave(socket))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            sending.result()
    finally:
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)


async def _send(socket: Socket, messages: AsyncIterator[bytes | str] | AsyncIterator[str]) -> None:
    async with contextlib.aclosing(messages):  # type: ignore[type-var]
        async for message in messages:
            await socket.send(message)
    await socket.close()


async def _leave(socket: Socket) -> None:
    with contextlib.suppress(Gone):
        while True:
            await socket.next()  # nothing that is said here has a meaning
