"""What Go's JSON decoder says of a text that is no JSON, for messages that repeat it.

orjson reads; this walks again, slowly, over what orjson refused, and only to find Go's words for it.
"""

from __future__ import annotations

import re

_SPACE = re.compile(rb"[ \t\r\n]*")
_NUMBER = re.compile(rb"-?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][+-]?[0-9]*)?")
_PLAIN = re.compile(rb'[^"\\\x00-\x1f]*')
_LITERALS = {b"t": b"true", b"f": b"false", b"n": b"null"}
_DEEPEST = 10_000

END = "unexpected end of JSON input"


class _Fault(Exception):
    pass


def fault(text: bytes) -> str:
    """Go's sentence about it; "" when Go would take it."""
    try:
        at = _Walk(text).value(0)
        at = _skip(text, at)
        if at < len(text):
            raise _Fault(_invalid(text, at, "after top-level value"))
    except _Fault as found:
        return str(found)
    return ""


def _skip(text: bytes, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _invalid(text: bytes, at: int, where: str) -> str:
    if at >= len(text):
        return END
    sign = chr(text[at])
    quoted = {"'": r"'\''", '"': "'\"'", "\\": r"'\\'", "\n": r"'\n'", "\t": r"'\t'", "\r": r"'\r'"}.get(sign)
    if quoted is None:
        quoted = f"'{sign}'" if sign.isprintable() else f"'\\x{ord(sign):02x}'"
    return f"invalid character {quoted} {where}"


class _Walk:
    """Over one value, with a stack of its own: what is open, "{" or "["."""

    def __init__(self, text: bytes) -> None:
        self.text = text

    def value(self, at: int) -> int:
        """Past the value; _Fault."""
        open_: list[bytes] = []
        while True:
            at = self._begin(at, open_)
            if at < 0:  # something was opened that holds a value next
                at = -at
                continue
            at = self._end(at, open_)
            if not open_:
                return at

    def _begin(self, at: int, open_: list[bytes]) -> int:
        """Past a scalar or an empty {} or []; the negative place inside what was opened."""
        text = self.text
        at = _skip(text, at)
        sign = text[at : at + 1]
        if sign in (b"{", b"["):
            if len(open_) >= _DEEPEST:
                raise _Fault("exceeded max depth")
            inside = _skip(text, at + 1)
            if text[inside : inside + 1] == (b"}" if sign == b"{" else b"]"):
                return inside + 1
            open_.append(sign)
            return -(self._key(inside, "looking for beginning of object key string") if sign == b"{" else inside)
        if sign == b'"':
            return self._text(at)
        if sign in _LITERALS:
            return self._literal(at, _LITERALS[sign])
        if sign == b"-" or sign.isdigit():
            return self._number(at)
        raise _Fault(_invalid(text, at, "looking for beginning of value"))

    def _end(self, at: int, open_: list[bytes]) -> int:
        """After a value: past all that it closes, to where the next value begins."""
        text = self.text
        while open_:
            at = _skip(text, at)
            sign = text[at : at + 1]
            in_object = open_[-1] == b"{"
            if sign == b",":
                inside = _skip(text, at + 1)
                return self._key(inside, "looking for beginning of object key string") if in_object else at + 1
            if sign == (b"}" if in_object else b"]"):
                open_.pop()
                at += 1
                continue
            raise _Fault(_invalid(text, at, f"after {'object key:value pair' if in_object else 'array element'}"))
        return at

    def _key(self, at: int, where: str) -> int:
        if self.text[at : at + 1] != b'"':
            raise _Fault(_invalid(self.text, at, where))
        at = _skip(self.text, self._text(at))
        if self.text[at : at + 1] != b":":
            raise _Fault(_invalid(self.text, at, "after object key"))
        return at + 1

    def _text(self, at: int) -> int:
        text = self.text
        at += 1
        while True:
            found = _PLAIN.match(text, at)
            at = found.end() if found else at
            sign = text[at : at + 1]
            if sign == b'"':
                return at + 1
            if sign != b"\\":
                raise _Fault(_invalid(text, at, "in string literal"))
            escape = text[at + 1 : at + 2]
            if escape == b"u":
                for place in range(at + 2, at + 6):
                    if text[place : place + 1].lower() not in [b"%x" % digit for digit in range(16)]:
                        raise _Fault(_invalid(text, place, "in \\u hexadecimal character escape"))
                at += 6
            elif escape and escape in b'"\\/bfnrt':
                at += 2
            else:
                raise _Fault(_invalid(text, at + 1, "in string escape code"))

    def _literal(self, at: int, word: bytes) -> int:
        for number, wanted in enumerate(word):
            if self.text[at + number : at + number + 1] != bytes([wanted]):
                where = f"in literal {word.decode()} (expecting {chr(wanted)!r})"
                raise _Fault(_invalid(self.text, at + number, where))
        return at + len(word)

    def _number(self, at: int) -> int:
        found = _NUMBER.match(self.text, at)
        assert found is not None
        whole, fraction, exponent = found.groups()
        if whole is None:
            raise _Fault(_invalid(self.text, at + 1, "in numeric literal"))
        if fraction == b".":
            raise _Fault(_invalid(self.text, found.end(2), "after decimal point in numeric literal"))
        if exponent is not None and not exponent[-1:].isdigit():
            raise _Fault(_invalid(self.text, found.end(), "in exponent of numeric literal"))
        return found.end()
