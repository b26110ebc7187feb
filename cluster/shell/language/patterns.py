"""File name patterns: `*`, `?`, `[…]` and the extended `@(a|b)`. A backslash makes the next character plain.

Matching takes time in proportion to text and pattern, whatever the pattern: it moves sets of positions along.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cluster.shell.language.brackets import read_bracket
from cluster.shell.language.remembering import remembered

COSTLIEST = 1_000_000
"""Characters looked at in search of one match."""
LONGEST = 20_000
"""Characters of a text that a pattern with many stars is held against."""


class TooCostly(Exception):
    """A pattern and a text whose comparison would take too long."""


@dataclass(frozen=True)
class Star:
    """Any characters, or none."""


@dataclass(frozen=True)
class One:
    """One character out of some."""

    accepts: Callable[[str], bool] | str
    """A character, or what says whether one is meant."""

    def __call__(self, char: str) -> bool:
        return char == self.accepts if isinstance(self.accepts, str) else self.accepts(char)


@dataclass(frozen=True)
class Extended:
    kind: str
    """`?` `*` `+` `@` `!`."""
    choices: tuple[tuple[Item, ...], ...]


Item = Star | One | Extended


def escaped(text: str) -> str:
    """A pattern that means just this text."""
    return "".join(f"\\{char}" if char in "*?[]\\@+!()|^-" else char for char in text)


@remembered(1024, 256)
def compile_pattern(pattern: str, *, fold: bool = False) -> Pattern:
    """`fold`: capitals do not count."""
    items, _ = _read(pattern.lower() if fold else pattern, 0, nested=False)
    return Pattern(items, fold)


class Pattern:
    def __init__(self, items: tuple[Item, ...], fold: bool) -> None:
        self.items = items
        self.fold = fold
        self.literal = _literal(items)
        self._expression: re.Pattern[str] | None = None
        self._heavy = sum(not isinstance(item, One) for item in items)

    def matches(self, text: str) -> bool:
        """The whole text."""
        text = self._ready(text)
        if self.literal is not None:
            return text == self.literal
        return len(text) in self._ends(text, 0)

    def prefix(self, text: str, *, longest: bool) -> int | None:
        """Where a matching beginning ends."""
        text = self._ready(text)
        if self.literal is not None:
            return len(self.literal) if text.startswith(self.literal) else None
        if isinstance(self.items[0], Star) and (rest := _literal(self.items[1:])) is not None:
            at = text.rfind(rest) if longest else text.find(rest)
            return None if at < 0 else at + len(rest)
        if isinstance(self.items[-1], Star) and (start := _literal(self.items[:-1])) is not None:
            return None if not text.startswith(start) else len(text) if longest else len(start)
        ends = self._ends(text, 0)
        return (max(ends) if longest else min(ends)) if ends else None

    def suffix(self, text: str, *, longest: bool) -> int | None:
        """Where a matching end begins."""
        size = len(text)
        found = Pattern(_reversed(self.items), self.fold).prefix(text[::-1], longest=longest)
        return None if found is None else size - found

    def find(self, text: str, at: int) -> tuple[int, int] | None:
        """The first match from there on, as long as can be; an empty one counts for none."""
        text = self._ready(text)
        if self.literal is not None:
            found = text.find(self.literal, at) if self.literal else -1
            return None if found < 0 else (found, found + len(self.literal))
        if (quick := self._quick(text)) is not None:
            match = quick.search(text, at)
            return match.span() if match and match.end() > match.start() else None
        first = self.items[0] if self.items else None
        cost = 0
        for start in range(at, len(text)):
            if isinstance(first, One) and not first(text[start]):
                continue
            ends = self._ends(text, start)
            if ends and max(ends) > start:
                return start, max(ends)
            if isinstance(first, Star):
                break
            cost += len(text) - start
            if cost > COSTLIEST:
                raise TooCostly
        return None

    def _quick(self, text: str) -> re.Pattern[str] | None:
        """Python's own, where each item is one character and the text is ASCII: it cannot take long then."""
        if self._heavy or not self.items or not text.isascii():
            return None
        if self._expression is None:
            sets = (
                "".join(re.escape(char) for char in map(chr, range(128)) if isinstance(item, One) and item(char))
                for item in self.items
            )
            self._expression = re.compile("".join(f"[{each}]" if each else "(?!)" for each in sets))
        return self._expression

    def _ready(self, text: str) -> str:
        simple = self._heavy == 1 and isinstance(
            (self.items[0], self.items[-1])[isinstance(self.items[-1], Star)], Star
        )
        if self._heavy and not simple and len(text) > LONGEST:
            raise TooCostly
        return text.lower() if self.fold else text

    def _ends(self, text: str, start: int) -> set[int]:
        return _advance(self.items, text, {start})


def _literal(items: tuple[Item, ...]) -> str | None:
    """The one text that these mean, if it is one."""
    texts = [item.accepts for item in items if isinstance(item, One) and isinstance(item.accepts, str)]
    return "".join(texts) if len(texts) == len(items) else None


def _advance(items: tuple[Item, ...], text: str, positions: set[int]) -> set[int]:
    size = len(text)
    for item in items:
        if not positions:
            break
        if isinstance(item, Star):
            positions = set(range(min(positions), size + 1))
        elif isinstance(item, One):
            positions = {at + 1 for at in positions if at < size and item(text[at])}
        else:
            positions = _extended(item, text, positions)
    return positions


def _extended(item: Extended, text: str, positions: set[int]) -> set[int]:
    if item.kind == "!":
        found: set[int] = set()
        for at in positions:
            taken = set().union(*(_advance(choice, text, {at}) for choice in item.choices))
            found.update(end for end in range(at, len(text) + 1) if end not in taken)
        return found
    reached = set(positions) if item.kind in "?*" else set()
    edge = positions
    while edge:
        after = set().union(*(_advance(choice, text, edge) for choice in item.choices))
        edge = after - reached if item.kind in "*+" else set()
        reached |= after
    return reached


def _reversed(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(
        Extended(item.kind, tuple(_reversed(choice) for choice in item.choices)) if isinstance(item, Extended) else item
        for item in reversed(items)
    )


def _anything(char: str) -> bool:
    return True


def _read(pattern: str, at: int, *, nested: bool) -> tuple[tuple[Item, ...], int]:
    items: list[Item] = []
    while at < len(pattern):
        char = pattern[at]
        if nested and char in "|)":
            break
        if char in "?*+@!" and pattern[at + 1 : at + 2] == "(" and (group := _group(pattern, at)):
            item, at = group
            items.append(item)
            continue
        if char == "*":
            if not items or not isinstance(items[-1], Star):
                items.append(Star())
        elif char == "?":
            items.append(One(_anything))
        elif char == "[" and (bracket := read_bracket(pattern, at, escapes=True)):
            items.append(One(bracket[0]))
            at = bracket[1]
            continue
        elif char == "\\" and at + 1 < len(pattern):
            at += 1
            items.append(One(pattern[at]))
        else:
            items.append(One(char))
        at += 1
    return tuple(items), at


def _group(pattern: str, at: int) -> tuple[Extended, int] | None:
    kind, at = pattern[at], at + 2
    choices: list[tuple[Item, ...]] = []
    while True:
        choice, at = _read(pattern, at, nested=True)
        choices.append(choice)
        if at >= len(pattern):
            return None
        at += 1
        if pattern[at - 1] == ")":
            return Extended(kind, tuple(choices)), at
