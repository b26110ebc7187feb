"""POSIX extended regular expressions, matched in time that grows with text times expression, never faster.

A machine of Thompson's kind with captures: the leftmost match, and of those the longest. Python's own engine takes
exponential time over an expression such as (a+)+$, and nobody could stop it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cluster.shell.language.brackets import read_bracket
from cluster.shell.language.remembering import remembered

LARGEST = 5000
"""Instructions of a compiled expression."""
COSTLIEST = 300_000
"""Steps of one match."""


class BadExpression(Exception):
    """The expression is none; the message is the C library's."""


class TooCostly(Exception):
    """The match would take too long."""


@dataclass(slots=True)
class _Step:
    kind: str
    """char, split, jump, save, begin, end, match."""
    accepts: Callable[[str], bool] | None = None
    a: int = 0
    b: int = 0


@dataclass
class Expression:
    program: list[_Step]
    groups: int
    fold: bool

    def search(self, text: str, at: int = 0) -> list[tuple[int, int] | None] | None:
        """The whole match and each group's; None for a group that took no part. None: nothing matches."""
        return _run(self.program, self.groups, text.lower() if self.fold else text, at)


@remembered(256, 256)
def compile_expression(text: str, *, fold: bool = False) -> Expression:
    """BadExpression."""
    compiler = _Compiler(text.lower() if fold else text)
    program = compiler.alternatives()
    if compiler.at < len(compiler.text):
        raise BadExpression("Unmatched ( or \\(" if compiler.text[compiler.at] != ")" else "Unmatched ) or \\)")
    return Expression(
        [_Step("save", a=0), *_shifted(program, 1), _Step("save", a=1), _Step("match")], compiler.groups, fold
    )


def _shifted(program: list[_Step], by: int) -> list[_Step]:
    return [
        _Step(step.kind, step.accepts, step.a + by, step.b + by) if step.kind in ("split", "jump") else step
        for step in program
    ]


@dataclass
class _Compiler:
    """Programs with targets relative to their own first instruction."""

    text: str
    at: int = 0
    groups: int = 0
    depth: int = field(default=0)

    def alternatives(self) -> list[_Step]:
        program = self.branch()
        while self.text[self.at : self.at + 1] == "|":
            self.at += 1
            other = self.branch()
            first = len(program)
            program = [
                _Step("split", a=1, b=first + 2),
                *_shifted(program, 1),
                _Step("jump", a=first + 2 + len(other)),
                *_shifted(other, first + 2),
            ]
            self._check(program)
        return program

    def branch(self) -> list[_Step]:
        program: list[_Step] = []
        while self.at < len(self.text) and self.text[self.at] != "|" and not (self.text[self.at] == ")" and self.depth):
            program += _shifted(self.repeated(), len(program))
            self._check(program)
        return program

    def repeated(self) -> list[_Step]:
        atom = self.atom()
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "*":
                bounds: tuple[int, int | None] = (0, None)
            elif char == "+":
                bounds = (1, None)
            elif char == "?":
                bounds = (0, 1)
            elif char == "{" and (found := self._interval()):
                atom = self._repeat(atom, *found)
                continue
            else:
                break
            self.at += 1
            atom = self._repeat(atom, *bounds)
        return atom

    def _interval(self) -> tuple[int, int | None] | None:
        end = self.text.find("}", self.at)
        inner = self.text[self.at + 1 : end] if end > 0 else ""
        low, comma, high = inner.partition(",")
        if not low.isdigit() or (high and not high.isdigit()):
            return None
        if int(low) > 255 or int(high or 0) > 255 or (high and int(high) < int(low)):
            raise BadExpression("Invalid content of \\{\\}")
        self.at = end + 1
        return int(low), (int(high) if high else None) if comma else int(low)

    def _repeat(self, atom: list[_Step], low: int, high: int | None) -> list[_Step]:
        program: list[_Step] = []
        for _ in range(low):
            program += _shifted(atom, len(program))
            self._check(program)
        size = len(atom)
        if high is None:
            at = len(program)
            program += [_Step("split", a=at + 1, b=at + size + 2), *_shifted(atom, at + 1), _Step("jump", a=at)]
        else:
            end = len(program) + (high - low) * (size + 1)
            for _ in range(high - low):
                at = len(program)
                program += [_Step("split", a=at + 1, b=end), *_shifted(atom, at + 1)]
                self._check(program)
        return program

    def _check(self, program: list[_Step]) -> None:
        if len(program) > LARGEST:
            raise BadExpression("Regular expression too big")

    def atom(self) -> list[_Step]:
        text, at = self.text, self.at
        char = text[at]
        self.at += 1
        if char == "(":
            return self._group()
        if char == "[":
            bracket = read_bracket(text, at, escapes=False)
            if bracket is None:
                raise BadExpression("Unmatched [, [^, [:, [., or [=")
            self.at = bracket[1]
            return [_Step("char", bracket[0])]
        if char == ".":
            return [_Step("char", lambda _: True)]
        if char == "^":
            return [_Step("begin")]
        if char == "$":
            return [_Step("end")]
        if char in "*+?":
            if char == "*":
                return [_Step("char", "*".__eq__)]
            raise BadExpression("Invalid preceding regular expression")
        if char == "\\":
            if self.at == len(text):
                raise BadExpression("Trailing backslash")
            self.at += 1
            return [_escape(text[at + 1])]
        return [_Step("char", char.__eq__)]

    def _group(self) -> list[_Step]:
        self.groups += 1
        self.depth += 1
        number = self.groups
        if self.depth > 50:
            raise BadExpression("Regular expression too big")
        inner = self.alternatives()
        if self.text[self.at : self.at + 1] != ")":
            raise BadExpression("Unmatched ( or \\(")
        self.at += 1
        self.depth -= 1
        return [_Step("save", a=2 * number), *_shifted(inner, 1), _Step("save", a=2 * number + 1)]


def _escape(char: str) -> _Step:
    def word(other: str) -> bool:
        return other.isalnum() or other == "_"

    classes: dict[str, Callable[[str], bool]] = {
        "w": word,
        "W": lambda other: not word(other),
        "s": str.isspace,
        "S": lambda other: not other.isspace(),
    }
    return _Step("char", classes.get(char, char.__eq__))


_Saved = tuple[int, ...]


def _run(program: list[_Step], groups: int, text: str, at: int) -> list[tuple[int, int] | None] | None:
    best: _Saved | None = None
    threads: list[tuple[int, _Saved]] = []
    empty: _Saved = (-1,) * (2 * groups + 2)
    steps = 0
    for position in range(at, len(text) + 1):
        seen: set[int] = set()
        ready: list[tuple[int, _Saved]] = []
        pending = [(pc, saved) for pc, saved in reversed(threads)]
        if best is None:
            pending.insert(0, (0, empty))
        while pending:
            pc, saved = pending.pop()
            if pc in seen:
                continue
            seen.add(pc)
            steps += 1
            step = program[pc]
            if step.kind == "char":
                ready.append((pc, saved))
            elif step.kind == "split":
                pending += [(step.b, saved), (step.a, saved)]
            elif step.kind == "jump":
                pending.append((step.a, saved))
            elif step.kind == "save":
                pending.append((pc + 1, (*saved[: step.a], position, *saved[step.a + 1 :])))
            elif step.kind == "match":
                if best is None or saved[0] < best[0] or (saved[0] == best[0] and saved[1] > best[1]):
                    best = saved
            elif (step.kind == "begin" and position == 0) or (step.kind == "end" and position == len(text)):
                pending.append((pc + 1, saved))
        if steps > COSTLIEST:
            raise TooCostly
        if position == len(text) or (best is not None and not ready):
            break
        char = text[position]
        threads = [
            (pc + 1, saved)
            for pc, saved in ready
            if (best is None or saved[0] <= best[0]) and program[pc].accepts(char)  # type: ignore[misc]
        ]
    if best is None:
        return None
    return [
        (best[2 * group], best[2 * group + 1]) if best[2 * group] >= 0 and best[2 * group + 1] >= 0 else None
        for group in range(groups + 1)
    ]
