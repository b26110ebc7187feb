"""A WebSocket as ASGI gives it. Knows no protocol inside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

NORMAL, PROTOCOL_ERROR, TOO_BIG = 1000, 1002, 1009


class Gone(Exception):
    """The client is no longer there."""


class Socket:
    """One whose `websocket.connect` has been received."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send

    async def accept(self, subprotocol: str) -> None:
        await self._say({"type": "websocket.accept", "subprotocol": subprotocol or None})

    async def next(self) -> bytes | str:
        """The client's next message; empty ones are passed over. Gone."""
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                raise Gone
            found: bytes | str = message.get("bytes") or message.get("text") or b""
            if found:
                return found

    async def send(self, message: bytes | str) -> None:
        """Waits while the client is behind. Gone."""
        form = "text" if isinstance(message, str) else "bytes"
        await self._say({"type": "websocket.send", form: message})

    async def close(self, code: int = NORMAL, reason: str = "") -> None:
        await self._say({"type": "websocket.close", "code": code, "reason": reason[:120]})

    async def _say(self, message: dict[str, Any]) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError) as error:  # servers differ in how they say that nobody is there
            raise Gone from error
