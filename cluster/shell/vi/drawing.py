"""What the screen shows of a text: its lines, tildes below the end, a line for messages. Only what changed is sent."""

from __future__ import annotations

from cluster.shell.vi.editor import Editor

_TAB = 8


class Drawing:
    def __init__(self) -> None:
        self._shown: list[str] = []
        self._left = 0

    def forget(self) -> None:
        """All is sent again."""
        self._shown = []

    def update(self, editor: Editor, columns: int, rows: int) -> str:
        """What brings the screen there."""
        text, margin = editor.text, 4 if editor.numbered else 0
        width, height = max(columns - margin, 1), max(rows - 1, 1)
        cell = _cells(text.line[: text.column])
        if cell < self._left or cell >= self._left + width:
            self._left = max(cell - width // 2, 0)
        wanted = []
        for row in range(editor.top, editor.top + height):
            if row >= len(text.lines):
                wanted.append("~")
                continue
            number = f"{row + 1:>3} " if margin else ""
            wanted.append(number + _laid_out(text.lines[row])[self._left : self._left + width])
        bottom = editor.prompt if editor.prompt is not None else editor.message or editor.standing()
        wanted.append(bottom[-max(columns - 1, 1) :])
        made = "" if self._shown else "\x1b[H\x1b[J"
        for at, line in enumerate(wanted):
            if at >= len(self._shown) or self._shown[at] != line:
                made += f"\x1b[{at + 1};1H{line}\x1b[K"
        self._shown = wanted
        if editor.prompt is not None:
            return f"{made}\x1b[{height + 1};{min(len(bottom), columns - 1) + 1}H"
        return f"{made}\x1b[{text.row - editor.top + 1};{cell - self._left + 1 + margin}H"


def _laid_out(line: str) -> str:
    shown = ""
    for char in line:
        if char == "\t":
            shown += " " * (_TAB - len(shown) % _TAB)
        else:
            shown += char if char >= " " and char != "\x7f" else f"^{chr(ord(char) ^ 64)}"
    return shown


def _cells(text: str) -> int:
    return len(_laid_out(text))
