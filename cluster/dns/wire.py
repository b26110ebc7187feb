"""Messages: from a query's bytes to the reply's, and from a reply's bytes back to text. The only user of dnslib.

Reading replies is dnslib's work. Queries and replies of our own server have modules of their own, since what CoreDNS
does with odd packets, sizes and spellings is finer than a general codec allows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import dnslib

from cluster.dns.answer import Answer, Question, Record
from cluster.dns.packing import (
    CLASS_NAMES,
    CLASSES,
    HEADER,
    RCODE_NAMES,
    RCODES,
    name_bytes,
    pack,
    type_name,
    type_number,
)
from cluster.dns.query import Malformed, Opt, Query, read

UDP_LIMIT = 512
TCP_LIMIT = 65535
DIG_SIZE = 1232
IPV4_FRAGMENT, IPV6_FRAGMENT = 1480, 1220
_OPT_HEAD = b"\0\0\x29"


class Message(NamedTuple):
    """A reply as text. `flags` in dig's order and spelling; `size` in octets; `udp` the OPT's size or None."""

    id: int
    opcode: str
    rcode: str
    flags: tuple[str, ...]
    question: Question | None
    answer: tuple[Record, ...]
    authority: tuple[Record, ...]
    additional: tuple[Record, ...]
    udp: int | None
    do: bool
    size: int
    cookie: bytes = b""
    """The OPT's, as it came."""


class Wish(NamedTuple):
    """What a client sets in its query beside the question."""

    recursion: bool = True
    ad: bool = False
    cd: bool = False
    udp: int = 0
    """The size its OPT record gives; 0: it sends none."""
    do: bool = False
    cookie: bytes = b""


PLAIN = Wish()
_COOKIE = 10


class Reply(NamedTuple):
    """The bytes of a reply, and where SOA serials stand in them."""

    raw: bytes
    serials: tuple[int, ...] = ()
    records: tuple[bytes, ...] = ()
    """Those of each record, where they stand one after the other and point nowhere."""


@lru_cache(maxsize=1024)
def question_bytes(question: Question, id_: int = 0, *, udp: int | None = None) -> bytes:
    """A query as a stub resolver sends it: recursion desired, with an OPT record if `udp` gives its size."""
    record = dnslib.DNSRecord(dnslib.DNSHeader(id=id_, rd=1))
    record.add_question(dnslib.DNSQuestion(question.name, type_number(question.type)))
    if udp is not None:
        record.add_ar(dnslib.EDNS0(udp_len=udp))
    return bytes(record.pack())


def limit_of(query: Query, *, tcp: bool) -> int:
    """The largest reply this client takes."""
    if tcp:
        return TCP_LIMIT
    return max(UDP_LIMIT, query.opt.size) if query.opt is not None else UDP_LIMIT


def reply(query: Query, answer: Answer, *, tcp: bool, fragment: int | None = IPV4_FRAGMENT) -> Reply:
    """The reply with this answer, in the size the client takes."""
    limit = limit_of(query, tcp=tcp)
    end = HEADER + len(query.asked)
    opt = _opt(query.opt, limit - end)
    sections = (answer.answer, answer.authority, answer.additional)
    packed = pack(query.question.name, end, sections, opt, limit, None if tcp else fragment)
    flags = 0x8000 | query.flags | RCODES[answer.rcode]
    flags |= (0x0400 if answer.aa else 0) | (0x0080 if answer.ra else 0)
    flags |= 0x0200 if packed.truncated or answer.tc else 0
    counts = b"".join(count.to_bytes(2, "big") for count in (1, *packed.counts))
    head = query.id.to_bytes(2, "big") + flags.to_bytes(2, "big") + counts
    return Reply(head + query.asked + packed.body, packed.serials, packed.records)


def _opt(opt: Opt | None, room: int) -> bytes:
    """The OPT record sent back: size and DO as they came. Options are left out where there is no room for them."""
    if opt is None:
        return b""
    fixed = _OPT_HEAD + opt.size.to_bytes(2, "big") + b"\0\0" + (b"\x80\0" if opt.do else b"\0\0")
    options = opt.options if len(fixed) + 2 + len(opt.options) <= room else b""
    return fixed + len(options).to_bytes(2, "big") + options


def bad_version(query: Query) -> bytes:
    """The reply to an EDNS version that nobody speaks yet."""
    flags = (0x8000 | query.flags).to_bytes(2, "big")
    opt = _OPT_HEAD + b"\0\0\1\0\0\0\0\0"
    return query.id.to_bytes(2, "big") + flags + b"\0\1\0\0\0\0\0\1" + query.asked + opt


def answer_message(raw: bytes, respond: Callable[[Question], Answer], *, tcp: bool = False) -> bytes:
    """The reply to one message (b"": none is due). DNS over HTTPS sends what TCP would: `tcp=True`."""
    query = read(raw)
    if isinstance(query, Malformed):
        return query.reply
    if query.opt is not None and query.opt.version:
        return bad_version(query)
    return reply(query, respond(query.question), tcp=tcp).raw


def failed(raw: bytes) -> bytes:
    """The reply to a message whose answer could not be found for a fault of our own."""
    return answer_message(raw, lambda question: Answer("SERVFAIL", aa=False))


@lru_cache(maxsize=1024)
def parse(raw: bytes) -> Message:
    """A reply's bytes as text; remembered, for open questions are put again at every change and seldom answer anew.

    ValueError when the bytes are no DNS message.
    """
    try:
        record = dnslib.DNSRecord.parse(raw)
    except dnslib.DNSError as error:
        raise ValueError(f"no DNS message: {error}") from error
    header = record.header
    opt = next((each for each in record.ar if each.rtype == 41), None)
    rcode = header.rcode | ((opt.ttl >> 24) << 4 if opt is not None else 0)
    names = ("qr", "aa", "tc", "rd", "ra", "ad", "cd")
    asked = record.questions[0] if record.questions else None
    return Message(
        id=header.id,
        opcode=str(dnslib.OPCODE.get(header.opcode)),
        rcode=RCODE_NAMES.get(rcode, f"RCODE{rcode}"),
        flags=tuple(name for name in names if getattr(header, name)),
        question=None if asked is None else Question(_name(asked.qname), type_name(asked.qtype), _class(asked.qclass)),
        answer=_records(record.rr),
        authority=_records(record.auth),
        additional=_records(each for each in record.ar if each.rtype != 41),
        udp=None if opt is None else opt.rclass,
        do=opt is not None and bool(opt.edns_do),
        size=len(raw),
        cookie=b"" if opt is None else next((each.data for each in opt.rdata if each.code == _COOKIE), b""),
    )


def asked(question: Question, id_: int, wish: Wish = PLAIN) -> bytes:
    """A query as a client asks it who wishes for something."""
    head = (
        id_.to_bytes(2, "big") + _flags(wish).to_bytes(2, "big") + b"\0\1" + bytes(5) + (b"\1" if wish.udp else b"\0")
    )
    class_ = CLASSES.get(question.class_) or int(question.class_.removeprefix("CLASS"))
    body = name_bytes(question.name) + type_number(question.type).to_bytes(2, "big") + class_.to_bytes(2, "big")
    if not wish.udp:
        return head + body
    options = b""
    if wish.cookie:
        options = _COOKIE.to_bytes(2, "big") + len(wish.cookie).to_bytes(2, "big") + wish.cookie
    opt = _OPT_HEAD + wish.udp.to_bytes(2, "big") + b"\0\0" + (b"\x80\0" if wish.do else b"\0\0")
    return head + body + opt + len(options).to_bytes(2, "big") + options


def _flags(wish: Wish) -> int:
    return (0x0100 if wish.recursion else 0) | (0x0020 if wish.ad else 0) | (0x0010 if wish.cd else 0)


def _records(found: object) -> tuple[Record, ...]:
    return tuple(
        Record(_name(each.rname), each.ttl, type_name(each.rtype), str(each.rdata))
        for each in found  # type: ignore[attr-defined]  # dnslib has no types
    )


def _class(number: int) -> str:
    return CLASS_NAMES.get(number) or f"CLASS{number}"


def _name(label: object) -> str:
    text = str(label)
    return text if text.endswith(".") else f"{text}."
