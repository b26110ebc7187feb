"""A Parallel StatefulSet of 1,000 pods at pace instant, on a file database, with a watch and a browser attached.

From the apply to all Ready, the slices and the DNS answer right; then the log is read: every pod was created, bound,
running and ready, each at a revision of its own.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import dns.message
import dns.query
import orjson

from tests.bench.live import Live
from tests.bench.report import Measure
from tests.objects import service, stateful_set
from tests.server import Server, text_of

COUNT = 1000


def measure(folder: Path) -> list[Measure]:
    with Server(folder / "data", "--pace", "instant", "--no-demo") as server:
        server.session()
        before = server.resident_megabytes
        took = asyncio.run(_run(server))
        after = server.resident_megabytes
        stages = _stages(server)
    return [
        Measure(f"{COUNT} pods, apply to all Ready, slices and DNS right", took, "s", 2.0, note=stages),
        Measure("memory they add", after - before, "MB", 50.0),
    ]


async def _run(server: Server) -> float:
    browser, watch = await Live.open(server), await Live.open(server)
    following = asyncio.create_task(_follow(watch))
    headless = service("big", clusterIP="None")
    big = stateful_set("big", COUNT, podManagementPolicy="Parallel")
    began = time.monotonic()
    applying = asyncio.create_task(asyncio.to_thread(apply, server, [headless, big]))
    async with asyncio.timeout(120):
        while sum(pod["state"] == "ready" for pod in browser.pods("big")) < COUNT:
            await browser.next()
        while _published(browser) < COUNT:
            await browser.next()
        await asyncio.to_thread(_ask_until_all_answer, server)
    took = time.monotonic() - began
    await applying
    following.cancel()
    await browser.close()
    await watch.close()
    return took


async def _follow(live: Live) -> None:
    while True:
        await live.next()


def apply(server: Server, objects: list[Any], slug: str = "demo") -> Any:
    """Send manifests as the form does and ask for JSON."""
    return send(server, objects, f"/clusters/{slug}/apply/")


def send(server: Server, objects: list[Any], path: str) -> Any:
    _, cookies = server.session()
    body = orjson.dumps({"text": text_of(objects)})
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "X-CSRFToken": cookies["kubarium_csrf"],
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Origin": server.web,
    }
    with urlopen(Request(f"{server.web}{path}", body, headers)) as answer:
        return orjson.loads(answer.read())


def _published(live: Live) -> int:
    slices = [
        item for item in live.objects.values() if item["resource"] == "endpointslices" and item["service"] == "big"
    ]
    return sum(endpoint["ready"] for item in slices for endpoint in item["endpoints"])


def _ask_until_all_answer(server: Server) -> None:
    while _answered(server) < COUNT:
        pass


def _answered(server: Server) -> int:
    question = dns.message.make_query("big.default.svc.cluster.local", "A")
    host, port = server.dns.rsplit(":", 1)
    answer = dns.query.tcp(question, host, port=int(port), timeout=5)
    return sum(len(rrset) for rrset in answer.answer)


def _stages(server: Server) -> str:
    """What the log says of each pod; raises when a stage is missing."""
    database = sqlite3.connect(server.data / "kubarium.sqlite3")
    stages: dict[str, set[str]] = defaultdict(set)
    revisions: dict[str, int] = defaultdict(int)
    for name, body in database.execute(
        "SELECT name, body FROM cluster_change WHERE resource = 'pods' AND namespace = 'default'"
    ):
        pod = orjson.loads(body)
        status = pod.get("status") or {}
        ready = any(each["type"] == "Ready" and each["status"] == "True" for each in status.get("conditions") or ())
        bound = bool((pod.get("spec") or {}).get("nodeName"))
        stage = (
            "ready"
            if ready
            else status.get("phase")
            if status.get("phase") == "Running"
            else "bound"
            if bound
            else "created"
        )
        stages[name].add(str(stage))
        revisions[name] += 1
    database.close()
    wanted = {"created", "bound", "Running", "ready"}
    incomplete = [name for name, found in stages.items() if found != wanted]
    assert len(stages) == COUNT and not incomplete, (
        len(stages),
        incomplete[:3],
        stages[incomplete[0]] if incomplete else "",
    )
    return f"{sum(revisions.values())} pod revisions"
