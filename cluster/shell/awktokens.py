"""awk's programs cut into tokens. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\\\n|\#[^\n]*)|(?P<newline>\n)|(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)
    |(?P<string>"(?:\\.|[^"\\\n])*")|(?P<name>[A-Za-z_]\w*)
    |(?P<mark>\+\+|--|\+=|-=|\*=|/=|%=|\^=|\*\*=|\*\*|==|<=|>=|!=|&&|\|\||>>|!~|[-+*/%^!<>=~?:,;(){}\[\]$|])""",
    re.VERBOSE | re.DOTALL,
)
WORDS = frozenset({"if", "else", "while", "for", "do", "in", "print", "printf", "next", "exit", "delete"})
WORDS |= {"break", "continue", "getline", "function", "func", "return", "BEGIN", "END"}


class BadProgram(ValueError):
    """The message says what is wrong."""


@dataclass
class Token:
    """A piece of a program: newline, number, string, name, mark, regex, end."""

    kind: str
    text: str
    touches: bool = False
    """A parenthesis that stands right behind a name."""


def tokens(text: str) -> list[Token]:
    """With one of kind "end" at the end. BadProgram."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at] == "/" and _may_begin(found):
            end = re.compile(r"/((?:\\.|\[\^?\]?[^\]\n]*\]|[^/\\\n\[])*)/").match(text, at)
            if not end:
                raise BadProgram("unterminated regexp")
            found.append(Token("regex", end[1].replace("\\/", "/")))
            at = end.end()
            continue
        token = _TOKEN.match(text, at)
        if not token:
            raise BadProgram("unterminated string" if text[at] == '"' else f"syntax error at {text[at : at + 12]!r}")
        kind = str(token.lastgroup)
        if kind != "space":
            found.append(Token(kind, token[0], touches=bool(at) and not text[at - 1].isspace()))
        at = token.end()
    return [*found, Token("end", "")]


def _may_begin(found: list[Token]) -> bool:
    """A slash here begins an expression: no value stands before it."""
    last = found[-1] if found else None
    return last is None or not (
        last.kind in ("number", "string", "regex")
        or last.text in (")", "]", "$", "++", "--")
        or (last.kind == "name" and last.text not in WORDS)
    )


def unquoted(text: str) -> str:
    """A string with its escapes."""
    known = {
        "n": "\n",
        "t": "\t",
        "r": "\r",
        "\\": "\\",
        '"': '"',
        "/": "/",
        "a": "\a",
        "b": "\b",
        "f": "\f",
        "v": "\v",
    }

    def value(found: re.Match[str]) -> str:
        word = found[1]
        return chr(int(word, 8) & 255) if word[0] in "01234567" else known.get(word, found[0])

    return re.sub(r"\\([0-7]{1,3}|.)", value, text, flags=re.DOTALL)
