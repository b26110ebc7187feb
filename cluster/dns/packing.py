"""Records to bytes: names, rdata, compression and the cut at a size limit, all as CoreDNS' library does it.

A reply that fits is sent without compression; one that does not is compressed, and if it still does not fit, records
are kept in order while they do and TC is set. Knows nothing of headers' meaning or of where an answer came from.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from cluster.dns.answer import Record

TYPES = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "HINFO": 13, "MX": 15, "TXT": 16, "AAAA": 28, "LOC": 29,
    "SRV": 33, "NAPTR": 35, "CERT": 37, "DNAME": 39, "OPT": 41, "DS": 43, "SSHFP": 44, "RRSIG": 46, "NSEC": 47,
    "DNSKEY": 48, "NSEC3": 50, "NSEC3PARAM": 51, "TLSA": 52, "CDS": 59, "CDNSKEY": 60, "SVCB": 64, "HTTPS": 65,
    "SPF": 99, "IXFR": 251, "AXFR": 252, "ANY": 255, "URI": 256, "CAA": 257,
}  # fmt: skip
TYPE_NAMES = {number: name for name, number in TYPES.items()}
CLASSES = {"IN": 1, "CH": 3, "HS": 4, "NONE": 254, "ANY": 255}
CLASS_NAMES = {number: name for name, number in CLASSES.items()}
RCODES = {"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5, "BADVERS": 16}
RCODE_NAMES = {number: name for name, number in RCODES.items()}

HEADER = 12
NO_OCTETS = "\\# 0"
_POINTABLE = 0x4000
_NUMBERED = re.compile(r"TYPE([0-9]{1,5})")
_ESCAPE = re.compile(rb"\\(\d{3}|.)", re.DOTALL)
_SPECIAL = re.compile(rb"[^!#%&\'*+,\-/0-9:<=>?A-Z\[\]^_`a-z{|}~]")


def type_name(number: int) -> str:
    return TYPE_NAMES.get(number) or f"TYPE{number}"


def type_number(name: str) -> int:
    """The number of a mnemonic or of TYPE1234; KeyError when it is none."""
    number = TYPES.get(name)
    if number is not None:
        return number
    if (found := _NUMBERED.fullmatch(name)) and int(found[1]) < 65536:
        return int(found[1])
    raise KeyError(name)


def label_text(label: bytes) -> str:
    """A label as a zone file spells it, odd octets escaped."""
    return _SPECIAL.sub(_escaped, label).decode("ascii")


def _escaped(match: re.Match[bytes]) -> bytes:
    octet = match[0]
    return b"\\" + octet if octet in b'."$();@\\' else b"\\%03d" % octet[0]


def label_bytes(text: str) -> bytes:
    """The reverse of `label_text`."""
    raw = text.encode("ascii")
    if b"\\" not in raw:
        return raw
    return _ESCAPE.sub(lambda match: bytes([int(match[1])]) if len(match[1]) == 3 else match[1], raw)


def is_read(type_: str) -> bool:
    """The data of this type is text as a zone file has it; of any other it is `\\# SIZE OCTETS`."""
    return type_ in _RDATA


class Packed(NamedTuple):
    """Everything after the question, with what the header must say about it."""

    body: bytes
    counts: tuple[int, int, int]
    truncated: bool
    serials: tuple[int, ...]
    """Where SOA serials stand, from the start of the message."""
    records: tuple[bytes, ...] = ()
    """The octets of each record, where nothing is compressed."""


def pack(
    question_name: str,
    question_end: int,
    sections: tuple[Sequence[Record], Sequence[Record], Sequence[Record]],
    trailer: bytes,
    limit: int,
    fragment: int | None = None,
) -> Packed:
    """Pack the sections of a reply whose question ends at `question_end`, with `trailer` (the OPT record) last.

    `limit` is the largest message; one over `fragment` octets is compressed though it would fit.
    """
    plain = _Message(question_name, question_end, names=None)
    ends = [0]
    for section in sections:
        for record in section:
            plain.add(record)
            ends.append(len(plain.body))
    size = question_end + len(plain.body) + len(trailer)
    if size <= limit and (fragment is None or size <= fragment):
        counts = (len(sections[0]), len(sections[1]), len(sections[2]) + bool(trailer))
        body = bytes(plain.body)
        records = tuple(body[at:end] for at, end in pairwise(ends))
        return Packed(body + trailer, counts, False, tuple(plain.serials), records)
    tight = _Message(question_name, question_end, names={})
    room = limit - len(trailer)
    kept = []
    full = question_end >= room
    for section in sections:
        count = 0
        for record in section:
            if full:
                break
            mark = len(tight.body)
            tight.add(record)
            end = question_end + len(tight.body)
            full = end >= room
            if end > room:
                del tight.body[mark:]
                break
            count += 1
        kept.append(count)
    truncated = any(count < len(section) for count, section in zip(kept, sections, strict=True))
    counts = (kept[0], kept[1], kept[2] + bool(trailer))
    serials = tuple(at for at in tight.serials if at < question_end + len(tight.body))
    return Packed(bytes(tight.body) + trailer, counts, truncated, serials)


class _Message:
    """A message growing record by record. `names` maps the names that stand in it to offsets; None: no compression."""

    def __init__(self, question_name: str, question_end: int, names: dict[str, int] | None) -> None:
        self.body = bytearray()
        self.start = question_end
        self.names = names
        self.serials: list[int] = []
        if names is not None:
            at = HEADER
            rest = question_name
            while rest not in ("", "."):
                names[rest] = at
                label, rest = _cut(rest)
                at += len(label_bytes(label)) + 1

    def add(self, record: Record) -> None:
        body = self.body
        self.name(record.name)
        body += type_number(record.type).to_bytes(2, "big") + b"\0\1" + record.ttl.to_bytes(4, "big")
        mark = len(body)
        body += b"\0\0"
        _RDATA.get(record.type, _Message._unread)(self, record.data)
        body[mark : mark + 2] = (len(body) - mark - 2).to_bytes(2, "big")

    def name(self, name: str, compress: bool = True) -> None:
        """A name; one that may not be pointed away (SRV targets) can still be pointed at."""
        body, names = self.body, self.names
        if names is None:
            body += name_bytes(name)
            return
        rest = name
        while rest not in ("", "."):
            at = names.get(rest)
            if at is None:
                here = self.start + len(body)
                if here < _POINTABLE:
                    names[rest] = here
            elif compress:
                body += (0xC000 | at).to_bytes(2, "big")
                return
            label, rest = _cut(rest)
            raw = label_bytes(label)
            body.append(len(raw))
            body += raw
        body.append(0)

    # -- rdata ---------------------------------------------------------------------------------------------

    def _address(self, data: str) -> None:
        self.body += socket.inet_pton(socket.AF_INET6 if ":" in data else socket.AF_INET, data)

    def _srv(self, data: str) -> None:
        *numbers, target = data.split()
        self._numbers(numbers, 2)
        self.name(target, compress=False)

    def _mx(self, data: str) -> None:
        preference, exchange = data.split()
        self._numbers([preference], 2)
        self.name(exchange)

    def _soa(self, data: str) -> None:
        server, mailbox, *numbers = data.split()
        self.name(server)
        self.name(mailbox)
        self.serials.append(self.start + len(self.body))
        self._numbers(numbers, 4)

    def _txt(self, data: str) -> None:
        for text in re.findall(r'"((?:[^"\\]|\\.)*)"', data):
            raw = label_bytes(text)
            self.body.append(len(raw))
            self.body += raw

    def _unread(self, data: str) -> None:
        """Data of a type that nobody here reads: its octets (RFC 3597)."""
        self.body += bytes.fromhex(data.split()[2]) if data != NO_OCTETS else b""

    def _numbers(self, numbers: Sequence[str], size: int) -> None:
        for number in numbers:
            self.body += int(number).to_bytes(size, "big")


@lru_cache(maxsize=8192)
def name_bytes(name: str) -> bytes:
    """A name without compression."""
    if "\\" not in name:
        packed = bytearray()
        for label in name.split("."):
            if label:
                packed.append(len(label))
                packed += label.encode("ascii")
        packed.append(0)
        return bytes(packed)
    packed = bytearray()
    rest = name
    while rest not in ("", "."):
        label, rest = _cut(rest)
        raw = label_bytes(label)
        packed.append(len(raw))
        packed += raw
    packed.append(0)
    return bytes(packed)


def _cut(name: str) -> tuple[str, str]:
    """First label and the rest."""
    if "\\" not in name:
        label, _, rest = name.partition(".")
        return label, rest
    at = 0
    while at < len(name) and name[at] != ".":
        at += 2 if name[at] == "\\" else 1
    return name[:at], name[at + 1 :]


_RDATA: dict[str, Callable[[_Message, str], None]] = {
    "A": _Message._address,
    "AAAA": _Message._address,
    "CNAME": _Message.name,
    "NS": _Message.name,
    "PTR": _Message.name,
    "MX": _Message._mx,
    "SOA": _Message._soa,
    "SRV": _Message._srv,
    "TXT": _Message._txt,
}
