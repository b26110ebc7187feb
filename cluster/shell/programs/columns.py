"""cut, paste and tr."""

from __future__ import annotations

import re
from collections.abc import Callable

from cluster.shell.commandline import Call, Complaint, program

_CLASSES: dict[str, Callable[[int], bool]] = {
    "alpha": lambda each: chr(each).isalpha() and each < 128,
    "digit": lambda each: 48 <= each <= 57,
    "alnum": lambda each: chr(each).isalnum() and each < 128,
    "upper": lambda each: 65 <= each <= 90,
    "lower": lambda each: 97 <= each <= 122,
    "space": lambda each: each in b" \t\n\r\v\f",
    "blank": lambda each: each in b" \t",
    "punct": lambda each: 33 <= each <= 126 and not chr(each).isalnum(),
    "print": lambda each: 32 <= each <= 126,
    "graph": lambda each: 33 <= each <= 126,
    "cntrl": lambda each: each < 32 or each == 127,
    "xdigit": lambda each: chr(each) in "0123456789abcdefABCDEF",
}
_ESCAPES = {"n": 10, "t": 9, "r": 13, "\\": 92, "a": 7, "b": 8, "f": 12, "v": 11}


@program(
    "b:c:d:f:ns",
    {"fields": "f:", "delimiter": "d:", "characters": "c:", "bytes": "b:", "complement": "C", "only-delimited": "s"}
    | {"output-delimiter": "O:"},
)
async def cut(call: Call) -> None:
    kinds = [each for each in "bcf" if call.has(each)]
    if not kinds:
        await call.misused("you must specify a list of bytes, characters, or fields")
    if len(kinds) > 1:
        await call.misused("only one list may be specified")
    if len(call.value("d", "x")) != 1:
        await call.misused("the delimiter must be a single character")
    if call.has("d") and kinds != ["f"]:
        await call.misused("an input delimiter may be specified only when operating on fields")
    spans = await _spans(call, call.value(kinds[0]))
    mark = call.value("d", "\t")
    joiner = call.value("O", mark if kinds == ["f"] else "")
    for operand in call.inputs:
        async for line in call.lines(operand):
            text = line.rstrip(b"\n").decode(errors="surrogateescape")
            if kinds == ["f"]:
                if mark not in text:
                    if not call.has("s"):
                        await call.say(f"{text}\n")
                    continue
                parts = text.split(mark)
            elif kinds == ["b"]:
                octets = text.encode(errors="surrogateescape")
                parts = [bytes((each,)).decode(errors="surrogateescape") for each in octets]
            else:
                parts = list(text)
            chosen = [part for at, part in enumerate(parts, 1) if _is_in(at, spans) is not call.has("C")]
            await call.say(joiner.join(chosen) + "\n")


async def _spans(call: Call, text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for part in re.split("[, ]", text):
        given = re.fullmatch(r"(\d{1,9})?(-)?(\d{1,9})?", part)
        if not given or not (given[1] or given[3]):
            await call.misused(f"invalid field value '{part}'" if part else "fields are numbered from 1")
        assert given is not None, "misused raises"
        first, last = int(given[1] or 1), int(given[3] or 0) if given[2] else int(given[1] or 1)
        if not first:
            await call.misused("fields are numbered from 1")
        if given[3] and last < first:
            await call.misused("invalid decreasing range")
        found.append((first, last or 1 << 30))
    return found


def _is_in(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= at <= last for first, last in spans)


@program("d:s", {"delimiters": "d:", "serial": "s"})
async def paste(call: Call) -> None:
    marks = [chr(each) for each in _expanded(call.value("d", "\t"))] or [""]
    columns: list[list[str]] = []
    stdin: list[str] | None = None
    for operand in call.inputs:
        if operand == "-":
            if stdin is None:
                stdin = ((await call.whole("-")) or b"").decode(errors="surrogateescape").splitlines()
            continue
        body = await call.whole(operand)
        if body is None:
            return
    places = [number for number, operand in enumerate(call.inputs) if operand == "-"]
    for number, operand in enumerate(call.inputs):
        if operand == "-":
            columns.append((stdin or [])[places.index(number) :: len(places)])
        else:
            columns.append(((await call.whole(operand)) or b"").decode(errors="surrogateescape").splitlines())
    rows = columns if call.has("s") else _rows(columns)
    for row in rows:
        text = row[0] if row else ""
        for number, cell in enumerate(row[1:]):
            text += marks[number % len(marks)] + cell
        await call.say(text + "\n")


def _rows(columns: list[list[str]]) -> list[list[str]]:
    longest = max((len(column) for column in columns), default=0)
    return [[column[at] if at < len(column) else "" for column in columns] for at in range(longest)]


@program("cCdst", {"delete": "d", "complement": "c", "squeeze-repeats": "s", "truncate-set1": "t"})
async def tr(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    if len(call.operands) == 1 and not call.has("d", "s"):
        said = f"missing operand after '{call.operands[0]}'\nTwo strings must be given when translating."
        await call.misused("missing operand" if call.is_busybox else said)
    first = _expanded(call.operands[0])
    if call.has("c", "C"):
        known = set(first)
        first = [each for each in range(256) if each not in known]
    second = _expanded(call.operands[1], len(first)) if len(call.operands) > 1 else []
    deleted = set(first) if call.has("d") else set()
    mapped: dict[int, int] = {}
    if second and not call.has("d"):
        if not second:
            raise Complaint("when not truncating set1, string2 must be non-empty")
        for at, each in enumerate(first):
            mapped[each] = second[min(at, len(second) - 1)]
    squeezed = set(second or first) if call.has("s") else set()
    last = -1
    while piece := await call.process.stdin.read():
        out = bytearray()
        for each in piece:
            if each in deleted:
                continue
            octet = mapped.get(each, each)
            if octet in squeezed and octet == last:
                continue
            out.append(octet)
            last = octet
        await call.write(bytes(out))


def _expanded(text: str, length: int = 0) -> list[int]:
    """The octets a set stands for: escapes, a-z, [:digit:], [x*] which fills up to `length`."""
    units: list[tuple[int, bool]] = []
    found: list[int] = []
    at = 0
    octets = text.encode(errors="surrogateescape")
    while at < len(octets):
        rest = octets[at:].decode("latin-1")
        if (named := re.match(r"\[:(\w+):\]", rest)) and named[1] in _CLASSES:
            found += [each for each in range(256) if _CLASSES[named[1]](each)]
            units.clear()
            at += named.end()
            continue
        if filled := re.match(r"\[(.)\*(\d{0,5})\]", rest):
            count = int(filled[2] or 0) or max(length - len(found), 0)
            found += [ord(filled[1])] * min(count, 65_536)
            at += filled.end()
            continue
        octet, size = _octet(rest)
        after = octets[at + size :].decode("latin-1")
        if after.startswith("-") and len(after) > 1:
            last, width = _octet(after[1:])
            if last < octet:
                ends = f"{rest[:size]}-{after[1 : 1 + width]}"
                raise Complaint(f"range-endpoints of '{ends}' are in reverse collating sequence order")
            found += range(octet, last + 1)
            at += size + 1 + width
            continue
        found.append(octet)
        at += size
    return found


def _octet(text: str) -> tuple[int, int]:
    if text[0] != "\\" or len(text) < 2:
        return ord(text[0]), 1
    if octal := re.match(r"\\([0-7]{1,3})", text):
        return int(octal[1], 8) & 255, octal.end()
    return _ESCAPES.get(text[1], ord(text[1])), 2


PROGRAMS = {"cut": cut, "paste": paste, "tr": tr}
