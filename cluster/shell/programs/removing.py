"""rm and rmdir."""

from __future__ import annotations

from cluster.shell.commandline import Call, program, quoted

_LONG = {"force": "f", "recursive": "r", "dir": "d", "verbose": "v", "interactive": "i"}
_LONG |= {"preserve-root": "p", "no-preserve-root": "N"}


@program("dfiIrRv", _LONG)
async def rm(call: Call) -> None:
    if not call.operands and not call.has("f"):
        await call.misused("missing operand")
    for operand in call.operands:
        last = operand.rstrip("/").rpartition("/")[2]
        if last in (".", "..") and call.has("r", "R"):
            await call.complain(f"refusing to remove '.' or '..' directory: skipping {quoted(operand)}")
        elif call.path(operand).strip("/") == "" and call.has("r", "R") and not call.has("N"):
            await call.complain("it is dangerous to operate recursively on '/'")
            await call.complain("use --no-preserve-root to override this failsafe")
        else:
            await _remove(call, operand)


async def _remove(call: Call, operand: str) -> bool:
    await call.breathe()
    path = call.path(operand)
    try:
        stat = call.files.lstat(path)
    except OSError as error:
        if not (call.has("f") and isinstance(error, FileNotFoundError | NotADirectoryError)):
            await call.cannot(error, operand, "cannot remove")
        return False
    try:
        if stat.kind != "directory":
            call.files.unlink(path)
        elif call.has("r", "R"):
            well = True
            for name in call.files.listdir(path):
                well = await _remove(call, f"{operand.rstrip('/')}/{name}") and well
            if not well:
                return False
            call.files.rmdir(path)
        elif call.has("d"):
            call.files.rmdir(path)
        else:
            why = "is a directory" if call.is_busybox else "Is a directory"
            where = f"'{operand}' {why}" if call.is_busybox else f"cannot remove {quoted(operand)}: {why}"
            await call.complain(where)
            return False
    except OSError as error:
        await call.cannot(error, operand, "cannot remove")
        return False
    if call.has("v"):
        what = "removed directory" if stat.kind == "directory" else "removed"
        await call.say(f"{what} {quoted(operand)}\n")
    return True


@program("pv", {"parents": "p", "verbose": "v", "ignore-fail-on-non-empty": "i"})
async def rmdir(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    for operand in call.operands:
        parts = operand.rstrip("/").split("/")
        names = ["/".join(parts[:count]) for count in range(len(parts), 0, -1)] if call.has("p") else [operand]
        for name in filter(None, names):
            try:
                call.files.rmdir(call.path(name))
            except OSError as error:
                if not (call.has("i") and call.files.lstat(call.path(name)).kind == "directory"):
                    said = f"failed to remove {quoted(name)}: {error.strerror}"
                    await call.complain(f"'{name}': {error.strerror}" if call.is_busybox else said)
                break


PROGRAMS = {"rm": rm, "rmdir": rmdir}
