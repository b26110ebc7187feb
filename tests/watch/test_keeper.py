"""Files that were written outlive the process, are seen by others, and go with their owners."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from django.db import OperationalError

from cluster import keeping
from cluster.contents import Entry, Written, file
from cluster.intents import Create, Delete
from cluster.machinery.objects import PODS, Obj, key, uid
from cluster.models import Cluster
from cluster.store import commit, contents, delete_cluster, read, written
from cluster.watch import Hub, Mirror
from cluster.watch import keeper as keeper_module

POD: Obj = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web-0"},
    "spec": {"containers": [{"name": "app", "image": "nginx"}]},
}


@contextlib.asynccontextmanager
async def another_hub() -> AsyncIterator[Hub]:
    """As another process has it."""
    made = Hub()
    running = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.01)


def found(mirror: Mirror, layer: str, path: str) -> Entry | None:
    held = mirror.world.contents.layer(layer)
    return held.at(path, float("inf")) if held else None


async def stored_pod(hub: Hub, cluster: Cluster) -> Obj:
    outcome = await written(commit, cluster.pk, [Create(POD)], author="ada", cause="apply")
    mirror = await hub.mirror(cluster.pk)
    hub.heard(cluster.pk, outcome.revision)
    await mirror.reached(outcome.revision)
    made = mirror.world.get(key(PODS, "default", "web-0"))
    assert made is not None
    return made


async def test_a_file_is_there_at_once_here_and_soon_elsewhere(hub: Hub, cluster: Cluster) -> None:
    async with another_hub() as other:
        here, there = await hub.mirror(cluster.pk), await other.mirror(cluster.pk)
        subscription = await other.subscribe(cluster.pk)
        here.world.contents.put("volume/1", "/a", file("hi", at=5.0))
        assert found(here, "volume/1", "/a") == file("hi", at=5.0)
        await until(lambda: found(there, "volume/1", "/a"))
        assert found(there, "volume/1", "/a") == file("hi", at=5.0)
        assert [batch.stirred for batch in subscription.taken()] == [frozenset({"volume/1"})]
        assert here.contents.revision == there.contents.revision == 1


async def test_the_last_writes_are_stored_as_the_process_ends(cluster: Cluster) -> None:
    async with another_hub() as first:
        mirror = await first.mirror(cluster.pk)
        for number in range(700):
            mirror.world.contents.put("volume/1", f"/{number}", file(b"\x00\n\xff", at=float(number)))
    async with another_hub() as second:
        mirror = await second.mirror(cluster.pk)
        assert found(mirror, "volume/1", "/699") == file(b"\x00\n\xff", at=699.0)
        assert mirror.world.contents.layers["volume/1"].count == 700


async def test_rows_of_what_is_forgotten_go(hub: Hub, cluster: Cluster) -> None:
    keep = [Written("volume/1", "/a", (file("x"),)), Written("volume/1", "/b", (file("y"),))]
    await written(contents.keep, cluster.pk, keep)
    assert await written(contents.keep, cluster.pk, [keep[0]._replace(history=())]) == 2
    assert await read(contents.since, cluster.pk, 0) == [keep[1]]


async def test_what_the_database_would_not_take_is_tried_again(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = await hub.mirror(cluster.pk)
    keep = contents.keep
    failed: list[bool] = []

    def moody(*arguments: Any) -> int:
        if not failed:
            failed.append(True)
            raise OperationalError("disk I/O error")
        return keep(*arguments)

    monkeypatch.setattr(contents, "keep", moody)
    monkeypatch.setattr(keeper_module, "AGAIN", 0.01)
    mirror.world.contents.put("volume/1", "/a", file("hi"))
    await until(lambda: mirror.contents.revision == 1)
    assert failed and await read(contents.layers, cluster.pk) == ["volume/1"]


async def test_files_go_with_their_cluster(hub: Hub, cluster: Cluster) -> None:
    mirror = await hub.mirror(cluster.pk)
    mirror.world.contents.put("volume/1", "/a", file("hi"))
    await until(lambda: mirror.contents.revision == 1)
    await written(delete_cluster, cluster)
    assert await read(contents.since, cluster.pk, 0) == []


async def test_orphans_are_those_whose_pod_went_or_whose_container_began_anew(hub: Hub, cluster: Cluster) -> None:
    made = await stored_pod(hub, cluster)
    mirror = await hub.mirror(cluster.pk)
    own, again = keeping.of_container(uid(made), "app", 0), keeping.of_container(uid(made), "app", 1)
    shared = keeping.of_empty_dir(uid(made), "data")
    restarted = {**made, "status": {"containerStatuses": [{"name": "app", "restartCount": 1}]}}
    where = key(PODS, "default", "web-0")
    keys = [own, again, shared, keeping.of_volume("gone"), keeping.of_node("gone")]
    assert keeping.orphans(mirror.world, keys) == [keeping.of_volume("gone"), keeping.of_node("gone")]
    world = mirror.world.copy()
    world.put(where, restarted)
    assert keeping.orphans(world, [own, again, shared]) == [own]
    world.drop(where)
    assert keeping.orphans(world, [own, again, shared]) == [own, again, shared]


async def test_memory_forgets_orphans_at_the_second_look(hub: Hub, cluster: Cluster) -> None:
    made = await stored_pod(hub, cluster)
    mirror = await hub.mirror(cluster.pk)
    layer = keeping.of_empty_dir(uid(made), "data")
    mirror.world.contents.put(layer, "/a", file("hi"))
    sweeps = hub._keeper
    sweeps.sweep({cluster.pk: mirror}, 1e9)
    outcome = await written(
        commit,
        cluster.pk,
        [Delete(key(PODS, "default", "web-0"), uid(made), grace_seconds=0)],
        author="ada",
        cause="delete",
    )
    await mirror.reached(outcome.revision)
    sweeps.sweep({cluster.pk: mirror}, 2e9)
    assert found(mirror, layer, "/a") is not None
    sweeps.sweep({cluster.pk: mirror}, 3e9)
    assert found(mirror, layer, "/a") is None
