"""Sets of small numbers as a Job's status writes them: "0,2-5,7"."""

from __future__ import annotations

from collections.abc import Iterable


def shown(indexes: Iterable[int]) -> str:
    """In order; three or more in a row as "first-last"."""
    parts: list[str] = []
    run: list[int] = []
    for index in [*sorted(indexes), None]:
        if run and (index is None or index != run[-1] + 1):
            parts.extend([f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run))
            run = []
        if index is not None:
            run.append(index)
    return ",".join(parts)


def parse(text: str, limit: int) -> frozenset[int]:
    """The indexes below `limit`. ValueError with a sentence when the text is no such set, or goes beyond."""
    found: set[int] = set()
    last = -1
    for part in text.split(",") if text else ():
        first, dash, end = part.partition("-")
        if not first.isdecimal() or (dash and not end.isdecimal()):
            raise ValueError(f'cannot convert string to integer for index: "{first if not first.isdecimal() else end}"')
        begin, stop = int(first), int(end) if dash else int(first)
        if stop >= limit:
            raise ValueError(f'too large index: "{end or first}"')
        if begin <= last or stop < begin or (dash and stop == begin):
            raise ValueError(f"non-increasing order, previous: {last}, current: {begin}")
        found.update(range(begin, stop + 1))
        last = stop
    return frozenset(found)


def known(text: str, limit: int) -> frozenset[int]:
    """What can be read of a text that stands in a status: beyond the limit, or not understood, is left out."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, end = part.partition("-")
        if first.isdecimal() and (not dash or end.isdecimal()):
            found.update(range(int(first), min(int(end) if dash else int(first), limit - 1) + 1))
    return frozenset(found)
