"""Bracket expressions: the [a-z[:digit:]] of file name patterns and of regular expressions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

CLASSES: dict[str, Callable[[str], bool]] = {
    "alpha": str.isalpha,
    "digit": lambda char: char in "0123456789",
    "alnum": str.isalnum,
    "upper": str.isupper,
    "lower": str.islower,
    "space": lambda char: char in " \t\n\r\v\f",
    "blank": lambda char: char in " \t",
    "punct": lambda char: char.isprintable() and not char.isalnum() and char != " ",
    "print": str.isprintable,
    "graph": lambda char: char.isprintable() and char != " ",
    "cntrl": lambda char: ord(char) < 32 or ord(char) == 127,
    "xdigit": lambda char: char in "0123456789abcdefABCDEF",
    "word": lambda char: char.isalnum() or char == "_",
}


@dataclass(frozen=True)
class Bracket:
    negated: bool
    characters: frozenset[str]
    ranges: tuple[tuple[str, str], ...]
    classes: tuple[str, ...]

    def __call__(self, char: str) -> bool:
        held = (
            char in self.characters
            or any(low <= char <= high for low, high in self.ranges)
            or any(CLASSES[name](char) for name in self.classes)
        )
        return held != self.negated


def read_bracket(text: str, at: int, *, escapes: bool) -> tuple[Bracket, int] | None:
    """The expression whose `[` stands at `at`, and where it ends; None when it is not closed or names no class.

    `escapes`: a backslash takes its meaning from the next character, as in file name patterns."""
    position = at + 1
    negated = text[position : position + 1] in ("!", "^") and not (not escapes and text[position] == "!")
    position += negated
    characters: set[str] = set()
    ranges: list[tuple[str, str]] = []
    classes: list[str] = []
    first = True
    while position < len(text):
        char = text[position]
        if char == "]" and not first:
            return Bracket(negated, frozenset(characters), tuple(ranges), tuple(classes)), position + 1
        first = False
        if text.startswith("[:", position):
            end = text.find(":]", position)
            name = text[position + 2 : end]
            if end < 0 or name not in CLASSES:
                return None
            classes.append(name)
            position = end + 2
            continue
        if escapes and char == "\\" and position + 1 < len(text):
            position += 1
            char = text[position]
        position += 1
        if text[position : position + 1] == "-" and text[position + 1 : position + 2] not in ("]", ""):
            position += 1
            if escapes and text[position] == "\\" and position + 1 < len(text):
                position += 1
            ranges.append((char, text[position]))
            position += 1
        else:
            characters.add(char)
    return None
