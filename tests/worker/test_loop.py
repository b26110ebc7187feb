"""The loop that executes plans, with controllers of the tests' own: level-triggered, retried, fenced, in batches."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any

import pytest

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Create, Delete, Patch
from cluster.machinery.errors import Gone
from cluster.machinery.objects import CONFIG_MAPS, EVENTS, Key, Obj, key, labels, micro_timestamp
from cluster.models import Cluster
from cluster.plan import Action, Controller, Note, Plan
from cluster.store import commit, delete_cluster, doorbell, lease, read, rows, written
from cluster.watch import Hub, Mirror
from cluster.worker.loop import BATCH, TURN, ClusterWorker
from cluster.worker.service import WorkerService
from cluster.world import World
from tests.objects import config_map

Planner = Callable[[World, Key, float, ClusterConfig], Plan]


def copies_wanted(world: World, where: Key) -> tuple[int, list[Key]]:
    """A config map `value: n` labelled `role: source` wants n copies named <name>-<i>."""
    source = world.get(where)
    wanted = int(source["data"]["value"]) if source is not None else 0
    present = [other for other in world.bucket(CONFIG_MAPS, "default") if other.name.startswith(f"{where.name}-")]
    return wanted, present


def plan_copies(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    wanted, present = copies_wanted(world, where)
    source = world.get(where)
    names = {f"{where.name}-{number}" for number in range(wanted)}
    missing = sorted(names - {other.name for other in present})
    surplus = sorted(other for other in present if other.name not in names)
    created = [
        Action(
            Create(config_map(name, labels={"copy-of": where.name})),
            succeeded=(Note(source, "Normal", "Copied", f"made {name}", "copier"),) if source else (),
            failed=(Note(source, "Warning", "NotCopied", "failed: {error}", "copier"),) if source else (),
        )
        for name in missing
    ]
    return Plan(tuple(created) + tuple(Action(Delete(other)) for other in surplus))


def copy_keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    if change.key.kind != CONFIG_MAPS:
        return
    if labels(change.object).get("role") == "source":
        yield change.key
    elif owner := labels(change.object).get("copy-of"):
        yield key(CONFIG_MAPS, change.key.namespace, owner)


def every_source(world: World) -> Iterable[Key]:
    return list(world.with_label(CONFIG_MAPS, "default", "role", "source"))


def copier(plan: Planner = plan_copies) -> Controller:
    return Controller("copier", copy_keys, every_source, plan)


def source(count: int, name: str = "s") -> Obj:
    return config_map(name, value=str(count), labels={"role": "source"})


@contextlib.asynccontextmanager
async def at_work(
    hub: Hub, cluster: Cluster, controllers: Sequence[Controller], monotonic: Callable[[], float] | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """A worker's task; whatever it failed with is raised at the end."""
    fence = await written(lease.acquire, cluster.pk, "test", time.time(), 60.0)
    assert fence is not None
    worker = ClusterWorker(hub, cluster.pk, controllers, fence, monotonic)
    running = asyncio.create_task(worker.run())
    try:
        yield running
        if running.done():
            running.result()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def ended(running: asyncio.Task[None], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        await asyncio.wait([running])


async def until(hub: Hub, cluster: Cluster, holds: Callable[[Mirror], bool], seconds: float = 30.0) -> Mirror:
    """Follow the cluster until `holds`."""
    mirror = await hub.mirror(cluster.pk)
    subscription = await hub.subscribe(cluster.pk)
    async with asyncio.timeout(seconds):
        while not holds(mirror):
            await subscription.wait()
            subscription.taken()
    subscription.close()
    return mirror


def has_copies(count: int, name: str = "s") -> Callable[[Mirror], bool]:
    def holds(mirror: Mirror) -> bool:
        return len(copies_wanted(mirror.world, key(CONFIG_MAPS, "default", name))[1]) == count

    return holds


async def store(cluster: Cluster, *intents: Any) -> int:
    return (await written(commit, cluster.pk, list(intents), author="ada", cause="test")).revision


async def test_what_is_wanted_is_made_and_what_is_not_is_removed(hub: Hub, cluster: Cluster) -> None:
    await store(cluster, Create(source(3)))
    async with at_work(hub, cluster, [copier()]):
        await until(hub, cluster, has_copies(3))
        await store(cluster, Patch(key(CONFIG_MAPS, "default", "s"), "merge", {"data": {"value": "1"}}))
        await until(hub, cluster, has_copies(1))
        await store(cluster, Delete(key(CONFIG_MAPS, "default", "s-0")))
        await until(hub, cluster, has_copies(1))


async def test_a_large_plan_is_cut_into_several_commits(hub: Hub, cluster: Cluster) -> None:
    count = 2 * BATCH + 50
    async with at_work(hub, cluster, [copier()]):
        before = await store(cluster, Create(source(count)))
        mirror = await until(hub, cluster, has_copies(count))
    changes = [change for change in await read(rows.changes, cluster.pk, before) if change.author == "copier"]
    assert len(changes) == count == len({change.key for change in changes})
    commits = {change.wall for change in changes}
    assert len(commits) == 3
    assert mirror.revision >= before + count


async def test_others_have_their_turn_between_plans_that_take_long(hub: Hub, cluster: Cluster) -> None:
    clock, turns = 0.0, 0
    planned_in: list[int] = []
    all_planned = asyncio.Event()

    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        nonlocal clock
        clock += 2 * TURN
        planned_in.append(turns)
        if len(planned_in) == 5:
            all_planned.set()
        return Plan()

    async def somebody_else() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    await store(cluster, *(Create(source(1, name)) for name in "abcde"))
    other = asyncio.create_task(somebody_else())
    async with at_work(hub, cluster, [copier(plan)], lambda: clock), asyncio.timeout(30):
        await all_planned.wait()
    other.cancel()
    assert len(set(planned_in[:5])) == 5


async def test_a_key_is_not_planned_again_before_its_own_writes_are_seen(hub: Hub, cluster: Cluster) -> None:
    """Kubernetes' expectations: a controller with generated names would else make every copy twice."""

    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        wanted, present = copies_wanted(world, where)
        obj = config_map("x", labels={"copy-of": where.name})
        del obj["metadata"]["name"]
        obj["metadata"]["generateName"] = f"{where.name}-"
        return Plan(tuple(Action(Create(obj)) for _ in range(wanted - len(present))))

    async with at_work(hub, cluster, [copier(plan)]):
        for _ in range(5):
            await store(cluster, Create(source(0, name="other")), Delete(key(CONFIG_MAPS, "default", "other")))
        await store(cluster, Create(source(30)))
        mirror = await until(hub, cluster, has_copies(30))
    assert has_copies(30)(mirror)


async def test_a_refused_action_is_told_by_an_event_and_tried_again(hub: Hub, cluster: Cluster) -> None:
    tries: list[float] = []

    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        tries.append(now)
        if len(tries) < 4:
            bad = Create(config_map("Not_A_Name"))
            note = Note(world.get(where) or {}, "Warning", "FailedCreate", "create failed error: {error}", "copier")
            return Plan((Action(bad, failed=(note,)), Action(Create(config_map("never")))))
        return plan_copies(world, where, now, config)

    def told(mirror: Mirror) -> bool:
        return bool(mirror.world.bucket(EVENTS, "default")) and has_copies(1)(mirror)

    async with at_work(hub, cluster, [copier(plan)]):
        await store(cluster, Create(source(1)))
        mirror = await until(hub, cluster, told)
    assert mirror.world.find(CONFIG_MAPS, "default", "never") is None
    messages = [event["message"] for event in mirror.world.list(EVENTS, "default") if event["reason"] == "FailedCreate"]
    assert messages[0].startswith('create failed error: ConfigMap "Not_A_Name" is invalid: metadata.name')


async def test_plans_come_back_at_the_time_they_asked_for(hub: Hub, cluster: Cluster) -> None:
    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        obj = world.get(where)
        assert obj is not None
        since = float(obj["metadata"]["annotations"]["at"])
        if now < since + 0.1:
            return Plan(again_at=since + 0.1)
        return plan_copies(world, where, now, config)

    mirror = await hub.mirror(cluster.pk)
    obj = source(1)
    began = mirror.now()
    obj["metadata"]["annotations"] = {"at": str(began)}
    async with at_work(hub, cluster, [copier(plan)]):
        await store(cluster, Create(obj))
        await until(hub, cluster, has_copies(1))
    assert mirror.now() - began >= 0.1


async def test_a_worker_whose_log_was_cut_lists_again_and_goes_on(hub: Hub, cluster: Cluster) -> None:
    async with at_work(hub, cluster, [copier()]):
        await store(cluster, Create(source(2)))
        await until(hub, cluster, has_copies(2))
        for subscription in list(hub._followers[cluster.pk]):
            subscription.end("as if it had fallen behind")
        await store(cluster, Delete(key(CONFIG_MAPS, "default", "s-0")))
        await until(hub, cluster, has_copies(2))


async def test_a_worker_that_lost_its_lease_writes_nothing_more(hub: Hub, cluster: Cluster) -> None:
    with pytest.raises(lease.FencedOff):
        async with at_work(hub, cluster, [copier()]) as running:
            await store(cluster, Create(source(1)))
            await until(hub, cluster, has_copies(1))
            taken = await written(lease.acquire, cluster.pk, "another", time.time() + 3600, 60.0)
            assert taken is not None
            before = await store(cluster, Create(source(5, name="late")))
            await ended(running)
    assert [change.author for change in await read(rows.changes, cluster.pk, before)] == []


async def test_one_of_two_services_works_and_the_other_takes_over(hub: Hub, cluster: Cluster) -> None:
    services = [WorkerService(hub, [copier()], f"w{number}", look=0.05) for number in (1, 2)]
    running = [asyncio.create_task(service.run()) for service in services]
    try:
        await store(cluster, Create(source(2)))
        await until(hub, cluster, has_copies(2))
        holders = [number for number, service in enumerate(services) if service.holds]
        assert len(holders) == 1
        running[holders[0]].cancel()
        await asyncio.gather(running[holders[0]], return_exceptions=True)
        await store(cluster, Create(source(3, name="t")))
        await until(hub, cluster, has_copies(3, "t"))
        assert services[1 - holders[0]].holds == {cluster.pk}
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def test_a_controller_that_raises_does_not_stop_the_service(hub: Hub, cluster: Cluster) -> None:
    calls = 0

    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ZeroDivisionError("a fault in a plan")
        return plan_copies(world, where, now, config)

    service = WorkerService(hub, [copier(plan)], "w", look=0.05)
    running = asyncio.create_task(service.run())
    try:
        await store(cluster, Create(source(1)))
        await until(hub, cluster, has_copies(1))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert calls >= 2


async def test_with_every_doorbell_lost_the_world_converges_by_looking(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "ring", lambda *_: None)
    async with at_work(hub, cluster, [copier()]):
        await store(cluster, Create(source(5)))
        await until(hub, cluster, has_copies(5))


async def test_a_worker_goes_on_with_the_mirror_that_came_after_a_forgotten_one(hub: Hub, cluster: Cluster) -> None:
    async with at_work(hub, cluster, [copier()]):
        await store(cluster, Create(source(1)))
        await until(hub, cluster, has_copies(1))
        hub._forget(cluster.pk)
        await store(cluster, Create(source(2, name="t")))
        await until(hub, cluster, has_copies(2, "t"))


async def test_a_paused_cluster_goes_on_when_its_clock_does(hub: Hub, cluster: Cluster) -> None:
    stopped_at = 1_800_000_000.0

    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        return plan_copies(world, where, now, config) if now >= stopped_at + 0.1 else Plan(again_at=stopped_at + 0.1)

    async def set_clock(speed: float) -> None:
        rows_of = Cluster.objects.filter(pk=cluster.pk)
        await rows_of.aupdate(clock_wall=time.time(), clock_time=stopped_at, clock_speed=speed)

    await set_clock(0.0)
    async with at_work(hub, cluster, [copier(plan)]):
        await store(cluster, Create(source(1)))
        await set_clock(1.0)
        await until(hub, cluster, has_copies(1))


async def test_a_plan_that_always_raises_holds_up_its_own_key_alone(hub: Hub, cluster: Cluster) -> None:
    tries = 0

    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        nonlocal tries
        if where.name == "bad":
            tries += 1
            raise ZeroDivisionError("a fault in a plan")
        return plan_copies(world, where, now, config)

    async with at_work(hub, cluster, [copier(plan)]):
        await store(cluster, Create(source(1, name="bad")), Create(source(2)))
        await until(hub, cluster, has_copies(2))
        await store(cluster, Create(source(3, name="t")))
        await until(hub, cluster, has_copies(3, "t"))
    assert tries >= 1


async def test_an_event_bears_the_moment_of_its_plan_however_late_it_is_stored(hub: Hub, cluster: Cluster) -> None:
    planned: dict[str, str] = {}

    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        if where in world and "plan" not in planned:
            planned["plan"] = micro_timestamp(now)
            told = [Note(world.get(where) or {}, "Normal", reason, "", "default-scheduler") for reason in ("A", "B")]
            return Plan((Action(Create(config_map("made")), succeeded=(told[0],)),), notes=(told[1],))
        return Plan()

    async with at_work(hub, cluster, [copier(plan)]):
        await store(cluster, Create(source(1)))
        mirror = await until(hub, cluster, lambda mirror: len(mirror.world.bucket(EVENTS, "default")) == 2)
    times = {event["reason"]: event["eventTime"] for event in mirror.world.list(EVENTS, "default")}
    assert times == {"A": planned["plan"], "B": planned["plan"]}


async def test_an_event_that_expired_is_told_anew(hub: Hub, cluster: Cluster) -> None:
    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        obj = world.get(where)
        return Plan(notes=(Note(obj, "Warning", "Odd", "odd as ever", "copier"),)) if obj is not None else Plan()

    def told(mirror: Mirror) -> bool:
        return bool(mirror.world.bucket(EVENTS, "default"))

    async with at_work(hub, cluster, [copier(plan)]):
        await store(cluster, Create(source(1)))
        (event,) = (await until(hub, cluster, told)).world.bucket(EVENTS, "default")
        await store(cluster, Delete(event))
        await store(cluster, Patch(key(CONFIG_MAPS, "default", "s"), "merge", {"data": {"value": "2"}}))
        mirror = await until(hub, cluster, told)
        (again,) = mirror.world.bucket(EVENTS, "default").values()
        assert again["count"] == 1


async def test_the_worker_of_a_deleted_cluster_ends(hub: Hub, cluster: Cluster) -> None:
    with pytest.raises(Gone):
        async with at_work(hub, cluster, [copier()]) as running:
            await store(cluster, Create(source(1)))
            await until(hub, cluster, has_copies(1))
            await written(delete_cluster, cluster)
            await ended(running)


async def test_what_was_planned_for_a_cluster_deleted_just_now_ends_its_worker(hub: Hub, cluster: Cluster) -> None:
    deleted = asyncio.Event()

    def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
        if not deleted.is_set():
            asyncio.get_running_loop().create_task(written(delete_cluster, cluster)).add_done_callback(
                lambda _: deleted.set()
            )
            return Plan(again_at=now + 0.01)
        return plan_copies(world, where, now, config)

    with pytest.raises(Gone):
        async with at_work(hub, cluster, [copier(plan)]) as running:
            await store(cluster, Create(source(1)))
            await ended(running)
