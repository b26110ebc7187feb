"""Messages to and from a resolver outside: the question as bytes, its reply as an answer. Knows no sockets.

Data of types that nobody here reads is passed on as it came.
"""

from __future__ import annotations

import socket
from typing import NamedTuple

from cluster.dns.answer import Answer, Question, Record
from cluster.dns.packing import (
    CLASS_NAMES,
    CLASSES,
    HEADER,
    NO_OCTETS,
    RCODE_NAMES,
    is_read,
    name_bytes,
    type_name,
    type_number,
)
from cluster.dns.query import Broken, name_at

_QR, _AA, _TC, _RA = 0x8000, 0x0400, 0x0200, 0x0080
_NUMBERS = {"MX": 1, "SRV": 3}
"""16-bit numbers before the name."""


class Reply(NamedTuple):
    id: int
    question: Question
    """Its name in lower case."""
    answer: Answer


def query_bytes(question: Question, id_: int) -> bytes:
    """A query for it, recursion desired. It says nothing of sizes: what is longer than a datagram is fetched by TCP."""
    class_ = CLASSES.get(question.class_) or int(question.class_.removeprefix("CLASS"))
    asked = name_bytes(question.name) + type_number(question.type).to_bytes(2, "big") + class_.to_bytes(2, "big")
    return id_.to_bytes(2, "big") + b"\1\0\0\1" + bytes(6) + asked


def read(raw: bytes) -> Reply:
    """Read a reply to one question. ValueError when it is none."""
    if len(raw) < HEADER:
        raise Broken("too short for a header")
    id_, flags, *counts = (int.from_bytes(raw[at : at + 2], "big") for at in range(0, HEADER, 2))
    if not flags & _QR or counts[0] != 1:
        raise Broken("no reply to one question")
    name, at = name_at(raw, HEADER)
    if at + 4 > len(raw):
        raise Broken("the question is cut off")
    type_, class_ = int.from_bytes(raw[at : at + 2], "big"), int.from_bytes(raw[at + 2 : at + 4], "big")
    question = Question(name.lower(), type_name(type_), CLASS_NAMES.get(class_) or f"CLASS{class_}")
    at += 4
    sections: list[tuple[Record, ...]] = []
    for count in counts[1:]:
        records, at = _records(raw, at, count)
        sections.append(records)
    answer = Answer(
        RCODE_NAMES.get(flags & 0xF, "SERVFAIL"),
        aa=bool(flags & _AA),
        answer=sections[0],
        authority=sections[1],
        additional=sections[2],
        ra=bool(flags & _RA),
        tc=bool(flags & _TC),
    )
    return Reply(id_, question, answer)


def _records(raw: bytes, at: int, count: int) -> tuple[tuple[Record, ...], int]:
    """The records of a section without an OPT, and where the next section starts."""
    found = []
    for _ in range(count):
        name, at = name_at(raw, at)
        head = raw[at : at + 10]
        end = at + 10 + int.from_bytes(head[8:10], "big")
        if len(head) < 10 or end > len(raw):
            raise Broken("a record is cut off")
        type_ = type_name(int.from_bytes(head[:2], "big"))
        if type_ != "OPT":
            ttl = min(int.from_bytes(head[4:8], "big"), 0x7FFFFFFF)
            found.append(Record(name, ttl, type_, _data(raw, type_, at + 10, end)))
        at = end
    return tuple(found), at


def _data(raw: bytes, type_: str, at: int, end: int) -> str:
    """The data of a record as a zone file spells it."""
    octets = raw[at:end]
    if type_ in ("A", "AAAA"):
        if len(octets) != (4 if type_ == "A" else 16):
            raise Broken("an address of another size")
        return socket.inet_ntop(socket.AF_INET if type_ == "A" else socket.AF_INET6, octets)
    if not is_read(type_):
        return f"\\# {len(octets)} {octets.hex()}" if octets else NO_OCTETS
    if type_ == "TXT":
        return _texts(octets)
    numbers = _NUMBERS.get(type_, 0)
    words = [str(number) for number in _integers(octets, numbers, 2)]
    name, at = name_at(raw, at + 2 * numbers)
    words.append(name)
    if type_ == "SOA":
        mailbox, at = name_at(raw, at)
        words += [mailbox, *map(str, _integers(raw[at:end], 5, 4))]
        at += 20
    if at != end:
        raise Broken("data of another size")
    return " ".join(words)


def _integers(octets: bytes, count: int, size: int) -> list[int]:
    if len(octets) < count * size:
        raise Broken("numbers are cut off")
    return [int.from_bytes(octets[at : at + size], "big") for at in range(0, count * size, size)]


def _texts(octets: bytes) -> str:
    """Character strings, quoted, with what is not plain escaped."""
    texts, at = [], 0
    while at < len(octets):
        text = octets[at + 1 : at + 1 + octets[at]]
        if len(text) < octets[at]:
            raise Broken("a text is cut off")
        at += 1 + len(text)
        shown = (f"\\{chr(o)}" if o in b'"\\' else chr(o) if 32 <= o < 127 else f"\\{o:03d}" for o in text)
        texts.append(f'"{"".join(shown)}"')
    return " ".join(texts)
