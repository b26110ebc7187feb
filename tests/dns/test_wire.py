from __future__ import annotations

import pytest

from cluster.dns import wire, zone
from cluster.dns.answer import Answer, Question
from cluster.dns.settings import DnsConfig
from tests.dns import made


def respond(question: Question) -> Answer:
    return zone.answer(question, made.world(), DnsConfig(ttl=30), serial=9)


def ask(name: str, type_: str = "A", *, udp: int | None = None, tcp: bool = False) -> wire.Message:
    return wire.parse(wire.answer_message(wire.question_bytes(Question(name, type_), 77, udp=udp), respond, tcp=tcp))


def test_a_message_is_read_as_text() -> None:
    message = ask("web.Default.svc.cluster.local.", udp=1232)
    assert (message.id, message.opcode, message.rcode, message.flags) == (77, "QUERY", "NOERROR", ("qr", "aa", "rd"))
    assert message.question == Question("web.Default.svc.cluster.local.", "A")
    assert [str(record) for record in message.answer] == ["web.Default.svc.cluster.local. 30 IN A 10.96.1.2"]
    assert (message.udp, message.do, message.authority, message.additional) == (1232, False, (), ())


def test_negative_answers_carry_the_soa() -> None:
    message = ask("nope.cluster.local.")
    assert message.rcode == "NXDOMAIN"
    assert [str(record) for record in message.authority] == [
        "cluster.local. 30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 9 7200 1800 86400 30"
    ]


def test_refusals_have_neither_authority_nor_soa() -> None:
    message = ask("example.org.")
    assert (message.rcode, message.flags, message.authority) == ("REFUSED", ("qr", "rd"), ())


def test_bad_versions_are_told() -> None:
    raw = bytearray(wire.question_bytes(Question("web.default.svc.cluster.local.", "A"), 1, udp=1232))
    raw[-5] = 1
    message = wire.parse(wire.answer_message(bytes(raw), respond))
    assert (message.rcode, message.udp, message.flags) == ("BADVERS", 0, ("qr", "rd"))


@pytest.mark.parametrize("raw", [b"", b"\0" * 5, b"\0\0\x80\0\0\1" + bytes(6)])
def test_what_is_no_message_is_not_read(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no DNS message"):
        wire.parse(raw)
