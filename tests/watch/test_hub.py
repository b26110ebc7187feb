"""Following a cluster: mirrors, resuming, slow followers, lost doorbells, a log that was cut."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from cluster.change import Change
from cluster.intents import Create, Delete, Patch
from cluster.machinery.errors import Gone
from cluster.machinery.objects import Obj
from cluster.models import Cluster
from cluster.store import commit, create_cluster, delete_cluster, doorbell, log, rows, since, writer, written
from cluster.store import held as holding
from cluster.watch import Ended, Hub
from cluster.watch import hub as hub_module
from tests.objects import config_map, config_map_key


async def create(cluster: Cluster, *names: str) -> int:
    return (
        await written(commit, cluster.pk, [Create(config_map(name)) for name in names], author="ada", cause="test")
    ).revision


async def test_a_mirror_holds_what_the_store_holds_and_follows_it(hub: Hub, cluster: Cluster) -> None:
    mirror = await hub.mirror(cluster.pk)
    assert mirror.world.find(config_map_key("x").kind, "kube-system", "coredns") is not None
    revision = await create(cluster, "a", "b")
    async with asyncio.timeout(30):
        await mirror.reached(revision)
    assert config_map_key("a") in mirror.world
    await written(commit, cluster.pk, [Delete(config_map_key("a"))], author="ada", cause="test")
    async with asyncio.timeout(30):
        await mirror.reached(revision + 1)
    assert config_map_key("a") not in mirror.world


async def test_a_follower_gets_each_change_once_with_what_was_there_before(hub: Hub, cluster: Cluster) -> None:
    subscription = await hub.subscribe(cluster.pk)
    await create(cluster, "a")
    await written(
        commit,
        cluster.pk,
        [Patch(config_map_key("a"), "merge", {"data": {"value": "2"}}), Delete(config_map_key("a"))],
        author="ada",
        cause="test",
    )
    got: list[tuple[Change, Obj | None]] = []
    async with asyncio.timeout(30):
        async for batch in subscription:
            got.extend(zip(batch.changes, batch.olds, strict=True))
            if len(got) == 3:
                break
    assert [(change.type, old and old["data"]["value"]) for change, old in got] == [
        ("ADDED", None),
        ("MODIFIED", "1"),
        ("DELETED", "2"),
    ]


async def test_resuming_at_a_revision_misses_nothing_and_repeats_nothing(hub: Hub, cluster: Cluster) -> None:
    first = await create(cluster, "a")
    await create(cluster, "b", "c")
    for forgotten in (False, True):
        if forgotten:
            holding.forget(cluster.pk)  # as in another process: the log is read from the database
        subscription = await hub.subscribe(cluster.pk, after=first)
        async with asyncio.timeout(30):
            await subscription.wait()
        names = [change.key.name for batch in subscription.taken() for change in batch.changes]
        assert names == ["b", "c"]
        subscription.close()


async def test_a_follower_that_does_not_keep_up_is_ended_and_the_others_are_not(hub: Hub, cluster: Cluster) -> None:
    slow = await hub.subscribe(cluster.pk, limit=3)
    quick = await hub.subscribe(cluster.pk)
    mirror = await hub.mirror(cluster.pk)
    revision = await create(cluster, *(f"a{number}" for number in range(5)))
    async with asyncio.timeout(30):
        await mirror.reached(revision)
    with pytest.raises(Ended, match="more than 3 changes were waiting"):
        slow.taken()
    assert len([change for batch in quick.taken() for change in batch.changes]) == 5


async def test_below_the_floor_there_is_no_resuming(hub: Hub, cluster: Cluster) -> None:
    first = await create(cluster, "a")
    await create(cluster, "b", "c", "d")
    await written(log.compact, cluster.pk, 0.0, log.Retention(changes=1))
    holding.forget(cluster.pk)
    with pytest.raises(Gone):
        await hub.subscribe(cluster.pk, after=first)


async def test_a_mirror_whose_log_was_cut_lists_again_and_tells_its_followers(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = await hub.mirror(cluster.pk)
    subscription = await hub.subscribe(cluster.pk)
    with monkeypatch.context() as deaf:
        deaf.setattr(doorbell, "ring", lambda *_: None)
        deaf.setattr(Hub, "heard", lambda *_: None)
        revision = await create(cluster, "a", "b", "c")
        await written(log.compact, cluster.pk, 0.0, log.Retention(changes=1))
        holding.forget(cluster.pk)
    async with asyncio.timeout(30):
        await mirror.reached(revision)
    assert config_map_key("c") in mirror.world
    with pytest.raises(Ended, match="the log was cut"):
        subscription.taken()


def test_one_looks_often_enough_to_be_no_more_than_a_second_late() -> None:
    assert hub_module.GLANCE <= hub_module.LOOK <= 0.5


async def test_with_every_doorbell_lost_all_still_converges_by_looking(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "ring", lambda *_: None)
    monkeypatch.setattr(doorbell, "announce", lambda *_: asyncio.sleep(0))
    mirror = await hub.mirror(cluster.pk)
    subscription = await hub.subscribe(cluster.pk)
    revision = 0
    for number in range(10):
        revision = await create(cluster, f"a{number}")
    async with asyncio.timeout(30):
        await mirror.reached(revision)
    assert [change.key.name for batch in subscription.taken() for change in batch.changes] == [
        f"a{number}" for number in range(10)
    ]


async def test_two_hubs_as_in_two_processes_end_equal(hub: Hub, cluster: Cluster) -> None:
    other = Hub(listen=False)
    running = asyncio.create_task(other.run())
    try:
        here, there = await hub.mirror(cluster.pk), await other.mirror(cluster.pk)
        revision = await create(cluster, "a", "b")
        async with asyncio.timeout(30):
            await asyncio.gather(here.reached(revision), there.reached(revision))
        assert dict(here.world.items()) == dict(there.world.items())
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def test_settings_changed_in_the_row_are_seen(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = await hub.mirror(cluster.pk)
    looked = asyncio.Event()
    look = mirror.look

    def look_and_tell(head: rows.Head) -> None:
        look(head)
        if head.config.pace == "instant":
            looked.set()

    monkeypatch.setattr(mirror, "look", look_and_tell)
    await Cluster.objects.filter(pk=cluster.pk).aupdate(pace="instant")
    async with asyncio.timeout(30):
        await looked.wait()
    assert mirror.config.pace == "instant"


async def test_a_deleted_cluster_ends_its_followers(hub: Hub, cluster: Cluster) -> None:
    subscription = await hub.subscribe(cluster.pk)
    await written(delete_cluster, cluster)
    async with asyncio.timeout(30):
        await subscription.wait()
    with pytest.raises(Ended, match="the cluster is gone"):
        subscription.taken()


async def test_a_cluster_that_comes_while_the_hub_looks_around_is_not_taken_for_gone(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hub.mirror(cluster.pk)
    other = await written(create_cluster, "other", author="tester")
    asked, answer = asyncio.Event(), asyncio.Event()
    read = writer.read

    async def slow(call: Any, *arguments: Any) -> Any:
        found = await read(call, *arguments)
        if call is rows.heads and arguments == ([cluster.pk],):
            asked.set()
            await answer.wait()
        return found

    monkeypatch.setattr(hub_module, "read", slow)
    async with asyncio.timeout(30):
        await asked.wait()
        subscription = await hub.subscribe(other.pk)
        answer.set()
        await create(other, "a")
        await subscription.wait()
    assert [change.key.name for batch in subscription.taken() for change in batch.changes] == ["a"]


async def test_who_waits_for_a_revision_of_a_deleted_cluster_is_told(hub: Hub, cluster: Cluster) -> None:
    mirror = await hub.mirror(cluster.pk)
    waiting = asyncio.create_task(mirror.reached(mirror.revision + 1))
    await written(delete_cluster, cluster)
    with pytest.raises(Gone):
        async with asyncio.timeout(30):
            await waiting
    with pytest.raises(Gone):
        async with asyncio.timeout(30):
            await mirror.reached(mirror.revision + 1)


async def test_a_revision_nobody_has_written_is_not_waited_for(hub: Hub, cluster: Cluster) -> None:
    with pytest.raises(Gone):
        async with asyncio.timeout(30):
            await hub.subscribe(cluster.pk, after=10**9)


async def test_a_revision_written_elsewhere_just_now_is_waited_for(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = await hub.mirror(cluster.pk)
    with monkeypatch.context() as deaf:
        deaf.setattr(doorbell, "ring", lambda *_: None)
        revision = await create(cluster, "a")
    assert mirror.revision < revision
    async with asyncio.timeout(30):
        subscription = await hub.subscribe(cluster.pk, after=revision)
    assert subscription.revision == mirror.revision == revision
    assert subscription.taken() == []


async def test_a_cluster_deleted_while_somebody_resumes_leaves_no_follower_behind(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await create(cluster, "a")
    await create(cluster, "b")
    await hub.mirror(cluster.pk)
    read = writer.read

    async def meanwhile_deleted(call: Any, *arguments: Any) -> Any:
        found = await read(call, *arguments)
        if call is since:
            hub._forget(cluster.pk)
        return found

    monkeypatch.setattr(hub_module, "read", meanwhile_deleted)
    holding.forget(cluster.pk)
    with pytest.raises(Gone):
        await hub.subscribe(cluster.pk, after=first)
    assert not hub._followers.get(cluster.pk)


async def test_changed_settings_wake_the_followers(hub: Hub, cluster: Cluster) -> None:
    subscription = await hub.subscribe(cluster.pk)
    await Cluster.objects.filter(pk=cluster.pk).aupdate(clock_speed=0.0)
    async with asyncio.timeout(30):
        await subscription.wait()
    assert [batch.changes for batch in subscription.taken()] == [()]
    assert (await hub.mirror(cluster.pk)).clock.speed == 0.0
