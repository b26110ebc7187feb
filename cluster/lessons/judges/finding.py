"""What a judge says. Values, and the words for how many of something there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cluster.lessons.sight import Sight


class Finding(NamedTuple):
    met: bool
    now: str
    """What is the case, as a sentence."""
    choices: tuple[str, ...] = ()


Judge = Callable[[Mapping[str, Any], Sight, str], Finding]


def fits(given: Mapping[str, Any], found: int) -> bool:
    """Whether so many are as many as are wanted; where nothing is said of it, any number is."""
    wanted, least, most = given.get("count"), given.get("atLeast"), given.get("atMost")
    exact = wanted is None or found == wanted
    return exact and (least is None or found >= least) and (most is None or found <= most)


def wanted(given: Mapping[str, Any]) -> str:
    """ "3", "at least 1", "at most 0"; "" where any number will do."""
    if given.get("count") is not None:
        return str(given["count"])
    if given.get("atLeast") is not None:
        return f"at least {given['atLeast']}"
    return f"at most {given['atMost']}" if given.get("atMost") is not None else ""


def many(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def joined(words: list[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else "nothing"
