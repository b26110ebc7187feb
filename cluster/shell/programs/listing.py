"""ls."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from cluster.shell.commandline import Call, program
from cluster.shell.owners import owner_names
from cluster.shell.process import Stat

_HALF_YEAR = 365.2425 / 2 * 86_400
_LETTERS = {"directory": "d", "link": "l", "device": "c", "file": "-"}
_LONG = {
    "all": "a",
    "almost-all": "A",
    "directory": "d",
    "human-readable": "h",
    "inode": "i",
    "recursive": "R",
    "reverse": "r",
    "classify": "F",
    "color": "z",
    "size": "s",
    "full-time": "E",
    "group-directories-first": "D",
    "numeric-uid-gid": "n",
    "ignore": "I:",
}


class _Item(NamedTuple):
    name: str
    path: str
    stat: Stat


@program("1aAcCdfFgGhHiI:lLmnopqQrRsStuUwxXZ", _LONG, status=2)
async def ls(call: Call) -> int | None:
    shown: list[_Item] = []
    folders: list[_Item] = []
    for operand in call.operands or ["."]:
        try:
            item = _item(call, operand, call.path(operand), follow=not call.has("l", "d", "F") or operand.endswith("/"))
        except OSError as error:
            if call.is_busybox:
                await call.complain(f"{operand}: {error.strerror}")
            else:
                await call.complain(f"cannot access '{operand}': {error.strerror}")
                call.status = 2
            continue
        (folders if item.stat.kind == "directory" and not call.has("d") else shown).append(item)
    if shown:
        await _print(call, _sorted(call, shown))
    titled = len(call.operands) > 1 or call.has("R")
    for number, folder in enumerate(_sorted(call, folders)):
        await _folder(call, folder, titled=titled, first=not shown and not number)
    return None


async def _folder(call: Call, folder: _Item, *, titled: bool, first: bool) -> None:
    pending = [folder]
    while pending:
        current = pending.pop(0)
        if titled:
            await call.say(f"{'' if first else chr(10)}{current.name}:\n")
        first = False
        try:
            names = call.files.listdir(current.path)
        except OSError as error:
            await call.cannot(error, current.name, "cannot open directory")
            continue
        items: list[_Item] = []
        if call.has("a") and not call.has("A"):
            names = [".", "..", *names]
        for name in names:
            if _hidden(call, name):
                continue
            await call.breathe()
            try:
                items.append(_item(call, name, f"{current.path.rstrip('/')}/{name}", follow=call.has("L")))
            except OSError as error:
                await call.cannot(error, name, "cannot access")
        items = _sorted(call, items)
        if call.has("l", "n", "g", "o", "s"):
            blocks = sum(_blocks(item.stat) for item in items)
            total = human(blocks * 1024) if call.has("h") else str(blocks)
            await call.say(f"total {total}\n")
        await _print(call, items)
        if call.has("R"):
            below = [each for each in items if each.stat.kind == "directory" and each.name not in (".", "..")]
            pending[:0] = [each._replace(name=f"{current.name.rstrip('/')}/{each.name}") for each in below]


def _hidden(call: Call, name: str) -> bool:
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in call.options.get("I", ())):
        return True
    return name.startswith(".") and not call.has("a", "A", "f")


def _item(call: Call, name: str, path: str, *, follow: bool) -> _Item:
    if follow:
        try:
            return _Item(name, path, call.files.stat(path))
        except OSError:
            return _Item(name, path, call.files.lstat(path))
    return _Item(name, path, call.files.lstat(path))


def _sorted(call: Call, items: Sequence[_Item]) -> list[_Item]:
    if call.has("U", "f"):
        return list(items)
    found = sorted(items, key=lambda item: item.name)
    if call.has("t"):
        found.sort(key=lambda item: -item.stat.modified)
    elif call.has("S"):
        found.sort(key=lambda item: -item.stat.size)
    elif call.has("X"):
        found.sort(key=lambda item: item.name.rpartition(".")[2] if "." in item.name else "")
    if call.has("r"):
        found.reverse()
    if call.has("D"):
        found.sort(key=lambda item: item.stat.kind != "directory")
    return found


async def _print(call: Call, items: Sequence[_Item]) -> None:
    if call.has("l", "n", "g", "o", "E"):
        await call.say(_long(call, items))
        return
    cells = [_cell(call, item) for item in items]
    window = call.process.tty
    if call.has("m"):
        await call.say(", ".join(cells) + "\n" if cells else "")
    elif (window is None and not call.has("C", "x")) or call.has("1"):
        await call.say("".join(f"{cell}\n" for cell in cells))
    else:
        await call.say(_columns(cells, window.columns if window else 80, across=call.has("x")))


def _cell(call: Call, item: _Item) -> str:
    head = f"{_inode(item.path)} " if call.has("i") else ""
    head += f"{_blocks(item.stat)} " if call.has("s") else ""
    return head + item.name + _mark(call, item.stat)


def _mark(call: Call, stat: Stat) -> str:
    if stat.kind == "directory":
        return "/" if call.has("F", "p") else ""
    if not call.has("F"):
        return ""
    return "@" if stat.kind == "link" else "*" if stat.kind == "file" and stat.mode & 0o111 else ""


def _inode(path: str) -> int:
    return 131_072 + sum(path.encode()) * 31 % 900_000


def _columns(cells: list[str], width: int, *, across: bool) -> str:
    """As GNU's ls fills a terminal: as few rows as fit, filled downwards."""
    if not cells:
        return ""
    for rows in range(1, len(cells) + 1):
        count = math.ceil(len(cells) / rows)
        columns = [cells[at::count] if across else cells[at * rows : (at + 1) * rows] for at in range(count)]
        widths = [max(len(cell) for cell in column) for column in columns if column]
        if sum(widths) + 2 * (len(widths) - 1) <= width - 1 or rows == len(cells):
            break
    lines = []
    for row in range(rows):
        given = [column[row] for column in columns if row < len(column)]
        line, at = "", 0
        for number, cell in enumerate(given):
            line += cell
            if number < len(given) - 1:
                line += _gap(at + len(cell), at + widths[number] + 2)
            at += widths[number] + 2
        lines.append(line + "\n")
    return "".join(lines)


def _gap(at: int, goal: int) -> str:
    """By tabs where they lead on, as GNU's ls does."""
    text = ""
    while at < goal:
        if goal // 8 > (at + 1) // 8:
            text += "\t"
            at += 8 - at % 8
        else:
            text += " "
            at += 1
    return text


def _long(call: Call, items: Sequence[_Item]) -> str:
    rows: list[list[str]] = []
    for item in items:
        stat = item.stat
        user, group = owner_names(call.files, stat.owner, stat.group)
        if call.has("n"):
            user, group = str(stat.owner), str(stat.group)
        size = human(stat.size) if call.has("h") else "1, 3" if stat.kind == "device" else str(stat.size)
        tail = item.name + _mark(call, stat)
        if stat.kind == "link":
            tail = f"{item.name} -> {call.files.readlink(item.path)}"
        owners = ([] if call.has("g") else [user]) + ([] if call.has("o", "G") else [group])
        lead = [str(_inode(item.path))] if call.has("i") else []
        rows.append([*lead, mode_text(stat), str(stat.links), *owners, size, _date(call, stat.modified), tail])
    if not rows:
        return ""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    left = {0, *(at for at in range(len(widths)) if at >= len(widths) - 2)}
    if not call.has("n"):
        left |= set(range(2 + call.has("i"), len(widths) - 3))
    if call.is_busybox:
        widths = [max(width, {1: 4, 4: 9}.get(at, 8 if at in (2, 3) else 0)) for at, width in enumerate(widths)]
    lines = []
    for row in rows:
        padded = [cell.ljust(widths[at]) if at in left else cell.rjust(widths[at]) for at, cell in enumerate(row[:-1])]
        lines.append(" ".join([*padded, row[-1]]) + "\n")
    return "".join(lines)


def mode_text(stat: Stat) -> str:
    """drwxr-xr-x"""
    letters = ""
    for shift, special, mark in ((6, 0o4000, "s"), (3, 0o2000, "s"), (0, 0o1000, "t")):
        bits = stat.mode >> shift
        run = "x" if bits & 1 else "-"
        if stat.mode & special:
            run = mark if bits & 1 else mark.upper()
        letters += ("r" if bits & 4 else "-") + ("w" if bits & 2 else "-") + run
    return _LETTERS[stat.kind] + letters


def _date(call: Call, moment: float) -> str:
    when = datetime.fromtimestamp(max(0.0, min(moment, 253_402_300_799.0)), UTC)
    if call.has("E"):
        return when.strftime("%Y-%m-%d %H:%M:%S.") + f"{int(moment % 1 * 1e9):09d} +0000"
    age = call.machine.now() - moment
    recent = -60 <= age < _HALF_YEAR
    return when.strftime("%b %e %H:%M") if recent else when.strftime("%b %e  %Y")


def _blocks(stat: Stat) -> int:
    return 4 * math.ceil(stat.size / 4096) if stat.kind in ("file", "directory") else 0


def human(size: float) -> str:
    """1.2K, 34M: as -h has it."""
    units = ["", "K", "M", "G", "T", "P"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    if not units[0] or size >= 10:
        return f"{math.ceil(size)}{units[0]}"
    return f"{math.ceil(size * 10) / 10:.1f}{units[0]}"


PROGRAMS = {"ls": ls}
