"""A script's text as tokens: words with all that is quoted in them, operators, redirections, here-documents."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from cluster.shell.language.scanning import DEEPEST, Scanner, TooDeep, Unclosed

RESERVED = frozenset(
    {
        "if",
        "then",
        "elif",
        "else",
        "fi",
        "do",
        "done",
        "case",
        "esac",
        "while",
        "until",
        "for",
        "in",
        "function",
        "select",
        "time",
        "{",
        "}",
        "!",
        "[[",
        "coproc",
    }
)
OPENING = frozenset(["if", "then", "elif", "else", "do", "while", "until", "{", "!", "time"])
"""After these a command begins."""

_OPERATOR = re.compile(r";;&|;&|;;|&&|\|\||\|&|[;&|()\n]")
_REDIRECTION = re.compile(r"(\d+|\{[A-Za-z_]\w*\})?(<<<|<<-|<<|<>|<&|>&|>>|>\||<(?!\()|>(?!\()|&>>|&>)")
_BLANK = re.compile(r"(?:[ \t]|\\\n)+")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^]]*\])?\+?=")
ARRAY = re.compile(r"[A-Za-z_]\w*(?:\[[^]\n]*\])?\+?=\(")


@dataclass
class Complaint(Exception):
    token: Token | None
    """The one that cannot stand where it is; None at the end of the text."""
    expected: str = ""
    """What should have been there, as dash says it."""


@dataclass(slots=True)
class Token:
    kind: Literal["word", "operator", "redirection", "condition", "calculation"]
    start: int
    end: int
    text: str
    """A redirection's operator."""
    descriptor: str = ""
    target: tuple[int, int] = (0, 0)
    body: str | None = None
    verbatim: bool = False
    delimiter: str = ""
    closed: bool = True
    """False for a here-document that the text's end cut off."""


@dataclass
class Tokens:
    text: str
    items: list[Token] = field(default_factory=list)
    end: int = 0
    unclosed: Unclosed | None = None
    """What the text's end cut off; the tokens before it are there."""
    complaint: Complaint | None = None
    """What is wrong within a $(…); likewise."""

    @cached_property
    def _newlines(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self.text)]

    def line(self, position: int) -> int:
        """The number, from 0, of the line that holds this position."""
        return bisect_right(self._newlines, position - 1) if position else 0


def tokenize(text: str) -> Tokens:
    """The whole text. TooDeep."""
    tokens = Tokens(text)
    lexer = _Lexer(text, 0, 0)
    try:
        for token in lexer.tokens():
            tokens.items.append(token)
    except Unclosed as unclosed:
        tokens.unclosed = unclosed
    except Complaint as complaint:
        tokens.complaint = complaint
    tokens.end = lexer.at
    return tokens


def script_end(text: str, start: int, depth: int) -> int:
    """The end of the $(…) whose script starts here."""
    if depth > DEEPEST:
        raise TooDeep
    lexer = _Lexer(text, start, depth, nested=True)
    items = list(lexer.tokens())
    if not lexer.closed:
        raise Unclosed(")", start - 2)
    from cluster.shell.language.grammar import judge

    complaint = judge(items).complaint
    if complaint is not None and complaint.token is not None:
        raise complaint
    return lexer.at


class _Lexer:
    def __init__(self, text: str, at: int, depth: int, *, nested: bool = False) -> None:
        self.text = text
        self.at = at
        self.closed = False
        self._depth = depth
        self._nested = nested
        self._scanner = Scanner(text, script_end)
        self._open: list[str] = []
        self._waiting: list[Token] = []
        """Here-documents whose text begins on the next line."""
        self._previous: Token | None = None

    def tokens(self) -> Iterator[Token]:
        while True:
            blank = _BLANK.match(self.text, self.at)
            if blank:
                self.at = blank.end()
            if self.at >= len(self.text):
                break
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
                continue
            token = self._next()
            if token is None:
                return
            yield token
            self._previous = token
        for document in self._waiting:
            document.body, document.closed = "", False

    def _next(self) -> Token | None:
        redirection = _REDIRECTION.match(self.text, self.at)
        if redirection and (not redirection[1] or redirection[1][0] != "{" or not self._nested):
            return self._redirection(redirection)
        found = _OPERATOR.match(self.text, self.at)
        if not found:
            return self._word()
        start = self.at
        if found[0] == "(" and self.text.startswith("((", start) and self._begins("for"):
            end = self._scanner.arithmetic(start + 2, self._depth)
            if end is not None:
                self.at = end
                return Token("calculation", start, end, "((")
        self.at = found.end()
        if found[0] == "(":
            self._open.append("(")
        elif found[0] == ")":
            if self._open and self._open[-1] == "(":
                self._open.pop()
            elif not self._open and self._nested:
                self.closed = True
                return None
        elif found[0] == "\n":
            self._documents()
        return Token("operator", start, start + len(found[0]), found[0])

    def _begins(self, *also: str) -> bool:
        """Whether a command may begin here."""
        before = self._previous
        if before is None or before.kind == "operator":
            return True
        return before.kind == "word" and (before.text in OPENING or before.text in also)

    def _word(self) -> Token:
        start = self.at
        text = self.text
        if text.startswith("[[", start) and text[start + 2 : start + 3] in (" ", "\t", "\n", "\\") and self._begins():
            self.at = self._condition(start)
            return Token("condition", start, self.at, "[[")
        array = ARRAY.match(text, start)
        self.at = self._array(array.end()) if array else self._scanner.word(start, self._depth)
        word = text[start : self.at]
        if word == "case" and self._begins():
            self._open.append("case")
        elif word == "esac" and self._open and self._open[-1] == "case" and self._begins(")", "in"):
            self._open.pop()
        return Token("word", start, self.at, word)

    def _condition(self, start: int) -> int:
        """The end of [[ … ]]."""
        at = start + 2
        while at < len(self.text):
            if self.text[at] in " \t\n":
                at += 1
            elif self.text.startswith("]]", at) and self.text[at - 1] in " \t\n" and self._ends(at + 2):
                return at + 2
            elif self.text[at] in "()<>&|;":
                at += 1
            else:
                at = self._scanner.word(at, self._depth) if self.text[at] not in "?*+@!" else at + 1
        raise Unclosed("]]", start)

    def _ends(self, at: int) -> bool:
        return at >= len(self.text) or self.text[at] in " \t\n;&|)<>"

    def _array(self, at: int) -> int:
        """The end of name=(…); `at` stands after the parenthesis."""
        start = at - 1
        while at < len(self.text):
            if self.text[at] == ")":
                return at + 1
            if self.text[at] == "#" and self.text[at - 1] in " \t\n(":
                end = self.text.find("\n", at)
                at = len(self.text) if end < 0 else end
            elif self.text[at] in " \t\n;&|(<>":
                at += 1
            else:
                at = self._scanner.word(at, self._depth)
        raise Unclosed(")", start)

    def _redirection(self, found: re.Match[str]) -> Token:
        operator = found[2]
        begin = found.end()
        blank = _BLANK.match(self.text, begin)
        begin = blank.end() if blank else begin
        end = self._scanner.word(begin, self._depth) if begin < len(self.text) else begin
        token = Token("redirection", found.start(), end, operator, found[1] or "", (begin, end))
        self.at = end
        if operator in ("<<", "<<-"):
            raw = self.text[begin:end]
            token.delimiter = re.sub(r"\\(.)|['\"]", r"\1", raw)
            token.verbatim = token.delimiter != raw
            self._waiting.append(token)
        return token

    def _documents(self) -> None:
        """Read the texts of the here-documents that the line just ended announced."""
        for token in self._waiting:
            lines: list[str] = []
            token.closed = False
            while self.at < len(self.text):
                end = self.text.find("\n", self.at)
                line = self.text[self.at : len(self.text) if end < 0 else end]
                self.at = len(self.text) if end < 0 else end + 1
                if token.text == "<<-":
                    line = line.lstrip("\t")
                if line == token.delimiter:
                    token.closed = True
                    break
                if self._nested and end < 0 and line.startswith(token.delimiter + ")"):
                    self.at -= len(line) - len(token.delimiter)
                    token.closed = True
                    break
                lines.append(line + "\n" * (end >= 0))
            token.body = "".join(lines)
        self._waiting.clear()
