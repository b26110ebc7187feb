"""Where the quoted and nested pieces of a script end: strings, expansions, substitutions. Positions only."""

from __future__ import annotations

import re
from collections.abc import Callable

DEEPEST = 60
"""How far quotes and substitutions may lie within each other."""

_PLAIN = re.compile(r"[^\s;&|<>()'\"\\$`?*+@!]+")
_IN_DOUBLE = re.compile(r"[^\"\\$`]+")
_IN_BRACE = re.compile(r"[^\"'\\$`}]+")


class Unclosed(Exception):
    """The text ends within a piece that `opener` opened, at `position`."""

    def __init__(self, opener: str, position: int) -> None:
        super().__init__(opener)
        self.opener = opener
        self.position = position


class TooDeep(Exception):
    """Pieces within pieces, further than anybody writes."""


class Scanner:
    """Finds ends within one text. `script_end` finds that of a $(…), which takes the whole language."""

    def __init__(self, text: str, script_end: Callable[[str, int, int], int]) -> None:
        self.text = text
        self._script_end = script_end

    def word(self, start: int, depth: int = 0) -> int:
        """Where the word that starts here ends."""
        text, at, size = self.text, start, len(self.text)
        while at < size:
            char = text[at]
            if char in " \t\n;&|)":
                break
            if char in "<>":
                if text[at + 1 : at + 2] != "(":
                    break
                at = self._script_end(text, at + 2, depth + 1)
            elif char == "(":
                if text[at - 1] not in "?*+@!" or at == start:
                    break
                at = self._parentheses(at + 1, depth + 1)
            else:
                at = self.piece(at, depth)
        return at

    def piece(self, at: int, depth: int, *, quotes: bool = True) -> int:
        """The end of the quoted piece, the expansion or the plain characters that start here."""
        text = self.text
        char = text[at]
        if depth > DEEPEST:
            raise TooDeep
        if char == "\\":
            return min(at + 2, len(text))
        if char == '"':
            return self.double(at, depth)
        if char == "'" and quotes:
            return self._until("'", at, at + 1)
        if char == "`":
            return self._escaped("`", at, at + 1)
        if char == "$":
            return self._dollar(at, depth, quotes=quotes)
        found = _PLAIN.match(text, at)
        return found.end() if found else at + 1

    def double(self, at: int, depth: int) -> int:
        """The end of "…"."""
        start, at = at, at + 1
        while at < len(self.text):
            if self.text[at] == '"':
                return at + 1
            found = _IN_DOUBLE.match(self.text, at)
            at = found.end() if found else self.piece(at, depth + 1, quotes=False)
        raise Unclosed('"', start)

    def brace(self, at: int, depth: int, *, quotes: bool = True) -> int:
        """The end of ${…}: `at` stands after the brace."""
        start = at - 2
        while at < len(self.text):
            if self.text[at] == "}":
                return at + 1
            found = _IN_BRACE.match(self.text, at)
            at = found.end() if found else self.piece(at, depth + 1, quotes=quotes)
        raise Unclosed("}", start)

    def arithmetic(self, at: int, depth: int) -> int | None:
        """The end of ((…)), `at` standing after the two; None when it is no calculation but two subshells."""
        open_, start = 0, at
        while at < len(self.text):
            char = self.text[at]
            if char == "(":
                open_, at = open_ + 1, at + 1
            elif char == ")":
                if open_ == 0:
                    return at + 2 if self.text[at + 1 : at + 2] == ")" else None
                open_, at = open_ - 1, at + 1
            elif char in "\\\"'$`":
                at = self.piece(at, depth + 1)
            else:
                at += 1
        raise Unclosed("))", start - 2)

    def _dollar(self, at: int, depth: int, *, quotes: bool) -> int:
        text = self.text
        follows = text[at + 1 : at + 2]
        if follows == "(":
            if text[at + 2 : at + 3] == "(":
                end = self.arithmetic(at + 3, depth + 1)
                if end is not None:
                    return end
            return self._script_end(text, at + 2, depth + 1)
        if follows == "{":
            return self.brace(at + 2, depth, quotes=quotes)
        if follows == "'" and quotes:
            return self._escaped("'", at + 1, at + 2)
        if follows == '"' and quotes:
            return self.double(at + 1, depth)
        return at + 2 if follows and follows in "$#?!@*-" else at + 1

    def _parentheses(self, at: int, depth: int) -> int:
        start = at - 1
        while at < len(self.text):
            if self.text[at] == ")":
                return at + 1
            at = self._parentheses(at + 1, depth + 1) if self.text[at] == "(" else self.piece(at, depth)
        raise Unclosed(")", start)

    def _until(self, closer: str, opened: int, at: int) -> int:
        end = self.text.find(closer, at)
        if end < 0:
            raise Unclosed(closer, opened)
        return end + 1

    def _escaped(self, closer: str, opened: int, at: int) -> int:
        while at < len(self.text):
            if self.text[at] == "\\":
                at += 2
            elif self.text[at] == closer:
                return at + 1
            else:
                at += 1
        raise Unclosed(closer, opened)
