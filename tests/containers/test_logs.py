"""A container's log as `kubectl logs` asks for it: read, followed to its end, and refused."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cluster import logs
from cluster.containers import logs as container_logs
from cluster.containers.logs import NodeUnreachable, opened, read, wanted
from cluster.logs import Book, Place
from cluster.logs.lines import ALL, Wanted
from cluster.machinery.errors import Invalid
from cluster.machinery.objects import CONFIG_MAPS, NODES, PODS, Obj, copy, key, timestamp
from cluster.models import Cluster
from cluster.store import create_cluster, rows
from cluster.store.writer import close
from cluster.watch import Mirror
from cluster.world import World

pytestmark = pytest.mark.django_db(transaction=True)

START = 1_795_000_000.0
POD = key(PODS, "default", "web-0")


@pytest.fixture
def mirror() -> Mirror:
    made: Cluster = create_cluster("test", author="tester")
    world = World()
    world.put(key(NODES, "", "node-1"), {"metadata": {"name": "node-1"}, "status": {}})
    found = Mirror(rows.heads([made.pk])[0], world, wall=lambda: START + 60)
    put(found, {"running": {"startedAt": timestamp(START)}})
    return found


@pytest.fixture(autouse=True)
async def book(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Book]:
    monkeypatch.setattr(container_logs, "LOOK", 0.001)
    made = Book()
    logs.use(made)
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    logs.use(None)
    await close()


def put(mirror: Mirror, state: Obj, image: str = "nginx:1.27.5", **fields: Any) -> Obj:
    pod = {
        "metadata": {"name": "web-0", "namespace": "default", "uid": "uid-0"},
        "spec": {"nodeName": "node-1", "containers": [{"name": "nginx", "image": image}]},
        "status": {"containerStatuses": [{"name": "nginx", "state": state, "restartCount": 0, **fields}]},
    }
    mirror.world.put(POD, pod)
    return pod


def place(mirror: Mirror, restart: int = 0) -> Place:
    return Place(mirror.cluster, "uid-0", "nginx", restart)


def pod(mirror: Mirror) -> Obj:
    found = mirror.world.get(POD)
    assert found is not None
    return found


async def test_a_server_says_that_it_starts(mirror: Mirror) -> None:
    said = (await read(mirror, pod(mirror))).decode().splitlines()
    assert said[:3] == [
        "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
        "/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/",
        "/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh",
    ]
    assert said[8:] == [
        "/docker-entrypoint.sh: Configuration complete; ready for start up",
        '2026/11/18 11:06:40 [notice] 1#1: using the "epoll" event method',
        "2026/11/18 11:06:40 [notice] 1#1: nginx/1.27.5",
        "2026/11/18 11:06:40 [notice] 1#1: built by gcc 12.2.0 (Debian 12.2.0-14) ",
        "2026/11/18 11:06:40 [notice] 1#1: OS: Linux 6.1.0-simulated",
        "2026/11/18 11:06:40 [notice] 1#1: getrlimit(RLIMIT_NOFILE): 1048576:1048576",
        "2026/11/18 11:06:40 [notice] 1#1: start worker processes",
        "2026/11/18 11:06:40 [notice] 1#1: start worker process 29",
        "2026/11/18 11:06:40 [notice] 1#1: start worker process 30",
    ]


async def test_what_it_wrote_since_follows(mirror: Mirror) -> None:
    logs.append(place(mirror), '10.244.0.11 - - "GET / HTTP/1.1" 200', at=START + 9)
    assert await read(mirror, pod(mirror), "", Wanted(tail=1, timestamps=True)) == (
        b'2026-11-18T11:06:49Z 10.244.0.11 - - "GET / HTTP/1.1" 200\n'
    )


async def test_another_program_of_the_image_says_its_own(mirror: Mirror) -> None:
    given = copy(pod(mirror))
    given["spec"]["containers"][0]["command"] = ["sleep", "1000"]
    assert await read(mirror, given) == b""


async def test_the_start_before(mirror: Mirror) -> None:
    over = {"exitCode": 1, "startedAt": timestamp(START - 60), "finishedAt": timestamp(START - 1)}
    state = {"running": {"startedAt": timestamp(START)}}
    given = put(mirror, state, image="app:1", restartCount=1, lastState={"terminated": over})
    logs.append(place(mirror), "panic", at=START - 2)
    logs.append(place(mirror, 1), "all is well", at=START + 2)
    assert await read(mirror, given, previous=True) == b"panic\n"
    assert await read(mirror, given) == b"all is well\n"


async def test_a_database_says_by_what_it_was_given_whether_it_serves(mirror: Mirror) -> None:
    given = put(mirror, {"running": {"startedAt": timestamp(START)}}, image="postgres:17")
    given["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "db"}}]
    settings: Obj = {"metadata": {"name": "db", "namespace": "default"}, "data": {"POSTGRES_DB": "shop"}}
    mirror.world.put(key(CONFIG_MAPS, "default", "db"), settings)
    assert b"superuser password is not specified" in await read(mirror, given)
    mirror.world.put(key(CONFIG_MAPS, "default", "db"), {**settings, "data": {"POSTGRES_PASSWORD": "x"}})
    assert b"ready to accept connections" in await read(mirror, given)
    over = {"exitCode": 1, "startedAt": timestamp(START - 60), "finishedAt": timestamp(START - 59)}
    given["status"]["containerStatuses"][0] |= {"restartCount": 1, "lastState": {"terminated": over}}
    assert b"superuser password is not specified" in await read(mirror, given, previous=True)


async def test_who_follows_sees_the_end(mirror: Mirror) -> None:
    pieces = await opened(mirror, pod(mirror), "", Wanted(tail=1), follow=True)
    assert (await anext(pieces)).endswith(b"start worker process 30\n")
    logs.append(place(mirror), "GET /", at=START + 9)
    assert await anext(pieces) == b"GET /\n"
    put(mirror, {"terminated": {"exitCode": 0, "startedAt": timestamp(START), "finishedAt": timestamp(START + 20)}})
    lines = b"".join([piece async for piece in pieces]).decode().splitlines()
    assert lines[0] == "2026/11/18 11:07:00 [notice] 1#1: signal 3 (SIGQUIT) received, shutting down"
    assert lines[-1] == "2026/11/18 11:07:00 [notice] 1#1: exit"


async def test_a_pod_that_is_gone_ends_what_follows_it(mirror: Mirror) -> None:
    pieces = await opened(mirror, pod(mirror), follow=True)
    mirror.world.drop(POD)
    assert b"exit\n" in b"".join([piece async for piece in pieces])


async def test_so_many_bytes_and_no_more(mirror: Mirror) -> None:
    put(mirror, {"running": {"startedAt": timestamp(START)}}, image="app:1")
    pieces = await opened(mirror, pod(mirror), "", Wanted(limit=10), follow=True)
    for _ in range(3):
        logs.append(place(mirror), "12345", at=START)
    assert b"".join([piece async for piece in pieces]) == b"12345\n1234"


async def test_a_pod_without_a_node_has_nothing_to_say(mirror: Mirror) -> None:
    given = copy(pod(mirror))
    del given["spec"]["nodeName"]
    assert await read(mirror, given) == b""


async def test_a_lost_node_tells_nothing(mirror: Mirror) -> None:
    lost: Obj = {"metadata": {"name": "node-1", "annotations": {"kubarium.dev/lost": "true"}}}
    lost["status"] = {"addresses": [{"type": "InternalIP", "address": "172.18.0.2"}]}
    mirror.world.put(key(NODES, "", "node-1"), lost)
    with pytest.raises(NodeUnreachable, match=r"dial tcp 172.18.0.2:10250: connect: no route to host"):
        await opened(mirror, pod(mirror))


WANTED: list[tuple[dict[str, str], Wanted]] = [
    ({}, ALL),
    ({"tailLines": "5", "timestamps": "true"}, Wanted(tail=5, timestamps=True)),
    ({"sinceSeconds": "10"}, Wanted(since=START - 10)),
    ({"sinceTime": timestamp(START - 5), "limitBytes": "9"}, Wanted(since=START - 5, limit=9)),
]


@pytest.mark.parametrize(("query", "expected"), WANTED)
def test_parameters(query: dict[str, str], expected: Wanted) -> None:
    assert wanted(query, "web-0", START) == expected


REFUSED = [
    ({"tailLines": "-1"}, "tailLines: Invalid value: -1: must be greater than or equal to 0"),
    ({"limitBytes": "0"}, "limitBytes: Invalid value: 0: must be greater than 0"),
    ({"sinceSeconds": "0"}, "sinceSeconds: Invalid value: 0: must be greater than 0"),
    ({"sinceTime": "yesterday"}, 'sinceTime: Invalid value: "yesterday": must be a time as RFC 3339 has it'),
    ({"sinceSeconds": "1", "sinceTime": "x"}, "at most one of `sinceTime` or `sinceSeconds` may be specified"),
]


@pytest.mark.parametrize(("query", "words"), REFUSED)
def test_parameters_that_are_none(query: dict[str, str], words: str) -> None:
    with pytest.raises(Invalid) as refused:
        wanted(query, "web-0", START)
    assert words in refused.value.message
