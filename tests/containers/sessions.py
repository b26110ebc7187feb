"""Fake sessions for the tests of main processes: programs that are told what to do, and clients in hand."""

from __future__ import annotations

import asyncio
from typing import Any

from cluster.containers.instances import Instance
from cluster.containers.mainprocess import Streams
from cluster.machinery.objects import Obj, timestamp

STARTED = 1_795_000_000.0


class Collected:
    """A Writer that remembers; `saw` waits for a text."""

    def __init__(self) -> None:
        self.text = b""
        self.closed = False
        self._more = asyncio.Event()

    async def write(self, data: bytes) -> None:
        if self.closed:
            raise BrokenPipeError
        self.text += data
        self._more.set()

    async def saw(self, text: bytes) -> None:
        async with asyncio.timeout(20):
            while text not in self.text:
                self._more.clear()
                await self._more.wait()


class Typed:
    """A Reader a test types into."""

    def __init__(self, *texts: bytes) -> None:
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue()
        for each in texts:
            self._pieces.put_nowait(each)

    def type(self, text: bytes) -> None:
        self._pieces.put_nowait(text)

    def end(self) -> None:
        self._pieces.put_nowait(b"")

    async def read(self, most: int = 65_536) -> bytes:
        return await self._pieces.get()


async def shell(instance: Instance, streams: Streams) -> int:
    """Repeats what is typed, with a prompt; `exit N` ends it, as the end of its input does."""
    await streams.stdout.write(b"$ ")
    while text := await streams.stdin.read():
        if text.startswith(b"exit"):
            return int(text.split()[1])
        size = f" {streams.tty.columns}x{streams.tty.rows}" if streams.tty else ""
        await streams.stdout.write(b"you said " + text.strip() + size.encode() + b"\n$ ")
    return 0


def pod(container: dict[str, Any] | None = None, state: Obj | None = None, restart: int = 0) -> Obj:
    """One that runs a shell somebody may talk to."""
    given = {"name": "c", "image": "busybox:1.28", "command": ["sh"], "stdin": True, **(container or {})}
    current = {
        "name": "c",
        "state": state or {"running": {"startedAt": timestamp(STARTED)}},
        "lastState": {},
        "ready": True,
        "restartCount": restart,
        "image": given["image"],
        "imageID": "",
        "containerID": f"containerd://{restart}",
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "default"},
        "spec": {"containers": [given], "restartPolicy": "Never", "terminationGracePeriodSeconds": 0},
        "status": {"phase": "Running", "containerStatuses": [current]},
    }
