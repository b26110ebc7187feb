"""A paused cluster: nothing moves, and each step carries out one plan, the one that was shown as the next."""

from __future__ import annotations

import asyncio

import pytest

from cluster.config import ClusterConfig
from cluster.intents import Create, Update
from cluster.machinery.objects import CONFIG_MAPS, EVENTS, Key, Obj
from cluster.models import Cluster
from cluster.plan import Action, Note, Plan
from cluster.store import clocks, read, rows, written
from cluster.watch import Hub, Mirror
from cluster.worker import loop
from cluster.worker.loop import BATCH
from cluster.world import World
from tests.worker.test_loop import at_work, copier, has_copies, plan_copies, source, store, until

pytestmark = pytest.mark.django_db(transaction=True)


async def steps_left(cluster: Cluster) -> int:
    asked, taken = (await read(rows.heads, [cluster.pk]))[0].steps
    return asked - taken


async def time_of(cluster: Cluster) -> float:
    return (await read(rows.heads, [cluster.pk]))[0].clock[1]


def copies_of(world: World) -> int:
    return len(
        [obj for obj in world.list(CONFIG_MAPS, "default") if "copy-of" in (obj["metadata"].get("labels") or {})]
    )


async def no_steps_left(hub: Hub, cluster: Cluster) -> Mirror:
    return await until(hub, cluster, lambda mirror: mirror.clock.paused and mirror.steps == (1, 1))


async def test_a_step_carries_out_one_plan_with_its_events(hub: Hub, cluster: Cluster) -> None:
    await written(clocks.pause, cluster.pk)
    async with at_work(hub, cluster, [copier()]):
        await store(cluster, Create(source(2, name="a")), Create(source(3, name="b")))
        mirror = await until(hub, cluster, lambda mirror: mirror.world.find(CONFIG_MAPS, "default", "b") is not None)
        assert copies_of(mirror.world) == 0
        await written(clocks.ask_step, cluster.pk)
        mirror = await until(
            hub, cluster, lambda mirror: has_copies(2, "a")(mirror) and bool(mirror.world.bucket(EVENTS, "default"))
        )
        assert copies_of(mirror.world) == 2
        await written(clocks.ask_step, cluster.pk)
        await until(hub, cluster, has_copies(3, "b"))


async def test_a_large_plan_is_one_step(hub: Hub, cluster: Cluster) -> None:
    await written(clocks.pause, cluster.pk)
    async with at_work(hub, cluster, [copier()]):
        await store(cluster, Create(source(BATCH + 50)))
        await written(clocks.ask_step, cluster.pk)
        await until(hub, cluster, has_copies(BATCH + 50))


async def test_where_nothing_is_due_the_clock_is_put_on(hub: Hub, cluster: Cluster) -> None:
    await written(clocks.pause, cluster.pk)
    began = await time_of(cluster)

    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        return plan_copies(world, where, now, config) if now >= began + 60 else Plan(again_at=began + 60)

    async with at_work(hub, cluster, [copier(plan)]):
        await store(cluster, Create(source(1)))
        await written(clocks.ask_step, cluster.pk)
        await until(hub, cluster, has_copies(1))
        assert await time_of(cluster) == began + 60


async def test_a_step_that_changes_nothing_does_not_bar_the_way(hub: Hub, cluster: Cluster) -> None:
    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        obj = world.get(where)
        if obj is None or where.name != "idle":
            return plan_copies(world, where, now, config)
        return Plan((Action(Update(obj)),))

    await written(clocks.pause, cluster.pk)
    async with at_work(hub, cluster, [copier(plan)]):
        await store(cluster, Create(source(1, name="idle")), Create(source(2, name="busy")))
        await written(clocks.ask_step, cluster.pk)
        await written(clocks.ask_step, cluster.pk)
        await until(hub, cluster, has_copies(2, "busy"))


async def test_a_step_that_is_refused_does_not_bar_the_way(hub: Hub, cluster: Cluster) -> None:
    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        obj = world.get(where)
        if obj is None or where.name != "bad":
            return plan_copies(world, where, now, config)
        return Plan((Action(Create(_unnameable()), failed=(Note(obj, "Warning", "Odd", "no: {error}", "copier"),)),))

    await written(clocks.pause, cluster.pk)
    async with at_work(hub, cluster, [copier(plan)]):
        await store(cluster, Create(source(1, name="bad")), Create(source(2, name="good")))
        await written(clocks.ask_step, cluster.pk)
        await written(clocks.ask_step, cluster.pk)
        mirror = await until(hub, cluster, has_copies(2, "good"))
        assert [event["reason"] for event in mirror.world.list(EVENTS, "default")][:1] == ["Odd"]


async def test_nothing_to_do_uses_a_step_up_all_the_same(hub: Hub, cluster: Cluster) -> None:
    await written(clocks.pause, cluster.pk)
    async with at_work(hub, cluster, [copier()]):
        await written(clocks.ask_step, cluster.pk)
        mirror = await no_steps_left(hub, cluster)
        assert await steps_left(cluster) == 0
        assert copies_of(mirror.world) == 0


def _unnameable() -> Obj:
    made = source(1)
    made["metadata"]["name"] = "No Name"
    return made


async def test_a_long_look_leaves_the_loop_to_others(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SLICE", -1.0)  # every key is a slice of its own
    await written(clocks.pause, cluster.pk)
    turns: list[int] = []
    looks: list[int] = []

    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        asyncio.get_running_loop().call_soon(turns.append, len(looks))
        looks.append(len(turns))
        return plan_copies(world, where, now, config)

    async with at_work(hub, cluster, [copier(plan)]):
        await store(cluster, *(Create(source(1, name=f"s{number}")) for number in range(5)))
        await written(clocks.ask_step, cluster.pk)
        await until(hub, cluster, has_copies(1, "s0"))
    assert looks[:5] == [0, 1, 2, 3, 4]
