"""Requests put to the API's ASGI application in this process, without a socket: `await client.get("/api/v1/pods")`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from cluster.api.app import KubernetesApi
from cluster.api.authentication import AUTHENTICATED, MASTERS
from cluster.api.request import User
from cluster.watch import Mirror

OWNER = User("ada", (MASTERS, AUTHENTICATED), owner=True)


class Reply:
    def __init__(self, code: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.code, self.headers, self.body = code, headers, body

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def lines(self) -> list[Any]:
        """Of a watch: its events."""
        return [orjson.loads(line) for line in self.body.splitlines()]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name.lower()), "")

    @property
    def warnings(self) -> list[str]:
        return [value for key, value in self.headers if key == "warning"]


class Client:
    """Asks as `user` (None: as somebody unknown), of the cluster with that name."""

    def __init__(self, slug: str, user: User | None = OWNER) -> None:
        self.slug, self.user = slug, user
        self.prefix: str | None = None
        """Before every path; None: that of the cluster."""
        self.application = KubernetesApi(self._who)

    async def _who(self, scope: dict[str, Any], headers: Mapping[str, str], mirror: Mirror) -> User | None:
        return self.user

    async def get(self, path: str, **headers: str) -> Reply:
        return await self.ask("GET", path, **headers)

    async def post(self, path: str, body: Any, **headers: str) -> Reply:
        return await self.ask("POST", path, body, **headers)

    async def put(self, path: str, body: Any, **headers: str) -> Reply:
        return await self.ask("PUT", path, body, **headers)

    async def patch(self, path: str, body: Any, how: str = "application/merge-patch+json", **headers: str) -> Reply:
        return await self.ask("PATCH", path, body, content_type=how, **headers)

    async def delete(self, path: str, body: Any = None, **headers: str) -> Reply:
        return await self.ask("DELETE", path, body, **headers)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """The whole answer; a stream is read to its end."""
        pieces = [piece async for piece in self.pieces(method, path, body, **headers)]
        return Reply(self._started["status"], self._headers, b"".join(pieces))

    async def pieces(self, method: str, path: str, body: Any = None, **headers: str) -> AsyncGenerator[bytes]:
        """The answer as it comes. Ending the iteration is the client's hanging up."""
        sent: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        gone = asyncio.Event()
        content = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        asked = iter([{"type": "http.request", "body": content, "more_body": False}])

        async def receive() -> dict[str, Any]:
            for message in asked:
                return message
            await gone.wait()
            return {"type": "http.disconnect"}

        running = asyncio.create_task(self.application(self._scope(method, path, headers), receive, sent.put))
        running.add_done_callback(lambda _: sent.put_nowait(None))
        try:
            while (message := await sent.get()) is not None:
                if message["type"] == "http.response.start":
                    self._started = message
                    self._headers = [(key.decode(), value.decode()) for key, value in message["headers"]]
                elif message["body"]:
                    yield message["body"]
            await running
        finally:
            gone.set()
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    def _scope(self, method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        parts = urlsplit(path)
        named = {"user-agent": "golden/v1", **{key.replace("_", "-"): value for key, value in headers.items()}}
        return {
            "type": "http",
            "method": method,
            "path": (f"/k8s/{self.slug}" if self.prefix is None else self.prefix) + unquote(parts.path),
            "query_string": parts.query.encode(),
            "headers": [(key.encode(), value.encode()) for key, value in named.items()],
            "client": ("127.0.0.1", 50000),
        }
