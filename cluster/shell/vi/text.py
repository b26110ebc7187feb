"""The text that is edited, with a cursor, what was cut out, and what it was before. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_UNDONE = 200


@dataclass
class Text:
    lines: list[str] = field(default_factory=lambda: [""])
    row: int = 0
    column: int = 0
    kept: str = ""
    """What was cut or copied last; it ends with a newline where that was whole lines."""
    saved: list[str] = field(default_factory=lambda: [""])
    """The lines as they were read or written last."""
    _undo: list[tuple[list[str], int, int]] = field(default_factory=list)

    @property
    def line(self) -> str:
        return self.lines[self.row]

    @property
    def changed(self) -> bool:
        return self.lines != self.saved

    def load(self, body: str) -> None:
        """All of it, as read from a file."""
        self.lines = body.removesuffix("\n").split("\n")
        self.saved = self.lines.copy()
        self.row = self.column = 0
        self._undo.clear()

    def body(self) -> str:
        return "" if self.lines == [""] else "\n".join(self.lines) + "\n"

    def remember(self) -> None:
        """Before a change: `undo` comes back here."""
        self._undo.append((self.lines.copy(), self.row, self.column))
        del self._undo[:-MOST_UNDONE]

    def undo(self) -> bool:
        while self._undo:
            lines, row, column = self._undo.pop()
            if lines != self.lines:
                self.lines, self.row, self.column = lines, row, column
                return True
        return False

    def clamp(self, *, inserting: bool = False) -> None:
        """The cursor onto a character that is there."""
        self.row = min(max(self.row, 0), len(self.lines) - 1)
        self.column = min(max(self.column, 0), max(len(self.line) - (0 if inserting else 1), 0))

    # -- changes -----------------------------------------------------------------------------------------------

    def insert(self, text: str) -> None:
        """At the cursor, which stands behind it afterwards."""
        head, tail = self.line[: self.column], self.line[self.column :]
        first, *others = (head + text).split("\n")
        self.lines[self.row : self.row + 1] = [first, *others]
        self.row += len(others)
        self.column = len(self.line)
        self.lines[self.row] += tail

    def rub_out(self) -> None:
        """The character before the cursor, or the end of the line before."""
        if self.column:
            self.lines[self.row] = self.line[: self.column - 1] + self.line[self.column :]
            self.column -= 1
        elif self.row:
            before = self.lines[self.row - 1]
            self.lines[self.row - 1 : self.row + 1] = [before + self.line]
            self.row, self.column = self.row - 1, len(before)

    def cut_lines(self, first: int, last: int, *, keep: bool = False) -> None:
        """Lines first..last; with `keep` they are copied alone."""
        self.kept = "\n".join(self.lines[first : last + 1]) + "\n"
        if not keep:
            del self.lines[first : last + 1]
            self.lines = self.lines or [""]
            self.row = min(first, len(self.lines) - 1)

    def cut(self, start: tuple[int, int], end: tuple[int, int], *, keep: bool = False) -> None:
        """From one place up to another, (row, column), without the latter."""
        (one, at), (other, upto) = start, end
        piece = self.lines[one : other + 1]
        if one == other:
            self.kept = piece[0][at:upto]
        else:
            self.kept = "\n".join([piece[0][at:], *piece[1:-1], piece[-1][:upto]])
        if not keep:
            self.lines[one : other + 1] = [piece[0][:at] + piece[-1][upto:]]
        self.row, self.column = start

    def put(self, *, before: bool) -> None:
        """What was cut last, behind the cursor or before it."""
        if self.kept.endswith("\n"):
            at = self.row if before else self.row + 1
            self.lines[at:at] = self.kept.removesuffix("\n").split("\n")
            self.row, self.column = at, _first(self.lines[at])
            return
        if not before and self.line:
            self.column += 1
        self.insert(self.kept)
        self.column -= 1


def _first(line: str) -> int:
    return len(line) - len(line.lstrip())
