"""Regular expressions as grep, sed, awk, vi and bash take them, basic and extended: the leftmost match, and
of those the longest.

Python's engine matches what it can be trusted with. What might take it exponential time, or where it would not find the
longest alternative, goes through a set of states, which takes time in proportion to text times expression.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache

from cluster.shell.expressiontree import BadExpression, Node, Reader, as_python

__all__ = ["BadExpression", "Expression", "Match", "TooCostly", "compiled"]

_LARGEST = 4_000
"""States of one expression."""
_STEPS = 2_000_000
"""Of one match by Python's engine, at worst."""
_COSTLIEST = 20_000_000
"""Of one match by states."""


class TooCostly(ValueError):
    """The match would take too long."""


@dataclass
class Match:
    start: int
    end: int
    groups: tuple[str | None, ...]
    """The whole match and each group's; None for one that took no part."""


@dataclass
class _State:
    kind: str
    """char, assert, split, save, match."""
    tests: re.Pattern[str] | None = None
    after: int = 0
    other: int = 0
    known: dict[str, bool] = field(default_factory=dict)

    def holds(self, text: str, place: int) -> bool:
        return self.tests is not None and self.tests.match(text, place) is not None

    def accepts(self, char: str) -> bool:
        found = self.known.get(char)
        if found is None:
            assert self.tests is not None, "a state that takes a character tests it"
            found = self.known[char] = self.tests.match(char) is not None
        return found


class Expression:
    def __init__(self, tree: Node, groups: int, *, fold: bool) -> None:
        self.groups = groups
        flags = re.IGNORECASE | re.ASCII if fold else re.ASCII
        self._flags = flags
        self._tree = tree
        self._python = re.compile(as_python(tree), flags)
        self._loops, self._nested = _loops(tree, inside=False)
        self._ambiguous = _has(tree, "any")
        self._whole = _has(tree, "back")

    def search(self, text: str, at: int = 0, *, captures: bool = True) -> Match | None:
        """The first match from `at` on."""
        trusted = self._is_trusted(len(text) - at)
        if trusted and (found := self._python.search(text, at)) is None:
            return None
        if self._whole or (trusted and not self._ambiguous):
            if not trusted:
                raise TooCostly("this expression is too costly for a line so long")
            found = self._python.search(text, at)
            return Match(found.start(), found.end(), (found[0], *found.groups())) if found else None
        span = self._longest(text, at)
        if span is None:
            return None
        groups: tuple[str | None, ...] = (text[span[0] : span[1]],)
        if captures and self.groups:
            groups = (*groups, *_captured(_program(self), text, span, self.groups))
        return Match(span[0], span[1], groups)

    def _is_trusted(self, length: int) -> bool:
        if self._nested:
            return False
        return bool(max(length, 1) ** self._loops <= _STEPS * math.factorial(self._loops))

    @property
    def _states(self) -> list[_State]:
        states: list[_State] = []
        _compile(self._tree, states, self._flags)
        states.append(_State("match"))
        return states

    def _longest(self, text: str, at: int) -> tuple[int, int] | None:
        states = _program(self)
        if (len(text) - at + 1) * len(states) > _COSTLIEST:
            raise TooCostly("this expression is too costly for a line so long")
        best: tuple[int, int] | None = None
        current: dict[int, int] = {}
        for place in range(at, len(text) + 1):
            if best is None:
                current.setdefault(0, place)
            current = _closed(states, current, text, place)
            for state, start in current.items():
                if states[state].kind == "match" and (best is None or start < best[0] or (start == best[0])):
                    best = (start, place)
            if best is not None:
                current = {state: start for state, start in current.items() if start <= best[0]}
            if place == len(text) or (not current and best is not None):
                break
            char = text[place]
            following: dict[int, int] = {}
            for state, start in current.items():
                each = states[state]
                if each.kind == "char" and each.accepts(char):
                    following[each.after] = min(start, following.get(each.after, start))
            current = following
        return best


@lru_cache(maxsize=128)
def _program(expression: Expression) -> list[_State]:
    return expression._states


def _closed(states: list[_State], current: dict[int, int], text: str, place: int) -> dict[int, int]:
    """With all that is reached without a character; for each state the earliest start."""
    found: dict[int, int] = {}
    pending = sorted(current.items(), key=lambda item: -item[1])
    while pending:
        state, start = pending.pop()
        if state in found and found[state] <= start:
            continue
        found[state] = start
        each = states[state]
        if each.kind == "split":
            pending += [(each.other, start), (each.after, start)]
        elif each.kind == "save" or (
            each.kind == "assert" and each.tests is not None and each.tests.match(text, place)
        ):
            pending.append((each.after, start))
    return found


_Thread = tuple[int, tuple[int, ...]]


def _captured(states: list[_State], text: str, span: tuple[int, int], groups: int) -> list[str | None]:
    """What each group holds of a match whose ends are known, the first alternatives being preferred."""
    if (span[1] - span[0] + 1) * len(states) * (groups + 1) > _COSTLIEST:
        raise TooCostly("this expression is too costly for a line so long")
    threads: list[_Thread] = _opened(states, [(0, (-1,) * (2 * groups + 2))], text, span[0])
    for place in range(span[0], span[1]):
        moved = [
            (states[state].after, held)
            for state, held in threads
            if states[state].kind == "char" and states[state].accepts(text[place])
        ]
        threads = _opened(states, moved, text, place + 1)
    held = next((held for state, held in threads if states[state].kind == "match"), (-1,) * (2 * groups + 2))
    pairs = ((held[2 * number], held[2 * number + 1]) for number in range(1, groups + 1))
    return [text[start:end] if start >= 0 and end >= 0 else None for start, end in pairs]


def _opened(states: list[_State], threads: list[_Thread], text: str, place: int) -> list[_Thread]:
    """With all that is reached without a character, in order of preference."""
    found: list[_Thread] = []
    seen: set[int] = set()
    pending = threads[::-1]
    while pending:
        state, held = pending.pop()
        if state in seen:
            continue
        seen.add(state)
        each = states[state]
        if each.kind == "split":
            pending += [(each.other, held), (each.after, held)]
        elif each.kind == "save":
            pending.append((each.after, (*held[: each.other], place, *held[each.other + 1 :])))
        elif each.kind == "assert":
            if each.holds(text, place):
                pending.append((each.after, held))
        else:
            found.append((state, held))
    return found


@lru_cache(maxsize=512)
def compiled(text: str, *, extended: bool, fold: bool = False, strict: bool = False) -> Expression:
    """BadExpression when it is none. `strict`: a * or { that counts nothing is an error, as in
    bash's =~."""
    reader = Reader(text, extended, strict=strict)
    tree = reader.alternatives(0)
    if reader.at < len(text):
        raise BadExpression("Unmatched ) or \\)")
    if _size(tree) > _LARGEST:
        raise BadExpression("Regular expression too big")
    try:
        return Expression(tree, reader.groups, fold=fold)
    except (re.error, OverflowError) as error:
        raise BadExpression("Invalid preceding regular expression") from error


def _loops(node: Node, *, inside: bool) -> tuple[int, bool]:
    """(how many repetitions have no end, whether one stands in another)."""
    endless = node.kind == "repeat" and (node.most is None or node.most > 1)
    count, nested = 0, False
    for each in node.parts:
        more, deep = _loops(each, inside=inside or endless)
        count, nested = count + more, nested or deep
    if endless:
        count += 1
        nested = nested or inside or (count > 1) or _has(node.parts[0], "any")
    return count, nested


def _has(node: Node, kind: str) -> bool:
    return node.kind == kind or any(_has(each, kind) for each in node.parts)


def _size(node: Node) -> int:
    inner = sum(_size(each) for each in node.parts) + 1
    return inner * max(node.least, node.most or 1, 1) if node.kind == "repeat" else inner


def _compile(node: Node, states: list[_State], flags: int) -> None:
    """Append the states of a node; each leads to the one after the last."""
    match node.kind:
        case "char" | "assert":
            states.append(_State(node.kind, re.compile(node.text, flags), len(states) + 1))
        case "all":
            for each in node.parts:
                _compile(each, states, flags)
        case "group":
            states.append(_State("save", after=len(states) + 1, other=2 * node.number))
            _compile(node.parts[0], states, flags)
            states.append(_State("save", after=len(states) + 1, other=2 * node.number + 1))
        case "any":
            ends: list[int] = []
            for number, each in enumerate(node.parts):
                last = number == len(node.parts) - 1
                split = len(states)
                if not last:
                    states.append(_State("split", after=split + 1))
                _compile(each, states, flags)
                if not last:
                    ends.append(len(states))
                    states.append(_State("split"))
                    states[split].other = len(states)
            for end in ends:
                states[end].after = states[end].other = len(states)
        case "repeat":
            _repeat(node, states, flags)


def _repeat(node: Node, states: list[_State], flags: int) -> None:
    inner = node.parts[0]
    for _ in range(node.least):
        _compile(inner, states, flags)
    if node.most is None:
        split = len(states)
        states.append(_State("split", after=split + 1))
        _compile(inner, states, flags)
        states.append(_State("split", after=split, other=split))
        states[split].other = len(states)
        return
    splits: list[int] = []
    for _ in range(node.most - node.least):
        splits.append(len(states))
        states.append(_State("split", after=len(states) + 1))
        _compile(inner, states, flags)
    for split in splits:
        states[split].other = len(states)
