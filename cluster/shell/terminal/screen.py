"""What to send so that a terminal shows a prompt and a line, wherever its cursor stands now. Pure.

A line that was pasted may have lines of its own; what was pasted last is shown inverted until the next key, and then
drawn again, as readline does both.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

_TAB = 8
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BREAK = re.compile(r"((?:\r?\n\r)+)")


class Place(NamedTuple):
    row: int
    column: int


class Mark(NamedTuple):
    """Which characters are shown inverted."""

    start: int
    end: int


def width(text: str) -> int:
    """Columns that a text takes."""
    return len(text) if text.isascii() else sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def shown(text: str, indent: int = 0) -> str:
    """With control characters made visible, tabs as the blanks that they stand for, and each line at its beginning."""
    return _between(_lines(text, indent))


def _lines(text: str, indent: int) -> list[str]:
    found = []
    for line in text.split("\n"):
        made = _CONTROL.sub(lambda char: f"^{chr(ord(char[0]) ^ 64)}", line)
        while (at := made.find("\t")) >= 0:
            made = made[:at] + " " * (_TAB - (indent + width(made[:at])) % _TAB) + made[at + 1 :]
        found.append(made)
        indent = 0
    return found


def _between(lines: list[str]) -> str:
    """One after the other. Behind one that is empty the cursor is at its beginning already."""
    sent = [lines[0]]
    for at, (before, line) in enumerate(pairwise(lines)):
        sent += ["\r\n\r" if before or at == 0 else "\n\r", line]
    return "".join(sent)


class Screen:
    """One line being edited: knows what is there, and sends only what must change."""

    def __init__(self, columns: int, indent: int, prompt: str = "") -> None:
        self._columns = max(columns, 1)
        self._indent = indent
        """Columns of the prompt's last line, which is `prompt`."""
        self._prompt = prompt
        self._text = ""
        self._cursor = 0
        self._mark: Mark | None = None

    @property
    def is_marked(self) -> bool:
        return self._mark is not None

    def update(self, text: str, cursor: int, mark: Mark | None = None) -> str:
        """To show this text, the cursor before its character number `cursor`."""
        before, self._text = self._text, text
        at, self._cursor = self._cursor, cursor
        old, self._mark = self._mark, mark
        if old is not None or mark is not None:
            return self._redrawn(before, at, old or mark, mark)
        if before == text:
            return self._move(before, at, cursor)
        if at == len(before) and cursor == len(text) and text.startswith(before):
            return self._part(text, len(before), len(text)) + self._wrap(text)
        common = 0
        while common < min(len(before), len(text), at) and before[common] == text[common]:
            common += 1
        if "\n" in before or "\n" in text:
            sent = self._move(before, at, common) + "\x1b[J" + self._part(text, common, len(text)) + self._wrap(text)
            return sent + self._move(text, len(text), cursor)
        spills = self._spills(before, text)
        sent = self._move(before, at, common) + self._part(text, common, len(text)) + "\x1b[K" * (not spills)
        if spills:
            sent += self._wrap(text) + "\x1b[J"
        return sent + self._move(text, len(text), cursor)

    def finish(self) -> str:
        """The cursor behind the text, and to the next line."""
        sent = self._move(self._text, self._cursor, len(self._text))
        return sent + ("\x1b[A\r\n" if self._text.endswith("\n") else "\r\n")

    # -- what is pasted ------------------------------------------------------------------------------------------------

    def _redrawn(self, before: str, at: int, first: Mark | None, mark: Mark | None) -> str:
        """From where the mark was on; without one before, from where the new one is."""
        assert first is not None
        text, cursor = self._text, self._cursor
        start = 0
        while start < min(len(before), len(text), first.start) and before[start] == text[start]:
            start += 1
        sent = self._back(before, at, start) + "\x1b[J" * (not text.startswith(before))
        if mark is None:
            sent += self._part(text, start, len(text))
        else:
            sent += self._part(text, start, mark.start)
            pieces = _BREAK.split(self._part(text, mark.start, mark.end))
            sent += "".join(f"\x1b[7m{piece}\x1b[27m" if piece.strip("\r\n") else piece for piece in pieces)
            sent += self._part(text, mark.end, len(text))
        return sent + self._wrap(text) + self._move(text, len(text), cursor)

    def _back(self, text: str, at: int, start: int) -> str:
        """To an earlier character, as readline goes there: to the left by what is shorter, to the right by printing."""
        here, there = self._place(text, at), self._place(text, start)
        sent, left = "\x1b[A" * (here.row - there.row), here.column - there.column
        at_prompt = start == 0 and there.row == 0
        if left and at_prompt and (left < 0 or there.column + 1 < left):
            return sent + ("\r" if here.column else "") + self._prompt
        return sent + ("\b" * left if left > 0 else f"\x1b[{-left}C" if left else "")

    # -- places --------------------------------------------------------------------------------------------------------

    def _part(self, text: str, start: int, end: int) -> str:
        return shown(text[:end], self._indent)[len(shown(text[:start], self._indent)) :]

    def _place(self, text: str, at: int) -> Place:
        *full, last = _lines(text[:at], self._indent)
        row, indent = 0, self._indent
        for line in full:
            row += max(indent + width(line) - 1, 0) // self._columns + 1
            indent = 0
        down, column = divmod(indent + width(last), self._columns)
        return Place(row + down, column)

    def _spills(self, before: str, text: str) -> bool:
        """Whether one of them takes more than one row."""
        return any(self._place(each, len(each)).row for each in (before, text))

    def _wrap(self, text: str) -> str:
        """A cursor that waits at the right edge goes to the next line, as readline has it."""
        place = self._place(text, len(text))
        return " \r" if place.row and not place.column and text and not text.endswith("\n") else ""

    def _move(self, text: str, start: int, end: int) -> str:
        here, there = self._place(text, start), self._place(text, end)
        down, across = there.row - here.row, there.column - here.column
        sent = f"\x1b[{-down}A" if down < 0 else f"\x1b[{down}B" if down else ""
        if across < 0:
            return sent + ("\b" * -across if across > -5 else f"\x1b[{-across}D")
        return sent + (f"\x1b[{across}C" if across else "")
