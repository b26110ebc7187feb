"""What differs between two moments of a cluster: which objects, in what, by whom and what for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from cluster.change import Fact
from cluster.machinery import processes
from cluster.machinery.differences import Field, fields
from cluster.machinery.objects import Key, Obj, uid

What = Literal["created", "deleted", "changed", "replaced"]
MOST_ACTS = 6
_TIMES = re.compile(r"(\.status\b.*|\.metadata\.creationTimestamp|\.spec\.(renew|acquire)Time)\Z", re.S)
"""Where a time stands that follows from what else changed, and says nothing of its own."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z\Z")
_MADE = re.compile(r"kube-api-access-[a-z0-9]{5}\b")
"""A volume that admission names anew for each pod."""


class Act(NamedTuple):
    """Somebody who changed an object, how often, and when last."""

    author: str
    cause: str
    times: int
    revision: int


class Difference(NamedTuple):
    key: Key
    kind: str
    what: What
    """replaced: deleted, and another of the same name came."""
    fields: tuple[Field, ...]
    """Of what was there and is there."""
    changes: int
    acts: tuple[Act, ...]
    """The latest last; at most MOST_ACTS of them."""


def differences(told: Iterable[Fact], pairs: Mapping[Key, tuple[Obj | None, Obj | None]]) -> list[Difference]:
    """By key. What changed and is again as it was differs in nothing, and is left out; so is what differs only in
    times, and in names that nobody gave."""
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
        differ = tuple(field for field in fields(processes.told(old), processes.told(new)) if _tells(field))
        what = "changed" if uid(old) == uid(new) else "replaced"
        if not differ:
            return None
    kind = str((new or old or {}).get("kind") or key.resource)
    return Difference(key, kind, what, differ, len(facts), _acts(facts))


def _tells(field: Field) -> bool:
    values = [str(value) for value in (field.before, field.after) if value is not None]
    if _MADE.search(field.path) or all(_MADE.fullmatch(value) for value in values):
        return False
    return not (_TIMES.match(field.path) and all(_TIME.match(value) for value in values))


def _acts(facts: list[Fact]) -> tuple[Act, ...]:
    found: dict[tuple[str, str], Act] = {}
    for fact in facts:
        who = fact.author, fact.cause
        times = found.pop(who).times if who in found else 0
        found[who] = Act(*who, times + 1, fact.revision)
    return tuple(found.values())[-MOST_ACTS:]
