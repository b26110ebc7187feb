"""Bytes from the network to a query, with every way in which they may be none. The outcomes are CoreDNS' own.

Counts and opcode are judged first, from the header alone; then the question and the records behind it are read. What
the client sent beyond the question matters only as its OPT record.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.dns.answer import Question
from cluster.dns.packing import CLASS_NAMES, HEADER, RCODES, label_text, name_bytes, type_name

QUERY, NOTIFY = 0, 4
MAX_NAME = 255
_QR, _OPCODE, _RD, _CD = 0x8000, 0x7800, 0x0100, 0x0010
_COPIED_ON_ERROR = 0x0200 | _RD | 0x0080 | 0x0020 | _CD
_ECHOED_OPTIONS = frozenset({3, 9, 10, 11, 12})
"""NSID, EXPIRE, COOKIE, TCP keepalive, padding: sent back as they came. Others are left out."""


class Opt(NamedTuple):
    """The client's EDNS record."""

    size: int
    version: int
    do: bool
    options: bytes
    """Those that are echoed."""


class Query(NamedTuple):
    id: int
    flags: int
    """Opcode, RD and CD as the reply repeats them."""
    question: Question
    asked: bytes
    """The question section, its name without pointers."""
    opt: Opt | None


class Malformed(NamedTuple):
    """A packet that is no query, with the whole reply to it (b"": say nothing)."""

    reply: bytes


class Broken(ValueError):
    """The packet ends or points where it must not."""


def read(raw: bytes) -> Query | Malformed:
    """Read one message. Never raises."""
    if len(raw) < HEADER:
        return Malformed(b"")
    flags = int.from_bytes(raw[2:4], "big")
    if flags & _QR:
        return Malformed(b"")
    opcode = (flags & _OPCODE) >> 11
    if opcode not in (QUERY, NOTIFY):
        return _refused(raw, flags, "NOTIMP", flags & _OPCODE)
    counts = tuple(int.from_bytes(raw[at : at + 2], "big") for at in (4, 6, 8, 10))
    if counts[0] != 1 or counts[1] > 1 or counts[2] > 1 or counts[3] > 2:
        return _refused(raw, flags, "FORMERR")
    copied = (flags & (_OPCODE | _RD | _CD)) if opcode == QUERY else flags & _OPCODE
    if len(raw) == HEADER:
        return Malformed(raw[:2] + (_QR | copied | RCODES["SERVFAIL"]).to_bytes(2, "big") + bytes(8))
    try:
        name, end = name_at(raw, HEADER)
        if end + 4 > len(raw):
            raise Broken
    except Broken:
        return _refused(raw, flags, "FORMERR")
    # As CoreDNS sends it back: a name that was pointed together is spelled out, for where it pointed is not the same.
    asked = name_bytes(name) + raw[end : end + 4]
    try:
        opt = _opt(raw, end + 4, counts[1] + counts[2], counts[3])
    except Broken:
        return _refused(raw, flags, "FORMERR", asked=asked)
    type_ = type_name(int.from_bytes(raw[end : end + 2], "big"))
    number = int.from_bytes(raw[end + 2 : end + 4], "big")
    question = Question(name, type_, CLASS_NAMES.get(number) or f"CLASS{number}")
    return Query(int.from_bytes(raw[:2], "big"), copied, question, asked, opt)


def _refused(raw: bytes, flags: int, rcode: str, opcode: int = 0, asked: bytes = b"") -> Malformed:
    head = _QR | opcode | (flags & _COPIED_ON_ERROR) | RCODES[rcode]
    counts = b"\0\1" + bytes(6) if asked else bytes(8)
    return Malformed(raw[:2] + head.to_bytes(2, "big") + counts + asked)


def name_at(raw: bytes, at: int) -> tuple[str, int]:
    """The name that starts there as text, and where the reading goes on; Broken when there is none.

    Pointers lead backwards only, so they end.
    """
    labels: list[str] = []
    size, end, floor = 1, -1, at
    while True:
        if at >= len(raw):
            raise Broken
        length = raw[at]
        at += 1
        if length == 0:
            break
        if length < 0x40:
            label = raw[at : at + length]
            size += length + 1
            if len(label) < length or size > MAX_NAME:
                raise Broken
            labels.append(label_text(label))
            at += length
        elif length >= 0xC0 and at < len(raw):
            target = (length & 0x3F) << 8 | raw[at]
            end = at + 1 if end < 0 else end
            if target >= floor:
                raise Broken
            at = floor = target
        else:
            raise Broken
    return ".".join(labels) + ".", at if end < 0 else end


def _opt(raw: bytes, at: int, before: int, additional: int) -> Opt | None:
    """The last OPT among the additional records. A message may end before it has all it promised."""
    found: Opt | None = None
    for number in range(before + additional):
        if at == len(raw):
            break
        _, at = name_at(raw, at)
        size = int.from_bytes(raw[at + 8 : at + 10], "big")
        head, data = raw[at : at + 10], raw[at + 10 : at + 10 + size]
        at += 10 + size
        if at > len(raw):
            raise Broken
        if number >= before and head[:2] == b"\0\x29":
            found = Opt(int.from_bytes(head[2:4], "big"), head[5], bool(head[6] & 0x80), _echoed(data))
    return found


def _echoed(data: bytes) -> bytes:
    kept, at = b"", 0
    while at < len(data):
        code, size = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 4 + size
        if end > len(data):
            raise Broken
        if code in _ECHOED_OPTIONS:
            kept += data[at:end]
        at = end
    return kept
