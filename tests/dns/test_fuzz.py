"""A few thousand damaged packets; `python -m tests.dns.fuzz` sends as many as one likes."""

from __future__ import annotations

from tests.dns import fuzz


async def test_damaged_packets_get_a_whole_reply_or_none() -> None:
    outcome = await fuzz.storm(3000, seed=7)
    assert outcome.faults == []
    assert outcome.replies > 3000
    assert outcome.slowest < 10 * fuzz.SLOWEST, "loose here: others use the machine too"


async def test_a_reply_that_is_wrong_is_noticed() -> None:
    query, other = fuzz.packets()[:2]
    assert fuzz.fault(query, b"", tcp=False) == "no reply to a whole query"
    assert fuzz.fault(query, other, tcp=False) == "it does not belong to the query"
    assert fuzz.fault(query, query[:2] + b"\x80" * 20, tcp=False).startswith("it cannot be read")
    assert fuzz.fault(query, bytes(600), tcp=False) == "600 octets, 512 allowed"
    assert fuzz.fault(b"\0", b"", tcp=False) == ""
