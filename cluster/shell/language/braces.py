"""Brace expansion: a{b,c} and {1..5}, on the parts of a word, before all other expansions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from cluster.shell.language.syntax import Parameter, Part, Text, Word

Atom = str | Part
"""One unquoted character, or a part in which braces mean nothing."""

_SEQUENCE = re.compile(r"(?:(-?\d+)\.\.(-?\d+)|([A-Za-z])\.\.([A-Za-z]))(?:\.\.(-?\d+))?\Z")


def expand_braces(word: Word, check: Callable[[int], None]) -> Iterator[tuple[Part, ...]]:
    """The words that one stands for, itself alone when its braces mean nothing; `check` is told how many."""
    if not any(isinstance(part, Text) and "{" in part.text for part in word.parts):
        yield word.parts
        return
    atoms: list[Atom] = []
    for part in word.parts:
        atoms.extend(part.text if isinstance(part, Text) else [part])
    for found in _expand(atoms, check):
        yield _joined(found)


def _joined(atoms: list[Atom]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for atom in atoms:
        if not isinstance(atom, str):
            parts.append(atom)
        elif parts and isinstance(parts[-1], Text):
            parts[-1] = Text(parts[-1].text + atom)
        elif parts and (longer := _longer(parts[-1], atom)):
            parts[-1] = longer
        else:
            parts.append(Text(atom))
    return tuple(parts)


def _longer(part: Part, char: str) -> Parameter | None:
    """$a{1,2} is $a1 and $a2: braces come first, and they know of text alone."""
    if not isinstance(part, Parameter) or part.raw.startswith("${") or not part.name.isidentifier():
        return None
    return Parameter(part.name + char, raw=part.raw + char) if char.isalnum() or char == "_" else None


def _expand(atoms: list[Atom], check: Callable[[int], None]) -> Iterator[list[Atom]]:
    start = 0
    while True:
        try:
            start = atoms.index("{", start)
        except ValueError:
            yield atoms
            return
        found = _choices(atoms, start, check)
        if found is not None:
            break
        start += 1
    choices, end = found
    before, after = atoms[:start], atoms[end + 1 :]
    for choice in choices:
        for rest in _expand(after, check):
            yield [*before, *choice, *rest]


def _choices(atoms: list[Atom], start: int, check: Callable[[int], None]) -> tuple[list[list[Atom]], int] | None:
    """What the brace at `start` offers, and where it closes."""
    depth, commas, end = 0, [start], -1
    for at in range(start, len(atoms)):
        atom = atoms[at]
        if atom == "{":
            depth += 1
        elif atom == "}":
            depth -= 1
            if depth == 0:
                end = at
                break
        elif atom == "," and depth == 1:
            commas.append(at)
    if end < 0:
        return None
    if len(commas) > 1:
        bounds = [*commas, end]
        choices: list[list[Atom]] = []
        for low, high in pairwise(bounds):
            for choice in _expand(atoms[low + 1 : high], check):
                choices.append(choice)
                check(len(choices))
        return choices, end
    inner = atoms[start + 1 : end]
    text = "".join(atom for atom in inner if isinstance(atom, str))
    sequence = _SEQUENCE.match(text) if len(text) == len(inner) else None
    if not sequence:
        return None
    return [list(item) for item in _sequence(sequence, check)], end


def _sequence(found: re.Match[str], check: Callable[[int], None]) -> list[str]:
    low, high, first, last, by = found.groups()
    begin, end = (int(low), int(high)) if low is not None else (ord(first), ord(last))
    step = abs(int(by)) or 1 if by else 1
    check(abs(end - begin) // step + 1)
    numbers = range(begin, end + 1, step) if begin <= end else range(begin, end - 1, -step)
    if low is None:
        return [chr(number) for number in numbers]
    padded = any(len(text.lstrip("-")) > 1 and text.lstrip("-")[0] == "0" for text in (low, high))
    width = max(len(low), len(high)) if padded else 0
    return [f"{number:0{width}d}" if width else str(number) for number in numbers]
