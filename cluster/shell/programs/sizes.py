"""stat, du and df."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import cast

from cluster.contents.memory import MOST_BYTES
from cluster.machinery import quantity
from cluster.machinery.objects import NODES, VOLUMES, spec, status, uid
from cluster.shell.commandline import Call, program
from cluster.shell.files import TreeFiles
from cluster.shell.owners import owner_names
from cluster.shell.process import Stat
from cluster.shell.programs.listing import human, mode_text

_EMPTY_VOLUME = 24 * 1024
_KINDS = {"directory": "directory", "link": "symbolic link", "device": "character special file", "file": "regular file"}


@program("c:fLt", {"format": "c:", "printf": "p:", "dereference": "L"})
async def stat(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    for operand in call.operands:
        try:
            found = (call.files.stat if call.has("L") else call.files.lstat)(call.path(operand))
        except OSError as error:
            said = f"can't stat '{operand}': {error.strerror}"
            await call.complain(said if call.is_busybox else f"cannot statx '{operand}': {error.strerror}")
            continue
        if call.has("c", "p"):
            text = _formatted(call, call.value("c") or call.value("p"), operand, found)
            await call.say(text if call.has("p") else f"{text}\n")
        else:
            await call.say(_described(call, operand, found))


def _kind(found: Stat) -> str:
    return "regular empty file" if found.kind == "file" and not found.size else _KINDS[found.kind]


def _formatted(call: Call, form: str, operand: str, found: Stat) -> str:
    user, group = owner_names(call.files, found.owner, found.group)
    when = datetime.fromtimestamp(found.modified, UTC).strftime("%Y-%m-%d %H:%M:%S.%f000 +0000")
    facts = {"n": operand, "s": str(found.size), "a": f"{found.mode:o}", "A": mode_text(found), "F": _kind(found)}
    facts |= {"u": str(found.owner), "g": str(found.group), "U": user, "G": group, "h": str(found.links)}
    facts |= {"Y": str(int(found.modified)), "X": str(int(found.modified)), "Z": str(int(found.modified)), "W": "0"}
    facts |= {
        "y": when,
        "x": when,
        "z": when,
        "b": str(8 * math.ceil(found.size / 4096)),
        "B": "512",
        "o": "4096",
        "%": "%",
    }
    facts["N"] = f"'{operand}'" + (f" -> '{call.files.readlink(call.path(operand))}'" if found.kind == "link" else "")
    return re.sub(r"%([a-zA-Z%])", lambda each: facts.get(each[1], "?"), form)


def _described(call: Call, operand: str, found: Stat) -> str:
    user, group = owner_names(call.files, found.owner, found.group)
    name = operand
    if found.kind == "link":
        name = f"{operand} -> {call.files.readlink(call.path(operand))}"
    when = datetime.fromtimestamp(found.modified, UTC).strftime("%Y-%m-%d %H:%M:%S.%f000 +0000")
    blocks = 8 * math.ceil(found.size / 4096) if found.kind != "link" else 0
    node = 131_072 + sum(call.path(operand).encode()) * 31 % 900_000
    return (
        f"  File: {name}\n"
        f"  Size: {found.size:<10}\tBlocks: {blocks:<10} IO Block: 4096   {_kind(found)}\n"
        f"Device: fe01h/65025d\tInode: {node:<11} Links: {found.links}\n"
        f"Access: ({found.mode:04o}/{mode_text(found)})  Uid: ({found.owner:>5}/{user:>8})   "
        f"Gid: ({found.group:>5}/{group:>8})\n"
        f"Access: {when}\nModify: {when}\nChange: {when}\n Birth: -\n"
    )


_USED = {"summarize": "s", "human-readable": "h", "all": "a", "bytes": "b", "max-depth": "d:", "total": "c"}


@program("abcd:hHkLmsSx", _USED)
async def du(call: Call) -> None:
    deepest = 0 if call.has("s") else call.number(call.value("d", "1000000"), "invalid maximum depth")
    grand = 0
    for operand in call.operands or ["."]:
        try:
            grand += await _used(call, operand, 0, deepest)
        except OSError as error:
            await call.cannot(error, operand, "cannot access")
    if call.has("c"):
        await _row(call, grand, "total")


async def _used(call: Call, name: str, deep: int, deepest: int) -> int:
    await call.breathe()
    found = call.files.lstat(call.path(name))
    own = found.size if call.has("b") else 4096 * math.ceil(found.size / 4096) if found.kind != "link" else 0
    if found.kind == "directory":
        for each in call.files.listdir(call.path(name)):
            own += await _used(call, f"{name.rstrip('/')}/{each}", deep + 1, deepest)
    if deep <= deepest and (found.kind == "directory" or call.has("a") or not deep):
        await _row(call, own, name)
    return own


async def _row(call: Call, size: int, name: str) -> None:
    if call.has("h"):
        text = human(size)
    elif call.has("b"):
        text = str(size)
    else:
        text = str(math.ceil(size / (1024**2 if call.has("m") else 1024)))
    await call.say(f"{text}\t{name}\n")


@program("ahHikmPT", {"human-readable": "h", "all": "a", "print-type": "T", "inodes": "i"})
async def df(call: Call) -> None:
    files = cast("TreeFiles", call.files)
    points = list(files.places)
    if call.operands:
        points = []
        for operand in call.operands:
            try:
                call.files.stat(call.path(operand))
                points.append(files.place(files.realpath(call.path(operand)).rstrip("/"))[0])
            except OSError as error:
                await call.cannot(error, operand)
    rows: list[list[str]] = []
    for point in points:
        place = files.places[point]
        if place.called == "proc" or point.startswith("/proc/"):
            continue
        size = _capacity(call, place.key)
        layer = call.machine.world.contents.layer(place.key)
        used = size // 4 if place.key else 4096
        if place.key.startswith("volume/"):
            used = max(-(-(layer.size if layer is not None else 0) // 4096) * 4096, _EMPTY_VOLUME)
        share = f"{math.ceil(used * 100 / size) if size else 0}%"
        unit = human if call.has("h") else lambda octets: str(int(octets) // (1024**2 if call.has("m") else 1024))
        kind = ["ext4" if place.called.startswith("/dev") else place.called] if call.has("T") else []
        rows.append([place.called, *kind, unit(size), unit(used), unit(size - used), share, point or "/"])
    if not rows:
        return
    blocks = "Size" if call.has("h") else "1M-blocks" if call.has("m") else "1K-blocks"
    header = ["Filesystem", *(["Type"] if call.has("T") else []), blocks, "Used"]
    header += ["Avail" if call.has("h") and not call.is_busybox else "Available", "Use%", "Mounted on"]
    table = [header, *rows]
    widths = [max(len(row[at]) for row in table) for at in range(len(header))]
    widths[0] = max(widths[0], 14)
    left = {0, len(header) - 1} | ({1} if call.has("T") else set())
    for row in table:
        cells = [cell.ljust(widths[at]) if at in left else cell.rjust(widths[at]) for at, cell in enumerate(row)]
        await call.say(" ".join(cells).rstrip() + "\n")


def _capacity(call: Call, key: str) -> int:
    """What a volume's object promises; else what the node has."""
    world = call.machine.world
    for volume in world.bucket(VOLUMES).values():
        if key == f"volume/{uid(volume)}":
            given = (spec(volume).get("capacity") or {}).get("storage")
            return int(quantity.parse(given)) if given else MOST_BYTES
    node = world.find(NODES, "", str(spec(call.machine.pod).get("nodeName") or "")) or {}
    given = (status(node).get("capacity") or {}).get("ephemeral-storage")
    return int(quantity.parse(given)) if given else 100 * 1024**3


PROGRAMS = {"stat": stat, "du": du, "df": df}
