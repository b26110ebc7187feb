"""Start to ready, memory, a clean end, and what a new cluster costs."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from tests.bench.report import Measure
from tests.server import Server

CLUSTERS = 20


def measure(folder: Path) -> list[Measure]:
    with Server(folder / "data") as first:
        first.session()
    starts, stops = [], []
    for _ in range(3):
        server = Server(folder / "data")
        server.start()
        server.session()
        starts.append(server.seconds_to_ready)
        memory = server.resident_megabytes
        stops.append(server.stop())
    return [
        Measure("`manage.py up` to ready, database present", statistics.median(starts), "s", 2.0),
        Measure("resident memory of it", memory, "MB", 120.0),
        Measure("SIGTERM to its end", max(stops), "s", 2.0),
        *_clusters(folder),
    ]


def _clusters(folder: Path) -> list[Measure]:
    """New clusters made by the site's own form, each usable with DNS, and the memory they add."""
    from urllib.parse import urlencode

    with Server(folder / "clusters") as server:
        opener, cookies = server.session()
        before = server.resident_megabytes
        took = []
        for number in range(CLUSTERS):
            name = f"bench-{number}"
            form = urlencode({"slug": name, "pace": "brisk", "csrfmiddlewaretoken": cookies["kubarium_csrf"]}).encode()
            opener.addheaders = [("Accept", "text/html"), ("Referer", server.web)]
            began = time.monotonic()
            opener.open(f"{server.web}/clusters/", form).read()
            answer = server.get(f"/clusters/{name}/resolve?name=kubernetes&type=A&namespace=default")
            took.append(time.monotonic() - began)
            assert [record["data"] for record in answer["records"]] == ["10.96.0.1"], answer
        after = server.resident_megabytes
    return [
        Measure("a new cluster, usable with DNS", statistics.median(took), "s", 0.3),
        Measure("memory of each", (after - before) / CLUSTERS, "MB", 5.0, note=f"mean of {CLUSTERS}"),
    ]
