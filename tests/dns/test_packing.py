from __future__ import annotations

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.dns import wire
from cluster.dns.answer import Answer, Question, Record
from cluster.dns.packing import type_name, type_number
from cluster.dns.query import Query, read

NAME = "w.harbor.svc.cluster.local."
RECORDS = [
    Record(NAME, 30, "A", "10.0.0.1"),
    Record(NAME, 30, "AAAA", "fd00::1"),
    Record(NAME, 30, "CNAME", "www.example.org."),
    Record(NAME, 30, "SRV", f"0 50 80 a.{NAME}"),
    Record(NAME, 28800, "TXT", '"1.1.0"'),
    Record("1.0.0.10.in-addr.arpa.", 5, "PTR", NAME),
    Record("cluster.local.", 5, "NS", "ns.dns.cluster.local."),
    Record("example.org.", 5, "MX", "10 mx.example.org."),
    Record("cluster.local.", 5, "SOA", "ns.dns.cluster.local. hostmaster.cluster.local. 9 7200 1800 86400 5"),
    Record(r"a\.b\032\255.example.org.", 5, "A", "10.0.0.9"),
]


def query(udp: int | None = None) -> Query:
    found = read(wire.question_bytes(Question(NAME, "A"), 77, udp=udp))
    assert isinstance(found, Query)
    return found


def printed(raw: bytes) -> list[str]:
    """All records as dnspython reads them."""
    message = dns.message.from_wire(raw, one_rr_per_rrset=True)
    return [
        f"{rrset.name} {rrset.ttl} IN {dns.rdatatype.to_text(rrset.rdtype)} {rdata.to_text()}"
        for section in (message.answer, message.authority, message.additional)
        for rrset in section
        for rdata in rrset
    ]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.type)
def test_a_record_is_read_back_as_it_was(record: Record) -> None:
    assert printed(wire.reply(query(), Answer("NOERROR", answer=(record,)), tcp=True).raw) == [str(record)]


records = st.lists(st.sampled_from(RECORDS), max_size=40)


@given(records, records, records, st.sampled_from([None, 0, 512, 700, 1232, 4096]))
def test_a_reply_fits_and_leaves_out_only_from_the_end(
    answer: list[Record], authority: list[Record], additional: list[Record], udp: int | None
) -> None:
    asked = query(udp)
    whole = Answer("NOERROR", answer=tuple(answer), authority=tuple(authority), additional=tuple(additional))
    raw = wire.reply(asked, whole, tcp=False).raw
    everything = [str(record) for record in (*answer, *authority, *additional)]
    found = printed(raw)
    assert len(raw) <= max(512, udp or 0)
    assert found == everything[: len(found)]
    assert bool(raw[2] & 0x02) == (len(found) < len(everything))
    assert printed(wire.reply(asked, whole, tcp=True).raw) == everything


def test_a_reply_that_fits_is_not_compressed_and_a_larger_one_is() -> None:
    one, many = (
        Answer("NOERROR", answer=tuple(Record(NAME, 30, "A", f"10.0.0.{n}") for n in range(count))) for count in (2, 25)
    )
    assert b"\xc0\x0c" not in wire.reply(query(), one, tcp=False).raw
    assert wire.reply(query(), many, tcp=False).raw.count(b"\xc0\x0c") == 25


def test_serials_are_found_where_they_stand() -> None:
    found = wire.reply(query(), Answer("NXDOMAIN", authority=(RECORDS[8],)), tcp=False)
    assert [int.from_bytes(found.raw[at : at + 4], "big") for at in found.serials] == [9]


@pytest.mark.parametrize("number", [1, 28, 33, 255, 65280])
def test_types_have_names(number: int) -> None:
    assert type_number(type_name(number)) == number


@pytest.mark.parametrize("name", ["WEB", "TYPE", "TYPE65536", "TYPE²", "TYPE" + "1" * 5000, ""])
def test_other_words_are_no_types(name: str) -> None:
    with pytest.raises(KeyError):
        type_number(name)
