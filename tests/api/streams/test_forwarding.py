"""Port-forward: SPDY as kubectl speaks it, and the older pairs of channels."""

from __future__ import annotations

import asyncio

import pytest

from cluster.api.streams import forwarding, incoming
from cluster.machinery.objects import Obj
from cluster.shell.process import Connection
from tests.api.streams.spdyclient import SpdyClient, control, data, ping, rst
from tests.api.streams.standins import POD, Client, StandIns, Wire, refused, world_of

PATH = "/api/v1/namespaces/default/pods/web/portforward"
SPDY = forwarding.SUBPROTOCOL
REFUSED = (
    "error forwarding port 81 to pod u-1, uid : failed to execute portforward in network namespace "
    '"/var/run/netns/cni-u-1": failed to connect to localhost:81 inside namespace "u-1", IPv4: dial tcp4 127.0.0.1:81: '
    "connect: connection refused IPv6 dial tcp6 [::1]:81: connect: connection refused"
)


async def frames(client: Client, spdy: SpdyClient, count: int) -> list[tuple[str, int, object]]:
    found: list[tuple[str, int, object]] = []
    while len(found) < count:
        message = await client.next()
        assert isinstance(message, bytes)
        found += spdy.read(message)
    return found


async def test_a_connection_there_and_back() -> None:
    wire = Wire(b"HTTP/1.0 200 OK\r\n\r\n", b"hi", ends=False)
    spdy = SpdyClient()
    async with Client(PATH, containers=StandIns(ports={80: wire}), offers=[SPDY]) as client:
        assert await client.accepted() == SPDY
        client.send(spdy.pair(80, 0))
        client.send(data(3, b"GET / HTTP/1.0\r\n\r\n") + data(3, b"", fin=True) + ping(1))
        said = await frames(client, spdy, 5)
        assert {each for each in said if each[0] in ("reply", "ping")} == {
            ("reply", 1, b"\x00" * 4),
            ("reply", 3, b"\x00" * 4),
            ("ping", 1, None),
        }
        assert b"".join(bytes(more) for what, _, more in said if what == "data") == b"HTTP/1.0 200 OK\r\n\r\nhi"  # type: ignore[call-overload]
        wire.say(b"")
        assert sorted(await frames(client, spdy, 2)) == [("fin", 1, b""), ("fin", 3, b"")]
    assert (bytes(wire.got), wire.ended, wire.closed.is_set()) == (b"GET / HTTP/1.0\r\n\r\n", True, True)


async def test_a_port_where_nobody_listens() -> None:
    spdy = SpdyClient()
    async with Client(PATH, containers=StandIns(), offers=[SPDY]) as client:
        await client.accepted()
        client.send(spdy.pair(81, 0))
        said = await frames(client, spdy, 4)
    assert said[2:] == [("fin", 1, REFUSED.encode()), ("fin", 3, b"")]


async def test_a_pod_that_is_gone_and_another_of_its_name() -> None:
    class Gone(StandIns):
        async def open_port(self, pod: Obj, port: int) -> Connection:
            raise ProcessLookupError

    spdy = SpdyClient()
    async with Client(PATH, containers=Gone(), offers=[SPDY]) as client:
        await client.accepted()
        client.send(spdy.pair(80, 0))
        said = await frames(client, spdy, 4)
    expected = b'error forwarding port 80 to pod u-1, uid : failed to find sandbox "u-1" in store: not found'
    assert said[2:] == [("fin", 1, expected), ("fin", 3, b"")]


async def test_many_connections_at_once_do_not_mix() -> None:
    wires = {80: Wire(b"eighty"), 443: Wire(b"tls" * 30_000)}
    spdy = SpdyClient()
    async with Client(PATH, containers=StandIns(ports=wires), offers=[SPDY]) as client:
        await client.accepted()
        client.send(spdy.pair(80, 0) + spdy.pair(443, 1))
        got: dict[int, bytes] = {}
        ended: set[int] = set()
        while len(ended) < 4:
            for what, stream, more in await frames(client, spdy, 1):
                if what in ("data", "fin"):
                    got[stream] = got.get(stream, b"") + bytes(more)  # type: ignore[call-overload]
                if what == "fin":
                    ended.add(stream)
    assert got == {1: b"", 3: b"eighty", 5: b"", 7: b"tls" * 30_000}


async def test_a_client_that_gives_a_connection_up_still_hears_its_end() -> None:
    wire = Wire(b"hello", ends=False)
    spdy = SpdyClient()
    async with Client(PATH, containers=StandIns(ports={80: wire}), offers=[SPDY]) as client:
        await client.accepted()
        client.send(spdy.pair(80, 0))
        await frames(client, spdy, 3)
        client.send(rst(3))
        assert await frames(client, spdy, 1) == [("fin", 1, b"")]
        client.send(ping(3))
        assert await frames(client, spdy, 1) == [("ping", 3, None)]
        await wire.closed.wait()


async def test_streams_that_make_no_sense_are_reset() -> None:
    spdy = SpdyClient()
    nonsense = [
        {"port": "80"},
        {"streamtype": "data"},
        {"streamtype": "data", "port": "0"},
        {"streamtype": "data", "port": "٣"},
    ]
    async with Client(PATH, containers=StandIns(), offers=[SPDY]) as client:
        await client.accepted()
        for headers in nonsense[:3]:
            client.send(spdy.syn(headers))
        client.send(spdy.syn({"streamtype": "error", "port": "80", "requestid": "0"}))
        client.send(spdy.syn({"streamtype": "error", "port": "80", "requestid": "0"}))
        client.send(spdy.syn({"streamtype": "data", "port": "81", "requestid": "0"}))
        said = await frames(client, spdy, 6)
    assert [each[:2] for each in said] == [
        ("reset", 1), ("reset", 3), ("reset", 5), ("reply", 7), ("reset", 9), ("reset", 11),
    ]  # fmt: skip


async def test_what_is_no_spdy_ends_it_with_a_word() -> None:
    spdy = SpdyClient()
    async with Client(PATH, containers=StandIns(), offers=[SPDY]) as client:
        await client.accepted()
        client.send(control(6, b"", version=2))
        assert await frames(client, spdy, 1) == [("goaway", 0, 1)]
        assert await client.next() == 1002


async def test_connections_end_when_the_client_goes() -> None:
    wire = Wire(ends=False)
    async with Client(PATH, containers=StandIns(ports={80: wire}), offers=[SPDY]) as client:
        await client.accepted()
        client.send(SpdyClient().pair(80, 0))
        for _ in range(100):
            await asyncio.sleep(0)
    assert wire.closed.is_set()


async def test_a_pod_that_does_not_read_holds_the_client_until_it_ends() -> None:
    wire = Wire(ends=False)
    wire.stuck = True
    spdy = SpdyClient()
    async with Client(PATH, containers=StandIns(ports={80: wire}), offers=[SPDY]) as client:
        await client.accepted()
        client.send(spdy.pair(80, 0))
        for _ in range(60):
            client.send(data(3, bytes(30_000)))
        for _ in range(1000):
            await asyncio.sleep(0)
        assert client._to.qsize() > 30
        wire.say(b"")
        assert ("fin", 1, b"") in await frames(client, spdy, 4)


async def test_a_client_that_is_held_and_vanishes_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "NUDGED", 0.001)
    wire = Wire(ends=False)
    wire.stuck = True
    spdy = SpdyClient()
    async with Client(PATH, containers=StandIns(ports={80: wire}), offers=[SPDY]) as client:
        await client.accepted()
        client.send(spdy.pair(80, 0))
        for _ in range(60):
            client.send(data(3, bytes(30_000)))
        assert (await frames(client, spdy, 3))[2] == ("ping", 2, None)
        client.vanish()
        await wire.closed.wait()


# -- pairs of channels ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offers", [["v4.channel.k8s.io"], []])
async def test_the_older_form(offers: list[str]) -> None:
    wires = {80: Wire(b"eighty", ends=False), 443: Wire(ends=False)}
    query = (("ports", "80,443"), ("ports", "81"))
    async with Client(PATH, *query, containers=StandIns(ports=wires), offers=offers) as client:
        assert await client.accepted() == (offers[0] if offers else None)
        client.send(b"\x00to eighty")
        client.send(b"\x02to tls")
        client.send(b"\x03an error channel")
        client.send(b"\x63nothing")
        for _ in range(100):
            await asyncio.sleep(0)
        for wire in wires.values():
            wire.say(b"")
        said, code = await client.rest()
    assert said == {
        0: b"P\x00eighty", 1: b"P\x00", 2: b"\xbb\x01", 3: b"\xbb\x01", 4: b"Q\x00", 5: b"Q\x00" + REFUSED.encode(),
    }  # fmt: skip
    assert code == 1000
    assert (bytes(wires[80].got), bytes(wires[443].got)) == (b"to eighty", b"to tls")


DONE: Obj = {**POD, "status": {**POD["status"], "phase": "Succeeded"}}
REFUSALS = [
    (POD, (), 400, 'query parameter "ports" is required'),
    (POD, (("ports", "80,http"),), 400, '"http" is no port: a port is a number from 1 to 65535'),
    (POD, (("ports", "0"),), 400, '"0" is no port: a port is a number from 1 to 65535'),
    (POD, tuple(("ports", "80") for _ in range(65)), 400, "65 ports are more than the 64 that one connection forwards"),
    (DONE, (("ports", "80"),), 500, 'unable to upgrade connection: pod not found ("web_default")'),
]


@pytest.mark.parametrize(("pod", "query", "code", "message"), REFUSALS)
async def test_refusals(pod: Obj, query: tuple[tuple[str, str], ...], code: int, message: str) -> None:
    client = Client(PATH, *query, containers=StandIns(), offers=["v4.channel.k8s.io"], world=world_of(pod))
    error = await refused(client)
    assert (error.code, error.message) == (code, message)
