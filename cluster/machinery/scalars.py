"""What a plain scalar of YAML means to Kubernetes: YAML 1.1's words for yes and no, Go's numbers, dates left as text.

The rules are those of the parser inside kubectl (sigs.k8s.io/yaml), which hands everything on as JSON: a float without
a fraction becomes a whole number, keys become texts. Knows texts only, no parser.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"), False),
}
_NOT_FINITE = frozenset(
    f"{sign}.{word}" for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")
) | frozenset((".nan", ".NaN", ".NAN"))  # fmt: skip
_whole = re.compile(r"([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9][0-9]*|0)").fullmatch
_float = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?").fullmatch
_LONGEST_NUMBER = 400
"""A longer run of digits is beyond any double and stays text, unread."""

TAG = "tag:yaml.org,2002:"


class ScalarError(ValueError):
    """The scalar says something that JSON cannot hold, or does not fit its own tag."""


def plain(text: str) -> Scalar:
    """The value of a scalar that stands without quotes and without a tag."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first in "0123456789+-.":
        if text in _NOT_FINITE:
            raise ScalarError(f"{text} is no number that JSON can hold")
        return _number(text)
    return text


def _number(text: str) -> Scalar:
    if len(text) > _LONGEST_NUMBER:
        return text
    bare = text.replace("_", "")
    if found := _whole(bare):
        sign, digits = found.groups()
        value = int(digits, 8) if re.fullmatch("0[0-7]+", digits) else int(digits, 0)
        value = -value if sign == "-" else value
        return value if -(2**63) <= value < 2**63 else float(value)
    if not _float(bare):
        return text
    number = float(bare)
    if number in (float("inf"), float("-inf")):
        return text
    return int(number) if number.is_integer() and abs(number) < 2**63 else number


def tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with a tag, "tag:yaml.org,2002:str". Tags of our own making mean nothing: text."""
    match tag.removeprefix(TAG) if tag.startswith(TAG) else "":
        case "int" | "float" | "bool" | "null" as sort:
            value = plain(text)
            wanted: dict[str, tuple[type, ...]] = {
                "int": (int,),
                "float": (int, float),
                "bool": (bool,),
                "null": (type(None),),
            }
            if not isinstance(value, wanted[sort]) or (isinstance(value, bool) and sort != "bool"):
                raise ScalarError(f'"{text[:40]}" is not what its tag !!{sort} says')
            return value
        case "binary":
            try:
                return base64.b64decode("".join(text.split()), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError) as error:
                raise ScalarError("the !!binary text is not base64 of UTF-8 text") from error
        case _:
            return text


def key(value: Any) -> str:
    """A mapping's key as JSON has it: 1 -> "1", yes -> "true"."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return f"{value:g}"
        case None:
            raise ScalarError('a key is empty: give it a name before the ":"')
        case _:
            raise ScalarError("a key must be a text, not a list or a mapping")
