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
from cluster.containers.carrying import Carry, carry_on
from cluster.containers.instances import Instance
from cluster.containers.logs import opened, read
from cluster.containers.mainprocess import Streams
from cluster.containers.performing import Performances, is_performed
from cluster.logs import Book
from cluster.logs.lines import ALL, Wanted
from cluster.machinery.objects import NODES, PODS, Obj, key, spec, timestamp
from cluster.models import Cluster
from cluster.shell.machine import ContainerMachine, machines
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


async def test_what_it_writes_is_there(ground: Ground) -> None:
    ground.perform(writing)
    assert await ground.log() == ["0", "1", "2"]
    assert machines(ground.mirror).files(ground.pod, "c").read("/out") == b"0\n1\n2\n"


def a_pod_that(ground: Ground, script: str) -> None:
    ground.put({"running": {"startedAt": timestamp(START)}})
    spec(ground.pod)["containers"][0]["command"] = ["sh", "-c", script]


async def lines_of(ground: Ground, path: str) -> list[str]:
    await performing.files_written(ground.mirror, ground.pod)
    return machines(ground.mirror).files(ground.pod, "c").read(path).decode().splitlines()


async def test_a_loop_that_writes_writes(ground: Ground) -> None:
    a_pod_that(ground, "n=0; while true; do n=$((n + 1)); echo $n $(date +%S) >> /tmp/log; sleep 2; done")
    made = ground.perform(carry_on)
    assert await lines_of(ground, "/tmp/log") == ["1 40", "2 42"]
    ground.wall += 4
    assert made._those
    await ground.end()  # a process of ours goes, and another one finds how far it was
    ground.perform(carry_on)
    assert await lines_of(ground, "/tmp/log") == ["1 40", "2 42", "3 44", "4 46"]


async def test_where_time_is_fast_it_falls_behind_until_somebody_looks(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performing, "SPACING", 1_000.0)
    a_pod_that(ground, "while true; do echo . >> /tmp/log; sleep 1; done")
    ground.perform(carry_on)
    assert len(await lines_of(ground, "/tmp/log")) == 4
    ground.wall += 60
    assert len(await lines_of(ground, "/tmp/log")) == 64


async def test_it_is_carried_out_unasked(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(performing, "QUIET", 0.0)
    a_pod_that(ground, "while true; do date >> /tmp/log; sleep 1; done")
    ground.perform(carry_on)
    performing.notice(ground.mirror, ground.pod)
    async with asyncio.timeout(30):
        while not ground.mirror.contents.carried:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    assert len(machines(ground.mirror).files(ground.pod, "c").read("/tmp/log").splitlines()) == 4


async def test_loops_beside_one_another_share_one_time(ground: Ground) -> None:
    loop = "while true; do echo {0} $(date +%S) >> /tmp/log; sleep {1}; done"
    a_pod_that(ground, f"{loop.format('a', 1)} & {loop.format('b', 2)}")
    ground.perform(carry_on)
    assert sorted(await lines_of(ground, "/tmp/log")) == ["a 40", "a 41", "a 42", "a 43", "b 40", "b 42"]


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
