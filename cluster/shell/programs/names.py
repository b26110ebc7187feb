"""basename, dirname, readlink, realpath, pwd, which."""

from __future__ import annotations

from cluster.nodes.software import PATH
from cluster.shell.commandline import Call, program
from cluster.shell.images import lookup


@program("as:z", {"multiple": "a", "suffix": "s:"})
async def basename(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    several = call.has("a", "s")
    if not several and len(call.operands) > 2:
        await call.misused(f"extra operand '{call.operands[2]}'")
    suffix = call.value("s") if several else (call.operands[1] if len(call.operands) > 1 else "")
    for operand in call.operands if several else call.operands[:1]:
        name = operand.rstrip("/").rpartition("/")[2] or ("/" if operand.startswith("/") else "")
        await call.say((name.removesuffix(suffix) or name) + "\n")


@program("z")
async def dirname(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    for operand in call.operands:
        head, slash, _ = operand.rstrip("/").rpartition("/")
        await call.say((head.rstrip("/") or ("/" if slash or operand.startswith("/") else ".")) + "\n")


@program("efmnqsvz", {"canonicalize": "f", "no-newline": "n"})
async def readlink(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    for operand in call.operands:
        try:
            if call.has("f", "e", "m"):
                found = call.files.realpath(call.path(operand))
            else:
                found = call.files.readlink(call.path(operand))
        except OSError as error:
            call.status = 1
            if call.has("v"):
                await call.cannot(error, operand)
            continue
        await call.say(found + ("" if call.has("n") else "\n"))


@program("eLmPqsz")
async def realpath(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    for operand in call.operands:
        try:
            found = call.files.realpath(call.path(operand))
            if call.has("e") or call.is_busybox:
                call.files.lstat(found)
        except OSError as error:
            await call.cannot(error, operand)
            continue
        await call.say(f"{found}\n")


@program("LP")
async def pwd(call: Call) -> None:
    await call.say(f"{call.process.cwd}\n")


@program("as")
async def which(call: Call) -> None:
    for operand in call.operands:
        try:
            found = lookup(call.files, operand, call.process.env.get("PATH", PATH), call.process.cwd)
        except OSError:
            call.status = 1
            continue
        await call.say(f"{found}\n")


PROGRAMS = {
    "basename": basename,
    "dirname": dirname,
    "readlink": readlink,
    "realpath": realpath,
    "pwd": pwd,
    "which": which,
}
