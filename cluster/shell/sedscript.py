"""sed's scripts as commands: addresses, names, arguments. Pure; what commands do is `programs.streamed`'s affair."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cluster.shell.expressions import Expression, compiled

_NAMES = "{}:=abcdDgGhHilnNpPqQrstTwxy#"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "f": "\f", "v": "\v"}
_MOST = 10_000


class BadScript(ValueError):
    """The message begins with the place, as sed's does."""


@dataclass
class Address:
    kind: str
    """line, last, step, match, plus, multiple."""
    number: int = 0
    step: int = 0
    expression: Expression | None = None


@dataclass
class Command:
    name: str
    first: Address | None = None
    second: Address | None = None
    negated: bool = False
    text: str = ""
    """A label, a file, lines to be put in."""
    expression: Expression | None = None
    replacement: list[str | int] = field(default_factory=list)
    """Texts and numbers of groups; words such as \\U stand as texts that begin with NUL."""
    number: int = 1
    """Which match is replaced, or an exit status."""
    every: bool = False
    prints: bool = False
    target: str = ""
    table: dict[int, int] = field(default_factory=dict)
    goal: int = 0
    """Of {: the command behind its }."""


def parsed(text: str, *, extended: bool) -> tuple[list[Command], bool]:
    """(commands, whether the script begins with #n)."""
    reader = _Reader(text, extended)
    return reader.commands(), text.startswith("#n\n") or text == "#n"


def expanded(parts: Sequence[str | int], groups: Sequence[str | None]) -> str:
    """A replacement for one match."""
    made, turn, once = "", "", ""
    for part in parts:
        if isinstance(part, str) and part.startswith("\0"):
            word = part[1:]
            if word in "ul":
                once = word
            else:
                turn = "" if word == "E" else word
            continue
        piece = (groups[part] or "" if part < len(groups) else "") if isinstance(part, int) else part
        piece = piece.upper() if turn == "U" else piece.lower() if turn == "L" else piece
        if once and piece:
            piece = (piece[0].upper() if once == "u" else piece[0].lower()) + piece[1:]
            once = ""
        made += piece
    return made


class _Reader:
    def __init__(self, text: str, extended: bool) -> None:
        self.text, self.extended, self.at = text, extended, 0
        self.last: Expression | None = None
        self.command = ""
        """Whose arguments are read."""

    def fail(self, why: str) -> BadScript:
        return BadScript(f"char {self.at}: {why}")

    def commands(self) -> list[Command]:
        found: list[Command] = []
        open_: list[int] = []
        while True:
            self._skip(" \t\n;")
            if self.at >= len(self.text):
                break
            place = self.at + 1
            command = self._command()
            if command is None:
                continue
            if command.name == "{":
                open_.append(len(found))
            if command.name == "}":
                if not open_:
                    self.at = place
                    raise self.fail("unexpected `}'")
                found[open_.pop()].goal = len(found)
                continue
            found.append(command)
            if len(found) > _MOST:
                raise self.fail("too many commands")
        if open_:
            self.at = 0
            raise self.fail("unmatched `{'")
        return found

    def _skip(self, chars: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in chars:
            self.at += 1

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _command(self) -> Command | None:
        command = Command("")
        command.first = self._address()
        if command.first is not None:
            self._skip(" \t")
            if self._peek() == ",":
                self.at += 1
                self._skip(" \t")
                command.second = self._address(second=True)
                if command.second is None:
                    self.at += 1
                    raise self.fail("unexpected `,'")
        self._skip(" \t")
        while self._peek() == "!":
            command.negated = True
            self.at += 1
            self._skip(" \t")
        name = self._peek()
        self.at += 1
        if not name or name in "\n;":
            raise self.fail("missing command")
        if name not in _NAMES:
            raise self.fail(f"unknown command: `{name}'")
        command.name = name
        zero = command.first is not None and command.first.kind == "line" and command.first.number == 0
        if zero and (command.second is None or command.second.kind != "match"):
            raise self.fail("invalid usage of line address 0")
        if name == "#":
            if command.first is not None:
                raise self.fail("comments don't accept any addresses")
            self._line()
            return None
        if name in ":}" and command.first is not None:
            raise self.fail(f"{name} doesn't want any addresses")
        self._arguments(command)
        return command

    def _arguments(self, command: Command) -> None:
        name = command.name
        if name in "{":
            return
        if name in ":btT":
            self._skip(" \t")
            end = re.compile(r"[;\n}]" if name != ":" else r"[;\n]").search(self.text, self.at)
            stop = end.start() if end else len(self.text)
            command.text = self.text[self.at : stop].strip()
            self.at = stop
            if name == ":" and not command.text:
                raise self.fail('":" lacks a label')
            return
        if name in "rw":
            self._skip(" \t")
            command.text = self._line()
            if not command.text:
                raise self.fail("missing filename in r/R/w/W commands")
            return
        if name in "aic":
            self._put_in(command)
            return
        if name == "s":
            self._substitute(command)
        elif name == "y":
            self._transliterate(command)
        elif name in "qQl":
            self._skip(" \t")
            digits = re.compile(r"\d{0,5}").match(self.text, self.at)
            assert digits is not None, "it matches nothing too"
            command.number = int(digits[0] or 0) % 256
            self.at = digits.end()
        self._ends()

    def _ends(self) -> None:
        self._skip(" \t")
        if self._peek() == "#" or self._peek() == "}":
            return
        if self._peek() not in ("", ";", "\n"):
            self.at += 1
            raise self.fail("extra characters after command")
        self.at += 1

    def _line(self) -> str:
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        found, self.at = self.text[self.at : end], end + 1
        return found

    def _put_in(self, command: Command) -> None:
        self._skip(" \t")
        if self._peek() == "\\":
            self.at += 1
            after = self.at
            self._skip(" \t")
            if self._peek() == "\n":
                self.at += 1
            else:
                self.at = after
        if self.at >= len(self.text):
            raise self.fail("expected \\ after `a', `c' or `i'")
        lines: list[str] = []
        while True:
            line = self._line()
            if line.endswith("\\") and self.at <= len(self.text):
                lines.append(line[:-1])
                continue
            lines.append(line)
            break
        command.text = re.sub(r"\\(.)", r"\1", "\n".join(lines))

    def _delimited(self, mark: str, *, pattern: bool) -> str:
        """Up to the next delimiter that has no backslash; of the delimiter the backslash is taken away."""
        found = ""
        inside = False
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char == "\\" and self.at < len(self.text):
                after = self.text[self.at]
                self.at += 1
                if after == mark and not inside:
                    found += after if mark not in ".*[]^$+?(){}|" or not pattern else f"\\{after}"
                else:
                    found += "\n" if after == "n" and pattern and not inside else f"\\{after}"
                continue
            if pattern and char == "[" and not inside:
                inside = True
                lead = re.compile(r"\^?\]?").match(self.text, self.at)
                assert lead is not None, "it matches nothing too"
                found += char + lead[0]
                self.at = lead.end()
                continue
            if inside and char == "[" and self._peek() in (":", ".", "="):
                close = self.text.find(f"{self._peek()}]", self.at + 1)
                if close > 0:
                    found += self.text[self.at - 1 : close + 2]
                    self.at = close + 2
                    continue
            if inside and char == "]":
                inside = False
            elif char == mark and not inside:
                return found
            found += char
        what = f"`{self.command}' command" if self.command else "address regex"
        raise self.fail(f"unterminated {what}")

    def _expression(self, text: str, *, fold: bool) -> Expression:
        if not text:
            if self.last is None:
                raise self.fail("no previous regular expression")
            return self.last
        self.last = compiled(text, extended=self.extended, fold=fold)
        return self.last

    def _address(self, *, second: bool = False) -> Address | None:
        char = self._peek()
        if char == "$":
            self.at += 1
            return Address("last")
        if second and char in "+~" and char:
            digits = re.compile(r"[+~](\d{1,9})").match(self.text, self.at)
            if digits:
                self.at = digits.end()
                return Address("plus" if char == "+" else "multiple", int(digits[1]))
        if char.isdigit():
            digits = re.compile(r"(\d{1,12})(?:~(\d{1,12}))?").match(self.text, self.at)
            assert digits is not None, "it begins with a digit"
            self.at = digits.end()
            if digits[2] is not None:
                return Address("step", int(digits[1]), int(digits[2]))
            return Address("line", int(digits[1]))
        if char in ("/", "\\") and char:
            self.at += 1
            mark = char
            if char == "\\":
                mark = self._peek()
                self.at += 1
            self.command = ""
            text = self._delimited(mark, pattern=True)
            fold = self._peek() == "I"
            self.at += fold
            return Address("match", expression=self._expression(text, fold=fold))
        return None

    def _substitute(self, command: Command) -> None:
        mark = self._peek()
        if not mark or mark in "\n\\":
            raise self.fail("unterminated `s' command")
        self.at += 1
        self.command = "s"
        pattern = self._delimited(mark, pattern=True)
        replacement = self._delimited(mark, pattern=False)
        fold = False
        while (flag := self._peek()) and flag not in " \t\n;}#":
            if flag.isdigit():
                digits = re.compile(r"\d{1,6}").match(self.text, self.at)
                assert digits is not None, "it is a digit"
                command.number = int(digits[0])
                self.at = digits.end()
                if not command.number:
                    raise self.fail("number option to `s' command may not be zero")
                continue
            self.at += 1
            if flag == "g":
                command.every = True
            elif flag == "p":
                command.prints = True
            elif flag in "iI":
                fold = True
            elif flag == "w":
                self._skip(" \t")
                command.target = self._line()
                self.at -= 1
                break
            elif flag not in "mMe":
                raise self.fail("unknown option to `s'")
            elif flag == "e":
                raise self.fail("nothing is run by sed here: the flag e is not known")
        command.expression = self._expression(pattern, fold=fold)
        command.replacement = self._parts(replacement, command.expression)

    def _parts(self, text: str, expression: Expression) -> list[str | int]:
        found: list[str | int] = []
        at = 0
        while at < len(text):
            char = text[at]
            at += 1
            if char == "&":
                found.append(0)
            elif char == "\\" and at < len(text):
                after = text[at]
                at += 1
                if after.isdigit():
                    if int(after) > expression.groups:
                        raise self.fail(f"invalid reference \\{after} on `s' command's RHS")
                    found.append(int(after))
                elif after in "ULEul":
                    found.append(f"\0{after}")
                else:
                    found.append(_ESCAPES.get(after, after))
            else:
                found.append(char)
        return found

    def _transliterate(self, command: Command) -> None:
        mark = self._peek()
        self.at += 1
        self.command = "y"
        sides = []
        for _ in range(2):
            text = self._delimited(mark, pattern=False)
            sides.append(re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text))
        if len(sides[0]) != len(sides[1]):
            raise self.fail("strings for `y' command are different lengths")
        command.table = {ord(one): ord(other) for one, other in zip(*sides, strict=True)}
