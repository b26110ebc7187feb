"""What keys do: commands, operators with motions, and text that is typed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from cluster.shell.expressions import BadExpression, TooCostly, compiled
from cluster.shell.vi.colon import carry_out
from cluster.shell.vi.motions import MOTIONS, Place, first, found
from cluster.shell.vi.outcome import Asked, Problem
from cluster.shell.vi.text import Text

_SHORT = {"x": "dl", "X": "dh", "D": "d$", "C": "c$", "s": "cl", "S": "cc", "Y": "yy", "delete": "dl"}
"""What is short for an operator with a motion."""
_WIDTH = 8
T = TypeVar("T")
Keys = Generator[None, str, T]
"""Is sent keys, and returns what they come to."""
Moved = tuple[Place, bool, bool]
"""A place, whether an operator takes whole lines, and whether it takes the character there."""


class Editor:
    """`press` takes one key at a time; what is left to whoever shows it and stores files is in `asked`."""

    def __init__(self, path: str = "", rows: int = 24) -> None:
        self.text, self.path, self.rows = Text(), path, rows
        self.mode = "-"
        """`-` for commands, `I` while text is typed, `R` while it replaces."""
        self.message = ""
        self.prompt: str | None = None
        """A line that is being typed at the bottom, with its `:`, `/` or `?`."""
        self.asked: list[Asked] = []
        self.numbered = False
        self.top = 0
        self._keys: list[str] = []
        self._reader = self._read()
        self._replaying = False
        self._sought = ("/", "")
        self._last_find: tuple[str, str] | None = None
        self._repeatable: list[str] = []
        self._marks: dict[str, Place] = {}
        next(self._reader)

    def press(self, key: str) -> None:
        """One key, by its character or its name."""
        if self.prompt is None:
            self.message = ""
        self._keys.append(key)
        try:
            self._reader.send(key)
        except Problem as problem:
            self._again(str(problem))
        except (BadExpression, TooCostly) as problem:
            self._again(f"{problem}")
        self.text.clamp(inserting=self.mode != "-")
        height = max(self.rows - 1, 1)
        self.top = min(max(self.top, self.text.row - height + 1), self.text.row)

    def _again(self, said: str) -> None:
        """A command went wrong: the next key begins another one."""
        self.message, self.prompt, self.mode = said, None, "-"
        self._reader = self._read()
        next(self._reader)

    # -- commands ----------------------------------------------------------------------------------------------

    def _read(self) -> Keys[None]:
        """Takes keys for ever, one command after the other."""
        while True:
            self._keys.clear()
            before = self.text.lines.copy()
            yield from self._command()
            if self.text.lines != before and self._keys[-1:] != ["u"] and not self._replaying:
                self._repeatable = self._keys.copy()

    def _command(self) -> Keys[None]:
        key = yield
        count = ""
        while key.isdigit() and (count or key != "0"):
            count += key
            key = yield
        yield from self._do(key, int(count[:6]) if count else 0)

    def _do(self, key: str, count: int) -> Keys[None]:
        text, times = self.text, max(count, 1)
        if key in _SHORT:
            yield from self._operator(_SHORT[key][0], times, _SHORT[key][1])
        elif key in "dcy<>" and len(key) == 1:
            yield from self._operator(key, times, "")
        elif key in ("i", "a", "I", "A", "o", "O", "R"):
            yield from self._insert(key, times)
        elif key in (":", "/", "?"):
            yield from self._line(key)
        elif key == "u":
            self.message = "" if text.undo() else "Already at oldest change"
        elif key in ("p", "P"):
            if not text.kept:
                raise Problem("Nothing in register D")
            text.remember()
            for _ in range(min(times, 1_000)):
                text.put(before=key == "P")
        elif key == "J":
            self._join(times)
        elif key == "r":
            char = yield
            self._replace(char, times)
        elif key == "~":
            self._swap_case(times)
        elif key == ".":
            self._repeat()
        elif key == "Z":
            other = yield
            if other == "Z":
                carry_out(self, "x")
            elif other == "Q":
                carry_out(self, "q!")
        elif key == "m":
            self._marks[(yield)] = text.row, text.column
        elif key == "ctrl-g":
            self.message = self.standing()
        elif key == "ctrl-l":
            self.asked.append(Asked("redraw"))
        elif key not in ("esc", "ctrl-c"):
            moved = yield from self._motion(key, count)
            if moved is None:
                raise Problem("")
            text.row, text.column = moved[0]

    def _motion(self, key: str, count: int) -> Keys[Moved | None]:
        """(place, whole lines, inclusive) of where a key leads; None: nowhere."""
        text, times = self.text, max(count, 1)
        here, last = text.row, len(text.lines) - 1
        if key in MOTIONS:
            motion = MOTIONS[key]
            place = motion.move(text.lines, text.row, text.column, times)
            return None if place is None else (place, motion.lines, motion.inclusive)
        if key in ("f", "F", "t", "T", ";", ","):
            return (yield from self._find(key, times))
        if key in ("n", "N"):
            return self._seek(*self._sought, backwards=key == "N"), False, False
        if key == "'":
            mark = self._marks.get((yield))
            if mark is None:
                raise Problem("Mark not set")
            return (mark[0], first(text.lines[min(mark[0], last)])), True, False
        if key == "g":
            goal = count - 1 if (yield) == "g" else here
            goal = max(goal, 0)
        else:
            half = max((self.rows - 1) // 2, 1)
            page = max(self.rows - 3, 1)
            goals = {
                "G": count - 1 if count else last,
                "enter": here + times,
                "+": here + times,
                "-": here - times,
                "H": self.top + times - 1,
                "M": (self.top + min(self.top + self.rows - 2, last)) // 2,
                "L": min(self.top + self.rows - 2, last) - times + 1,
                "ctrl-d": here + half,
                "ctrl-u": here - half,
                "ctrl-f": here + page,
                "ctrl-b": here - page,
                "pagedown": here + page,
                "pageup": here - page,
                "ctrl-e": here + 1,
                "ctrl-y": here - 1,
            }
            if key not in goals:
                raise Problem(f"'{key}' is not implemented" if len(key) == 1 else "")
            goal = goals[key]
        goal = min(max(goal, 0), last)
        return (goal, first(text.lines[goal])), True, False

    def _find(self, key: str, times: int) -> Keys[Moved | None]:
        if key in ";,":
            if self._last_find is None:
                return None
            how, char = self._last_find
            how = how.swapcase() if key == "," else how
        else:
            how, char = key, (yield)
            self._last_find = how, char
        column = found(self.text.line, self.text.column, how, char, times)
        return None if column is None else ((self.text.row, column), False, how in "ft")

    def _seek(self, sign: str, pattern: str, *, backwards: bool = False) -> Place:
        """The next place where the pattern is, going round at the text's end."""
        if not pattern:
            raise Problem("No previous search")
        self._sought = sign, pattern
        text, expression = self.text, compiled(pattern, extended=False)
        down = (sign == "/") is not backwards
        for step in range(len(text.lines) + 1):
            row = (text.row + step * (1 if down else -1)) % len(text.lines)
            places = []
            at = 0
            line = text.lines[row]
            while at <= len(line) and (match := expression.search(line, at)) is not None:
                places.append(match.start)
                at = max(match.end, match.start + 1)
            if step == 0:
                places = [at for at in places if (at > text.column if down else at < text.column)]
            if places:
                return row, places[0 if down else -1]
        raise Problem(f"Pattern not found: {pattern}")

    # -- changes -----------------------------------------------------------------------------------------------

    def _operator(self, key: str, times: int, motion: str) -> Keys[None]:
        """d, c, y, < and > over what a motion passes."""
        text = self.text
        if not motion:
            motion = yield
            count = ""
            while motion.isdigit() and (count or motion != "0"):
                count += motion
                motion = yield
            times *= int(count[:6]) if count else 1
        place: Place
        if motion == key:
            place = min(text.row + times - 1, len(text.lines) - 1), text.column
            whole, inclusive = True, False
        else:
            if key == "c" and motion in ("w", "W") and text.line[text.column : text.column + 1].strip():
                motion = {"w": "e", "W": "E"}[motion]
            moved = yield from self._motion(motion, times)
            if moved is None:
                raise Problem("")
            place, whole, inclusive = moved
            if motion in ("w", "W") and place[0] > text.row:
                place = text.row, len(text.line)  # the last word of a line ends with it
        start, end = sorted(((text.row, text.column), place))
        if key != "y":
            text.remember()
        if key in "<>":
            self._shift(start[0], end[0], key)
        elif whole and key == "c":
            text.cut_lines(start[0], end[0])
            text.lines.insert(start[0], "") if text.lines != [""] else None
            text.row, text.column = start[0], 0
        elif whole:
            text.cut_lines(start[0], end[0], keep=key == "y")
            text.column = first(text.line) if key == "d" else text.column
        else:
            text.cut(start, (end[0], end[1] + inclusive), keep=key == "y")
        if key == "c":
            yield from self._typed("I", 1)

    def _insert(self, key: str, times: int) -> Keys[None]:
        text = self.text
        text.remember()
        if key == "a" and text.line:
            text.column += 1
        elif key == "I":
            text.column = first(text.line) if text.line.strip() else 0
        elif key == "A":
            text.column = len(text.line)
        elif key in "oO":
            text.row += key == "o"
            text.lines.insert(text.row, "")
            text.column = 0
        yield from self._typed("R" if key == "R" else "I", times if key in "iaIA" else 1)

    def _typed(self, mode: str, times: int) -> Keys[None]:
        """Text until Escape."""
        text, typed = self.text, ""
        self.mode = mode
        while (key := (yield)) not in ("esc", "ctrl-c"):
            typed = self._type(key, typed)
        for _ in range(min(times, 1_000) - 1):
            text.insert(typed)
        self.mode = "-"
        text.column -= 1

    def _type(self, key: str, typed: str) -> str:
        text = self.text
        char = {"enter": "\n", "tab": "\t"}.get(key, key)
        if key == "backspace":
            text.rub_out()
            return typed[:-1]
        if key in MOTIONS and len(key) > 1:
            place = MOTIONS[key].move(text.lines, text.row, text.column, 1)
            text.row, text.column = place or (text.row, text.column)
            text.column += key == "end"
            text.clamp(inserting=True)
            return ""
        if len(char) > 1:
            return typed
        if self.mode == "R" and char != "\n" and text.column < len(text.line):
            text.lines[text.row] = text.line[: text.column] + text.line[text.column + 1 :]
        text.insert(char)
        return typed + char

    def _shift(self, one: int, other: int, key: str) -> None:
        for row in range(one, other + 1):
            line = self.text.lines[row]
            if key == ">":
                self.text.lines[row] = f"\t{line}" if line else line
            elif line.startswith("\t"):
                self.text.lines[row] = line[1:]
            else:
                self.text.lines[row] = line[min(len(line) - len(line.lstrip(" ")), _WIDTH) :]
        self.text.row, self.text.column = one, first(self.text.lines[one])

    def _join(self, times: int) -> None:
        text = self.text
        text.remember()
        for _ in range(max(times - 1, 1)):
            if text.row + 1 < len(text.lines):
                head, tail = text.line.rstrip(), text.lines[text.row + 1].lstrip()
                text.lines[text.row : text.row + 2] = [f"{head} {tail}" if head and tail else head + tail]
                text.column = len(head)

    def _replace(self, char: str, times: int) -> None:
        text = self.text
        char = {"enter": "\n", "tab": "\t"}.get(char, char)
        if len(char) != 1 or text.column + times > len(text.line):
            return
        text.remember()
        text.lines[text.row] = text.line[: text.column] + text.line[text.column + times :]
        text.insert("\n" if char == "\n" else char * times)
        text.column -= char != "\n"

    def _swap_case(self, times: int) -> None:
        text = self.text
        text.remember()
        piece = text.line[text.column : text.column + times]
        text.lines[text.row] = text.line[: text.column] + piece.swapcase() + text.line[text.column + times :]
        text.column += len(piece)

    def _repeat(self) -> None:
        """`.`: the keys of the last change once more."""
        keys, self._replaying = self._repeatable.copy(), True
        inner = self._command()
        next(inner)
        try:
            for key in keys:
                inner.send(key)
        except StopIteration:
            pass
        finally:
            self._replaying = False

    # -- the bottom line ---------------------------------------------------------------------------------------

    def _line(self, sign: str) -> Keys[None]:
        self.prompt = sign
        while (key := (yield)) != "enter":
            if key in ("esc", "ctrl-c"):
                self.prompt = None
                return
            if key == "backspace":
                self.prompt = self.prompt[:-1]
                if not self.prompt:
                    self.prompt = None
                    return
            elif len(key) == 1:
                self.prompt += key
        typed, self.prompt = self.prompt[1:], None
        if sign == ":":
            carry_out(self, typed)
        else:
            self.text.row, self.text.column = self._seek(sign, typed or self._sought[1])

    def standing(self) -> str:
        """The line below the text: the mode, the file, where the cursor is."""
        text = self.text
        own, changed = self.path or "No file", " [Modified]" if text.changed else ""
        share = 100 * (text.row + 1) // len(text.lines)
        return f"{self.mode} {own}{changed} {text.row + 1}/{len(text.lines)} {share}%"

    def searched(self) -> Callable[[str], str]:
        """What an empty pattern of `:s` stands for."""
        return lambda pattern: pattern or self._sought[1]
