"""JSONPath as Kubernetes writes it in a column or a scale's path: `.status.conditions[?(@.type=="Ready")].status`.

Names, quoted names, indexes, slices, `*` and one comparison as a filter. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

Step = Callable[[Any], Iterator[Any]]


class PathError(ValueError):
    """A path that is none."""


_NAME = re.compile(r"\.?((?:[^.\[\]\\]|\\.)+)")
_QUOTED = re.compile(r"\[(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")\]")
_INDEX = re.compile(r"\[(-?\d+)\]")
_SLICE = re.compile(r"\[(-?\d*):(-?\d*)\]")
_EVERY = re.compile(r"\[\*\]|\.\*")
_FILTER = re.compile(r"\[\?\(\s*@((?:\.|\[)[^=<>!]+?)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*\)\]")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda one, other: bool(one == other),
    "!=": lambda one, other: bool(one != other),
    "<": lambda one, other: bool(one < other),
    ">": lambda one, other: bool(one > other),
    "<=": lambda one, other: bool(one <= other),
    ">=": lambda one, other: bool(one >= other),
}


@lru_cache(maxsize=1024)
def compile(path: str) -> Callable[[Any], list[Any]]:
    """What finds all values at the path. PathError."""
    text = path.strip()
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    text = text.removeprefix("$")
    if text and text[0] not in ".[":
        raise PathError(f"a path begins with a dot: {path!r}")
    steps: list[Step] = []
    place = 0
    while place < len(text):
        step, place = _step(text, place, path)
        steps.append(step)

    def find(value: Any) -> list[Any]:
        found = [value]
        for step in steps:
            found = [each for one in found for each in step(one)]
        return found

    return find


def _step(text: str, place: int, path: str) -> tuple[Step, int]:
    if found := _EVERY.match(text, place):
        return _every, found.end()
    if found := _QUOTED.match(text, place):
        return _named(_plain(found[1] or found[2] or "")), found.end()
    if found := _INDEX.match(text, place):
        return _at(slice(index := int(found[1]), index + 1 or None)), found.end()
    if found := _SLICE.match(text, place):
        return _at(slice(*(int(each) if each else None for each in found.groups()))), found.end()
    if found := _FILTER.match(text, place):
        return _filter(compile(found[1]), found[2], _literal(found[3], path)), found.end()
    if text[place] == "." and (found := _NAME.match(text, place)):
        return _named(_plain(found[1])), found.end()
    raise PathError(f"{path!r} cannot be read from {text[place:]!r} on")


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _literal(text: str, path: str) -> Any:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return _plain(text[1:-1])
    if text in ("true", "false"):
        return text == "true"
    try:
        return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
    except ValueError as error:
        raise PathError(f"{path!r} compares with {text!r}, which is no value") from error


def _named(name: str) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, dict) and name in value:
            yield value[name]

    return step


def _at(which: slice) -> Step:
    def step(value: Any) -> Iterator[Any]:
        if isinstance(value, list):
            yield from value[which]

    return step


def _every(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _filter(read: Callable[[Any], list[Any]], operator: str, wanted: Any) -> Step:
    compare = _COMPARE[operator]

    def step(value: Any) -> Iterator[Any]:
        inner: Sequence[Any] = value if isinstance(value, list) else ()
        for each in inner:
            found = read(each)
            if found and type(found[0]) is type(wanted) and compare(found[0], wanted):
                yield each

    return step
