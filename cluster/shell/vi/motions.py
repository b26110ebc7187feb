"""Where keys move the cursor to. Pure: each takes the lines, a place, and how often; None: there is no such place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

Place = tuple[int, int]


class Motion(NamedTuple):
    move: Callable[[Sequence[str], int, int, int], Place | None]
    """(lines, row, column, count)."""
    lines: bool = False
    """An operator takes whole lines."""
    inclusive: bool = False
    """An operator takes the character there too."""


def _kind(char: str, *, big: bool) -> int:
    return 0 if char.isspace() else 1 if big or char.isalnum() or char == "_" else 2


def _word(lines: Sequence[str], row: int, column: int, *, big: bool) -> Place:
    line = lines[row]
    here = _kind(line[column], big=big) if column < len(line) else 0
    while column < len(line) and here and _kind(line[column], big=big) == here:
        column += 1
    while True:
        while column < len(line) and line[column].isspace():
            column += 1
        if column < len(line):
            return row, column
        if row + 1 >= len(lines):
            return row, len(line)
        row, column = row + 1, 0
        line = lines[row]
        if not line:
            return row, 0


def _back(lines: Sequence[str], row: int, column: int, *, big: bool) -> Place:
    while True:
        line = lines[row]
        column -= 1
        while column >= 0 and line[column].isspace():
            column -= 1
        if column >= 0:
            break
        if row == 0:
            return 0, 0
        row, column = row - 1, len(lines[row - 1])
        if not column:
            return row, 0
    here = _kind(line[column], big=big)
    while column > 0 and _kind(line[column - 1], big=big) == here:
        column -= 1
    return row, column


def _end(lines: Sequence[str], row: int, column: int, *, big: bool) -> Place:
    column += 1
    while True:
        line = lines[row]
        while column < len(line) and line[column].isspace():
            column += 1
        if column < len(line):
            break
        if row + 1 >= len(lines):
            return row, max(len(line) - 1, 0)
        row, column = row + 1, 0
    here = _kind(line[column], big=big)
    while column + 1 < len(line) and _kind(line[column + 1], big=big) == here:
        column += 1
    return row, column


def _often(step: Callable[..., Place], *, big: bool) -> Callable[[Sequence[str], int, int, int], Place]:
    def move(lines: Sequence[str], row: int, column: int, count: int) -> Place:
        for _ in range(min(count, 10_000)):
            row, column = step(lines, row, column, big=big)
        return row, column

    return move


def _vertical(sign: int) -> Callable[[Sequence[str], int, int, int], Place | None]:
    def move(lines: Sequence[str], row: int, column: int, count: int) -> Place | None:
        goal = row + sign * count
        return (goal, column) if 0 <= goal < len(lines) else None

    return move


def _paragraph(sign: int) -> Callable[[Sequence[str], int, int, int], Place]:
    def move(lines: Sequence[str], row: int, column: int, count: int) -> Place:
        for _ in range(count):
            row += sign
            while 0 < row < len(lines) - 1 and lines[row].strip():
                row += sign
        row = min(max(row, 0), len(lines) - 1)
        return row, 0 if sign < 0 or not lines[row] else len(lines[row])

    return move


def first(line: str) -> int:
    """The column of a line's first character that is no blank."""
    return len(line) - len(line.lstrip()) if line.strip() else max(len(line) - 1, 0)


_PAIRS = {"(": ")", "[": "]", "{": "}"}


def _matching(lines: Sequence[str], row: int, column: int, count: int) -> Place | None:
    """The other one of a pair of brackets."""
    line = lines[row]
    column = next((at for at in range(column, len(line)) if line[at] in "()[]{}"), -1)
    if column < 0:
        return None
    char = line[column]
    forward = char in _PAIRS
    other = _PAIRS[char] if forward else next(one for one, two in _PAIRS.items() if two == char)
    depth, step = 0, 1 if forward else -1
    while 0 <= row < len(lines):
        while 0 <= column < len(lines[row]):
            depth += (lines[row][column] == char) - (lines[row][column] == other)
            if not depth:
                return row, column
            column += step
        row += step
        column = 0 if forward else (len(lines[row]) - 1 if row >= 0 else 0)
    return None


def found(line: str, column: int, key: str, char: str, count: int) -> int | None:
    """f, F, t and T: the column of a character in the line."""
    step = 1 if key in "ft" else -1
    at = column
    for _ in range(count):
        at += step
        while 0 <= at < len(line) and line[at] != char:
            at += step
        if not 0 <= at < len(line):
            return None
    return at - (step if key in "tT" else 0)


MOTIONS: dict[str, Motion] = {
    "h": Motion(lambda lines, row, column, count: (row, max(column - count, 0)) if column else None),
    "l": Motion(lambda lines, row, column, count: (row, min(column + count, len(lines[row])))),
    "j": Motion(_vertical(1), lines=True),
    "k": Motion(_vertical(-1), lines=True),
    "0": Motion(lambda lines, row, column, count: (row, 0)),
    "^": Motion(lambda lines, row, column, count: (row, first(lines[row]))),
    "$": Motion(
        lambda lines, row, column, count: (
            min(row + count - 1, len(lines) - 1),
            max(len(lines[min(row + count - 1, len(lines) - 1)]) - 1, 0),
        ),
        inclusive=True,
    ),
    "w": Motion(_often(_word, big=False)),
    "W": Motion(_often(_word, big=True)),
    "b": Motion(_often(_back, big=False)),
    "B": Motion(_often(_back, big=True)),
    "e": Motion(_often(_end, big=False), inclusive=True),
    "E": Motion(_often(_end, big=True), inclusive=True),
    "}": Motion(_paragraph(1)),
    "{": Motion(_paragraph(-1)),
    "%": Motion(_matching, inclusive=True),
}
MOTIONS |= {"left": MOTIONS["h"], "backspace": MOTIONS["h"], "right": MOTIONS["l"], " ": MOTIONS["l"]}
MOTIONS |= {"down": MOTIONS["j"], "up": MOTIONS["k"], "home": MOTIONS["0"], "end": MOTIONS["$"]}
