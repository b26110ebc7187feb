"""A town's network reached from the machine itself, so that its own clients may be compared with those here."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
from collections.abc import AsyncIterator

from cluster.machinery.objects import PODS, key
from cluster.shell.machine import ContainerMachine
from cluster.shell.process import Connection

HERE = "127.0.0.1"


@contextlib.asynccontextmanager
async def bridged(ours: ContainerMachine, address: str, port: int) -> AsyncIterator[int]:
    """A port of this machine behind which that address of the town is; the container reaches it there too."""
    network = ours._machines.network
    asker, connect = key(PODS, "default", "asker"), network.connect
    tasks: set[asyncio.Task[None]] = set()

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await connect(asker, address, port)

        async def out() -> None:
            while data := await reader.read(65536):
                await there.write(data)
            await there.end()

        async def back() -> None:
            while data := await there.read():
                writer.write(data)
                await writer.drain()

        sending = asyncio.create_task(out())
        tasks.add(sending)
        with contextlib.suppress(OSError):
            await back()
        writer.close()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await there.close()

    server = await asyncio.start_server(joined, HERE, 0)
    number = int(server.sockets[0].getsockname()[1])

    async def reached(where: object, to: str, at: int, *, udp: bool = False) -> Connection:
        return await (connect(asker, address, port) if (to, at) == (HERE, number) else connect(asker, to, at, udp=udp))

    network.connect = reached  # type: ignore[method-assign, assignment]
    try:
        yield number
    finally:
        network.connect = connect  # type: ignore[method-assign]
        server.close()
        await server.wait_closed()


async def really(command: str, stdin: str = "", folder: str = "/") -> tuple[str, str, int]:
    """What the machine's own program prints, and its status."""
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
    )
    out, err = await process.communicate(stdin.encode())
    return out.decode(), err.decode(), process.returncode or 0
