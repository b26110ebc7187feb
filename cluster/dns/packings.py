"""One answer as bytes in whatever order its records are wanted, without packing them again where that can be saved.

Records that stand in a reply without pointers are the same octets at every place, so another order only puts them
together otherwise. Knows nothing of who asks, or of how long an answer holds.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.dns import wire
from cluster.dns.answer import Answer, Record
from cluster.dns.balance import balanced
from cluster.dns.packing import HEADER
from cluster.dns.query import Query
from cluster.dns.spelling import Part, Run, Spelling, joined, part


class Packing:
    """One order of an answer's records, as bytes without the message id."""

    __slots__ = ("order", "runs", "spelling", "whole")

    def __init__(self, whole: bytes, order: Answer) -> None:
        self.whole = whole
        self.order = order
        self.runs: list[Run] | None = None
        self.spelling: Spelling | None = None


class Side(NamedTuple):
    """An answer in one spelling, to be packed in the orders of the answer it is `alike`."""

    query: Query
    alike: dict[Record, Record] | None = None
    """That answer's records to this one's; None: it is that answer."""

    def packed(self, order: Answer) -> wire.Reply:
        alike = self.alike
        if alike is not None:
            order = order._replace(
                answer=tuple(alike[record] for record in order.answer),
                authority=tuple(alike[record] for record in order.authority),
                additional=tuple(alike[record] for record in order.additional),
            )
        return wire.reply(self.query, order, tcp=False)


class Loose:
    """An answer whose records are the same octets wherever they stand, and after its first spelling the same parts."""

    __slots__ = ("_head", "_octets", "_parts", "_tail")

    def __init__(self, reply: wire.Reply, order: Answer, question_end: int) -> None:
        self._octets = dict(zip(_records(order), reply.records, strict=True))
        self._head = reply.raw[2:question_end]
        self._tail = reply.raw[question_end + sum(map(len, reply.records)) :]
        self._parts: dict[Record, Part] | None = None

    @staticmethod
    def possible(reply: wire.Reply, order: Answer) -> bool:
        records = _records(order)
        return bool(reply.records) and not reply.serials and len(set(records)) == len(records)

    def packed(self, order: Answer) -> bytes:
        """The reply without its id."""
        return b"".join((self._head, *[self._octets[record] for record in _records(order)], self._tail))

    def learn(self, packing: Packing, runs: list[Run]) -> None:
        """What the records repeat in one packing they repeat in each."""
        self._parts, at = {}, len(self._head)
        for record in _records(packing.order):
            size = len(self._octets[record])
            self._parts[record] = part(packing.whole, at, at + size, runs)
            at += size

    def spelled(self, order: Answer) -> Spelling | None:
        """None before there is anything learnt."""
        if self._parts is None:
            return None
        behind_name, head = Part((self._head[-5:],), ()), self._head[: HEADER - 2]
        parts = (behind_name, *[self._parts[record] for record in _records(order)], Part((self._tail,), ()))
        return joined(head, len(self._head) - 3, parts)


def turned(order: Answer, turn: int, of: int) -> Answer:
    """The same order begun elsewhere: `turn` of `of` steps round."""

    def turn_on(records: list[Record]) -> None:
        if len(records) > 1:
            step = turn * max(1, len(records) // of) % len(records)
            records[:] = records[step:] + records[:step]

    return balanced(order, turn_on) if turn else order


def alike(one: Answer, other: Answer) -> dict[Record, Record] | None:
    """The records of one answer to those of another in the same place; None where they do not match one to one."""
    sections = ((one.answer, other.answer), (one.authority, other.authority), (one.additional, other.additional))
    if one.rcode != other.rcode or any(len(mine) != len(theirs) for mine, theirs in sections):
        return None
    records = _records(one)
    found = dict(zip(records, _records(other), strict=True))
    return found if len(found) == len(records) else None


def _records(answer: Answer) -> list[Record]:
    return [*answer.answer, *answer.authority, *answer.additional]
