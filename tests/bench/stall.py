"""What another browser feels of a submission of 2,000 documents: how long its socket takes to answer meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench.live import Live
from tests.bench.pods import send
from tests.bench.report import Measure
from tests.objects import config_map, service
from tests.server import Server

COUNT = 2000
WAYS = ("plan", "plan?html", "apply")


def measure(folder: Path) -> list[Measure]:
    with Server(folder / "data", "--no-demo") as server:
        waits = asyncio.run(_run(server))
    note = f"{COUNT:,} documents planned, drawn and applied; {len(waits)} questions"
    return [
        Measure("another browser's socket meanwhile, p99", waits[int(len(waits) * 0.99)] * 1000, "ms", 100.0, note=note)
    ]


async def _run(server: Server) -> list[float]:
    documents = [make(f"d-{number}") for number in range(COUNT // 2) for make in (config_map, service)]
    live = await Live.open(server)
    waits: list[float] = []
    asking = [asyncio.create_task(live.ask_pings(waits)), asyncio.create_task(_follow(live))]
    for way in WAYS:
        await asyncio.to_thread(send, server, documents, f"/clusters/demo/{way}")
    for each in asking:
        each.cancel()
    await live.close()
    return sorted(waits)


async def _follow(live: Live) -> None:
    while True:
        await live.next()
