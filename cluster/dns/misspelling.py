"""The name that was probably meant. Pure; knows nothing of what the names are of."""

from __future__ import annotations

from collections.abc import Iterable

CONSIDERED = 400
"""Names looked through for a likely one."""


def meant(name: str, candidates: Iterable[str]) -> str:
    """ " Did you mean web?" for the nearest candidate at most two letters away, else nothing."""
    letters, best, nearest = set(name), "", 3 if len(name) > 4 else 2
    for number, candidate in enumerate(candidates):
        if number >= CONSIDERED:
            break
        if abs(len(candidate) - len(name)) < nearest and len(letters ^ set(candidate)) <= 4:
            distance = _distance(name, candidate, nearest)
            if distance < min(nearest, len(name)):
                best, nearest = candidate, distance
    return f" Did you mean {best}?" if best else ""


def _distance(one: str, other: str, enough: int) -> int:
    """Letters to insert, drop, change or swap with the next; `enough` or more is not counted further."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, wanted in enumerate(other, 1):
            steps = min(line[-1] + 1, above[column] + 1, above[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                steps = min(steps, before[column - 2] + 1)
            line.append(steps)
        if min(line) >= enough:
            return enough
        before, above = above, line
    return above[-1]
