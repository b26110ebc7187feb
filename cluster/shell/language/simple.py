"""A simple command's tokens as assignments, words and redirections."""

from __future__ import annotations

import re

from cluster.shell.language.grammar import DECLARING
from cluster.shell.language.lexing import Token, script_end
from cluster.shell.language.scanning import Scanner
from cluster.shell.language.syntax import Assignment, Element, Redirection, Simple
from cluster.shell.language.words import read_word

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\+?)=", re.ASCII)
_INDEXED = re.compile(r"([A-Za-z_]\w*)\[", re.ASCII)
_ELEMENT = re.compile(r"\[([^]\n]*)\](\+?)=")


def read_simple(text: str, tokens: list[Token], line: int) -> Simple:
    """Any tokens of one command without inner structure."""
    made = Simple([], [], [], line)
    declaring = False
    for token in tokens:
        if token.kind == "redirection":
            made.redirections.append(read_redirection(text, token))
        elif token.kind == "word":
            raw = text[token.start : token.end]
            assignment = read_assignment(raw) if declaring or not made.words else None
            if assignment is not None and not made.words:
                made.assignments.append(assignment)
            else:
                made.words.append(assignment or read_word(raw))
                declaring = declaring or raw in DECLARING
    return made


def read_redirection(text: str, token: Token) -> Redirection:
    """One redirection; a descriptor in braces ({fd}>file) is left out."""
    descriptor = int(token.descriptor) if token.descriptor.isdigit() and len(token.descriptor) < 5 else None
    operator = "<<" if token.text == "<<-" else token.text
    return Redirection(
        operator, read_word(text[token.target[0] : token.target[1]]), descriptor, token.body, token.verbatim
    )


def read_assignment(raw: str) -> Assignment | None:
    """name=value, name+=value, name[i]=value or name=(…); None when the word is none."""
    found = _ASSIGNMENT.match(raw)
    subscript = None
    if found:
        name, append, at = found[1], bool(found[2]), found.end()
    else:
        indexed = _INDEXED.match(raw)
        closing = _closing(raw, indexed.end()) if indexed else None
        if not indexed or closing is None:
            return None
        follows = re.compile(r"(\+?)=").match(raw, closing + 1)
        if not follows:
            return None
        name, append, at = indexed[1], bool(follows[1]), follows.end()
        subscript = raw[indexed.end() : closing]
    value = raw[at:]
    if value.startswith("(") and value.endswith(")") and subscript is None:
        return Assignment(name, tuple(_elements(value[1:-1])), None, append)
    return Assignment(name, read_word(value), subscript, append)


def _closing(raw: str, at: int) -> int | None:
    depth = 1
    scanner = Scanner(raw, script_end)
    while at < len(raw):
        if raw[at] == "[":
            depth += 1
        elif raw[at] == "]":
            depth -= 1
            if depth == 0:
                return at
        at = scanner.piece(at, 0) if raw[at] in "\"'$`\\" else at + 1
    return None


def _elements(inner: str) -> list[Element]:
    found: list[Element] = []
    scanner = Scanner(inner, script_end)
    at = 0
    while at < len(inner):
        if inner[at] in " \t\n":
            at += 1
        elif inner[at] == "#":
            end = inner.find("\n", at)
            at = len(inner) if end < 0 else end
        elif inner.startswith("\\\n", at):
            at += 2
        else:
            key = _ELEMENT.match(inner, at)
            end = max(scanner.word(key.end() if key else at), at + 1)
            found.append(_element(inner[at:end]))
            at = end
    return found


def _element(raw: str) -> Element:
    found = _ELEMENT.match(raw)
    if found:
        return Element(read_word(raw[found.end() :]), found[1], bool(found[2]))
    return Element(read_word(raw))
