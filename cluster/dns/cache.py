"""Replies ready to send: a question's bytes lead straight to the bytes of its answer.

An entry holds until something its answer rests on changes. It serves every spelling of its name: the letters that
repeat the query's are found once, by packing the answer to the same question in capitals, and are taken from each
query. An answer whose records may come in any order has several packings that take turns: one shuffled order, turned so
that each begins with another record. Now and then they give way to a fresh shuffle, so that in the long run every order
is as likely. SOA serials are stamped when an entry is
next used. Knows no sockets and no World: what is not here is asked of `respond`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

from cluster.dns import wire
from cluster.dns.answer import BEYOND, Answer, Question, Record
from cluster.dns.balance import balanced, varies
from cluster.dns.packing import HEADER
from cluster.dns.query import Malformed, Query, read

PACKINGS = 4
LAPS = 512
"""Rounds through an entry's packings after which they are shuffled anew: packing costs as much as a hundred answers."""
LONGEST_QUERY = 320
MAX_ENTRIES = 50_000
MAX_OCTETS = 48 * 1024 * 1024

_NOT_ZERO = re.compile(rb"[^\0]")

Run = tuple[int, int, int]
"""From, to in a reply without its id; from in the query: the octets that are the query's own."""


class Order(NamedTuple):
    """Which of the possible orders: a shuffle by `seed`, turned on `turn` times by the same step."""

    seed: int
    turn: int

    def put(self, records: list[Record]) -> None:
        """Bring records into this order, in place."""
        random.Random(self.seed).shuffle(records)
        if len(records) > 1:
            step = self.turn * max(1, len(records) // PACKINGS) % len(records)
            records[:] = records[step:] + records[:step]


class Spelling(NamedTuple):
    """A packing cut where it repeats the query's name or the end of it, from the question on."""

    head: bytes
    """The header without the id."""
    source: int
    """Where in the query the repeated text begins, the same for all gaps between `pieces`; 0: `gaps` says it."""
    pieces: list[bytes]
    gaps: list[int]
    """For each piece where in the query the text behind it begins; the last one has nothing behind it."""


class Packing:
    """One order of an answer's records, as bytes without the message id."""

    __slots__ = ("order", "runs", "spelling", "whole")

    def __init__(self, whole: bytes, order: Order) -> None:
        self.whole = whole
        self.order = order
        self.runs: list[Run] | None = None
        self.spelling: Spelling | None = None


class Entry:
    """An answer with its packings."""

    __slots__ = (
        "answer",
        "capitals",
        "key",
        "laps",
        "packings",
        "query",
        "seed",
        "serial",
        "serials",
        "turn",
        "varies",
    )

    def __init__(self, key: bytes, query: Query, answer: Answer, varying: bool, serial: int, seed: int) -> None:
        self.key = key
        self.query = query
        self.answer = answer
        self.varies = varying
        self.packings: list[Packing] = []
        self.capitals: tuple[Query, Answer] | None = None
        """The same question in capitals, once somebody spelled the name in another way."""
        self.serials: tuple[int, ...] = ()
        self.serial = serial
        self.seed = seed
        self.turn = 0
        self.laps = 0


class Cache:
    """`respond` answers a question as the cluster stands; `shuffling` says whether addresses change their order."""

    def __init__(self, respond: Callable[[Question], Answer], dice: random.Random, *, shuffling: bool = True) -> None:
        self.serial = 0
        self._respond = respond
        self._dice = dice
        self.shuffling = shuffling
        self._entries: dict[bytes, Entry] = {}
        self._resting: dict[Hashable, set[bytes]] = {}
        self._octets = 0

    def __len__(self) -> int:
        return len(self._entries)

    def reply(self, raw: bytes) -> bytes:
        """The reply to a datagram; b"" when none is due."""
        entry = self._entries.get(raw[2:])
        if entry is None:
            return self._spelled(raw)
        if entry.serial != self.serial:
            self._stamp(entry)
        packing = self._next(entry) if entry.varies else entry.packings[0]
        return raw[:2] + packing.whole

    def _spelled(self, raw: bytes) -> bytes:
        """The same for a name with capitals, or one that is not here yet."""
        end = raw.find(b"\0", HEADER)
        key = raw[2:HEADER] + raw[HEADER:end].lower() + raw[end:]
        entry = self._entries.get(key)
        if entry is None:
            return self._fresh(raw, key)
        if entry.serial != self.serial:
            self._stamp(entry)
        packing = self._next(entry) if entry.varies else entry.packings[0]
        spelling = packing.spelling or self._spell(entry, packing)
        if spelling is None:
            return self._fresh(raw, raw[2:])
        head, source, pieces, gaps = spelling
        if source:
            rest = raw[source:end].join(pieces)
        else:
            rest = b"".join([piece + raw[gap:end] for piece, gap in zip(pieces, gaps, strict=True)])
        return raw[:2] + head + raw[HEADER:end] + rest

    def _next(self, entry: Entry) -> Packing:
        """The packing to send now: a new one up to PACKINGS, then all in turn, shuffled anew now and then."""
        packings = entry.packings
        turn = entry.turn
        entry.turn = turn + 1
        if turn < len(packings):
            return packings[turn]
        if turn < PACKINGS:
            packings.append(self._pack(entry))
            return packings[turn]
        entry.turn = 1
        entry.laps += 1
        if entry.laps >= LAPS:
            entry.laps = 0
            entry.seed = self._dice.getrandbits(32)
            packings.clear()
            packings.append(self._pack(entry))
        return packings[0]

    # -- filling ---------------------------------------------------------------------------------------------

    def _fresh(self, raw: bytes, key: bytes) -> bytes:
        """Answer a query that nobody has asked yet, and keep the answer under `key` if it may be kept."""
        query = read(raw)
        if isinstance(query, Malformed):
            return query.reply
        if query.opt is not None and query.opt.version:
            return wire.bad_version(query)
        answer = self._respond(query.question)
        small = read(raw[:2] + key)
        special = query.opt is not None and query.opt.options
        if special or BEYOND in answer.rests_on or len(raw) > LONGEST_QUERY or isinstance(small, Malformed):
            return self._packed(query, answer, Order(self._dice.getrandbits(32), 0)).raw
        if small.question.name != query.question.name:
            query, answer = small, self._respond(small.question)
        varying = self.shuffling and varies(answer)
        entry = Entry(key, query, answer, varying, self.serial, self._dice.getrandbits(32))
        entry.packings.append(self._pack(entry))
        self._keep(entry)
        return self.reply(raw)

    def _pack(self, entry: Entry) -> Packing:
        order = Order(entry.seed, len(entry.packings))
        packed = self._packed(entry.query, entry.answer, order)
        entry.serials = tuple(at - 2 for at in packed.serials)
        return Packing(packed.raw[2:], order)

    def _packed(self, query: Query, answer: Answer, order: Order) -> wire.Reply:
        if self.shuffling and varies(answer):
            answer = balanced(answer, order.put)
        return wire.reply(query, answer, tcp=False)

    def _stamp(self, entry: Entry) -> None:
        """Put today's serial where the old one stands."""
        entry.serial = self.serial
        serial = self.serial.to_bytes(4, "big")
        for packing in entry.packings if entry.serials else ():
            stamped = bytearray(packing.whole)
            for at in entry.serials:
                stamped[at : at + 4] = serial
            packing.whole = bytes(stamped)
            if packing.runs is not None:
                packing.spelling = _cut(packing.whole, packing.runs)

    # -- spelling --------------------------------------------------------------------------------------------

    def _spell(self, entry: Entry, packing: Packing) -> Spelling | None:
        """Find what the packing repeats of its query; None when more than that depends on the spelling."""
        small = b"\0\0" + entry.key
        end = small.find(b"\0", HEADER)
        if entry.capitals is None:
            query = entry.query
            question = query.question._replace(name=query.question.name.upper())
            asked = query.asked[: end - HEADER].upper() + query.asked[end - HEADER :]
            entry.capitals = query._replace(question=question, asked=asked), self._respond(question)
        twin = self._packed(*entry.capitals, packing.order).raw[2:]
        for at in entry.serials:
            twin = twin[:at] + packing.whole[at : at + 4] + twin[at + 4 :]
        packing.runs = _runs(packing.whole, twin, small, end)
        if packing.runs is not None:
            packing.spelling = _cut(packing.whole, packing.runs)
        return packing.spelling

    # -- forgetting ------------------------------------------------------------------------------------------

    def _keep(self, entry: Entry) -> None:
        self._entries[entry.key] = entry
        self._octets += _size(entry)
        for thing in entry.answer.rests_on:
            self._resting.setdefault(thing, set()).add(entry.key)
        while len(self._entries) > 1 and (len(self._entries) > MAX_ENTRIES or self._octets > MAX_OCTETS):
            self._drop(next(iter(self._entries)))

    def _drop(self, key: bytes) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self._octets -= _size(entry)
        for thing in entry.answer.rests_on:
            keys = self._resting.get(thing)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._resting[thing]

    def forget(self, things: Iterable[Hashable]) -> None:
        """Drop every answer that rests on one of these."""
        for thing in things:
            for key in tuple(self._resting.get(thing, ())):
                self._drop(key)

    def clear(self) -> None:
        self._entries.clear()
        self._resting.clear()
        self._octets = 0


def _size(entry: Entry) -> int:
    """Octets an entry may come to hold: every packing whole and cut."""
    packings = PACKINGS if entry.varies else 1
    return len(entry.key) + 2 * packings * len(entry.packings[0].whole)


def _runs(packing: bytes, twin: bytes, query: bytes, end: int) -> list[Run] | None:
    """Where two replies to one question, asked small and in capitals, differ; None if not in repeated text only.

    Repeated text goes on to the end of its name, as in the query: counted from there both stand alike.
    """
    if len(packing) != len(twin):
        return None
    unlike = (int.from_bytes(packing, "big") ^ int.from_bytes(twin, "big")).to_bytes(len(packing), "big")
    runs: list[Run] = []
    found = _NOT_ZERO.search(unlike)
    while found is not None:
        at = found.start()
        stop = packing.find(b"\0", at)
        source = end - (stop - at)
        if stop <= at or source < HEADER:
            return None
        repeated = query[source:end]
        if packing[at:stop] != repeated or twin[at:stop] != repeated.upper():
            return None
        runs.append((at, stop, source))
        found = _NOT_ZERO.search(unlike, stop)
    return runs


def _cut(packing: bytes, runs: list[Run]) -> Spelling:
    """The packing without what it repeats. The first run, if there is one, is the question."""
    start, behind = HEADER - 2, runs[1:] if runs and runs[0][0] < _question_end(packing) else runs
    begin = _question_end(packing)
    pieces, gaps = [], []
    for at, stop, source in behind:
        pieces.append(packing[begin:at])
        gaps.append(source)
        begin = stop
    pieces.append(packing[begin:])
    sources = set(gaps)
    source = sources.pop() if len(sources) == 1 else 0 if sources else HEADER
    # Nothing stands behind the last piece: a gap there starts where the name ends.
    return Spelling(packing[:start], source, pieces, [*gaps, _question_end(packing) + 2])


def _question_end(packing: bytes) -> int:
    """Where the question's name ends, in a reply without its id: its last octet is zero."""
    return packing.index(b"\0", HEADER - 2)
