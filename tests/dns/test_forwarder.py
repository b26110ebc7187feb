"""Names beyond the zones: asked of a real socket, once at a time, within a time, and of nobody by default."""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace
from typing import Any

import dns.message
import dns.rcode
import pytest

from cluster import questions
from cluster.config import ClusterConfig
from cluster.dns import forwarder as module
from cluster.dns.answer import Outside, Question
from cluster.dns.forwarder import Address, Forwarder, address, settled
from cluster.dns.server import DnsServer
from tests.dns import made
from tests.dns.outside import Resolver, serving

WWW = Question("www.partner.example.", "A")
LINES = (
    "www.partner.example. 300 IN A 198.51.100.44",
    "mail.partner.example. 99 IN MX 10 mx.partner.example.",
    "loc.partner.example. 99 IN SRV 1 2 3 www.partner.example.",
    'txt.partner.example. 99 IN TXT "two words" "and \\"more\\""',
    'caa.partner.example. 99 IN CAA 0 issue "ca.example"',
    "six.partner.example. 99 IN AAAA 2001:db8::1",
    "ds.partner.example. 99 IN DS 1 8 2 " + "ab" * 32,
    *(f"many.partner.example. 60 IN A 198.51.100.{number}" for number in range(1, 120)),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", Address("192.0.2.1", 53)),
        ("127.0.0.1:5399", Address("127.0.0.1", 5399)),
        ("::1", Address("::1", 53)),
        ("[::1]", Address("::1", 53)),
        ("[::1]:5399", Address("::1", 5399)),
    ],
)
def test_addresses(text: str, expected: Address) -> None:
    assert address(text) == expected


@pytest.mark.parametrize("text", ["", "dns.example", "127.0.0.1:0", "127.0.0.1:x", "127.0.0.1:70000", "[::1", "1.2.3"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|port"):
        address(text)


async def test_every_type_is_passed_on_as_it_was_said() -> None:
    """Also those that nobody here reads: the reply, read by others, says what the resolver says."""
    resolver = Resolver(LINES)
    async with serving(resolver) as where:
        server, port = await _server(where)
        try:
            for line in LINES[:7]:
                name, ttl, _, type_, _ = line.split(None, 4)
                reply = await _ask(port, name, type_)
                direct = resolver.reply(dns.message.make_query(name, type_).to_wire(), "direct")
                assert direct is not None
                assert (reply.answer, reply.rcode(), reply.answer[0].ttl) == (direct.answer, direct.rcode(), int(ttl))
        finally:
            await server.stop()


async def _server(where: Address | None) -> tuple[DnsServer, int]:
    source = SimpleNamespace(world=made.world(), config=ClusterConfig())
    server = DnsServer(source, forwarder=None if where is None else Forwarder(where))
    return server, await server.start("127.0.0.1", 0)


async def _ask(port: int, name: str, type_: str = "A") -> dns.message.Message:
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        client.connect(("127.0.0.1", port))
        await loop.sock_sendall(client, dns.message.make_query(name, type_).to_wire())
        async with asyncio.timeout(30):
            return dns.message.from_wire(await loop.sock_recv(client, 65535))


async def test_only_names_beyond_the_zones_are_asked_outside() -> None:
    resolver = Resolver(LINES)
    async with serving(resolver) as where:
        server, port = await _server(where)
        try:
            for name in ("db.default.svc.cluster.local", "nope.default.svc.cluster.local", "cluster.local"):
                await _ask(port, name)
            assert resolver.asked == []
            await _ask(port, "3.2.1.10.in-addr.arpa", "PTR")  # the Corefile lets it fall through
            await _ask(port, "www.partner.example")
            names = [name for _, name, _ in resolver.asked]
            assert names == ["3.2.1.10.in-addr.arpa.", "www.partner.example."]
        finally:
            await server.stop()


async def test_without_the_operators_word_nobody_is_asked() -> None:
    server, port = await _server(None)
    try:
        assert dns.rcode.to_text((await _ask(port, "www.partner.example")).rcode()) == "REFUSED"
    finally:
        await server.stop()


async def test_a_long_reply_is_fetched_over_tcp() -> None:
    resolver = Resolver(LINES)
    resolver.limit = 512
    async with serving(resolver) as where:
        found = await Forwarder(where).ask(Question("many.partner.example.", "A"))
    assert (len(found.answer), found.tc) == (119, False)
    assert [transport for transport, _, _ in resolver.asked] == ["udp", "tcp"]


async def test_a_question_is_asked_once_however_many_wait() -> None:
    resolver = Resolver(LINES)
    async with serving(resolver) as where:
        asking = Forwarder(where)
        found = await asyncio.gather(*(asking.ask(WWW) for _ in range(50)))
    assert {answer.answer[0].data for answer in found} == {"198.51.100.44"}
    assert len(resolver.asked) == 1


async def test_who_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT", 0.02)
    resolver = Resolver()
    async with serving(resolver) as where:
        found = await Forwarder(where).ask(Question("silent.example.", "A"))
    assert (found.rcode, found.aa, len(resolver.asked)) == ("SERVFAIL", False, module.TRIES)
    assert (await Forwarder(where).ask(WWW)).rcode == "SERVFAIL", "nobody listens there any more"


async def test_what_is_no_reply_to_the_question_is_passed_over() -> None:
    resolver = Resolver(LINES)
    query = dns.message.make_query("www.partner.example.", "A", id=0)
    forged = dns.message.make_response(query)
    resolver.lies = [b"", b"\0" * 11, b"\xff" * 40, query.to_wire(), forged.to_wire()]
    async with serving(resolver) as where:
        assert (await Forwarder(where).ask(WWW)).answer[0].data == "198.51.100.44"


async def test_too_much_at_once_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    async with serving(Resolver(LINES)) as where:
        asking = Forwarder(where)
        one, other = await asyncio.gather(
            asking.ask(WWW),
            asking.ask(Question("b.example.", "A")),
        )
    assert (one.rcode, other.rcode) == ("NOERROR", "REFUSED")


async def test_a_resolver_that_asks_back_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forwarding to oneself: the question is under way already, and time ends it."""
    monkeypatch.setattr(module, "TIMEOUT", 0.02)
    server, port = await _server(None)
    server._forwarder, server._outside = Forwarder(Address("127.0.0.1", port)), module.unsettled
    try:
        assert (await server._forwarder.ask(WWW)).rcode == "SERVFAIL"
    finally:
        await server.stop()
        await server._forwarder.stop()


async def test_a_chain_that_never_ends_is_given_up() -> None:
    links = 0

    def work(outside: Outside | None) -> str:
        nonlocal links
        assert outside is not None
        for number in range(links + 1):
            if outside(Question(f"n{number}.partner.example.", "A")).rcode == "SERVFAIL":
                return "given up"
        links += 1
        return work(outside)

    async with serving(Resolver(LINES)) as where:
        assert await settled(work, Forwarder(where)) == "given up"
    assert links == module.LONGEST_CHAIN


async def test_the_page_tells_what_the_forwarder_says() -> None:
    async with serving(Resolver(LINES)) as where:
        asking = Forwarder(where)
        module.use(asking)
        try:
            first = _told("www.partner.example.")
            assert first["reasons"] == [
                "www.partner.example lies outside cluster.local: whoever the operator lets it ask has not answered yet."
            ]
            await asking.ask(WWW)
            assert [record["data"] for record in _told("www.partner.example.")["records"]] == ["198.51.100.44"]
            await asking.ask(Question("no.partner.example.", "A"))
            assert _told("no.partner.example.")["reasons"] == [
                "no.partner.example lies outside cluster.local: whoever the operator lets it ask says NXDOMAIN."
            ]
        finally:
            module.use(None)
            await asking.stop()


def _told(name: str) -> dict[str, Any]:
    return questions.ask(made.world(), ClusterConfig(), name=name, pod="db-0", now=1.0, serial=7)
