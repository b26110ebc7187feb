"""Text written so that a shell would read it back."""

from __future__ import annotations

import re

_SAFE = re.compile(r"[A-Za-z0-9_./:=+,%@-]+\Z")
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\x1b": "\\E"}


def quoted(text: str, *, always: bool = False) -> str:
    """In single quotes where needed; in $'…' when it holds characters that do not print."""
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        return dollar_quoted(text)
    if not always and _SAFE.match(text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def dollar_quoted(text: str) -> str:
    """$'…'."""
    return "$'" + "".join(_character(char) for char in text) + "'"


def _character(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    if char in "\\'":
        return "\\" + char
    return f"\\{ord(char):03o}" if ord(char) < 32 or ord(char) == 127 else char


def double_quoted(text: str) -> str:
    """As `declare -p` shows values."""
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        return dollar_quoted(text)
    return '"' + re.sub(r'(["\\$`])', r"\\\1", text) + '"'


def backslashed(text: str) -> str:
    """As printf %q writes it."""
    if not text:
        return "''"
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        return dollar_quoted(text)
    return (
        re.sub(r"([^A-Za-z0-9_./:=+%@,-])", r"\\\1", text)
        if text[0] not in "~#"
        else "\\" + text[0] + re.sub(r"([^A-Za-z0-9_./:=+%@,-])", r"\\\1", text[1:])
    )


def traced(text: str) -> str:
    """As `set -x` shows a word."""
    if not text:
        return "''"
    return text if re.fullmatch(r"[A-Za-z0-9_./:=+,%@{}~^!#-]+", text) and text[0] not in "~#" else quoted(text)
