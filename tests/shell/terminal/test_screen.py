"""The law of the screen: whatever is sent, a terminal shows the line, and its cursor stands where the editor's does."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cluster.shell.terminal.editing import Editor
from cluster.shell.terminal.keys import Pasted
from cluster.shell.terminal.screen import Mark, Screen, shown

COLUMNS = 20


class Display:
    """Enough of a terminal: it wraps as an xterm does, at the character after the last column."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = [[" "] * COLUMNS]
        self.row = self.column = 0

    def feed(self, text: str) -> None:
        at = 0
        while at < len(text):
            escape = re.compile(r"\x1b\[(\d*)([ABCDKJm])").match(text, at)
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
        elif kind != "m":
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


PASTES = [
    "one",
    "one\ntwo",
    "\n",
    "a\n\nb\n",
    "a text that takes more than one row\nand another one of them",
    "\tx",
    "x" * 20,
]


def displayed(indent: int, text: str) -> Display:
    """As a terminal shows it that is simply sent the text."""
    display = Display()
    display.feed("#" * indent + shown(text, indent))
    return display


@given(
    st.lists(st.sampled_from(KEYS) | st.sampled_from(PASTES).map(Pasted), max_size=120),
    st.integers(0, 25),
)
def test_the_screen_follows_the_editor(keys: list[str], indent: int) -> None:
    editor = Editor(["an older line that takes more than one row", "short", "one with\nlines of its own"])
    display = Display()
    display.feed("#" * indent)
    screen = Screen(COLUMNS, indent, "#" * indent)
    if indent and indent % COLUMNS == 0:
        display.feed(" \r")
    for key in keys:
        mark = None
        if isinstance(key, Pasted):
            mark = Mark(editor.cursor, editor.cursor + len(key))
            editor.insert(key)
        else:
            editor.press(key)
        display.feed(screen.update(editor.line, editor.cursor, mark))
        assert display.text() == displayed(indent, editor.line).text()
        before = displayed(indent, editor.line[: editor.cursor])
        places = [(before.row, before.column)]
        if before.column == COLUMNS:
            places.append((before.row + 1, 0))
        assert (display.row, display.column) in places


def test_what_was_pasted_is_inverted_until_the_next_key() -> None:
    screen = Screen(80, 2, "$ ")
    assert screen.update("echo one", 8, Mark(0, 8)) == "\x1b[7mecho one\x1b[27m"
    assert screen.update("echo onex", 9) == "\r$ echo onex"
    assert screen.update("echo one", 8) == "\b\x1b[K"
