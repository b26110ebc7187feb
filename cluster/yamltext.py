"""Objects as YAML text, block style with keys in order, as kubectl prints them. Pure; only writes, `manifests` reads.

A text stays bare where YAML 1.1 and 1.2 both read it back as that text; else it is quoted as JSON, which YAML reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

# Begins like a word, a number or a path, and holds nothing that ends a plain scalar or begins a comment.
_BARE = re.compile(r"[A-Za-z0-9_/$.](?:[A-Za-z0-9_./$@%+=,;()~^<>?!'&|*\"\\\[\]{}-]| (?!#)|:(?=[^ ]))*(?<! )\Z")
# What some YAML reader takes for a number, a date, a time, a bool or nothing.
_OTHER = re.compile(
    r"(?i)(y|n|yes|no|on|off|true|false|null|nan|inf)\Z"
    r"|[0-9][0-9_]*\Z|0x[0-9a-f_]*\Z|0o?[0-7_]*\Z|0b[01_]*\Z"
    r"|[0-9]*[0-9_]*\.?[0-9_]*(e[-+]?[0-9]*)?\Z|\.(inf|nan)\Z|\.*\Z"
    r"|[0-9][0-9_]*(:[0-9]*)+(\.[0-9_]*)?\Z|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
)
# What no reader takes as it is, even in quotes.
_ODD = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
_BLOCK = re.compile(r"[^\s\x00-\x1f][^\x00-\x09\x0b-\x1f]*\n[^\x00-\x09\x0b-\x1f]*\Z")


def dump(value: Any) -> str:
    """The YAML of any JSON value, with a newline at its end."""
    return "\n".join(lines(value)) + "\n"


def lines(value: Any) -> list[str]:
    if isinstance(value, dict) and value:
        return list(_table(value, ""))
    if isinstance(value, list) and value:
        return list(_items(value, ""))
    return [_scalar(value)]


def _table(table: dict[str, Any], indent: str) -> Iterator[str]:
    for name in sorted(table):
        value = table[name]
        head = f"{indent}{_scalar(str(name))}:"
        if isinstance(value, dict) and value:
            yield head
            yield from _table(value, indent + "  ")
        elif isinstance(value, list) and value:
            yield head
            yield from _items(value, indent)
        else:
            yield from _leaf(f"{head} ", value, indent + "  ")


def _items(items: list[Any], indent: str) -> Iterator[str]:
    for value in items:
        inner = indent + "  "
        if isinstance(value, dict) and value:
            nested = _table(value, inner)
        elif isinstance(value, list) and value:
            nested = _items(value, inner)
        else:
            yield from _leaf(f"{indent}- ", value, inner)
            continue
        yield f"{indent}- {next(nested)[len(inner) :]}"
        yield from nested


def _leaf(head: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, str) and _BLOCK.match(value) and not _needs_quotes(value):
        body, ends = value.rstrip("\n"), len(value) - len(value.rstrip("\n"))
        if ends <= 1:
            yield f"{head}|" if ends else f"{head}|-"
            yield from (f"{indent}{line}" if line else "" for line in body.split("\n"))
            return
    yield head + _scalar(value)


def _needs_quotes(text: str) -> bool:
    return bool(_ODD.search(text)) or any(line != line.rstrip() for line in text.split("\n"))


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        if _BARE.match(value) and not _OTHER.match(value) and not value.endswith(" ") and " #" not in value:
            return value
        quoted = orjson.dumps(value).decode()
        return _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", quoted)
    return orjson.dumps(value).decode()
