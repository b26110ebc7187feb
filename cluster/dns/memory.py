"""What a DNS server remembers of its own answers, as CoreDNS' cache plugin does, in seconds of the cluster's time.

This is part of what is simulated, with its classic trap: a name asked too early is said not to exist until the memory
of that ends. (`cache` holds packed replies, which nobody can tell from fresh ones.) Time is an argument.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from cluster.dns.answer import BEYOND, Answer, Kept, Question, Record
from cluster.dns.names import locate
from cluster.dns.settings import CacheRule
from cluster.world import World

LEAST = 5
"""Seconds an answer without any record is kept."""


class _Stored(NamedTuple):
    answer: Answer
    at: float
    duration: int


class Memory:
    """Answers by name, type and class, while they last."""

    def __init__(self, rule: CacheRule) -> None:
        self.rule = rule
        self._positive: dict[Question, _Stored] = {}
        self._negative: dict[Question, _Stored] = {}

    def __len__(self) -> int:
        return len(self._positive) + len(self._negative)

    def answer(self, question: Question, find: Callable[[], Answer], now: float) -> Answer:
        """The answer that is remembered, else the one that `find` gives, remembered from now on."""
        if locate(question.name, self.rule.zones) is None:
            return find()
        asked = question._replace(name=question.name.lower())
        for kept in (self._negative, self._positive):
            stored = kept.get(asked)
            if stored is None:
                continue
            age = now - stored.at
            left = stored.duration - int(age)
            if age >= 0 and left > 0:
                return _aged(stored.answer, left)._replace(aa=True, kept=Kept(int(age), left))
            del kept[asked]
        return self._stored(asked, find(), now)

    def _stored(self, asked: Question, found: Answer, now: float) -> Answer:
        negative = found.rcode == "SERVFAIL" or _is_denial(found)
        if found.tc or (found.rcode != "NOERROR" and not negative):
            return found
        keeping, kept = (self.rule.denial, self._negative) if negative else (self.rule.success, self._positive)
        duration = min(max(_least_ttl(found), keeping.least), keeping.most)
        if found.rcode == "SERVFAIL":
            duration = self.rule.failure
        if duration <= 0 or (keeping.excepted and locate(asked.name, keeping.excepted) is not None):
            return found
        if len(kept) >= keeping.capacity:
            del kept[next(iter(kept))]
        kept[asked] = _Stored(found, now, duration)
        return _aged(found, duration)


def of(world: World, rule: CacheRule) -> Memory:
    """The memory of the server of this world: one for all who ask it in this process, empty under another rule."""
    found = _MEMORIES.get(world)
    if found is None or found.rule != rule:
        found = _MEMORIES[world] = Memory(rule)
    return found


_MEMORIES: WeakKeyDictionary[World, Memory] = WeakKeyDictionary()


def _is_denial(answer: Answer) -> bool:
    if answer.rcode not in ("NOERROR", "NXDOMAIN") or (answer.rcode == "NOERROR" and answer.answer):
        return False
    return any(record.type == "SOA" for record in answer.authority)


def _least_ttl(answer: Answer) -> int:
    """Of all records; of a denial's SOA its minimum as well."""
    found = [record.ttl for section in _sections(answer) for record in section]
    if _is_denial(answer):
        found += [int(record.data.split()[-1]) for record in answer.authority if record.type == "SOA"]
    return min(found, default=LEAST)


def _sections(answer: Answer) -> tuple[tuple[Record, ...], ...]:
    return answer.answer, answer.authority, answer.additional


def _aged(answer: Answer, ttl: int) -> Answer:
    """All records have the same time left, and no change of the cluster ends it."""
    one, two, three = (tuple(record._replace(ttl=ttl) for record in section) for section in _sections(answer))
    return answer._replace(answer=one, authority=two, additional=three, rests_on=frozenset({BEYOND}))
