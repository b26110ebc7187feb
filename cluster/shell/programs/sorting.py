"""sort."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

from cluster.shell.commandline import Call, Complaint, program

_NUMBER = re.compile(rb"\s*(-?\d*(?:\.\d*)?)")
_HUMAN = {b"K": 1, b"k": 1, b"M": 2, b"G": 3, b"T": 4, b"P": 5}
_MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
_MOST_DIGITS = 300
_KEY = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?([bdfghMnRrV]*)(?:,(\d{1,9})(?:\.(\d{1,9}))?([bdfghMnRrV]*))?")


Compared = list[tuple[bool, Callable[[bytes], Any]]]


class _Key(NamedTuple):
    first: int
    start: int
    last: int
    """0: to the end of the line."""
    end: int
    """Characters of the last field; 0: all."""
    flags: str


@program(
    "bcdfghik:mMno:rRst:uVz",
    {
        "numeric-sort": "n",
        "reverse": "r",
        "unique": "u",
        "key": "k:",
        "field-separator": "t:",
        "ignore-case": "f",
        "human-numeric-sort": "h",
        "version-sort": "V",
        "output": "o:",
        "check": "c",
        "stable": "s",
    },
    status=2,
)
async def sort(call: Call) -> int | None:
    lines: list[bytes] = []
    for operand in call.inputs:
        body = await _read(call, operand)
        if body is None:
            return 2
        lines += [line.rstrip(b"\n") for line in body.splitlines(True)] if b"\r" not in body else _split(body)
    whole = "".join(each for each in "bdfghMnRrV" if call.has(each))
    separator = call.value("t").encode().replace(b"\\t", b"\t").replace(b"\\0", b"\0")
    if len(separator) > 1:
        raise Complaint(f"multi-character tab '{call.value('t')}'", 2)
    keys = [_parsed(call, text, whole) for text in call.options.get("k", [])]
    compared = _comparing(keys, separator, whole)
    ordered = await asyncio.to_thread(_ordered, call, lines, compared)
    if call.has("c"):
        return await _checked(call, lines, compared)
    if call.has("u"):
        ordered = _unique(ordered, [part for _, part in compared])
    out = call.process.stdout if not call.value("o") else call.files.created(call.path(call.value("o")))
    for start in range(0, len(ordered), 500):
        await out.write(b"".join(line + b"\n" for line in ordered[start : start + 500]))
    return None


def _ordered(call: Call, lines: list[bytes], compared: Compared) -> list[bytes]:
    found = list(lines)
    if not call.has("s", "u"):
        found.sort(reverse=call.has("r"))
    for reverse, part in reversed(compared):
        found.sort(key=part, reverse=reverse)
    return found


async def _read(call: Call, operand: str) -> bytes | None:
    try:
        call.opened(operand)
    except OSError as error:
        verb = "read failed: " if isinstance(error, IsADirectoryError) else "cannot read: "
        await call.complain(f"{'' if call.is_busybox else verb}{operand}: {error.strerror}")
        return None
    return await call.whole(operand)


def _split(body: bytes) -> list[bytes]:
    lines = body.split(b"\n")
    return lines[:-1] if not lines[-1] else lines


async def _checked(call: Call, lines: list[bytes], compared: Compared) -> int:
    for number, pair in enumerate(pairwise(lines), 2):
        if _ordered(call, list(pair), compared) != list(pair):
            where = call.operands[0] if call.operands else "-"
            await call.complain(f"{where}:{number}: disorder: {pair[1].decode(errors='replace')}")
            return 1
    return 0


def _unique(ordered: list[bytes], parts: list[Callable[[bytes], Any]]) -> list[bytes]:
    found: list[bytes] = []
    last: Any = None
    for line in ordered:
        key = [part(line) for part in parts]
        if not found or key != last:
            found.append(line)
        last = key
    return found


def _comparing(keys: list[_Key], separator: bytes, whole: str) -> Compared:
    """(reversed, what is compared) of each key, the most important one first."""
    if not keys:
        return [("r" in whole, lambda line: _value(line, whole))]

    def part(key: _Key) -> Callable[[bytes], Any]:
        return lambda line: _value(_field(line, key, separator), key.flags)

    return [("r" in key.flags, part(key)) for key in keys]


def _parsed(call: Call, text: str, whole: str) -> _Key:
    found = _KEY.fullmatch(text)
    if not found:
        raise Complaint(f"invalid number at field start: invalid count at start of '{text}'", 2)
    if found[1] == "0":
        zero = "" if call.is_busybox else "field number is zero: "
        raise Complaint(f"{zero}invalid field specification '{text}'", 2)
    own = (found[3] or "") + (found[6] or "")
    last = int(found[4] or 0)
    return _Key(int(found[1]), int(found[2] or 1), last, int(found[5] or 0), own or whole)


def _field(line: bytes, key: _Key, separator: bytes) -> bytes:
    fields = line.split(separator) if separator else re.findall(rb"\s*\S+", line)
    joiner = separator
    chosen = fields[key.first - 1 : key.last or None]
    if not chosen:
        return b""
    if key.last and key.end and key.last <= len(fields):
        lead = len(chosen[-1]) - len(chosen[-1].lstrip()) if "b" in key.flags else 0
        chosen[-1] = chosen[-1][: lead + key.end]
    if "b" in key.flags:
        chosen[0] = chosen[0].lstrip()
    return joiner.join(chosen)[key.start - 1 :]


def _value(text: bytes, flags: str) -> Any:
    if "n" in flags or "g" in flags or "h" in flags:
        return _numeric(text, human="h" in flags)
    if "V" in flags:
        parts = re.findall(rb"\d+|\D+", text)
        return [(0, int(each[:_MOST_DIGITS]), b"") if each.isdigit() else (1, 0, each) for each in parts]
    if "M" in flags:
        word = text.strip()[:3].lower()
        return _MONTHS.index(word) + 1 if word in _MONTHS else 0
    if "b" in flags:
        text = text.lstrip()
    if "d" in flags:
        text = bytes(each for each in text if chr(each).isalnum() or each in b" \t")
    return text.upper() if "f" in flags else text


def _numeric(text: bytes, *, human: bool) -> tuple[int, float]:
    found = _NUMBER.match(text)
    digits = found[1][:_MOST_DIGITS] if found else b""
    try:
        number = float(digits or b"0")
    except ValueError:
        number = 0.0
    if not human or not found:
        return 0, number
    power = _HUMAN.get(text[found.end() : found.end() + 1], 0)
    return (power if number > 0 else -power if number < 0 else 0), number


PROGRAMS = {"sort": sort}
