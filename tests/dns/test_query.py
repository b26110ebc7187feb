"""Packets as they come. What CoreDNS does with odd ones is compared in tests/fidelity; here: nothing is ever worse."""

from __future__ import annotations

import dns.exception
import dns.message
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cluster.dns import wire, zone
from cluster.dns.answer import Answer, Question
from cluster.dns.query import Malformed, Query, read
from cluster.dns.settings import DnsConfig
from tests.dns import made

WORLD = made.world()
CONFIG = DnsConfig(ttl=30)
SAMPLES = [
    dns.message.make_query(name, type_, use_edns=edns, payload=1232).to_wire()
    for name in (
        "db.default.svc.cluster.local",
        "web.default.svc.CLUSTER.local",
        "nope.cluster.local",
        "example.org",
        ".",
    )
    for type_ in ("A", "SRV", "SOA", "AXFR")
    for edns in (False, True)
]


def respond(question: Question) -> Answer:
    return zone.answer(question, WORLD, CONFIG)


def settle(raw: bytes) -> None:
    """Any packet gets a whole reply of a size its sender takes, or none."""
    for tcp in (False, True):
        reply = wire.answer_message(raw, respond, tcp=tcp)
        query = read(raw)
        limit = 12 + 259 if isinstance(query, Malformed) else wire.limit_of(query, tcp=tcp)
        assert len(reply) <= limit
        if reply:
            assert reply[:2] == raw[:2] and reply[2] & 0x80
            message = dns.message.from_wire(reply)
            assert len(message.question) == int.from_bytes(reply[4:6], "big")


@given(st.binary(max_size=600))
def test_random_octets_are_survived(raw: bytes) -> None:
    settle(raw)


@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 100), st.integers(0, 255)), min_size=1, max_size=6))
def test_flipped_octets_are_survived(raw: bytes, flips: list[tuple[int, int]]) -> None:
    flipped = bytearray(raw)
    for at, value in flips:
        flipped[at % len(flipped)] = value
    settle(bytes(flipped))


@given(st.sampled_from(SAMPLES), st.integers(0, 100), st.binary(max_size=40))
@example(SAMPLES[1], 100, b"\0\x0c\x03\0" + bytes(768))
def test_cut_and_lengthened_packets_are_survived(raw: bytes, cut: int, more: bytes) -> None:
    settle(raw[:cut] + more)


@given(st.lists(st.binary(min_size=1, max_size=63), max_size=3))
def test_any_label_is_repeated_as_it_came(labels: list[bytes]) -> None:
    name = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    raw = b"\0\1\1\0\0\1\0\0\0\0\0\0" + name + b"\0\1\0\1"
    query = read(raw)
    assert isinstance(query, Query)
    assert wire.answer_message(raw, respond)[12 : 12 + len(name)] == name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("000a0008" + "0102030405060708", "000a00080102030405060708"),
        ("00080004" + "00010000" + "00030000", "00030000"),
        ("fde90002aabb", ""),
    ],
)
def test_some_options_are_echoed(sent: str, kept: str) -> None:
    options = bytes.fromhex(sent)
    raw = SAMPLES[0][:10] + b"\0\1" + SAMPLES[0][12:]
    opt = b"\0\0\x29\x04\xd0\0\0\x80\0" + len(options).to_bytes(2, "big") + options
    query = read(raw + opt)
    assert isinstance(query, Query) and query.opt is not None
    assert (query.opt.size, query.opt.do, query.opt.options.hex()) == (1232, True, kept)
