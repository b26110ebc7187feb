"""A browser's live connection without the browser: the frames of a cluster, and the state they add up to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect

from tests.server import Server


class Live:
    """Objects by id, as the page's reducer keeps them."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.objects: dict[str, Any] = {}
        self.revision = 0

    @classmethod
    async def open(cls, server: Server, slug: str = "demo") -> Live:
        _, cookies = server.session()
        address = f"{server.web.replace('http', 'ws', 1)}/clusters/{slug}/live"
        header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        socket = await connect(address, additional_headers=header, origin=server.web, max_size=None, compression=None)  # type: ignore[arg-type]  # Origin is a str
        live = cls(socket)
        await live.until(lambda frame: frame["t"] == "snapshot")
        return live

    async def next(self) -> Any:
        """The next frame, taken into `objects`."""
        frame = orjson.loads(await self._socket.recv())
        self.take(frame)
        return frame

    def take(self, frame: Any) -> None:
        if frame["t"] == "snapshot":
            self.objects = {item["id"]: item for item in frame["objects"]}
        elif frame["t"] == "changes":
            for change in frame["changes"]:
                if change["op"] == "put":
                    self.objects[change["item"]["id"]] = change["item"]
                else:
                    self.objects.pop(change["id"], None)
        if "revision" in frame:
            self.revision = max(self.revision, frame["revision"])

    async def until(self, holds: Callable[[Any], bool]) -> None:
        while not holds(await self.next()):
            pass

    async def ask_pings(self, waits: list[float]) -> None:
        """Without end; the server's event loop answers them."""
        while True:
            began = time.perf_counter()
            await (await self._socket.ping())
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(0.005)

    async def close(self) -> None:
        await self._socket.close()

    def pods(self, workload: str) -> list[Any]:
        return [
            item
            for item in self.objects.values()
            if item["resource"] == "pods" and (item.get("owner") or {}).get("name") == workload
        ]
