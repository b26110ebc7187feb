"""Replies ready to send: a question's bytes lead straight to the bytes of its answer.

An entry holds until something its answer rests on changes, and serves every spelling of its name. An answer whose
records may come in any order has several packings that take turns: one shuffled order, turned so that each begins with
another record. Now and then they give way to a fresh shuffle, so that in the long run every order is as likely. SOA
serials are stamped when an entry is next used. Knows no sockets and no World: what is not here is asked of `respond`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterable

from cluster.dns import wire
from cluster.dns.answer import BEYOND, Answer, Question
from cluster.dns.balance import balanced, varies
from cluster.dns.packing import HEADER
from cluster.dns.packings import Loose, Packing, Side, alike, turned
from cluster.dns.query import Malformed, Query, read
from cluster.dns.spelling import Spelling, cut, runs

PACKINGS = 4
LAPS = 64
"""Rounds through an entry's packings after which they are shuffled anew: to lay one out costs ten answers."""
LONGEST_QUERY = 320
MAX_ENTRIES = 50_000
MAX_OCTETS = 48 * 1024 * 1024
ENTRY_OCTETS = 2048
"""What an entry takes beside its packings."""


class Entry:
    """An answer with its packings."""

    __slots__ = (
        "answer", "capitals", "end", "key", "laps", "loose", "order", "packings", "serial", "serials", "small", "tail",
        "turn", "varies",
    )  # fmt: skip

    def __init__(self, key: bytes, query: Query, answer: Answer, varying: bool, serial: int) -> None:
        self.key = key
        self.end = HEADER + len(query.asked) - 5
        """Where the name ends in its queries: at its last, empty label."""
        self.tail = key[self.end - 2 :]
        self.answer = answer
        self.order = answer
        """The answer in the order of the current laps."""
        self.varies = varying
        self.small = Side(query)
        self.capitals: Side | None = None
        """The same question in capitals, where it may be needed again."""
        self.loose: Loose | None = None
        self.packings: list[Packing] = []
        self.serials: tuple[int, ...] = ()
        self.serial = serial
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
        asked = raw[2:]
        entry = self._entries.get(asked)
        if entry is not None:
            if entry.serial != self.serial:
                self._stamp(entry)
            return raw[:2] + (self._next(entry) if entry.varies else entry.packings[0]).whole
        # Only letters of the name are made small in earnest: no count, and no type of an entry that `tail` lets
        # through, is changed by it.
        entry = self._entries.get(asked.lower())
        if entry is not None and raw.endswith(entry.tail):
            return self._spelled(raw, entry)
        return self._seldom(raw)

    def _spelled(self, raw: bytes, entry: Entry) -> bytes:
        """The same for a name with capitals."""
        if entry.serial != self.serial:
            self._stamp(entry)
        packing = self._next(entry) if entry.varies else entry.packings[0]
        spelling = packing.spelling or self._spell(entry, packing)
        if spelling is None:
            return self._fresh(raw, raw[2:])
        if spelling.joints is not None:
            return raw[:2] + raw[HEADER : entry.end].join(spelling.joints)
        return raw[:2] + spelling.spelled(raw, entry.end)

    def _seldom(self, raw: bytes) -> bytes:
        """A question that is not here, or whose type and sizes have octets that look like capitals."""
        end = raw.find(b"\0", HEADER)
        key = raw[2:HEADER] + raw[HEADER:end].lower() + raw[end:]
        entry = self._entries.get(key)
        return self._fresh(raw, key) if entry is None else self._spelled(raw, entry)

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
            entry.order = balanced(entry.answer, self._dice.shuffle)
            packings[:] = [self._pack(entry, first=True)]
        return packings[0]

    # -- filling ---------------------------------------------------------------------------------------------

    def _fresh(self, raw: bytes, key: bytes) -> bytes:
        """Answer a query that nobody has asked yet, and keep the answer under `key` if it may be kept."""
        query = read(raw)
        if isinstance(query, Malformed):
            return query.reply
        if query.opt is not None and query.opt.version:
            return wire.bad_version(query)
        question = query.question
        plain = len(raw) <= LONGEST_QUERY and raw.startswith(query.asked, HEADER)
        if not plain or (query.opt is not None and query.opt.options):
            return self._once(query, self._respond(question))
        small = query
        if key != raw[2:]:
            end = len(query.asked) - 5
            asked = query.asked[:end].lower() + query.asked[end:]
            small = query._replace(question=question._replace(name=question.name.lower()), asked=asked)
        answer = self._respond(small.question)
        if BEYOND in answer.rests_on:
            return self._once(query, answer if small is query else self._respond(question))
        entry = Entry(key, small, answer, self.shuffling and varies(answer), self.serial)
        entry.order = balanced(answer, self._dice.shuffle) if entry.varies else answer
        entry.packings.append(self._pack(entry))
        self._keep(entry)
        return self.reply(raw)

    def _once(self, query: Query, answer: Answer) -> bytes:
        """The reply to a query whose answer is not kept."""
        return wire.reply(query, balanced(answer, self._dice.shuffle) if self.shuffling else answer, tcp=False).raw

    def _pack(self, entry: Entry, *, first: bool = False) -> Packing:
        number = 0 if first else len(entry.packings)
        order = turned(entry.order, number, PACKINGS) if entry.varies else entry.answer
        if entry.loose is not None:
            return Packing(entry.loose.packed(order), order)
        packed = entry.small.packed(order)
        entry.serials = tuple(at - 2 for at in packed.serials)
        if entry.varies and Loose.possible(packed, order):
            entry.loose = Loose(packed, order, HEADER + len(entry.small.query.asked))
        return Packing(packed.raw[2:], order)

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
                packing.spelling = cut(packing.whole, packing.runs)

    def _spell(self, entry: Entry, packing: Packing) -> Spelling | None:
        """Find what the packing repeats of its query; None when more than that depends on the spelling."""
        if entry.loose is not None:
            packing.spelling = entry.loose.spelled(packing.order)
            if packing.spelling is not None:
                return packing.spelling
        capitals = entry.capitals or self._in_capitals(entry)
        if capitals is None:
            return None
        twin = capitals.packed(packing.order).raw[2:]
        for at in entry.serials:
            twin = twin[:at] + packing.whole[at : at + 4] + twin[at + 4 :]
        repeated = runs(packing.whole, twin, b"\0\0" + entry.key, entry.end)
        if repeated is None:
            return None
        if entry.loose is not None:
            entry.loose.learn(packing, repeated)
        elif entry.varies:
            entry.capitals = capitals
        packing.runs = repeated
        packing.spelling = cut(packing.whole, repeated)
        return packing.spelling

    def _in_capitals(self, entry: Entry) -> Side | None:
        query = entry.small.query
        question = query.question._replace(name=query.question.name.upper())
        asked = query._replace(question=question, asked=query.asked[:-4].upper() + query.asked[-4:])
        same = alike(entry.answer, self._respond(question))
        return None if same is None else Side(asked, same)

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
    return ENTRY_OCTETS + len(entry.key) + 2 * packings * len(entry.packings[0].whole)
