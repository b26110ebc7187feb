"""The law of the screen: whatever is sent, a terminal shows the line, and its cursor stands where the editor's does."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cluster.shell.terminal.editing import Editor
from cluster.shell.terminal.screen import Screen, shown, width

COLUMNS = 20


class Display:
    """Enough of a terminal: it wraps as an xterm does, at the character after the last column."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = [[" "] * COLUMNS]
        self.row = self.column = 0

    def feed(self, text: str) -> None:
        at = 0
        while at < len(text):
            escape = re.compile(r"\x1b\[(\d*)([ABCDKJ])").match(text, at)
            if escape:
                self._escape(escape[2], int(escape[1] or 1))
                at = escape.end()
                continue
            self._character(text[at])
            at += 1

    def _character(self, char: str) -> None:
        if char == "\r":
            self.column = 0
        elif char == "\b":
            self.column = min(max(self.column - 1, 0), COLUMNS - 1)
        elif char == "\n":
            self._down()
        else:
            if self.column == COLUMNS:
                self.column = 0
                self._down()
            self.rows[self.row][self.column] = char
            self.column += 1

    def _down(self) -> None:
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append([" "] * COLUMNS)

    def _escape(self, kind: str, count: int) -> None:
        if kind == "A":
            self.row = max(self.row - count, 0)
        elif kind == "B":
            self.row = min(self.row + count, len(self.rows) - 1)
        elif kind == "C":
            self.column = min(self.column + count, COLUMNS - 1)
        elif kind == "D":
            self.column = max(min(self.column, COLUMNS - 1) - count, 0)
        else:
            self.rows[self.row][self.column :] = [" "] * (COLUMNS - self.column)
            if kind == "J":
                for row in self.rows[self.row + 1 :]:
                    row[:] = [" "] * COLUMNS

    def text(self) -> str:
        return "".join("".join(row) for row in self.rows).rstrip()


KEYS = [
    *"abc xyz",
    *("left", "right", "home", "end", "backspace", "delete", "up", "down", "alt-b", "alt-f", "alt-d", "alt-backspace"),
    *(f"ctrl-{letter}" for letter in "abefkuwyt"),
]


@given(st.lists(st.sampled_from(KEYS), max_size=120), st.integers(0, 25))
def test_the_screen_follows_the_editor(keys: list[str], indent: int) -> None:
    editor = Editor(["an older line that takes more than one row", "short"])
    display = Display()
    display.feed("#" * indent)
    screen = Screen(COLUMNS, indent)
    if indent and indent % COLUMNS == 0:
        display.feed(" \r")
    for key in keys:
        editor.press(key)
        display.feed(screen.update(editor.line, editor.cursor))
        assert display.text() == ("#" * indent + shown(editor.line)).rstrip()
        before = indent + width(editor.line[: editor.cursor])
        assert (display.row, display.column) in (divmod(before, COLUMNS), (before // COLUMNS - 1, COLUMNS))
