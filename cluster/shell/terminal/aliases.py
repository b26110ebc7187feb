"""Aliases put in the place of the commands they stand for, in a line that was typed. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.shell.language.lexing import OPENING, tokenize
from cluster.shell.language.scanning import TooDeep

_MOST = 20


def expand_aliases(text: str, aliases: Mapping[str, str]) -> str:
    """The first words of commands replaced, and again in what that leads to; no alias within itself."""
    if not aliases:
        return text
    done: dict[int, set[str]] = {}
    for _ in range(_MOST):
        found = _first(text, aliases, done)
        if found is None:
            break
        start, end = found
        name = text[start:end]
        done.setdefault(start, set()).add(name)
        text = text[:start] + aliases[name] + text[end:]
    return text


def _first(text: str, aliases: Mapping[str, str], done: Mapping[int, set[str]]) -> tuple[int, int] | None:
    try:
        tokens = tokenize(text).items
    except TooDeep:
        return None
    begins, follows = True, False
    for token in tokens:
        if token.kind == "word" and (begins or follows):
            if token.text in aliases and token.text not in done.get(token.start, ()):
                return token.start, token.end
            follows = any(aliases[name].endswith((" ", "\t")) for name in done.get(token.start, ()))
        begins = token.kind == "operator" or (token.kind == "word" and token.text in OPENING)
    return None
