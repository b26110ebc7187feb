"""Rows of files go once nobody can see them, and not at the first look."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from cluster import keeping
from cluster.contents import Written, file
from cluster.models import Cluster
from cluster.store import contents, lease, read, written
from cluster.watch import Hub
from cluster.worker import housekeeping


async def test_rows_without_an_owner_are_dropped_at_the_second_look(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    fence = await written(lease.acquire, cluster.pk, "test", time.time(), 60.0)
    assert fence is not None
    await written(contents.keep, cluster.pk, [Written(keeping.of_volume("gone"), "/a", (file("x"),))])
    looks: list[list[str]] = []
    paused = asyncio.sleep

    async def pause(seconds: float) -> None:
        if seconds != housekeeping.EVERY:
            await paused(seconds)
            return
        looks.append(await read(contents.layers, cluster.pk))
        if len(looks) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr("cluster.worker.housekeeping.asyncio.sleep", pause)
    with contextlib.suppress(asyncio.CancelledError):
        await housekeeping.keep_house(hub, cluster.pk, fence)
    assert looks == [["volume/gone"], ["volume/gone"], []]
