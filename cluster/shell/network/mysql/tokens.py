"""A statement's words one after the other, and where one statement ends and the next begins. Pure."""

from __future__ import annotations

import re

from cluster.shell.network.mysql.values import Wrong

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\")|(?P<number>\d+(?:\.\d+)?)|`(?P<quoted>[^`]+)`"
    r"|(?P<word>@{0,2}[A-Za-z_][\w.$@]*)|(?P<sign><>|!=|<=|>=|[-(),=*<>.+;]))"
)
_NAME = re.compile(r"\w{1,64}", re.ASCII)


class Words:
    """The tokens of a statement, taken one after the other. Wrong where it cannot go on."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[tuple[str, str, int]] = []
        self._at = at = 0
        while at < len(text) and text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                raise self.syntax(at)
            self._found.append((str(match.lastgroup), match[str(match.lastgroup)], match.start(str(match.lastgroup))))
            at = match.end()

    def syntax(self, place: int | None = None) -> Wrong:
        if place is None:
            place = self._found[self._at][2] if self._at < len(self._found) else len(self._text)
        near = self._text[place:].strip()[:80]
        words = "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version "
        return Wrong(1064, "42000", f"{words}for the right syntax to use near '{near}' at line 1")

    @property
    def ended(self) -> bool:
        return self._at >= len(self._found)

    def peek(self, *words: str) -> bool:
        """The next ones are these."""
        there = self._found[self._at : self._at + len(words)]
        return len(there) == len(words) and all(
            kind in ("word", "sign") and text.upper() == word
            for (kind, text, _), word in zip(there, words, strict=True)
        )

    def take(self, *words: str) -> bool:
        """Those words, if they come next."""
        if not self.peek(*words):
            return False
        self._at += len(words)
        return True

    def need(self, *words: str) -> None:
        if not self.take(*words):
            raise self.syntax()

    def next(self) -> tuple[str, str]:
        if self.ended:
            raise self.syntax()
        kind, text, _ = self._found[self._at]
        self._at += 1
        return kind, text

    def name(self) -> str:
        kind, text = self.next()
        if kind not in ("word", "quoted") or not all(_NAME.fullmatch(each) for each in text.split(".")):
            self._at -= 1
            raise self.syntax()
        return text

    def between(self, start: int) -> str:
        """The text of the tokens from `start` to here."""
        first = self._found[start][2]
        end = self._found[self._at][2] if self._at < len(self._found) else len(self._text)
        return self._text[first:end].strip().rstrip(",").rstrip()

    @property
    def at(self) -> int:
        return self._at


def statements(text: str) -> tuple[list[str], str]:
    """(the whole statements, what is left without its semicolon)."""
    found: list[str] = []
    begin, quote, at = 0, "", 0
    while at < len(text):
        letter = text[at]
        if quote:
            if letter == "\\":
                at += 1
            elif letter == quote:
                quote = ""
        elif letter in "'\"`":
            quote = letter
        elif letter == ";":
            if one := text[begin:at].strip():
                found.append(one)
            begin = at + 1
        at += 1
    return found, text[begin:].strip()
