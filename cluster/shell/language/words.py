"""What stands in one word: text, quotes, expansions. The word's ends are known by then."""

from __future__ import annotations

import re

from cluster.shell.language.lexing import script_end
from cluster.shell.language.remembering import remembered
from cluster.shell.language.scanning import Scanner
from cluster.shell.language.syntax import (
    Arithmetic,
    Double,
    Parameter,
    Part,
    ProcessFile,
    Quoted,
    Substitution,
    Text,
    Word,
)

_NAME = re.compile(r"[A-Za-z_]\w*|[0-9]|[@*#?$!-]", re.ASCII)
_BRACED_NAME = re.compile(r"[A-Za-z_]\w*|[0-9]+|[@*#?$!-]", re.ASCII)
_OPERATOR = re.compile(r":[-=?+]|##?|%%?|//|/#|/%|/|\^\^?|,,?|[-=?+:@]")
_ANSI = re.compile(
    r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c(.))", re.S
)
_ANSI_CHARACTERS = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


@remembered(4096, 256)
def read_word(raw: str) -> Word:
    """An unquoted word."""
    return Word(raw, tuple(_Reader(raw).parts(double=False)))


@remembered(1024, 1024)
def read_double(raw: str, *, quotes: bool = False) -> Word:
    """Text as between double quotes, such as a here-document's; `quotes`: a `"` is a quote in it all the same."""
    return Word(raw, tuple(_Reader(raw, in_double=True, quotes=quotes).parts(double=True)))


def ansi(text: str) -> str:
    r"""What $'…' stands for: \n, \x41 … resolved; as all texts of a shell it ends at a zero byte."""
    return _ANSI.sub(_ansi_character, text).partition("\0")[0]


def _ansi_character(found: re.Match[str]) -> str:
    simple, octal, byte, short, long, control = found.groups()
    if simple:
        return _ANSI_CHARACTERS.get(simple, simple)
    if octal:
        return chr(int(octal, 8) & 255)
    if control:
        return chr(ord(control) & 31)
    code = int(byte or short or long, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


class _Reader:
    def __init__(self, raw: str, *, in_double: bool = False, quotes: bool = False) -> None:
        self.raw = raw
        self.at = 0
        self.scanner = Scanner(raw, script_end)
        self.in_double = in_double
        self.quotes = quotes
        """Within text as between double quotes, whether `"` still quotes: so in a ${x:-…} of a string."""

    def parts(self, *, double: bool) -> list[Part]:
        """All to the end."""
        found: list[Part] = []
        text: list[str] = []

        def flush() -> None:
            if text:
                found.append(Quoted("".join(text)) if double else Text("".join(text)))
                text.clear()

        while self.at < len(self.raw):
            part = self._part(double)
            if isinstance(part, str):
                text.append(part)
            elif part is not None:
                flush()
                found.append(part)
        flush()
        return found

    def _part(self, double: bool) -> Part | str | None:
        raw, at = self.raw, self.at
        char = raw[at]
        if char == "\\":
            self.at += 2
            follows = raw[at + 1 : at + 2]
            if follows == "\n":
                return None
            if double:
                special = '$`\\"}' if self.quotes else '$`\\"' if not self.in_double else "$`\\"
                return Quoted(follows) if follows and follows in special else char + follows
            return Quoted(follows or "\\")
        if char == "$":
            return self._dollar(double)
        if char == "`":
            end = self.scanner.piece(at, 0)
            self.at = end
            body = raw[at + 1 : end - 1]
            return Substitution(re.sub(r"\\([$`\\\"])" if double else r"\\([$`\\])", r"\1", body))
        if char == '"' and (not double or self.quotes):
            self.at = self.scanner.double(at, 0)
            inner = _Reader(raw[at + 1 : self.at - 1])
            inner.in_double = False
            return Double(tuple(inner.parts(double=True)))
        if char == "'" and not double:
            self.at = self.scanner.piece(at, 0)
            return Quoted(raw[at + 1 : self.at - 1])
        if char in "<>" and raw[at + 1 : at + 2] == "(" and not double:
            self.at = script_end(raw, at + 2, 0)
            return ProcessFile(char, raw[at + 2 : self.at - 1])
        self.at += 1
        return char

    def _dollar(self, double: bool) -> Part | str:
        raw, at = self.raw, self.at
        follows = raw[at + 1 : at + 2]
        if follows == "(":
            self.at = self.scanner.piece(at, 0, quotes=not double)
            if raw.startswith("$((", at):
                end = self.scanner.arithmetic(at + 3, 0)
                if end is not None:
                    return Arithmetic(raw[at + 3 : end - 2])
            return Substitution(raw[at + 2 : self.at - 1], raw.count("\n", 0, at))
        if follows == "{":
            self.at = self.scanner.brace(at + 2, 0, quotes=not double)
            return read_parameter(raw[at : self.at])
        if follows == "'" and not double:
            self.at = self.scanner.piece(at, 0)
            return Quoted(ansi(raw[at + 2 : self.at - 1]))
        if follows == '"' and not double:
            self.at += 1
            return ""
        if follows == "[":
            end = raw.find("]", at)
            if end > 0:
                self.at = end + 1
                return Arithmetic(raw[at + 2 : end])
        name = _NAME.match(raw, at + 1)
        if not name:
            self.at += 1
            return "$"
        self.at = name.end()
        return Parameter(name[0], raw=raw[at : self.at])


def read_parameter(raw: str) -> Parameter:
    """`${…}`, with its braces."""
    inner = raw[2:-1]
    bad = Parameter("", raw=raw, operator="bad")
    if inner == "#" or inner == "!":
        return Parameter(inner, raw=raw)
    length = inner.startswith("#") and (len(inner) < 2 or inner[1] not in "#%:-=?+/" or inner[1:] in ("-", "?", "#"))
    indirect = inner.startswith("!") and len(inner) > 1 and (inner[1].isalnum() or inner[1] in "_@*#?$")
    at = 1 if length or indirect else 0
    name = _BRACED_NAME.match(inner, at)
    if not name:
        return bad
    at = name.end()
    subscript = None
    if at < len(inner) and inner[at] == "[" and (name[0][0].isalpha() or name[0][0] == "_"):
        end = _bracket(inner, at)
        if end is None:
            return bad
        subscript, at = inner[at + 1 : end], end + 1
    if at == len(inner):
        return Parameter(name[0], subscript, length=length, indirect=indirect, raw=raw)
    if length:
        return bad
    if indirect and inner[at:] in ("*", "@"):
        return Parameter(name[0], subscript, operator="names" + inner[at:], indirect=True, raw=raw)
    operator = _OPERATOR.match(inner, at)
    if not operator:
        return bad
    return Parameter(name[0], subscript, operator[0], inner[operator.end() :], length=False, indirect=indirect, raw=raw)


def _bracket(text: str, at: int) -> int | None:
    depth = 0
    for position in range(at, len(text)):
        if text[position] == "[":
            depth += 1
        elif text[position] == "]":
            depth -= 1
            if depth == 0:
                return position
    return None
