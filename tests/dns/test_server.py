"""Real sockets on the loopback: both transports on one port, following the cluster, and clients that misbehave."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import dns.message
import dns.rcode
import pytest
from structlog.testing import capture_logs

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.dns import datagrams, zone
from cluster.dns import server as module
from cluster.dns.answer import Answer, Question
from cluster.dns.server import DnsServer
from cluster.machinery import dnsprofiles as profiles
from cluster.machinery.dnsprofiles import COREFILE
from cluster.machinery.objects import ENDPOINT_SLICES, SERVICES, Obj, key
from tests.dns import made

DB = "db.default.svc.cluster.local"


class Running:
    def __init__(self) -> None:
        self.source = SimpleNamespace(world=made.world(), config=ClusterConfig())
        self.server = DnsServer(self.source, dice=random.Random(1))
        self.port = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    async def udp(self, name: str, type_: str = "A") -> dns.message.Message:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(self.socket, dns.message.make_query(name, type_).to_wire())
        async with asyncio.timeout(30):
            return dns.message.from_wire(await loop.sock_recv(self.socket, 4096))

    async def addresses(self, name: str) -> set[str]:
        return {str(rdata) for rrset in (await self.udp(name)).answer for rdata in rrset}

    def put(self, obj: Obj, *, tell: bool = True) -> None:
        where = key(ENDPOINT_SLICES, "default", obj["metadata"]["name"])
        old = self.source.world.put(where, obj)
        self.source.world.revision += 1
        if tell:
            change = Change(self.source.world.revision, "MODIFIED", where, obj, -1, 1, "", "", 0.0, 1795411824.0)
            self.server.changed([change], [old])


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    made_running = Running()
    made_running.port = await made_running.server.start("127.0.0.1", 0)
    made_running.socket.setblocking(False)
    made_running.socket.connect(("127.0.0.1", made_running.port))
    yield made_running
    made_running.socket.close()
    await made_running.server.stop()


async def _read(reader: asyncio.StreamReader) -> dns.message.Message:
    async with asyncio.timeout(30):
        size = int.from_bytes(await reader.readexactly(2), "big")
        return dns.message.from_wire(await reader.readexactly(size))


def _framed(name: str, id_: int) -> bytes:
    raw = dns.message.make_query(name, "A", id=id_).to_wire()
    return len(raw).to_bytes(2, "big") + raw


async def test_udp_and_tcp_answer_on_one_port(running: Running) -> None:
    assert await running.addresses(DB) == {"10.244.0.10", "10.244.0.11"}
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(b"".join(_framed(DB, id_) for id_ in (1, 2, 3)))
    assert [(await _read(reader)).id for _ in range(3)] == [1, 2, 3]
    writer.write(_framed(DB, 4)[:5])
    await writer.drain()
    writer.write(_framed(DB, 4)[5:])
    assert (await _read(reader)).id == 4
    writer.close()
    await writer.wait_closed()


async def test_an_answer_follows_the_cluster_at_once(running: Running) -> None:
    nobody = f"db-7.{DB}"
    assert await running.addresses(DB) == {"10.244.0.10", "10.244.0.11"}
    negative = await running.udp(nobody)
    running.put(made.slice_of("db", made.endpoint("10.244.0.77", "db-7")))
    assert await running.addresses(DB) == await running.addresses(nobody) == {"10.244.0.77"}
    later = await running.udp(f"nope.{DB}")
    serials = [message.authority[0][0].serial for message in (negative, later)]
    assert serials[0] < serials[1] == 1795411824


async def test_a_replaced_world_is_noticed(running: Running) -> None:
    assert await running.addresses(DB) == {"10.244.0.10", "10.244.0.11"}
    running.source.world = made.put(made.world(), made.slice_of("db", made.endpoint("10.244.0.5", "db-0")))
    assert await running.addresses(DB) == {"10.244.0.5"}


async def test_changes_nobody_told_of_are_noticed_after_a_while(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await running.addresses(DB) == {"10.244.0.10", "10.244.0.11"}
    running.put(made.slice_of("db", made.endpoint("10.244.0.5", "db-0")), tell=False)
    assert await running.addresses(DB) == {"10.244.0.10", "10.244.0.11"}
    monkeypatch.setattr(module, "PATIENCE", -1.0)
    assert await running.addresses(DB) == {"10.244.0.5"}


async def test_a_flood_is_answered_in_bounded_batches(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCHES", 1)
    monkeypatch.setattr(datagrams, "BATCH", 4)
    for id_ in range(20):
        running.socket.send(dns.message.make_query(DB, "A", id=id_).to_wire())
    loop = asyncio.get_running_loop()
    ids = set()
    async with asyncio.timeout(30):
        for _ in range(20):
            ids.add(dns.message.from_wire(await loop.sock_recv(running.socket, 4096)).id)
    assert ids == set(range(20))


async def test_a_fault_of_our_own_is_said_and_ends_nothing(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """One question whose answer fails is SERVFAIL, over either transport; those beside it are answered."""
    answer = zone.answer

    def fails(question: Question, *rest: Any, **more: Any) -> Answer:
        if question.name.startswith("broken."):
            raise RuntimeError("a fault")
        return answer(question, *rest, **more)

    monkeypatch.setattr(zone, "answer", fails)
    with capture_logs() as logged:
        assert (await running.udp(f"broken.{DB}")).rcode() == dns.rcode.SERVFAIL
        assert await running.addresses(DB) == {"10.244.0.10", "10.244.0.11"}
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(_framed(f"broken.{DB}", 1) + _framed(DB, 2))
        assert [dns.rcode.to_text((await _read(reader)).rcode()) for _ in range(2)] == ["SERVFAIL", "NOERROR"]
        writer.close()
        await writer.wait_closed()
    assert [each["event"] for each in logged] == ["dns_answer_failed"] * 2


async def test_too_many_connections_are_turned_away(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CONNECTIONS", 1)
    first_reader, first = await asyncio.open_connection("127.0.0.1", running.port)
    first.write(_framed(DB, 1))
    assert (await _read(first_reader)).id == 1
    reader, second = await asyncio.open_connection("127.0.0.1", running.port)
    assert await reader.read() == b""
    for writer in (first, second):
        writer.close()
        await writer.wait_closed()


async def _alone(running: Running) -> None:
    """The server lets go of every connection."""
    async with asyncio.timeout(30):
        await asyncio.gather(*running.server._connections)


async def test_a_client_that_never_reads_is_let_go(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.05)
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        await loop.sock_connect(client, ("127.0.0.1", running.port))
        with pytest.raises(ConnectionError):
            while True:
                await loop.sock_sendall(client, _framed(DB, 1) * 200)
    await _alone(running)


async def test_a_client_that_has_said_all_still_gets_its_answers(running: Running) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(b"".join(_framed(DB, id_) for id_ in range(100)))
    writer.write_eof()
    assert [(await _read(reader)).id for _ in range(100)] == list(range(100))
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    await _alone(running)


async def test_a_long_pipeline_leaves_the_loop_to_others(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a client sends at once is answered in portions; in between the loop turns."""
    turns = [0]
    answered_at: list[int] = []

    def turn() -> None:
        turns[0] += 1
        asyncio.get_running_loop().call_soon(turn)

    asyncio.get_running_loop().call_soon(turn)
    monkeypatch.setattr(running.server, "_keep_up", lambda: answered_at.append(turns[0]))
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(b"".join(_framed(DB, id_) for id_ in range(1000)))
    for _ in range(1000):
        await _read(reader)
    in_one_turn = max(answered_at.count(turn) for turn in set(answered_at))
    assert in_one_turn <= module.PIPELINED + 1
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("sent", [b"", b"\0", b"\0\x40half a message"])
async def test_a_silent_client_is_let_go(running: Running, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(module, "READ_SECONDS", 0.01)
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(sent)
    async with asyncio.timeout(30):
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_garbage_gets_its_due_and_the_connection_lives_on(running: Running) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    response = b"\0\x0c" + b"\0\1\x80" + bytes(9)
    writer.write(response + b"\0\0" + b"\0\x0c" + b"\0\2\1\0" + bytes(8) + _framed(DB, 3))
    replies = [await _read(reader) for _ in range(2)]
    assert [(reply.id, dns.rcode.to_text(reply.rcode())) for reply in replies] == [(2, "FORMERR"), (3, "NOERROR")]
    writer.close()
    await writer.wait_closed()


async def test_a_taken_port_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OSError, match="in use"):
        await DnsServer(SimpleNamespace(world=made.world(), config=ClusterConfig())).start(
            "127.0.0.1", other.getsockname()[1]
        )


async def test_stopping_ends_open_connections() -> None:
    running = Running()
    running.socket.close()
    port = await running.server.start("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_framed(DB, 1))
    await _read(reader)
    async with asyncio.timeout(30):
        await running.server.stop()
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_an_applied_corefile_is_followed_at_once(running: Running) -> None:
    first = await running.udp(DB)
    assert first.answer[0].ttl == 30
    for profile, ttl in (("plain", 5), ("kubeadm", 30)):
        new = profiles.config_map(profile, "cluster.local")
        old = running.source.world.put(COREFILE, new)
        running.source.world.revision += 1
        change = Change(running.source.world.revision, "MODIFIED", COREFILE, new, -1, 1, "", "", 0.0, 0.0)
        running.server.changed([change], [old])
        assert (await running.udp(DB)).answer[0].ttl == ttl


async def test_a_remembered_answer_counts_down_by_the_clusters_time() -> None:
    clock = [1000.0]
    running = Running()
    running.source.world.put(COREFILE, profiles.config_map("kubeadm-old", "cluster.local"))
    running.server = DnsServer(running.source, now=lambda: clock[0])
    running.socket.setblocking(False)
    running.socket.connect(("127.0.0.1", await running.server.start("127.0.0.1", 0)))
    try:
        ttls = []
        for moment in (1000.0, 1012.0, 1029.5, 1030.0):
            clock[0] = moment
            ttls.append((await running.udp(DB)).answer[0].ttl)
            running.put(made.slice_of("db", made.endpoint(f"10.244.9.{len(ttls)}", "db-0")))
        assert ttls == [30, 18, 1, 30]
        assert await running.addresses(DB) == {"10.244.9.3"}
    finally:
        running.socket.close()
        await running.server.stop()


async def test_replies_over_tcp_do_not_wait_for_each_other(running: Running) -> None:
    """asyncio turns Nagle's delay off where a socket names its protocol, and leaves it on where none is named."""
    assert running.server._tcp is not None
    assert [listening.proto for listening in running.server._tcp.sockets] == [socket.IPPROTO_TCP]


async def test_while_its_pods_are_gone_it_is_silent(running: Running) -> None:
    world = running.source.world
    at = {"clusterIP": "10.96.0.10", "clusterIPs": ["10.96.0.10"], "selector": {"k8s-app": "kube-dns"}}
    dns_service = {"metadata": {"name": "kube-dns", "namespace": "kube-system"}, "spec": at}
    piece = {"metadata": {"name": "kube-dns-x", "labels": {"kubernetes.io/service-name": "kube-dns"}}}
    where = key(ENDPOINT_SLICES, "kube-system", "kube-dns-x")

    def tell(endpoints: list[Obj]) -> None:
        obj = {**piece, "endpoints": endpoints}
        old = world.put(where, obj)
        world.revision += 1
        change = Change(world.revision, "MODIFIED", where, obj, -1, 1, "", "", 0.0, 1795411824.0)
        running.server.changed([change], [old])

    world.put(key(SERVICES, "kube-system", "kube-dns"), dns_service)
    tell([])
    unheard = dns.message.make_query(DB, "A")
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(running.socket, unheard.to_wire())
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(len(unheard.to_wire()).to_bytes(2, "big") + unheard.to_wire())
    assert await reader.read() == b"", "a connection ends without an answer"
    writer.close()
    tell([{"addresses": ["10.244.0.2"], "conditions": {"ready": True}}])
    heard = dns.message.make_query(DB, "A")
    await loop.sock_sendall(running.socket, heard.to_wire())
    async with asyncio.timeout(30):
        reply = dns.message.from_wire(await loop.sock_recv(running.socket, 4096))
    assert reply.id == heard.id, "what was asked before is not answered afterwards"
