"""Main processes in a cluster: who starts them, how their ends get into the pods, and what a death of ours leaves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from cluster import logs
from cluster.containers import attending
from cluster.containers.attending import Attending, CannotAttach, Start
from cluster.containers.instances import Instance
from cluster.containers.mainprocess import Streams
from cluster.intents import Create, Delete, Intent, Update
from cluster.logs import Book
from cluster.machinery.objects import PODS, Obj, key, uid
from cluster.models import Cluster
from cluster.store import Group, commit_groups, create_cluster, read, written
from cluster.store import mainprocesses as table
from cluster.store.writer import close
from cluster.watch import Hub, Mirror
from tests.containers.sessions import Collected, Typed, shell
from tests.containers.sessions import pod as a_pod

pytestmark = pytest.mark.django_db(transaction=True)

POD = key(PODS, "default", "p")


async def a_shell(mirror: Mirror, instance: Instance, streams: Streams) -> int:
    return await shell(instance, streams)


class Ground:
    """A cluster that is followed, with one pod, and somebody who attends to it."""

    def __init__(self, cluster: int, hub: Hub, mirror: Mirror) -> None:
        self.cluster, self.hub, self.mirror = cluster, hub, mirror
        self._tasks: list[asyncio.Task[None]] = []

    def attended(self, start: Start = a_shell, wall: Callable[[], float] | None = None) -> Attending:
        made = Attending(self.hub, start) if wall is None else Attending(self.hub, start, wall)
        self._tasks.append(asyncio.create_task(made.run()))
        return made

    async def put(self, given: Obj) -> Obj:
        intents: list[Intent] = [Create({**given, "status": {}}), Update(given, "status")]
        outcome = await written(commit_groups, self.cluster, [Group(intents)], author="kubelet", cause="test")
        assert all(each.error is None for each in outcome.results)
        await self.mirror.reached(outcome.revision)
        return self.pod()

    def pod(self) -> Obj:
        found = self.mirror.world.get(POD)
        assert found is not None
        return found

    async def ended(self) -> Obj:
        """The container's record, once it is over."""
        async with asyncio.timeout(20):
            subscription = await self.hub.subscribe(self.cluster)
            while "terminated" not in (state := self.pod()["status"]["containerStatuses"][0]["state"]):
                await subscription.wait()
                subscription.taken()
            subscription.close()
        record: Obj = state["terminated"]
        return record

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()


@pytest.fixture
async def ground(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ground]:
    monkeypatch.setattr(attending, "LOOK", 0.005)
    monkeypatch.setattr(attending, "KEPT", 0.0)
    cluster: Cluster = await written(create_cluster, "test", author="tester")
    hub, book = Hub(), Book()
    logs.use(book)
    tasks = [asyncio.create_task(hub.run()), asyncio.create_task(book.run())]
    made = Ground(cluster.pk, hub, await hub.mirror(cluster.pk))
    yield made
    await made.end()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    logs.use(None)
    await close()


async def test_the_exit_status_gets_into_the_pod(ground: Ground) -> None:
    attended, screen = ground.attended(), Collected()
    given = await ground.put(a_pod())
    assert await attended.attach(ground.mirror, given, "", Typed(b"exit 3\n"), screen, screen) == 3
    record = await ground.ended()
    assert (record["exitCode"], record["reason"]) == (3, "Error")
    conditions = {each["type"]: each["status"] for each in ground.pod()["status"]["conditions"]}
    assert conditions["Ready"] == "False"


async def test_a_shell_waits_for_the_first_who_comes(ground: Ground) -> None:
    started: list[str] = []

    async def noted(mirror: Mirror, instance: Instance, streams: Streams) -> int:
        started.append(str(instance.container["name"]))
        return await shell(instance, streams)

    attended, screen = ground.attended(noted), Collected()
    given = await ground.put(a_pod())
    subscription = await ground.hub.subscribe(ground.cluster, after=0)
    await subscription.wait()
    assert started == []
    await attended.attach(ground.mirror, given, "c", Typed(b"exit 0\n"), screen, screen)
    assert started == ["c"]


async def printing(mirror: Mirror, instance: Instance, streams: Streams) -> int:
    await streams.stdout.write(b"hello\n")
    return 2


async def test_what_waits_for_nobody_starts_with_its_container(ground: Ground) -> None:
    ground.attended(printing)
    await ground.put(a_pod({"command": ["sh", "-c", "echo hello; exit 2"]}))
    assert (await ground.ended())["exitCode"] == 2


async def test_and_is_kept_for_who_comes_a_moment_late(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attending, "KEPT", 20.0)
    attended, screen = ground.attended(printing), Collected()
    given = await ground.put(a_pod({"command": ["sh", "-c", "echo hello; exit 2"]}))
    assert await attended.attach(ground.mirror, given, "", Typed(b""), screen, screen) == 2
    assert screen.text == b"hello\n"
    assert (await ground.ended())["exitCode"] == 2


async def test_a_pod_that_is_deleted_ends_its_session(ground: Ground) -> None:
    attended, screen = ground.attended(), Collected()
    given = await ground.put(a_pod())
    session = asyncio.ensure_future(attended.attach(ground.mirror, given, "", Typed(), screen, screen))
    await screen.saw(b"$ ")
    gone = [Group([Delete(POD, grace_seconds=0)])]
    await written(commit_groups, ground.cluster, gone, author="ada", cause="test")
    assert await session == 137


async def test_what_does_not_run_cannot_be_attached_to(ground: Ground) -> None:
    attended, screen = ground.attended(), Collected()
    given = await ground.put(a_pod(state={"waiting": {"reason": "ContainerCreating"}}))
    words = "unable to upgrade connection: container c not found in pod p_default"
    with pytest.raises(CannotAttach, match=words):
        await attended.attach(ground.mirror, given, "", None, screen, screen)


async def test_a_server_shows_what_it_writes(ground: Ground) -> None:
    attended, screen = ground.attended(), Collected()
    server = a_pod({"image": "app:1", "stdin": False, "command": ["serve"]})
    server["spec"]["nodeName"] = "node-1"
    given = await ground.put(server)
    session = asyncio.ensure_future(attended.attach(ground.mirror, given, "", Typed(), screen, screen))
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        while b"GET /" not in screen.text:
            logs.append(logs.Place(ground.cluster, uid(given), "c"), "GET /", at=1.0)
            await asyncio.sleep(0.01)
    session.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await session


async def test_a_server_does_not_read_and_lets_go_whose_input_ends(ground: Ground) -> None:
    attended, screen = ground.attended(), Collected()
    server = a_pod({"image": "app:1", "command": ["serve"]})
    server["spec"]["nodeName"] = "node-1"
    given = await ground.put(server)
    assert await attended.attach(ground.mirror, given, "", Typed(b"hello\n", b""), screen, screen) == 0
    assert "running" in ground.pod()["status"]["containerStatuses"][0]["state"]


async def test_of_two_processes_one_carries_it_out(ground: Ground) -> None:
    one, other, screen = ground.attended(), ground.attended(), Collected()
    given = await ground.put(a_pod())
    session = asyncio.ensure_future(one.attach(ground.mirror, given, "", Typed(b"exit 0\n"), screen, screen))
    await screen.saw(b"$ ")
    with pytest.raises(CannotAttach, match="another server process"):
        await other.attach(ground.mirror, given, "", None, screen, screen)
    assert await session == 0


async def test_who_dies_takes_its_sessions_along(ground: Ground) -> None:
    attended, screen = ground.attended(), Collected()
    given = await ground.put(a_pod())
    session = asyncio.ensure_future(attended.attach(ground.mirror, given, "", Typed(), screen, screen))
    await screen.saw(b"$ ")
    await ground.end()
    assert await session == 137
    assert "running" in ground.pod()["status"]["containerStatuses"][0]["state"]
    ground.attended()
    assert (await ground.ended())["exitCode"] == 137


async def test_a_claim_that_is_renewed_is_left_alone(ground: Ground) -> None:
    given = await ground.put(a_pod())
    place = logs.Place(ground.cluster, uid(given), "c")
    await written(table.claim, place, "elsewhere-1-x", 100.0)
    await written(table.renew, "elsewhere-1-x", 130.0)
    ground.attended(wall=lambda: 129.0)
    await ground.put(_other())
    assert [row.holder for row in await read(table.held)] == ["elsewhere-1-x"]
    ground.attended(wall=lambda: 131.0)
    assert (await ground.ended())["exitCode"] == 137


def _other() -> Obj:
    given = a_pod()
    return {**given, "metadata": {"name": "other", "namespace": "default"}}
