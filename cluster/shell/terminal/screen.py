"""What to send so that a terminal shows a prompt and a line, wherever its cursor stands now. Pure."""

from __future__ import annotations

import unicodedata


def width(text: str) -> int:
    """Columns that a text takes."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def shown(text: str) -> str:
    """With control characters made visible."""
    return "".join(f"^{chr(ord(char) ^ 64)}" if char < " " or char == "\x7f" else char for char in text)


class Screen:
    """One line being edited: knows what is there, and sends only what must change."""

    def __init__(self, columns: int, indent: int) -> None:
        self._columns = max(columns, 1)
        self._indent = indent
        """Columns of the prompt's last line."""
        self._text = ""
        self._cursor = 0

    def update(self, text: str, cursor: int) -> str:
        """To show this text, the cursor before its character number `cursor`."""
        before, self._text = self._text, text
        at, self._cursor = self._cursor, cursor
        if before == text:
            return self._move(before, at, cursor)
        if at == len(before) and cursor == len(text) and text.startswith(before):
            return shown(text[len(before) :]) + self._wrap(text)
        common = 0
        while common < min(len(before), len(text), at) and before[common] == text[common]:
            common += 1
        sent = self._move(before, at, common) + shown(text[common:]) + "\x1b[K" * (not self._spills(before, text))
        if self._spills(before, text):
            sent += self._wrap(text) + "\x1b[J"
        return sent + self._move(text, len(text), cursor)

    def finish(self) -> str:
        """The cursor behind the text, and to the next line."""
        return self._move(self._text, self._cursor, len(self._text)) + "\r\n"

    def _spills(self, before: str, text: str) -> bool:
        return self._indent + max(width(shown(before)), width(shown(text))) >= self._columns

    def _wrap(self, text: str) -> str:
        """A cursor that waits at the right edge goes to the next line, as readline has it."""
        place = self._indent + width(shown(text))
        return " \r" if text and place % self._columns == 0 else ""

    def _move(self, text: str, start: int, end: int) -> str:
        here, there = (self._indent + width(shown(text[:at])) for at in (start, end))
        down = there // self._columns - here // self._columns
        across = there % self._columns - here % self._columns
        sent = f"\x1b[{-down}A" if down < 0 else f"\x1b[{down}B" if down else ""
        if across < 0:
            return sent + ("\b" * -across if across > -5 else f"\x1b[{-across}D")
        return sent + (f"\x1b[{across}C" if across else "")
