"""What the cache says is what would be said without it, in every spelling, before and after every change."""

from __future__ import annotations

import random
from collections import Counter

import dns.edns
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.change import Change
from cluster.dns import cache, wire, zone
from cluster.dns.answer import BEYOND, Answer, Question, Record
from cluster.dns.cache import Cache
from cluster.dns.settings import DnsConfig
from cluster.dns.touched import touched
from cluster.machinery.objects import ENDPOINT_SLICES, Obj, key
from cluster.world import World
from tests.dns import made

CONFIG = DnsConfig(zones=("cluster.local.", "in-addr.arpa."), ttl=30, pods="insecure")
D = "default.svc.cluster.local"
NAMES = [
    f"db.{D}", f"web.{D}", f"db-1.db.{D}", f"nope.{D}", f"out.{D}", f"near.{D}", "cluster.local", "example.org",
    "ns.dns.cluster.local", "2.1.96.10.in-addr.arpa", "10-1-2-3.default.pod.cluster.local", f"_http._tcp.db.{D}",
]  # fmt: skip
TYPES = ["A", "SRV", "PTR", "NS", "SOA", "TXT", "HTTPS"]


def world() -> World:
    return made.put(made.world(), made.alias("out", "www.Example.org"), made.alias("near", f"web.{D}"))


class Served:
    """A cache over a world, with the answer it should give beside it."""

    def __init__(self, *, shuffling: bool = False) -> None:
        self.world = world()
        self.asked = 0
        self.cache = Cache(self.respond, random.Random(3), shuffling=shuffling)

    def respond(self, question: Question) -> Answer:
        self.asked += 1
        return zone.answer(question, self.world, CONFIG, ("10.96.0.10",), serial=self.cache.serial)

    def plain(self, raw: bytes) -> bytes:
        return wire.answer_message(raw, self.respond)

    def change(self, new: Obj) -> None:
        where = key(ENDPOINT_SLICES, "default", new["metadata"]["name"])
        old = self.world.put(where, new)
        self.cache.forget(touched(Change(2, "MODIFIED", where, new, -1, 1, "", "", 0.0, 0.0), old))


def packet(name: str, type_: str = "A", id_: int = 7, *, edns: bool = False) -> bytes:
    message = dns.message.make_query(name, type_, id=id_, use_edns=edns, payload=1232)
    return message.to_wire()


def spelled(name: str, dice: random.Random) -> str:
    return "".join(letter.upper() if dice.random() < 0.5 else letter for letter in name)


@given(st.sampled_from(NAMES), st.sampled_from(TYPES), st.booleans(), st.randoms(use_true_random=False))
def test_every_spelling_is_answered_as_without_a_cache(name: str, type_: str, edns: bool, dice: random.Random) -> None:
    served = Served()
    for number in range(4):
        raw = packet(spelled(name, dice) if number else name, type_, number, edns=edns)
        assert served.cache.reply(raw) == served.plain(raw)


def test_octets_that_look_like_capitals_are_not_mistaken_for_letters() -> None:
    """Type 65 is an A, type 97 an a; so are halves of an EDNS size."""
    served = Served()
    for name in (f"db.{D}", f"Db.{D}"):
        for type_ in ("HTTPS", "TYPE97", "A", "HTTPS"):
            for size in (0x4141, 0x6141, 0x6161, 0x4141):
                raw = dns.message.make_query(name, type_, id=9, use_edns=True, payload=size).to_wire()
                assert served.cache.reply(raw) == served.plain(raw)


def test_one_entry_serves_all_spellings_of_a_name() -> None:
    served, dice = Served(), random.Random(1)
    for _ in range(50):
        served.cache.reply(packet(spelled(f"db.{D}", dice)))
    assert len(served.cache) == 1
    assert served.asked == 2, "once small, once in capitals"


def test_a_change_ends_the_answers_that_rest_on_it_and_no_others() -> None:
    served = Served()
    names = (f"db.{D}", f"DB-2.db.{D}", f"web.{D}", f"nope.{D}")
    before = {name: served.cache.reply(packet(name)) for name in names}
    served.change(made.slice_of("db", *(made.endpoint(f"10.244.0.{n}", f"db-{n - 10}") for n in range(10, 13))))
    asked = served.asked
    after = {name: served.cache.reply(packet(name)) for name in names}
    assert [name for name in names if before[name] != after[name]] == [f"db.{D}", f"DB-2.db.{D}"]
    assert served.asked > asked
    assert all(reply == served.plain(packet(name)) for name, reply in after.items())


def test_a_reverse_answer_ends_with_the_slice_that_gave_it() -> None:
    served = Served()
    ours, new = packet("10.0.244.10.in-addr.arpa", "PTR"), packet("99.0.244.10.in-addr.arpa", "PTR")
    for raw in (ours, new):
        served.cache.reply(raw)
    served.change(made.slice_of("db", made.endpoint("10.244.0.99", "db-0")))
    assert served.cache.reply(ours) == served.plain(ours)
    assert served.cache.reply(new) == served.plain(new)
    assert dns.message.from_wire(served.cache.reply(new)).rcode() == 0


def test_serials_are_stamped_on_what_is_kept() -> None:
    served, raw, mixed = Served(), packet(f"nope.{D}"), packet(f"NoPe.{D}")
    for each in (raw, mixed):
        served.cache.reply(each)
    for serial in (1795411824, 1795411825):
        served.cache.serial = serial
        kept = served.asked
        replies = served.cache.reply(raw), served.cache.reply(mixed)
        assert served.asked == kept
        assert replies == (served.plain(raw), served.plain(mixed))


def test_headless_answers_come_in_every_order() -> None:
    served, raw, mixed = Served(shuffling=True), packet(f"db.{D}"), packet(f"DB.{D}")
    served.change(made.slice_of("db", *(made.endpoint(f"10.244.0.{n}", f"db-{n}") for n in range(3))))
    seen: Counter[tuple[str, ...]] = Counter()
    for number in range(6000):
        reply = dns.message.from_wire(served.cache.reply((raw, mixed)[number % 2]), one_rr_per_rrset=True)
        seen[tuple(str(rrset[0]) for rrset in reply.answer)] += 1
    assert len(seen) == 6
    assert min(seen.values()) > 300, "in the long run each order is as likely"
    assert len(served.cache) == 1


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_ENTRIES", 10)
    served = Served()
    for number in range(40):
        served.cache.reply(packet(f"nope-{number}.{D}"))
    assert len(served.cache) == 10
    monkeypatch.setattr(cache, "MAX_OCTETS", 1000)
    for number in range(5):
        raw = packet(f"gone-{number}.{D}")
        assert served.cache.reply(raw) == served.plain(raw)
    assert len(served.cache) < 5


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\0" * 11, packet("db.x")[:20], packet("db.x")[:-1] + b"\xff",
        packet(f"db.{D}") + b"\0" * 400, b"\0\1\1\0\0\1\0\0\0\0\0\0\x41" + b"a" * 70,
    ],
    ids=["empty", "short", "cut", "odd class", "long tail", "reserved label"],
)  # fmt: skip
def test_odd_packets_are_answered_as_without_a_cache(raw: bytes) -> None:
    served = Served()
    assert served.cache.reply(raw) == served.plain(raw)
    assert served.cache.reply(raw) == served.plain(raw)


def test_a_name_that_points_into_the_header_is_spelled_out() -> None:
    """Where it points are the query's flags, and those of the reply are others."""
    raw = bytes.fromhex("0007010000010000000000000361626303646566c00200010001")
    served = Served()
    for _ in range(2):
        reply = served.cache.reply(raw)
        assert reply == served.plain(raw)
        assert len(dns.message.from_wire(reply).question[0].name) > 3


def test_cookies_and_answers_from_outside_are_not_kept() -> None:
    outside = Answer(
        "NOERROR", aa=False, answer=(Record("a.com.", 60, "A", "192.0.2.1"),), rests_on=frozenset({BEYOND})
    )
    kept = Cache(lambda question: outside, random.Random(1))
    assert dns.message.from_wire(kept.reply(packet("a.com"))).answer
    cookie = dns.message.make_query("b.com", "A", use_edns=0, options=[dns.edns.GenericOption("COOKIE", b"12345678")])
    assert dns.message.from_wire(kept.reply(cookie.to_wire())).options[0].otype == 10
    assert len(kept) == 0


def test_askers_one_after_the_other_are_given_another_first_address() -> None:
    served = Served(shuffling=True)
    firsts = []
    for id_ in range(cache.PACKINGS):
        reply = dns.message.from_wire(served.cache.reply(packet(f"db.{D}", id_=id_)))
        firsts.append(next(iter(reply.answer[0])).to_text())
    assert len(set(firsts)) == min(cache.PACKINGS, len(reply.answer[0]))
