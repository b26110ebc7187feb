"""Which messages there are, and what each of their numbers stands for: read from `messages.txt`, a line when asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

_GIVEN_ANYWHERE = frozenset({"DeleteOptions"})
"""Kinds that every group has, under its own version."""


class Field(NamedTuple):
    name: str
    """As in JSON; "" when what is inside stands in the object around it."""
    type: str
    """text, bool … or a message's full name."""
    shape: Literal["one", "list", "map"]
    keep_zero: bool


def message_of(api_version: str, kind: str) -> str | None:
    """The name of the message of a kind; None when there is none."""
    group, _, version = api_version.rpartition("/")
    package = "meta.v1" if kind in _GIVEN_ANYWHERE else f"{group.partition('.')[0] or 'core'}.{version}"
    name = f"{package}.{kind}"
    return name if name in _lines() else None


def messages() -> Mapping[str, str]:
    """All of them, with the line that tells their fields."""
    return _lines()


@cache
def fields_of(message: str) -> Mapping[int, Field]:
    package = message.rpartition(".")[0]
    line = _lines()[message]
    return dict(_field(package, entry) for entry in line.split(", ")) if line else {}


def _field(package: str, entry: str) -> tuple[int, Field]:
    number, name, *given = entry.split(" ")
    type_ = given[0] if given else "text"
    shape: Literal["one", "list", "map"] = "one"
    if type_.endswith("[]"):
        shape, type_ = "list", type_[:-2]
    elif type_.startswith("{"):
        shape, type_ = "map", type_[1:-1]
    if type_ == "string":
        type_ = "text"
    elif type_[0].isupper():
        type_ = f"{package}.{type_}"
    marked = name[-1] in "!?"
    return int(number), Field("" if name == "." else name.rstrip("!?"), type_, shape, marked)


@cache
def _lines() -> Mapping[str, str]:
    text = (Path(__file__).parent / "messages.txt").read_text()
    told = (line.partition(":") for line in text.splitlines() if not line.startswith("#"))
    return {name: entries.strip() for name, _, entries in told}
