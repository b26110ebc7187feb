"""The editing of one line, key by key, in readline's manner. Pure: it knows the line, the cursor and the history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST = 262_144
"""Characters of a line."""


@dataclass
class Editor:
    history: list[str] = field(default_factory=list)
    line: str = ""
    cursor: int = 0
    killed: str = ""
    """What ^Y brings back."""
    place: int | None = None
    """Which line of the history is shown; None: the new one."""
    kept: str = ""
    """The new line, while the history is looked through."""
    search: str | None = None
    """What ^R looks for; None when it does not."""
    found: int | None = None

    def insert(self, text: str) -> None:
        """At the cursor."""
        text = text[: LONGEST - len(self.line)]
        self.line = self.line[: self.cursor] + text + self.line[self.cursor :]
        self.cursor += len(text)

    def press(self, key: str) -> bool:
        """Whether the key meant anything."""
        if len(key) == 1:
            self.insert(key)
            return True
        action = _ACTIONS.get(key)
        if action is None:
            return False
        return action(self) is not False

    def cut(self, start: int, end: int) -> None:
        """Take out a piece, for ^Y."""
        self.killed = self.line[start:end] or self.killed
        self.line = self.line[:start] + self.line[end:]
        self.cursor = start

    def word_before(self, *, blanks: bool = False) -> int:
        """Where the word before the cursor begins; `blanks`: only blanks end it."""
        at = self.cursor
        part: Callable[[str], bool] = (lambda char: not char.isspace()) if blanks else str.isalnum
        while at and not part(self.line[at - 1]):
            at -= 1
        while at and part(self.line[at - 1]):
            at -= 1
        return at

    def word_after(self) -> int:
        at = self.cursor
        while at < len(self.line) and not self.line[at].isalnum():
            at += 1
        while at < len(self.line) and self.line[at].isalnum():
            at += 1
        return at

    def recall(self, step: int) -> bool:
        """Up and down the history."""
        place = len(self.history) if self.place is None else self.place
        if not 0 <= place + step <= len(self.history):
            return False
        if self.place is None:
            self.kept = self.line
        place += step
        self.place = None if place == len(self.history) else place
        self.line = self.kept if self.place is None else self.history[place]
        self.cursor = len(self.line)
        return True

    # -- searching ---------------------------------------------------------------------------------------------

    def prompt(self) -> str:
        """What stands in the prompt's place while a search goes on."""
        failed = "failed " if self.search and self.found is None else ""
        return f"({failed}reverse-i-search)`{self.search}': "

    def seek(self, text: str, *, further: bool = False) -> None:
        """Look for the newest line that holds the text; `further`: an older one than that found."""
        self.search = text
        start = len(self.history) if self.found is None else self.found + (0 if further else 1)
        for at in range(start - 1, -1, -1):
            if text and text in self.history[at]:
                self.found = at
                self.line = self.history[at]
                self.cursor = self.line.rfind(text)
                return
        if not further:
            self.found = None

    def settle(self) -> None:
        """The search is over; what it found stays."""
        self.search = self.found = None


def _move(to: Callable[[Editor], int]) -> Callable[[Editor], bool]:
    def act(editor: Editor) -> bool:
        at = to(editor)
        moved = at != editor.cursor
        editor.cursor = max(0, min(at, len(editor.line)))
        return moved

    return act


def _cut(span: Callable[[Editor], tuple[int, int]]) -> Callable[[Editor], bool]:
    def act(editor: Editor) -> bool:
        start, end = span(editor)
        if start == end:
            return False
        editor.cut(start, end)
        return True

    return act


def _drop(start: int) -> Callable[[Editor], bool]:
    def act(editor: Editor) -> bool:
        at = editor.cursor + start
        if not 0 <= at < len(editor.line):
            return False
        editor.line = editor.line[:at] + editor.line[at + 1 :]
        editor.cursor = at
        return True

    return act


def _swap(editor: Editor) -> bool:
    at = min(editor.cursor, len(editor.line) - 1)
    if at < 1:
        return False
    editor.line = editor.line[: at - 1] + editor.line[at] + editor.line[at - 1] + editor.line[at + 1 :]
    editor.cursor = at + 1
    return True


def _last_argument(editor: Editor) -> bool:
    words = editor.history[-1].split() if editor.history else []
    editor.insert(words[-1] if words else "")
    return bool(words)


_ACTIONS: dict[str, Callable[[Editor], bool | None]] = {
    "left": _move(lambda editor: editor.cursor - 1),
    "ctrl-b": _move(lambda editor: editor.cursor - 1),
    "right": _move(lambda editor: editor.cursor + 1),
    "ctrl-f": _move(lambda editor: editor.cursor + 1),
    "home": _move(lambda editor: 0),
    "ctrl-a": _move(lambda editor: 0),
    "end": _move(lambda editor: len(editor.line)),
    "ctrl-e": _move(lambda editor: len(editor.line)),
    "alt-b": _move(Editor.word_before),
    "alt-f": _move(Editor.word_after),
    "backspace": _drop(-1),
    "delete": _drop(0),
    "ctrl-d": _drop(0),
    "ctrl-k": _cut(lambda editor: (editor.cursor, len(editor.line))),
    "ctrl-u": _cut(lambda editor: (0, editor.cursor)),
    "ctrl-w": _cut(lambda editor: (editor.word_before(blanks=True), editor.cursor)),
    "alt-backspace": _cut(lambda editor: (editor.word_before(), editor.cursor)),
    "alt-d": _cut(lambda editor: (editor.cursor, editor.word_after())),
    "ctrl-y": lambda editor: editor.insert(editor.killed),
    "ctrl-t": _swap,
    "up": lambda editor: editor.recall(-1),
    "ctrl-p": lambda editor: editor.recall(-1),
    "down": lambda editor: editor.recall(1),
    "ctrl-n": lambda editor: editor.recall(1),
    "alt-.": _last_argument,
    "alt-_": _last_argument,
}
