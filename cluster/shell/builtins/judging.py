"""test and [."""

from __future__ import annotations

from cluster.shell.builtins.builtin import Builtin, whole_number
from cluster.shell.language import primaries
from cluster.shell.language.shell import Shell

_UNARY = frozenset(f"-{letter}" for letter in "abcdefghknoprstuvwxzGLNORS")
_BINARY = frozenset(primaries.STRINGS) | frozenset(primaries.NUMBERS) | primaries.FILES


class _Bad(Exception):
    """The message, in bash's words and in dash's."""

    def __init__(self, bash: str, dash: str) -> None:
        super().__init__(bash)
        self.dash = dash


async def test(shell: Shell, words: list[str]) -> int:
    name, rest = words[0], words[1:]
    if name == "[":
        if not rest or rest[-1] != "]":
            await shell.complain("missing `]'" if shell.flavour.is_bash else "missing ]", "[")
            return 2
        rest = rest[:-1]
    try:
        return int(not _Judge(shell, rest).judge())
    except _Bad as bad:
        await shell.complain(str(bad) if shell.flavour.is_bash else bad.dash, name)
        return 2


class _Judge:
    def __init__(self, shell: Shell, words: list[str]) -> None:
        self.shell = shell
        self.words = words
        self.at = 0

    def judge(self) -> bool:
        """By how many words there are, as POSIX has it; more than four are read as an expression."""
        words = self.words
        if len(words) == 0:
            return False
        if len(words) == 1:
            return words[0] != ""
        if len(words) == 2:
            return self._two(*words)
        if len(words) == 3:
            return self._three(*words)
        if len(words) == 4:
            if words[0] == "!":
                return not self._three(*words[1:])
            if words[0] == "(" and words[3] == ")":
                return self._two(*words[1:3])
        value = self.either()
        if self.at < len(words):
            left = words[self.at]
            raise _Bad("too many arguments", f"{left}: unexpected operator")
        return value

    def _two(self, first: str, second: str) -> bool:
        if first == "!":
            return second == ""
        if first in _UNARY:
            return self.unary(first, second)
        raise _Bad(f"{first}: unary operator expected", f"{first}: unexpected operator")

    def _three(self, first: str, second: str, third: str) -> bool:
        if second in _BINARY:
            return self.binary(first, second, third)
        if second == "-a":
            return first != "" and third != ""
        if second == "-o":
            return first != "" or third != ""
        if first == "!":
            return not self._two(second, third)
        if first == "(" and third == ")":
            return second != ""
        raise _Bad(f"{second}: binary operator expected", f"{first}: unexpected operator")

    def either(self) -> bool:
        value = self.both()
        while self._is("-o"):
            self.at += 1
            right = self.both()
            value = value or right
        return value

    def both(self) -> bool:
        value = self.primary()
        while self._is("-a"):
            self.at += 1
            right = self.primary()
            value = value and right
        return value

    def _is(self, word: str) -> bool:
        return self.at < len(self.words) and self.words[self.at] == word

    def primary(self) -> bool:
        words, at = self.words, self.at
        if at >= len(words):
            raise _Bad("argument expected", "argument expected")
        if at + 2 < len(words) and words[at + 1] in _BINARY:
            self.at += 3
            return self.binary(words[at], words[at + 1], words[at + 2])
        if words[at] == "!":
            self.at += 1
            return not self.primary()
        if words[at] == "(":
            self.at += 1
            value = self.either()
            if not self._is(")"):
                raise _Bad("`)' expected", "closing paren expected")
            self.at += 1
            return value
        if words[at] in _UNARY and at + 1 < len(words):
            self.at += 2
            return self.unary(words[at], words[at + 1])
        self.at += 1
        return words[at] != ""

    def unary(self, operator: str, operand: str) -> bool:
        if operator == "-t" and whole_number(operand) is None:
            raise _Bad(f"{operand}: integer expression expected", f"Illegal number: {operand}")
        return primaries.unary(self.shell, operator, operand)

    def binary(self, left: str, operator: str, right: str) -> bool:
        if operator in primaries.NUMBERS:
            return primaries.NUMBERS[operator](self._number(left), self._number(right))
        return primaries.binary(self.shell, operator, left, right)

    def _number(self, text: str) -> int:
        found = whole_number(text.strip())
        if found is None:
            dash = f"Illegal number: {text}" if self.shell.flavour.name == "dash" else f"{text}: bad number"
            raise _Bad(f"{text}: integer expression expected", dash)
        return found


JUDGING: dict[str, Builtin] = {"test": test, "[": test}
