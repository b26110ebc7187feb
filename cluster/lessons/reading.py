"""A lesson's file as fields of known shapes. Strict: every flaw is said with its line and what would be right. Pure.

A shape is a table from names to fields; a reader makes a value of one spot, or says what is wrong there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from cluster.lessons.values import Flaw
from cluster.machinery.lines import Lines, shown

LONGEST = 20_000


class Page:
    """One file that is read: where its fields stand, and what is wrong with it so far."""

    def __init__(self, file: str, lines: Lines, *, proven: bool = False) -> None:
        self.file, self.lines = file, lines
        self.proven = proven
        """Tests have compiled its rules: that needs a library of 20 MB, which nobody may come to need."""
        self.flaws: list[Flaw] = []

    def flaw(self, path: str, message: str) -> None:
        self.flaws.append(Flaw(self.file, self.lines.nearest(path), path, message))


class Spot(NamedTuple):
    value: Any
    path: str
    page: Page

    def wrong(self, message: str) -> None:
        self.page.flaw(self.path, message)

    def at(self, name: str, value: Any) -> Spot:
        return Spot(value, shown(self.path, name), self.page)


Reader = Callable[[Spot], Any]


class Field(NamedTuple):
    read: Reader
    required: bool = False
    default: Any = None


Shape = Mapping[str, Field]


def fields(spot: Spot, shape: Shape, *, what: str) -> dict[str, Any]:
    """The fields of a mapping; those that are not there have their defaults."""
    found: dict[str, Any] = {name: field.default for name, field in shape.items()}
    if not isinstance(spot.value, dict):
        spot.wrong(f"{what} is a mapping of {listed(shape)}. This is {kind_of(spot.value)}.")
        return found
    for name, value in spot.value.items():
        if name not in shape:
            spot.at(name, value).wrong(f"there is no {name} in {what}. {meant(name, shape)}")
        elif value is None:
            spot.at(name, value).wrong("it is empty. Leave it out, or write what it is.")
        else:
            found[name] = shape[name].read(spot.at(name, value))
    for name, field in shape.items():
        if field.required and name not in spot.value:
            spot.wrong(f"{what} has to have {name}.")
    return found


def mapping(shape: Shape, what: str) -> Reader:
    return lambda spot: fields(spot, shape, what=what)


def text(spot: Spot) -> str:
    if not isinstance(spot.value, str) or not spot.value.strip():
        spot.wrong(f"it is a text. This is {kind_of(spot.value)}.")
        return ""
    if len(spot.value) > LONGEST:
        spot.wrong(f"a text has at most {LONGEST:,} characters. This has {len(spot.value):,}.")
        return ""
    return spot.value.strip()


def scalar(spot: Spot) -> Any:
    """A text, number or switch, as it is."""
    if isinstance(spot.value, dict | list):
        spot.wrong(f"it is a text, a number, true or false. This is {kind_of(spot.value)}.")
    return spot.value


def anything(spot: Spot) -> Any:
    return spot.value


def count(least: int = 0, most: int = 10_000) -> Reader:
    def read(spot: Spot) -> int:
        if isinstance(spot.value, bool) or not isinstance(spot.value, int) or not least <= spot.value <= most:
            spot.wrong(f"it is a whole number from {least} to {most:,}. This is {kind_of(spot.value)}.")
            return least
        return spot.value

    return read


def one_of(words: Iterable[str]) -> Reader:
    known = tuple(words)

    def read(spot: Spot) -> str:
        if spot.value not in known:
            spot.wrong(f"it is one of {', '.join(known)}. This is {kind_of(spot.value)}.")
            return known[0]
        return str(spot.value)

    return read


def switch(spot: Spot) -> bool:
    if not isinstance(spot.value, bool):
        spot.wrong(f"it is true or false. This is {kind_of(spot.value)}.")
    return spot.value is True


def list_of(reader: Reader, *, least: int = 0) -> Reader:
    def read(spot: Spot) -> tuple[Any, ...]:
        if not isinstance(spot.value, list):
            spot.wrong(f"it is a list. This is {kind_of(spot.value)}.")
            return ()
        if len(spot.value) < least:
            spot.wrong(f"it has to have at least {least}.")
        return tuple(reader(Spot(each, f"{spot.path}[{index}]", spot.page)) for index, each in enumerate(spot.value))

    return read


def one_or_more(reader: Reader) -> Reader:
    """A list, or one alone."""
    listed = list_of(reader, least=1)
    return lambda spot: listed(spot) if isinstance(spot.value, list) else (reader(spot),)


def kind_of(value: Any) -> str:
    """What somebody wrote, for a sentence about it."""
    if value is None:
        return "empty"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    said = str(value).lower() if isinstance(value, bool) else repr(value)
    return said if len(said) <= 60 else f"{said[:60]}…"


def meant(name: str, known: Iterable[str]) -> str:
    """The nearest of the known names, or all of them."""
    names = list(known)
    near = get_close_matches(str(name), names, n=1)
    return f"Did you mean {near[0]}?" if near else f"There are {listed(names)}."


def listed(names: Iterable[str]) -> str:
    each: Sequence[str] = list(names)
    return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} and {each[-1]}" if each else "nothing"
