"""From commit to receipt in other processes: 1,000 pods, 20 changes a second, 50 live connections."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.bench.live import Live
from tests.bench.pods import apply
from tests.bench.report import Measure
from tests.objects import config_map, service, stateful_set
from tests.server import Server

PODS, SOCKETS, PER_SECOND, SECONDS = 1000, 50, 20, 10


def measure(folder: Path) -> list[Measure]:
    with Server(folder / "data", "--pace", "instant", "--no-demo") as server:
        server.session()
        apply(server, [service("big", clusterIP="None"), stateful_set("big", PODS, podManagementPolicy="Parallel")])
        asyncio.run(_settled(server))
        here, there = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_listen, args=(server.web, str(server.data), there))
        process.start()
        assert here.recv() == "listening"
        _change(server)
        late, states = here.recv()
        process.join(10)
        store = asyncio.run(_state(server))
        assert all(state == store for state in states), "a socket's state differs from the store's"
    late.sort()
    wanted = SOCKETS * PER_SECOND * SECONDS
    assert len(late) == wanted, f"{len(late)} receipts of {wanted}"
    note = f"{SOCKETS} sockets, {len(late):,} receipts, none lost"
    return [
        Measure("change to frame, p99", late[int(len(late) * 0.99)] * 1000, "ms", 100.0, note=note),
        Measure("change to frame, median", late[len(late) // 2] * 1000, "ms"),
    ]


async def _settled(server: Server) -> None:
    live = await Live.open(server)
    async with asyncio.timeout(120):
        while sum(pod["state"] == "ready" for pod in live.pods("big")) < PODS:
            await live.next()
    await asyncio.sleep(2)  # its events follow in a quiet moment and are no part of this measure
    await live.close()


def _change(server: Server) -> None:
    """In a process of its own kind: commits through the store, on the same database, as a second server would."""
    script = f"""
import time
from cluster.intents import Create
from cluster.models import Cluster
from cluster.store import commit
cluster = Cluster.objects.get(slug="demo").pk
began = time.monotonic()
for number in range({PER_SECOND * SECONDS}):
    time.sleep(max(0.0, began + number / {PER_SECOND} - time.monotonic()))
    obj = {config_map("late")!r}
    obj["metadata"]["name"] = f"late-{{number}}"
    obj["metadata"]["labels"] = {{"sent": str(time.time())}}
    commit(cluster, [Create(obj)], author="bench", cause="bench")
"""
    done = server.manage("shell", "--command", script)
    assert done.returncode == 0, done.stderr


def _listen(web: str, data: str, pipe: Connection) -> None:
    """In another process: all the sockets; sends how late each change came, and what each socket ends with."""
    server = Server(Path(data))
    server.web = web
    pipe.send(asyncio.run(_listen_all(server, pipe)))


async def _listen_all(server: Server, pipe: Connection) -> tuple[list[float], list[dict[str, int]]]:
    sockets = [await Live.open(server) for _ in range(SOCKETS)]
    late: list[float] = []
    # One process plays all browsers: walking fifty pictures of a thousand pods, its collector held all of them up.
    gc.collect()
    gc.disable()
    pipe.send("listening")
    async with asyncio.timeout(SECONDS * 6):
        await asyncio.gather(*(_measure(live, late) for live in sockets))
    states = [_revisions(live) for live in sockets]
    for live in sockets:
        await live.close()
    return late, states


async def _measure(live: Live, late: list[float]) -> None:
    seen = 0
    while seen < PER_SECOND * SECONDS:
        frame: Any = await live.next()
        now = time.time()
        for change in frame.get("changes", ()):
            sent = change.get("item", {}).get("labels", {}).get("sent")
            if sent:
                late.append(now - float(sent))
                seen += 1


async def _state(server: Server) -> dict[str, int]:
    live = await Live.open(server)
    found = _revisions(live)
    await live.close()
    return found


def _revisions(live: Live) -> dict[str, int]:
    return {name: item["rv"] for name, item in live.objects.items()}
