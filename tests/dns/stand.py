"""A server that takes the cluster and the settings of one vector file after the other, for a checker outside.

    python -m tests.dns.stand serve 5353 [UPSTREAM]     listens on UDP and TCP; UPSTREAM is asked where a file forwards
    python -m tests.dns.stand load 5353 FILE            puts the file's cluster there; ends when the server has it

so that the checker beside the vectors can ask it as any server:

    check.py --server 127.0.0.1:5353 --serve-upstream 127.0.0.1:5399 --load '… load 5353' --tier all FOLDER
"""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from cluster.config import ClusterConfig
from cluster.dns import forwarder
from cluster.dns.forwarder import Forwarder
from cluster.dns.server import DnsServer
from cluster.world import World
from tests.dns import vectors


def _door(port: int) -> str:
    """Where files are told to the server on this port."""
    return str(Path(tempfile.gettempdir()) / f"kubarium-dns-{port}.sock")


class Stand:
    """One port, one server at a time behind it."""

    def __init__(self, port: int, upstream: str) -> None:
        self._port = port
        self._forwarder = Forwarder(forwarder.address(upstream)) if upstream else None
        self._server = DnsServer(SimpleNamespace(world=World(), config=ClusterConfig()))

    async def run(self) -> None:
        """Serve until it is ended; prints the port once it listens."""
        self._port = await self._server.start("127.0.0.1", self._port)
        Path(_door(self._port)).unlink(missing_ok=True)
        door = await asyncio.start_unix_server(self._told, _door(self._port))
        print(self._port, flush=True)
        try:
            await door.serve_forever()
        finally:
            Path(_door(self._port)).unlink(missing_ok=True)
            await self._server.stop()

    async def _told(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = Path((await reader.readline()).decode().rstrip("\n"))
        try:
            vector = vectors.load(path)
            config = vector["config"]
            made = DnsServer(
                SimpleNamespace(world=vectors.world_for(vector), config=ClusterConfig()),
                vectors.settings_of(config),
                tuple(config.get("server_ips") or ()),
                forwarder=self._forwarder if config.get("out_of_zone") == "forward" else None,
            )
            await self._server.stop()
            await made.start("127.0.0.1", self._port)
            self._server = made
            writer.write(b"ok")
        except Exception as error:  # whatever is wrong with the file is told to who gave it
            writer.write(f"{path}: {error!r}".encode())
        await writer.drain()
        writer.close()


def load(port: int, path: str) -> str:
    """Have the server take a file; what was wrong, or ""."""
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(_door(port))
        door.sendall(f"{Path(path).resolve()}\n".encode())
        told = b"".join(iter(lambda: door.recv(4096), b"")).decode()
    return "" if told == "ok" else told


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", port, *upstream]:
            asyncio.run(Stand(int(port), upstream[0] if upstream else "").run())
        case ["load", port, path]:
            sys.exit(load(int(port), path) or 0)
        case _:
            sys.exit(__doc__)
