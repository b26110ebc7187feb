"""A WebSocket client that speaks ASGI to the application itself. (Channels has one, in a package that wants daphne.)"""

from __future__ import annotations

from typing import Any

from asgiref.testing import ApplicationCommunicator

Communicator: Any = ApplicationCommunicator  # has no types


class Socket:
    def __init__(self, application: Any, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        path, _, query = path.partition("?")
        scope: dict[str, Any] = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "subprotocols": [],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8000),
        }
        self._talk = Communicator(application, scope)

    async def connect(self) -> bool:
        await self._talk.send_input({"type": "websocket.connect"})
        answer = await self._talk.receive_output(timeout=30)
        return bool(answer["type"] == "websocket.accept")

    async def receive(self) -> str:
        message = await self._talk.receive_output(timeout=30)
        assert message["type"] == "websocket.send", message
        return str(message["text"])

    async def closed(self) -> int:
        """The code it is closed with; frames before that are passed over."""
        while (message := await self._talk.receive_output(timeout=30))["type"] != "websocket.close":
            continue
        return int(message["code"])

    async def send(self, text: str) -> None:
        await self._talk.send_input({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        await self._talk.send_input({"type": "websocket.receive", "bytes": data})

    async def disconnect(self) -> None:
        await self._talk.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._talk.wait(timeout=30)
