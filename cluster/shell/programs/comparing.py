"""cmp and diff."""

from __future__ import annotations

import asyncio
import difflib
from datetime import UTC, datetime

from cluster.shell.commandline import Call, Complaint, program

_MOST_LINES = 3_000


@program("sln:", {"silent": "s", "quiet": "s", "verbose": "l", "bytes": "n:"}, status=2)
async def cmp(call: Call) -> int:
    if not call.operands:
        await call.misused(f"missing operand after '{call.name}'", 2)
    one, other = (*call.operands, "-")[:2]
    bodies = []
    for name in (one, other):
        body = await _read(call, name)
        if body is None:
            return 2
        bodies.append(body)
    first, second = bodies
    if call.has("n"):
        size = call.number(call.value("n"))
        first, second = first[:size], second[:size]
    for at, (octet, against) in enumerate(zip(first, second, strict=False), 1):
        if octet != against:
            if not call.has("s"):
                line = first[: at - 1].count(b"\n") + 1
                what = "char"
                await call.say(f"{one} {other} differ: {what} {at}, line {line}\n")
            return 1
    if len(first) == len(second):
        return 0
    if not call.has("s"):
        short, body = (one, first) if len(first) < len(second) else (other, second)
        line = body.count(b"\n")
        where = f"byte {len(body)}, " + (f"line {line}" if body.endswith(b"\n") else f"in line {line + 1}")
        said = f"cmp: EOF on {short}" if call.is_busybox else f"cmp: EOF on {short} after {where}"
        await call.process.stderr.write(f"{said if body else f'cmp: EOF on {short} which is empty'}\n".encode())
    return 1


async def _read(call: Call, name: str) -> bytes | None:
    try:
        call.opened(name)
    except OSError as error:
        said = f"can't open '{name}'" if call.is_busybox else name
        await call.complain(f"{said}: {error.strerror}")
        return None
    return await call.whole(name)


_LONG = {"brief": "q", "unified": "u", "recursive": "r", "new-file": "N", "ignore-case": "i"}
_LONG |= {
    "report-identical-files": "s",
    "ignore-all-space": "w",
    "ignore-space-change": "b",
    "label": "L:",
    "text": "a",
}


@program("abdiL:NqrsTtuU:w", _LONG, status=2)
async def diff(call: Call) -> int:
    if len(call.operands) != 2:
        after = call.operands[-1] if call.operands else call.name
        extra = f"extra operand '{call.operands[2]}'" if len(call.operands) > 2 else f"missing operand after '{after}'"
        extra = extra if call.is_busybox else f"{extra}\n{call.name}: Try '{call.name} --help' for more information."
        raise Complaint(extra, 2)
    one, other = call.operands
    kinds: list[str] = []
    for name in (one, other):
        try:
            kinds.append("file" if name == "-" else call.files.stat(call.path(name)).kind)
        except OSError as error:
            if not call.has("N"):
                await call.complain(f"{name}: {error.strerror}")
            kinds.append("")
    if "" in kinds and not call.has("N"):
        return 2
    if kinds == ["directory", "directory"]:
        return await _folders(call, one, other)
    if kinds[0] == "directory":
        one = f"{one.rstrip('/')}/{other.rpartition('/')[2]}"
    elif kinds[1] == "directory":
        other = f"{other.rstrip('/')}/{one.rpartition('/')[2]}"
    return await _two(call, one, other, titled=False)


async def _folders(call: Call, one: str, other: str) -> int:
    names = [set(call.files.listdir(call.path(each))) for each in (one, other)]
    worst = 0
    for name in sorted(names[0] | names[1]):
        here, there = f"{one.rstrip('/')}/{name}", f"{other.rstrip('/')}/{name}"
        if (name not in names[0] or name not in names[1]) and not call.has("N"):
            await call.say(f"Only in {one if name in names[0] else other}: {name}\n")
            worst = max(worst, 1)
            continue
        sides = ((here, names[0]), (there, names[1]))
        kinds = {call.files.stat(call.path(each)).kind for each, known in sides if name in known}
        if kinds == {"directory"}:
            if call.has("r"):
                worst = max(worst, await _folders(call, here, there))
            else:
                await call.say(f"Common subdirectories: {here} and {there}\n")
        else:
            worst = max(worst, await _two(call, here, there, titled=True))
    return worst


def _is_there(call: Call, name: str) -> bool:
    """With -N a file that is not there is an empty one."""
    if not call.has("N"):
        return True
    try:
        call.opened(name)
    except FileNotFoundError:
        return False
    return True


async def _two(call: Call, one: str, other: str, *, titled: bool) -> int:
    texts = [(await call.whole(name)) or b"" if _is_there(call, name) else b"" for name in (one, other)]
    if call.status and not call.has("N"):
        return 2
    first, second = ([line + "\n" for line in _lines(body)] for body in texts)
    ends = [bool(body) and not body.endswith(b"\n") for body in texts]
    for lines, cut in ((first, ends[0]), (second, ends[1])):
        if cut:
            lines[-1] = lines[-1][:-1] + "\n\\ No newline at end of file\n"
        if len(lines) > _MOST_LINES:
            raise Complaint(f"files of more than {_MOST_LINES:,} lines are not compared here", 2)
    keys = [[_key(call, line) for line in lines] for lines in (first, second)]
    if keys[0] == keys[1]:
        if call.has("s"):
            await call.say(f"Files {one} and {other} are identical\n")
        return 0
    if call.has("q"):
        await call.say(f"Files {one} and {other} differ\n")
        return 1
    if any(b"\0" in body[:4096] for body in texts) and not call.has("a"):
        await call.say(f"Binary files {one} and {other} differ\n")
        return 1 if call.is_busybox else 2
    if titled:
        flags = "".join(f"-{each} " for each in ("r", "u", "N") if call.has(each))
        await call.say(f"diff {flags}{one} {other}\n")
    matched = difflib.SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    found = await asyncio.to_thread(matched.get_opcodes)
    blocks = [each for each in found if each[0] != "equal"]
    if call.has("u", "U") or call.is_busybox:
        await call.say(_unified(call, one, other, first, second, matched))
    else:
        await call.say("".join(_normal(first, second, block) for block in blocks))
    return 1


def _lines(body: bytes) -> list[str]:
    lines = body.decode(errors="surrogateescape").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _key(call: Call, line: str) -> str:
    text = line.lower() if call.has("i") else line
    if call.has("w"):
        return "".join(text.split())
    return " ".join(text.split()) if call.has("b") else text


def _normal(first: list[str], second: list[str], block: tuple[str, int, int, int, int]) -> str:
    tag, a, b, c, d = block
    letter = {"replace": "c", "delete": "d", "insert": "a"}[tag]
    left = _span(a, b) if tag != "insert" else str(a)
    right = _span(c, d) if tag != "delete" else str(c)
    text = f"{left}{letter}{right}\n" + "".join(f"< {line}" for line in first[a:b])
    text += "---\n" if tag == "replace" else ""
    return text + "".join(f"> {line}" for line in second[c:d])


def _span(start: int, end: int) -> str:
    return f"{start + 1},{end}" if end - start > 1 else str(start + 1)


def _unified(
    call: Call, one: str, other: str, first: list[str], second: list[str], matched: difflib.SequenceMatcher[str]
) -> str:
    context = call.number(call.value("U", "3"))
    made = ""
    labels = call.options.get("L", [])
    for number, (mark, name) in enumerate((("---", one), ("+++", other))):
        if number < len(labels):
            made += f"{mark} {labels[number]}\n"
            continue
        try:
            moment = call.files.stat(call.path(name)).modified
        except OSError:
            moment = 0.0
        when = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S.%f000 +0000")
        made += f"{mark} {name}\n" if call.is_busybox else f"{mark} {name}\t{when}\n"
    for group in matched.get_grouped_opcodes(context):
        a, b, c, d = group[0][1], group[-1][2], group[0][3], group[-1][4]
        made += f"@@ -{_range(a, b)} +{_range(c, d)} @@\n"
        for tag, i, j, k, m in group:
            if tag == "equal":
                made += "".join(f" {line}" for line in first[i:j])
            else:
                made += "".join(f"-{line}" for line in first[i:j]) + "".join(f"+{line}" for line in second[k:m])
    return made


def _range(start: int, end: int) -> str:
    size = end - start
    return f"{start + (size > 0)}" if size == 1 else f"{start + (size > 0)},{size}"


PROGRAMS = {"cmp": cmp, "diff": diff}
