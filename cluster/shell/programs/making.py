"""mkdir, touch, truncate, chmod, chown, mktemp, sync."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import cast

from cluster.shell import owners
from cluster.shell.commandline import Call, Complaint, program, quoted
from cluster.shell.files import TreeFiles
from cluster.shell.modes import changed

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@program("m:pv", {"parents": "p", "mode": "m:", "verbose": "v"})
async def mkdir(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    for operand in call.operands:
        parts = operand.rstrip("/").split("/")
        names = ["/".join(parts[:count]) or "/" for count in range(1, len(parts) + 1)] if call.has("p") else [operand]
        for name in names:
            try:
                if call.has("p") and _is_folder(call, name):
                    continue
                mode = 0o755
                if call.has("m") and name == names[-1]:
                    mode = _mode(call, call.value("m"), 0o777, directory=True)
                call.files.mkdir(call.path(name), mode)
            except OSError as error:
                await call.cannot(error, name, "cannot create directory")
                break
            if call.has("v"):
                await call.say(f"{call.name}: created directory {quoted(name)}\n")


def _is_folder(call: Call, operand: str) -> bool:
    try:
        return call.files.stat(call.path(operand)).kind == "directory"
    except OSError:
        return False


def _mode(call: Call, text: str, before: int, *, directory: bool) -> int:
    try:
        return changed(text, before, directory=directory)
    except ValueError:
        colon = "" if call.name == "mkdir" else ":"
        hint = "" if call.name == "mkdir" or call.is_busybox else f"\nTry '{call.name} --help' for more information."
        raise Complaint(f"invalid mode{colon} {quoted(text)}{hint}") from None


@program("acd:hmr:t:", {"no-create": "c", "date": "d:", "reference": "r:"})
async def touch(call: Call) -> None:
    if not call.operands:
        await call.misused("missing file operand")
    when: float | None = None
    if call.has("r"):
        try:
            when = call.files.stat(call.path(call.value("r"))).modified
        except OSError as error:
            raise Complaint(f"failed to get attributes of '{call.value('r')}': {error.strerror}") from None
    if call.has("d"):
        when = moment(call.value("d"), call.machine.now())
        if when is None:
            raise Complaint(f"invalid date format {quoted(call.value('d'))}")
    if call.has("t"):
        when = _stamp(call.value("t"), call.machine.now())
        if when is None:
            raise Complaint(f"invalid date format {quoted(call.value('t'))}")
    for operand in call.operands:
        try:
            if call.has("c"):
                call.files.stat(call.path(operand))
            call.files.touch(call.path(operand), when)
        except OSError as error:
            if not (call.has("c") and isinstance(error, FileNotFoundError)):
                await call.cannot(error, operand, "cannot touch")


def moment(text: str, now: float) -> float | None:
    """Unix seconds of a date in words; None: it is not read here."""
    if text in ("now", "today", ""):
        return now
    if text.startswith("@") and re.fullmatch(r"@-?\d{1,12}(\.\d+)?", text):
        return float(text[1:])
    if found := re.fullmatch(r"([+-]?\d{1,9}) (second|sec|minute|min|hour|day|week)s?( ago)?", text):
        unit = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86_400, "week": 604_800}[found[2]]
        return now + int(found[1]) * unit * (-1 if found[3] else 1)
    if text in ("yesterday", "tomorrow"):
        return now + (86_400 if text == "tomorrow" else -86_400)
    try:
        when = datetime.fromisoformat(text.replace("Z", "+00:00").removesuffix(" UTC"))
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _stamp(text: str, now: float) -> float | None:
    found = re.fullmatch(r"(\d{2}|\d{4})?(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?", text)
    if not found:
        return None
    year = int(found[1] or datetime.fromtimestamp(now, UTC).year)
    year += 2000 if found[1] and len(found[1]) == 2 else 0
    month, day, hour, minute, second = (int(each or 0) for each in found.groups()[1:])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None


@program("cs:r:o", {"size": "s:", "no-create": "c"})
async def truncate(call: Call) -> None:
    if not call.has("s"):
        await call.misused("you must specify either '--size' or '--reference'")
    text = call.value("s")
    sign = text[:1] if text[:1] in "+-<>/%" else ""
    count = call.number(text[len(sign) :], "Invalid number")
    for operand in call.operands:
        try:
            body = call.files.read(call.path(operand))
        except FileNotFoundError:
            body = b""
        except OSError as error:
            await call.complain(f"cannot open {quoted(operand)} for writing: {error.strerror}")
            continue
        size = {"": count, "+": len(body) + count, "-": max(0, len(body) - count)}.get(sign, len(body))
        if sign in ("<", ">"):
            size = min(len(body), count) if sign == "<" else max(len(body), count)
        try:
            if size > 1 << 30:
                raise OSError(27, "File too large")
            call.files.write(call.path(operand), body[:size].ljust(size, b"\0"))
        except OSError as error:
            await call.complain(f"failed to truncate {quoted(operand)} at {size} bytes: {error.strerror}")


@program("cfRv", {"recursive": "R", "verbose": "v", "changes": "c", "silent": "f", "reference": "r:"})
async def chmod(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    if len(call.operands) < 2:
        await call.misused(f"missing operand after {quoted(call.operands[0])}")
    wanted, *names = call.operands
    for operand in names:
        for name in _below(call, operand):
            try:
                stat = call.files.stat(call.path(name))
                mode = _mode(call, wanted, stat.mode, directory=stat.kind == "directory")
                call.files.chmod(call.path(name), mode)
            except OSError as error:
                said = "cannot access" if isinstance(error, FileNotFoundError) else "changing permissions of"
                await call.cannot(error, name, said)


@program("cfhRv", {"recursive": "R", "verbose": "v", "no-dereference": "h"})
async def chown(call: Call) -> None:
    if len(call.operands) < 2:
        after = f" after {quoted(call.operands[0])}" if call.operands else ""
        await call.misused(f"missing operand{after}")
    wanted, *names = call.operands
    found = owners.numbers(call.files, f":{wanted}" if call.name == "chgrp" else wanted)
    if isinstance(found, str):
        raise Complaint(found.replace(":", "", 1) if call.is_busybox else found.replace("':", "'"))
    for operand in names:
        for name in _below(call, operand):
            try:
                stat = call.files.lstat(call.path(name))
                owner, group = (
                    stat.owner if found[0] is None else found[0],
                    stat.group if found[1] is None else found[1],
                )
                cast("TreeFiles", call.files).chown(call.path(name), owner, group, follow=not call.has("h"))
            except OSError as error:
                said = "cannot access" if isinstance(error, FileNotFoundError) else "changing ownership of"
                await call.cannot(error, name, said)


def _below(call: Call, operand: str) -> list[str]:
    """The operand, and with -R all below it."""
    found = [operand]
    if not call.has("R"):
        return found
    for name in found:
        try:
            if call.files.lstat(call.path(name)).kind == "directory":
                found += [f"{name.rstrip('/')}/{each}" for each in call.files.listdir(call.path(name))]
        except OSError:
            continue
    return found


@program("dp:qtu", {"directory": "d", "tmpdir": "p:", "quiet": "q", "dry-run": "u", "suffix": "s:"})
async def mktemp(call: Call) -> None:
    template = call.operands[0] if call.operands else "tmp.XXXXXXXXXX"
    marks = re.search(r"X{3,}(?!.*X{3})", template)
    if marks is None:
        raise Complaint(f"too few X's in template {quoted(template)}")
    folder = call.value("p") or call.process.env.get("TMPDIR", "/tmp")
    at_home = call.has("p", "t") or not call.operands
    for _ in range(100):
        letters = "".join(_LETTERS[call.machine.pick(len(_LETTERS))] for _ in marks[0])
        name = template[: marks.start()] + letters + template[marks.end() :] + call.value("s")
        name = f"{folder.rstrip('/')}/{name}" if at_home else name
        try:
            if call.has("d"):
                call.files.mkdir(call.path(name), 0o700)
            else:
                try:
                    call.files.lstat(call.path(name))
                    continue
                except FileNotFoundError:
                    call.files.write(call.path(name), b"", mode=0o600)
        except FileExistsError:
            continue
        except OSError as error:
            what = "directory" if call.has("d") else "file"
            raise Complaint(f"failed to create {what} via template {quoted(name)}: {error.strerror}") from None
        await call.say(f"{name}\n")
        return
    raise Complaint(f"failed to create file via template {quoted(template)}: File exists")


@program("df")
async def sync(call: Call) -> None:
    """All is stored as it is written."""


PROGRAMS = {"mkdir": mkdir, "touch": touch, "truncate": truncate, "chmod": chmod, "chown": chown, "chgrp": chown}
PROGRAMS |= {"mktemp": mktemp, "sync": sync}
