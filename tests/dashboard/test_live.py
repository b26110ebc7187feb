"""The live connection over the real application, store and Hub: snapshots, changes, resuming, questions, acts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Create, Delete
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import (
    CRON_JOBS,
    DAEMON_SETS,
    DISRUPTION_BUDGETS,
    NODES,
    PODS,
    SERVICES,
    STATEFUL_SETS,
    Key,
    Obj,
    key,
)
from cluster.models import Cluster
from cluster.plan import Reason
from cluster.store import commit, delete_cluster, read, snapshot, written
from cluster.watch import Hub
from cluster.world import World
from dashboard.asgi import application
from dashboard.frames import id_of, is_sent
from dashboard.live import consumer, framing
from dashboard.live import stage as stages
from dashboard.live.consumer import known_revision
from dashboard.live.crowd import Crowd
from dashboard.live.opening import Opening
from dashboard.live.reasons import Reasons, concerned
from dashboard.live.seat import FELL_BEHIND, GONE, Asked, Seat
from dashboard.live.stage import Stage
from tests.dashboard.conftest import signed_in
from tests.dashboard.websocket import Socket
from tests.objects import config_map, config_map_key, service, stateful_set

Opened = Callable[..., Awaitable[Socket]]


@pytest.fixture
async def open_as(hub: Hub) -> Any:
    made: list[Socket] = []

    async def opened(user: User | None, query: str = "", slug: str = "demo", origin: str = "") -> Socket:
        headers = [(b"host", b"127.0.0.1:8000")]
        if user is not None:
            cookies = (await signed_in(user)).client.cookies
            headers.append((b"cookie", cookies.output(header="", sep=";").strip().encode()))
        if origin:
            headers.append((b"origin", origin.encode()))
        socket = Socket(application, f"/clusters/{slug}/live{query}", headers)
        made.append(socket)
        return socket

    yield opened
    for socket in made:
        await socket.disconnect()


async def joined(socket: Socket) -> dict[str, Any]:
    """Connect; the snapshot (or what else comes first)."""
    assert await socket.connect()
    return await frame(socket)


async def frame(socket: Socket) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(await socket.receive())
    return found


async def until(socket: Socket, kind: str) -> dict[str, Any]:
    """The next frame of that kind."""
    while True:
        found = await frame(socket)
        if found["t"] == kind:
            return found


async def say(socket: Socket, **message: Any) -> None:
    await socket.send(orjson.dumps(message).decode())


async def store(cluster: Cluster, *intents: Any) -> int:
    return (await written(commit, cluster.pk, list(intents), author="tester", cause="test")).revision


# -- joining ---------------------------------------------------------------------------------------------------------


async def test_a_browser_first_gets_everything(open_as: Opened, alice: User, cluster: Cluster) -> None:
    first = await joined(await open_as(alice))
    world = await read(snapshot, cluster.pk)
    assert first["t"] == "snapshot"
    assert first["revision"] == world.revision
    assert first["cluster"]["uid"] == str(cluster.uid)
    assert first["cluster"]["slug"] == "demo"
    assert first["user"] == {"name": "alice", "initial": "A", "canWrite": True}
    assert {"services/default/web", "statefulsets/default/app-stateful"} <= {each["id"] for each in first["objects"]}


async def test_a_member_may_look_and_not_act(open_as: Opened, bob: User) -> None:
    socket = await open_as(bob)
    assert (await joined(socket))["user"]["canWrite"] is False
    await say(socket, t="act", id="a1", verb="delete", key="/services/default/web")
    refused = await until(socket, "refused")
    assert (refused["id"], "cannot delete services" in refused["message"]) == ("a1", True)


async def test_strangers_and_wrong_names_are_told_by_the_code(open_as: Opened, alice: User) -> None:
    for socket, code in ((await open_as(None), 4401), (await open_as(alice, slug="none"), GONE)):
        assert await socket.connect()
        assert await socket.closed() == code


async def test_another_sites_page_is_refused(open_as: Opened, alice: User) -> None:
    assert not await (await open_as(alice, origin="http://127.0.0.1:9999")).connect()


# -- changes ---------------------------------------------------------------------------------------------------------


async def test_changes_arrive_with_author_and_cause(open_as: Opened, alice: User, cluster: Cluster) -> None:
    socket = await open_as(alice)
    await joined(socket)
    revision = await store(cluster, Create(config_map("a")))
    put = await until(socket, "changes")
    assert put["revision"] == revision
    (change,) = put["changes"]
    assert (change["op"], change["item"]["id"], change["r"]) == ("put", "configmaps/default/a", revision)
    assert (change["author"], change["cause"]) == ("tester", "test")
    gone = await store(cluster, Delete(config_map_key("a")))
    dropped = (await until(socket, "changes"))["changes"][0]
    assert (dropped["op"], dropped["id"], dropped["r"]) == ("drop", "configmaps/default/a", gone)


def held(frames: list[dict[str, Any]]) -> dict[str, int]:
    """id -> resourceVersion after these frames, as a browser would have it."""
    items: dict[str, int] = {}
    for each in frames:
        if each["t"] == "snapshot":
            items = {item["id"]: item["rv"] for item in each["objects"]}
        for change in each.get("changes", ()):
            if change["op"] == "put":
                items[change["item"]["id"]] = change["item"]["rv"]
            else:
                items.pop(change["id"], None)
    return items


async def test_browsers_that_join_while_it_changes_end_equal_to_the_store(
    open_as: Opened, alice: User, cluster: Cluster
) -> None:
    sockets, seen = [], []
    last = 0
    for number in range(8):
        socket = await open_as(alice)
        seen.append([await joined(socket)])
        sockets.append(socket)
        last = await store(cluster, *[Create(config_map(f"a{number}-{each}")) for each in range(60)])
        if number % 2:
            last = await store(cluster, *[Delete(config_map_key(f"a{number}-{each}")) for each in range(50)])
    for socket, frames in zip(sockets, seen, strict=True):
        while max(each["revision"] for each in frames if each["t"] in ("snapshot", "changes")) < last:
            frames.append(await frame(socket))
    world = await read(snapshot, cluster.pk)
    wanted = {id_of(where): int(obj["metadata"]["resourceVersion"]) for where, obj in world.items() if is_sent(where)}
    for frames in seen:
        assert held(frames) == wanted


async def test_who_comes_back_gets_what_it_missed(open_as: Opened, alice: User, cluster: Cluster) -> None:
    first = await joined(await open_as(alice))
    revision = await store(cluster, Create(config_map("a")), Create(config_map("b")))
    back = await open_as(alice, f"?since={first['cluster']['uid']}:{first['revision']}")
    assert (await joined(back)) | {"time": 0} == {"t": "resumed", "revision": revision, "time": 0}
    missed = await frame(back)
    assert [change["item"]["name"] for change in missed["changes"]] == ["a", "b"]
    later = await store(cluster, Create(config_map("c")))
    assert (await until(back, "changes"))["revision"] == later


@pytest.mark.parametrize("since", ["other-uid:1", "UID:999999", "UID:0", "nonsense", "UID:x", "UID:" + "9" * 5000])
async def test_who_stood_elsewhere_starts_afresh(open_as: Opened, alice: User, cluster: Cluster, since: str) -> None:
    socket = await open_as(alice, f"?since={since.replace('UID', str(cluster.uid))}")
    assert (await joined(socket))["t"] == "snapshot"


async def test_a_cluster_that_ends_ends_its_sockets(open_as: Opened, alice: User, cluster: Cluster) -> None:
    socket = await open_as(alice)
    await joined(socket)
    await written(delete_cluster, cluster)
    assert await socket.closed() == GONE


async def test_who_opens_too_many_is_told_so(
    open_as: Opened, alice: User, bob: User, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "crowd", Crowd(2))
    first, second, third = [await open_as(alice) for _ in range(3)]
    await joined(first)
    await joined(second)
    assert await third.connect()
    assert await third.closed() == consumer.TOO_MANY
    await joined(await open_as(bob))
    await first.disconnect()
    await joined(await open_as(alice))


async def test_who_comes_while_it_changes_shares_one_snapshot(
    open_as: Opened, alice: User, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def counted(revision: int, *rest: Any) -> Opening:
        made.append(revision)
        return Opening(revision, *rest)

    monkeypatch.setattr(stages, "Opening", counted)
    first = await open_as(alice)
    await joined(first)
    for number in range(5):
        revision = await store(cluster, Create(config_map(f"a{number}")))
        while (await until(first, "changes"))["revision"] < revision:
            continue
        socket = await open_as(alice)
        frames = [await joined(socket)]
        while max(each["revision"] for each in frames if each["t"] in ("snapshot", "changes")) < revision:
            frames.append(await frame(socket))
        assert f"configmaps/default/a{number}" in held(frames)
        now = await until(socket, "changes")
        assert (now["changes"], now["time"] >= frames[0]["time"]) == ([], True), "what was replayed bears an older time"
    assert len(made) == 1


async def test_people_see_who_is_there(open_as: Opened, alice: User, bob: User) -> None:
    one, other = await open_as(alice), await open_as(bob)
    await joined(one)
    await joined(other)
    while (found := await until(one, "presence"))["people"] != [
        {"name": "alice", "initial": "A"},
        {"name": "bob", "initial": "B"},
    ]:
        assert found["people"] == [{"name": "alice", "initial": "A"}]
    await other.disconnect()
    assert (await until(one, "presence"))["people"] == [{"name": "alice", "initial": "A"}]


# -- questions and acts ----------------------------------------------------------------------------------------------


async def test_an_answer_comes_again_when_it_changes(open_as: Opened, alice: User, cluster: Cluster) -> None:
    socket = await open_as(alice)
    await joined(socket)
    await say(socket, t="ask", id="q1", name="later")
    assert (await until(socket, "answer"))["answer"]["rcode"] == "NXDOMAIN"
    await store(cluster, Create(service("later")))
    again = await until(socket, "answer")
    assert (again["id"], again["answer"]["rcode"], len(again["answer"]["records"])) == ("q1", "NOERROR", 1)
    await say(socket, t="forget", id="q1")
    await say(socket, t="sing")
    await until(socket, "refused")  # so the one before is heard too
    await store(cluster, Delete(key(SERVICES, "default", "later")))
    await say(socket, t="ask", id="q2", name="web")
    assert (await until(socket, "answer"))["id"] == "q2"


async def test_a_question_waits_for_the_pod_that_asked(open_as: Opened, alice: User, cluster: Cluster) -> None:
    """Who asked is deleted and comes back under its name: refused once meanwhile, then answered again."""
    asker = {**stateful_set("x", 1)["spec"]["template"], "apiVersion": "v1", "kind": "Pod"}
    asker["metadata"] = {"name": "asker", "namespace": "default"}
    await store(cluster, Create(asker))
    socket = await open_as(alice)
    await joined(socket)
    await say(socket, t="ask", id="q1", name="web", pod="asker")
    assert (await until(socket, "answer"))["answer"]["asker"]["pod"] == "asker"
    await store(cluster, Delete(key(PODS, "default", "asker"), grace_seconds=0))
    assert 'pods "asker" not found' in (await until(socket, "refused"))["message"]
    await store(cluster, Create(asker))
    assert (await until(socket, "answer"))["answer"]["asker"]["pod"] == "asker"


BAD: list[tuple[dict[str, Any] | list[Any], str]] = [
    ([], "a JSON object"),
    ({"t": "sing", "id": "x"}, "ask, forget, act and clock"),
    ({"t": [[]], "id": "x"}, "This is a list."),
    ({"t": "ask", "id": {"a": 1}, "name": "web"}, "The id of a message is a text"),
    ({"t": "ask", "id": "x" * 65, "name": "web"}, "The id of a message is a text"),
    ({"t": "ask", "id": "x", "name": "a" * 17_000}, "at most 16,384 characters"),
    ({"t": "act", "id": "x", "verb": {}, "key": "/pods/default/a"}, "This is an object."),
    ({"t": [[]], "id": "x"}, "This is a list."),
    ({"t": "ask", "id": {"a": 1}, "name": "web"}, "The id of a message is a text"),
    ({"t": "ask", "id": "x" * 65, "name": "web"}, "The id of a message is a text"),
    ({"t": "ask", "id": "x", "name": "a" * 17_000}, "at most 16,384 characters"),
    ({"t": "act", "id": "x", "verb": {}, "key": "/pods/default/a"}, "This is an object."),
    ({"t": "ask", "id": "x", "name": "web", "pod": "nobody"}, "nobody"),
    ({"t": "ask", "id": "x", "name": 7}, "are text"),
    ({"t": "ask", "id": "x", "name": "web", "type": "NONSENSE"}, "NONSENSE"),
    (
        {"t": "act", "id": "x", "verb": "scale", "key": "apps/statefulsets/default/app-stateful", "replicas": -1},
        "from 0",
    ),
    ({"t": "act", "id": "x", "verb": "delete", "key": "/pods/default/nobody"}, 'pods "nobody" not found'),
]


async def test_what_makes_no_sense_is_refused_with_a_sentence(open_as: Opened, alice: User) -> None:
    socket = await open_as(alice)
    await joined(socket)
    for message, said in BAD:
        await socket.send(orjson.dumps(message).decode())
        assert said in (await until(socket, "refused"))["message"]


async def test_a_message_that_is_no_text_is_refused_with_a_sentence(open_as: Opened, alice: User) -> None:
    socket = await open_as(alice)
    await joined(socket)
    await socket.send_bytes(b"\x00")
    assert "This is binary" in (await until(socket, "refused"))["message"]


async def test_questions_are_counted(open_as: Opened, alice: User) -> None:
    socket = await open_as(alice)
    await joined(socket)
    for number in range(33):
        await say(socket, t="ask", id=f"q{number}", name="web")
    assert "32 questions are open" in (await until(socket, "refused"))["message"]


async def test_scaling_from_the_picture(open_as: Opened, alice: User, cluster: Cluster) -> None:
    socket = await open_as(alice)
    await joined(socket)
    await say(socket, t="act", id="a1", verb="scale", key="apps/statefulsets/default/app-stateful", replicas=5)
    done = await until(socket, "done")
    assert done["kubectl"] == "kubectl scale statefulset/app-stateful --replicas=5"
    world = await read(snapshot, cluster.pk)
    scaled = world.find(STATEFUL_SETS, "default", "app-stateful")
    assert scaled is not None
    assert scaled["spec"]["replicas"] == 5
    assert done["revision"] == world.revision


# -- the stage's parts -----------------------------------------------------------------------------------------------


async def test_a_seat_that_falls_behind_is_closed() -> None:
    seat = Seat("ada", limit=3)
    for number in range(3):
        seat.push(str(number))
    assert await seat.next() == "0"
    seat.push("3")
    seat.push("4")
    assert (await seat.next(), seat.closing) == (None, FELL_BEHIND)


def silent(world: World, where: Key, now: float, config: ClusterConfig) -> list[Reason]:
    return []


async def test_fifty_seats_are_told_by_one_encoding(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unasked(world: World, config: ClusterConfig, asked: Asked, now: float) -> dict[str, Any]:
        raise BadRequest("nobody asks")

    stage = Stage(hub, cluster.pk, silent, unasked)
    seats = [await stage.enter(f"p{number % 3}", None, {}) for number in range(50)]
    encoded: list[dict[str, Any]] = []

    def counted(told: dict[str, Any]) -> str:
        encoded.append(told)
        return orjson.dumps(told).decode()

    monkeypatch.setattr(stages, "encode", counted)
    await store(cluster, Create(config_map("a")))
    frames: set[int] = set()
    for seat in seats:
        while '"changes"' not in (text := await seat.next() or ""):
            continue
        frames.add(id(text))
    assert [told["t"] for told in encoded].count("changes") == 1
    assert len(frames) == 1
    for seat in seats:
        stage.leave(seat)


async def test_a_fault_of_ours_closes_and_starts_afresh(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(key: Key, obj: Obj, world: World) -> dict[str, Any]:
        raise ZeroDivisionError

    def nothing(world: World, config: ClusterConfig, asked: Asked, now: float) -> dict[str, Any]:
        return {}

    stage = Stage(hub, cluster.pk, silent, nothing)
    seat = await stage.enter("ada", None, {})
    monkeypatch.setattr(framing, "item", broken)
    await store(cluster, Create(config_map("a")))
    async with asyncio.timeout(30):
        while await seat.next() is not None:
            continue
    assert seat.closing == 1011
    stage.leave(seat)
    monkeypatch.undo()
    again = await stage.enter("ada", None, {})
    assert '"snapshot"' in (await again.next() or "")
    stage.leave(again)


# -- reasons ---------------------------------------------------------------------------------------------------------


def replicas_wanted(world: World, where: Key, now: float, config: ClusterConfig) -> list[Reason]:
    """Says of a StatefulSet, and of its first pod, how many are wanted."""
    if where.kind != STATEFUL_SETS:
        return []
    wanted = (world.get(where) or {}).get("spec", {}).get("replicas", 0)
    first = key(PODS, where.namespace, f"{where.name}-0")
    return [Reason(where, "wait", f"wants {wanted}", "wants"), Reason(first, "ok", "is the first", "first", 0)]


def test_only_reasons_that_read_differently_are_told() -> None:
    world = World()
    where = key(STATEFUL_SETS, "default", "db")
    world.put(where, stateful_set("db", 2))
    reasons = Reasons(replicas_wanted)
    reasons.begin(world)

    def settle() -> dict[str, Any]:
        return reasons.settle(world, 0.0, ClusterConfig(), lambda: True)

    first = settle()
    assert {name: [each["text"] for each in said] for name, said in first.items()} == {
        "statefulsets/default/db": ["wants 2"],
        "pods/default/db-0": ["is the first"],
    }
    reasons.doubtful()
    assert settle() == {}
    world.put(where, stateful_set("db", 3))
    reasons.doubtful()
    assert list(settle()) == ["statefulsets/default/db"]
    old = world.drop(where)
    assert old is not None
    reasons.touch(Change(9, "DELETED", where, old, -1, 8, "a", "b", 0.0, 0.0), old, world)
    assert settle() == {"statefulsets/default/db": [], "pods/default/db-0": []}
    assert reasons.all() == {}


async def test_what_waits_is_looked_at_again_though_something_happens_all_the_time(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Restless(asyncio.Event):
        def clear(self) -> None:
            return

    looks = count()

    def later(world: World, where: Key, now: float, config: ClusterConfig) -> list[Reason]:
        return [Reason(where, "wait", f"look {next(looks)}", "waits")]

    monkeypatch.setattr(stages, "AGAIN", 0.01)
    stage = Stage(hub, cluster.pk, later, lambda *_: {})
    stage._stir = Restless()
    stage._stir.set()
    seat = await stage.enter("ada", None, {})
    async with asyncio.timeout(30):
        while '"t":"reasons"' not in (await seat.next() or ""):
            continue
    stage.leave(seat)


def test_when_a_cron_job_is_next_due_is_looked_at_again() -> None:
    where = key(CRON_JOBS, "default", "tick")
    reasons = Reasons(lambda world, where, now, config: [Reason(where, "ok", f"Next job at {now + 60}.", "next")])
    world = World()
    world.put(where, {"metadata": {"name": "tick", "namespace": "default"}})
    reasons.begin(world)
    for now in (0.0, 60.0):
        assert list(reasons.settle(world, now, ClusterConfig(), lambda: True)) == ["cronjobs/default/tick"]
        reasons.doubtful()


def test_a_look_at_reasons_ends_in_time() -> None:
    world = World()
    for number in range(5):
        world.put(key(STATEFUL_SETS, "default", f"db{number}"), stateful_set(f"db{number}", 1))
    reasons = Reasons(replicas_wanted)
    reasons.begin(world)
    turns = iter([True, True, False])
    assert len(reasons.settle(world, 0.0, ClusterConfig(), lambda: next(turns))) == 4
    assert reasons.waiting


def test_whom_a_change_concerns() -> None:
    world = World()
    owner = key(STATEFUL_SETS, "default", "db")
    world.put(owner, stateful_set("db", 1))
    for name in ("db", "other"):
        world.put(key(SERVICES, "default", name), service(name))
    budget = key(DISRUPTION_BUDGETS, "default", "db")
    for each, app in ((budget, "db"), (budget._replace(name="other"), "other")):
        world.put(each, {"metadata": {"name": each.name}, "spec": {"selector": {"matchLabels": {"app": app}}}})
    where = key(PODS, "default", "db-0")
    reference = {"kind": "StatefulSet", "name": "db", "uid": "u", "controller": True}
    pod: Obj = {"metadata": {"name": "db-0", "labels": {"app": "db"}, "ownerReferences": [reference]}}
    change = Change(1, "ADDED", where, pod, 0, 0, "a", "b", 0.0, 0.0)
    assert set(concerned(change, None, world)) == {where, owner, key(SERVICES, "default", "db"), budget}
    relabelled = {"metadata": {"name": "db-0", "labels": {"app": "other"}}}
    assert key(SERVICES, "default", "other") in set(concerned(change._replace(object=relabelled), pod, world))


NODE: Obj = {"metadata": {"name": "n"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}


@pytest.mark.parametrize(
    ("told", "concerns"),
    [
        ({**NODE, "metadata": {"name": "n", "annotations": {"kubarium.dev/lost": "true"}}}, True),
        ({**NODE, "spec": {"taints": [{"key": "k", "effect": "NoExecute"}]}}, True),
        ({**NODE, "status": {"conditions": [{"type": "Ready", "status": "Unknown"}]}}, True),
        ({**NODE, "status": {"conditions": [{**NODE["status"]["conditions"][0], "lastHeartbeatTime": "now"}]}}, False),
    ],
)
def test_a_node_concerns_its_pods_and_daemons_but_not_by_a_heartbeat(told: Obj, concerns: bool) -> None:
    world, where, pod, daemons = World(), key(NODES, "", "n"), key(PODS, "default", "db-0"), key(DAEMON_SETS, "a", "b")
    world.put(daemons, {"metadata": {"name": "b", "namespace": "a"}})
    world.put(pod, {"metadata": {"name": "db-0", "namespace": "default"}, "spec": {"nodeName": "n"}})
    change = Change(1, "MODIFIED", where, told, 0, 0, "a", "b", 0.0, 0.0)
    assert set(concerned(change, NODE, world)) == ({pod, daemons} if concerns else set())
    assert set(concerned(change, None, world)) == {pod, daemons}


@pytest.mark.parametrize(
    ("query", "known"),
    [
        (b"since=uid:7", ("uid", 7)),
        (b"since=a:b:7", ("a:b", 7)),
        (b"since=7", None),
        (b"since=uid:-7", None),
        (b"", None),
    ],
)
def test_where_a_browser_stood(query: bytes, known: tuple[str, int] | None) -> None:
    assert known_revision(query) == known
