"""Scripts that are carried out for their logs: on a clock of their own, once, and the same again after a restart."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cluster import logs
from cluster.clock import Clock
from cluster.containers import performing
from cluster.containers.carrying import Carry
from cluster.containers.instances import Instance
from cluster.containers.logs import opened, read
from cluster.containers.mainprocess import Streams
from cluster.containers.performing import Performances, is_performed
from cluster.logs import Book
from cluster.logs.lines import ALL, Wanted
from cluster.machinery.objects import NODES, PODS, Obj, key, timestamp
from cluster.models import Cluster
from cluster.shell.machine import ContainerMachine
from cluster.store import create_cluster, rows, written
from cluster.store import read as read_rows
from cluster.store.writer import close
from cluster.watch import Mirror
from cluster.world import World

pytestmark = pytest.mark.django_db(transaction=True)

START = 1_795_000_000.0
POD = key(PODS, "default", "counter")


class Ground:
    """A pod with a script, and the wall clock in hand."""

    def __init__(self, head: rows.Head) -> None:
        self.wall = START + 3
        world = World()
        world.put(key(NODES, "", "node-1"), {"metadata": {"name": "node-1"}, "status": {}})
        self.mirror = Mirror(head, world, wall=lambda: self.wall)
        self.mirror.clock = Clock(START, START, 1.0)
        self.put({"running": {"startedAt": timestamp(START)}})
        self._tasks: list[asyncio.Task[None]] = []

    def put(self, state: Obj, **fields: Any) -> None:
        container = {"name": "c", "image": "busybox:1.28", "command": ["sh", "-c", "…"]}
        current = {"name": "c", "state": state, "restartCount": 0, **fields}
        pod = {
            "metadata": {"name": "counter", "namespace": "default", "uid": "uid-0"},
            "spec": {"nodeName": "node-1", "containers": [container]},
            "status": {"podIP": "10.244.0.10", "containerStatuses": [current]},
        }
        self.mirror.world.put(POD, pod)

    @property
    def pod(self) -> Obj:
        found = self.mirror.world.get(POD)
        assert found is not None
        return found

    def perform(self, carry: Carry) -> Performances:
        made = Performances(carry)
        performing.use(made)
        self._tasks.append(asyncio.create_task(made.run()))
        return made

    async def log(self, wanted: Wanted = ALL) -> list[str]:
        return (await read(self.mirror, self.pod, "", wanted)).decode().splitlines()

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        performing.use(None)


@pytest.fixture
async def ground(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ground]:
    monkeypatch.setattr("cluster.containers.logs.LOOK", 0.002)
    made: Cluster = await written(create_cluster, "test", author="tester")
    book = Book()
    logs.use(book)
    task = asyncio.create_task(book.run())
    found = Ground((await read_rows(rows.heads, [made.pk]))[0])
    yield found
    await found.end()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    logs.use(None)
    await close()


async def counting(machine: ContainerMachine, instance: Instance, streams: Streams) -> int:
    number = 0
    while True:
        await streams.stdout.write(b"%d: %d\n" % (number, machine.now() - START))
        number += 1
        await machine.sleep(1)


async def test_what_was_printed_until_now(ground: Ground) -> None:
    ground.perform(counting)
    assert await ground.log() == ["0: 0", "1: 1", "2: 2", "3: 3"]
    assert await ground.log(Wanted(tail=1, timestamps=True)) == ["2026-11-18T11:06:43Z 3: 3"]
    assert await ground.log(Wanted(since=START + 2)) == ["2: 2", "3: 3"]


async def test_it_keeps_step_with_the_cluster(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground.mirror, "sleep", _hurried(ground))
    ground.perform(counting)
    pieces = await opened(ground.mirror, ground.pod, "", Wanted(tail=1), follow=True)
    assert await anext(pieces) == b"3: 3\n"
    ground.wall += 2
    seen = b""
    while seen.count(b"\n") < 2:
        seen += await anext(pieces)
    assert seen == b"4: 4\n5: 5\n"
    ground.put({"terminated": {"exitCode": 137, "startedAt": timestamp(START), "finishedAt": timestamp(START + 5)}})
    assert [piece async for piece in pieces] == []
    assert (await ground.log())[-1] == "5: 5"


def _hurried(ground: Ground) -> Any:
    """The cluster's sleep, for a wall clock that the test moves."""

    async def sleep(seconds: float) -> None:
        until = ground.mirror.now() + seconds
        while ground.mirror.now() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    return sleep


async def test_after_a_restart_it_is_carried_out_again_and_nothing_stands_twice(ground: Ground) -> None:
    ground.perform(counting)
    assert len(await ground.log()) == 4
    await ground.end()
    ground.wall += 2
    ground.perform(counting)
    assert await ground.log() == [f"{n}: {n}" for n in range(6)]


async def test_of_one_that_is_over_only_what_was_before(ground: Ground) -> None:
    over = {"exitCode": 137, "startedAt": timestamp(START), "finishedAt": timestamp(START + 1)}
    ground.put({"waiting": {"reason": "CrashLoopBackOff"}}, lastState={"terminated": over})
    ground.perform(counting)
    assert await ground.log() == ["0: 0", "1: 1"]


async def ending(machine: ContainerMachine, instance: Instance, streams: Streams) -> int:
    await streams.stdout.write(b"no end of line")
    await streams.stderr.write(b"oh\n")
    return 1


async def test_one_that_ends_is_carried_out_once(ground: Ground) -> None:
    for _ in range(2):
        ground.perform(ending)
        assert sorted(await ground.log()) == ["no end of line", "oh"]
        await ground.end()


async def failing(machine: ContainerMachine, instance: Instance, streams: Streams) -> int:
    await streams.stdout.write(b"so far so good\n")
    raise RuntimeError("a fault of ours")


async def test_a_fault_of_ours_ends_one_script_only(ground: Ground) -> None:
    ground.perform(failing)
    assert await ground.log() == ["so far so good"]


async def writing(machine: ContainerMachine, instance: Instance, streams: Streams) -> int:
    for number in range(3):
        machine.files.write("/out", b"%d\n" % number, append=True)
    await streams.stdout.write(machine.files.read("/out"))
    return 0


async def test_what_it_writes_is_its_own(ground: Ground) -> None:
    ground.perform(writing)
    assert await ground.log() == ["0", "1", "2"]
    assert ground.mirror.contents.layers == {}


async def test_of_two_processes_one_carries_it_out(ground: Ground) -> None:
    ground.perform(counting)
    first = await ground.log()
    ground.perform(counting)
    assert await ground.log() == first


async def test_the_one_nobody_asked_for_longest_makes_room(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performing, "MOST", 1)
    made = ground.perform(counting)
    first = await ground.log()
    running = {"running": {"startedAt": timestamp(START)}}
    over = {"exitCode": 0, "startedAt": timestamp(START - 2), "finishedAt": timestamp(START - 1)}
    ground.put(running, restartCount=1, lastState={"terminated": over})
    assert await read(ground.mirror, ground.pod, previous=False) == "\n".join([*first, ""]).encode()
    assert len(made._those) == 1


PERFORMED = [
    ({"command": ["sh", "-c", "while true; do date; sleep 1; done"]}, True),
    ({"image": "busybox", "args": ["/bin/sh", "-c", "echo hi"]}, True),
    ({"command": ["echo", "hi"]}, True),
    ({"image": "nginx"}, False),
    ({"command": ["nginx", "-g", "daemon off;"]}, False),
    ({"command": ["python", "app.py"]}, False),
    ({"command": ["sh"], "stdin": True}, False),
]


@pytest.mark.parametrize(("container", "performed"), PERFORMED)
def test_which_are_carried_out(container: Obj, performed: bool) -> None:
    given = {"name": "c", "image": "busybox", **container}
    pod: Obj = {"metadata": {"name": "p"}, "spec": {"containers": [given]}}
    assert is_performed(Instance(pod, given, 0, START)) is performed
