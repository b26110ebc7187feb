"""What differs between two moments of a cluster: which objects, in what, by whom and what for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from cluster.change import Fact
from cluster.machinery.differences import Field, fields
from cluster.machinery.objects import Key, Obj, uid

What = Literal["created", "deleted", "changed", "replaced"]
MOST_ACTS = 6


class Act(NamedTuple):
    """Somebody who changed an object, how often, and when last."""

    author: str
    cause: str
    times: int
    revision: int


class Difference(NamedTuple):
    key: Key
    what: What
    """replaced: deleted, and another of the same name came."""
    fields: tuple[Field, ...]
    """Of what was there and is there."""
    changes: int
    acts: tuple[Act, ...]
    """The latest last; at most MOST_ACTS of them."""


def differences(told: Iterable[Fact], pairs: Mapping[Key, tuple[Obj | None, Obj | None]]) -> list[Difference]:
    """By key. What changed and is again as it was differs in nothing, and is left out."""
    by_key: dict[Key, list[Fact]] = {}
    for fact in told:
        by_key.setdefault(fact.key, []).append(fact)
    found = (_difference(key, facts, *pairs[key]) for key, facts in sorted(by_key.items()))
    return [each for each in found if each is not None]


def _difference(key: Key, facts: list[Fact], old: Obj | None, new: Obj | None) -> Difference | None:
    differ: tuple[Field, ...] = ()
    if old is None and new is None:
        return None
    if old is None or new is None:
        what: What = "created" if old is None else "deleted"
    else:
        differ = tuple(fields(old, new))
        what = "changed" if uid(old) == uid(new) else "replaced"
        if not differ:
            return None
    return Difference(key, what, differ, len(facts), _acts(facts))


def _acts(facts: list[Fact]) -> tuple[Act, ...]:
    found: dict[tuple[str, str], Act] = {}
    for fact in facts:
        who = fact.author, fact.cause
        times = found.pop(who).times if who in found else 0
        found[who] = Act(*who, times + 1, fact.revision)
    return tuple(found.values())[-MOST_ACTS:]
