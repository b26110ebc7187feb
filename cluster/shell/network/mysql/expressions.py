"""Expressions that name no column: literals, variables and the functions of a server. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cluster.shell.network.mysql.tokens import Words
from cluster.shell.network.mysql.values import Session, Value, Wrong

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def expression(words: Words, session: Session) -> Value:
    """The next expression's, where one value is wanted."""
    tokens = [words.next()]
    if tokens[0] == ("sign", "-"):
        tokens.append(words.next())
    elif tokens[0][0] == "word" and words.peek("("):
        depth = 0
        while True:
            depth += words.peek("(") - words.peek(")")
            tokens.append(words.next())
            if not depth:
                break
    return constant(tokens, words, session)


def literal(words: Words) -> Value:
    """The next one, which asks nothing of a server."""
    return expression(words, Session())


def constant(tokens: Sequence[tuple[str, str]], words: Words, session: Session) -> Value:
    """An expression that names no column."""
    kind, text = tokens[0]
    upper = text.upper()
    if len(tokens) == 1:
        if kind == "text":
            inner = text[1:-1].replace(text[0] * 2, text[0])
            return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), inner, flags=re.DOTALL)
        if kind == "number":
            return float(text) if "." in text else int(text)
        if upper in ("NULL", "TRUE", "FALSE"):
            return None if upper == "NULL" else int(upper == "TRUE")
        if text.startswith("@@"):
            name = text[2:].lower().removeprefix("global.").removeprefix("session.")
            if name not in session.variables:
                raise Wrong(1193, "HY000", f"Unknown system variable '{name}'")
            return session.variables[name]
        raise Wrong(1054, "42S22", f"Unknown column '{text}' in 'field list'")
    if tokens[0] == ("sign", "-") and tokens[1][0] == "number":
        number = constant(tokens[1:], words, session)
        return -number if isinstance(number, (int, float)) else number
    called = "".join(each for _, each in tokens).upper()
    known: dict[str, Value] = {
        "NOW()": session.now,
        "CURRENT_TIMESTAMP()": session.now,
        "SYSDATE()": session.now,
        "VERSION()": session.variables.get("version"),
        "DATABASE()": session.database or None,
        "USER()": session.user,
        "CURRENT_USER()": "root@%",
        "CONNECTION_ID()": session.connection,
    }
    if called in known:
        return known[called]
    if kind == "word" and len(tokens) > 1 and tokens[1] == ("sign", "("):
        raise Wrong(1305, "42000", f"FUNCTION {text} does not exist")
    raise words.syntax(0)
