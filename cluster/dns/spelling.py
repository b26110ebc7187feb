"""Which octets of a reply are the query's own letters: found once, and taken from each query from then on.

A server repeats a name as it was spelled, so two queries that differ in capitals have replies that differ in the same
places. These are found by comparing the replies to a question in small letters and in capitals. Knows no records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from cluster.dns.packing import HEADER

_NOT_ZERO = re.compile(rb"[^\0]")

Run = tuple[int, int, int]
"""From, to in a reply without its id; from in the query: the octets that are the query's own."""


class Spelling(NamedTuple):
    """A reply, without its id, cut where it repeats the query's name or the end of it."""

    joints: tuple[bytes, ...] | None
    """What the whole name stands between, where that is all the reply repeats; else None, and the rest says it."""
    head: bytes
    """The header without the id."""
    source: int
    """Where in the query the repeated text begins, the same for all gaps between `pieces`; 0: `gaps` says it."""
    pieces: tuple[bytes, ...]
    """Everything behind the question's name."""
    gaps: tuple[int, ...]
    """For each piece where in the query the text behind it begins; the last one has nothing behind it."""

    def spelled(self, raw: bytes, end: int) -> bytes:
        """The reply to a query whose name ends at `end`, but for the id."""
        name = raw[HEADER:end]
        if self.joints is not None:
            return name.join(self.joints)
        if self.source:
            return self.head + name + raw[self.source : end].join(self.pieces)
        rest = [piece + raw[gap:end] for piece, gap in zip(self.pieces, self.gaps, strict=True)]
        return b"".join((self.head, name, *rest))


def runs(reply: bytes, twin: bytes, query: bytes, end: int) -> list[Run] | None:
    """Where two replies to one question, asked small and in capitals, differ; None if not in repeated text only.

    Repeated text goes on to the end of its name, as in the query: counted from there both stand alike.
    """
    if len(reply) != len(twin):
        return None
    unlike = (int.from_bytes(reply, "big") ^ int.from_bytes(twin, "big")).to_bytes(len(reply), "big")
    found: list[Run] = []
    match = _NOT_ZERO.search(unlike)
    while match is not None:
        at = match.start()
        stop = reply.find(b"\0", at)
        source = end - (stop - at)
        if stop <= at or source < HEADER:
            return None
        repeated = query[source:end]
        if reply[at:stop] != repeated or twin[at:stop] != repeated.upper():
            return None
        found.append((at, stop, source))
        match = _NOT_ZERO.search(unlike, stop)
    return found


class Part(NamedTuple):
    """A stretch of a reply in pieces, with where in the query the text between them begins."""

    pieces: tuple[bytes, ...]
    gaps: tuple[int, ...]


def part(reply: bytes, begin: int, end: int, repeated: list[Run]) -> Part:
    """What stands from `begin` to `end` without what it repeats."""
    pieces, gaps = [], []
    for at, stop, source in repeated:
        if begin <= at < end:
            pieces.append(reply[begin:at])
            gaps.append(source)
            begin = stop
    pieces.append(reply[begin:end])
    return Part(tuple(pieces), tuple(gaps))


def cut(reply: bytes, repeated: list[Run]) -> Spelling:
    """The whole reply without what it repeats."""
    end = reply.index(b"\0", HEADER - 2)
    return joined(reply[: HEADER - 2], end + 2, [part(reply, end, len(reply), repeated)])


def joined(head: bytes, name_end: int, parts: Iterable[Part]) -> Spelling:
    """A reply put together from stretches that follow its question's name."""
    pieces: list[bytes] = [b""]
    gaps: list[int] = []
    for each in parts:
        pieces[-1] += each.pieces[0]
        pieces += each.pieces[1:]
        gaps += each.gaps
    sources = set(gaps) or {HEADER}
    source = sources.pop() if len(sources) == 1 else 0
    joints = (head, *pieces) if source == HEADER else None
    return Spelling(joints, head, source, tuple(pieces), (*gaps, name_end))
