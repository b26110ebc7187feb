"""A resolver's replies as answers: what dnspython writes is read, and no octets make the reader fail otherwise."""

from __future__ import annotations

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.dns.answer import Question
from cluster.dns.query import Query
from cluster.dns.query import read as read_query
from cluster.dns.upstream import query_bytes, read
from tests.dns.outside import Resolver

LINES = (
    "a.example. 7 IN CNAME b.example.",
    "b.example. 7 IN A 198.51.100.44",
    't.example. 7 IN TXT "x" "\\"q\\""',
    "m.example. 7 IN MX 10 b.example.",
    'h.example. 7 IN CAA 0 issue "ca"',
)


@pytest.mark.parametrize(
    ("name", "type_", "expected"),
    [
        ("a.example.", "A", ["a.example. 7 IN CNAME b.example.", "b.example. 7 IN A 198.51.100.44"]),
        ("t.example.", "TXT", ['t.example. 7 IN TXT "x" "\\"q\\""']),
        ("m.example.", "MX", ["m.example. 7 IN MX 10 b.example."]),
        ("h.example.", "CAA", ["h.example. 7 IN CAA \\# 9 000569737375656361"]),
        ("b.example.", "AAAA", []),
    ],
)
def test_a_reply_is_read(name: str, type_: str, expected: list[str]) -> None:
    question = Question(name, type_)
    raw = query_bytes(question, 4660)
    asked = read_query(raw)
    assert isinstance(asked, Query)
    assert (asked.question, asked.opt) == (question, None)
    made = Resolver(LINES).reply(raw, "direct")
    assert made is not None
    reply = read(made.to_wire())
    assert (reply.id, reply.question, reply.answer.ra) == (4660, question, True)
    assert [str(record) for record in reply.answer.answer] == expected
    assert [record.type for record in reply.answer.authority] == ([] if expected else ["SOA"])


WHOLE = dns.message.from_text(
    "id 7\nopcode QUERY\nrcode NOERROR\nflags QR RD RA\n;QUESTION\na.example. IN A\n;ANSWER\n" + "\n".join(LINES)
).to_wire()


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(WHOLE)))
def test_damaged_replies_are_read_or_refused(flips: list[tuple[int, int]], end: int) -> None:
    raw = bytearray(WHOLE)
    for at, octet in flips:
        raw[at] = octet
    try:
        read(bytes(raw[:end]))
    except ValueError:
        assert end < len(WHOLE) or flips
