"""cp, mv and ln."""

from __future__ import annotations

import errno
from typing import cast

from cluster.shell.commandline import Call, program, quoted
from cluster.shell.files import TreeFiles

_MOST_DEEP = 100


async def _target(call: Call) -> tuple[list[str], str, bool] | None:
    """(sources, target, whether it is a folder); None after a complaint."""
    operands = list(call.operands)
    if call.has("t"):
        operands.append(call.value("t"))
    if not operands:
        await call.misused("missing file operand")
    if len(operands) == 1:
        await call.misused(f"missing destination file operand after {quoted(operands[0])}")
    *sources, target = operands
    folder = _is_folder(call, target) and not call.has("T")
    if not folder and (len(sources) > 1 or call.has("t")):
        await call.complain(f"target {quoted(target)}: {_why(call, target)}")
        return None
    return sources, target, folder


def _why(call: Call, target: str) -> str:
    try:
        call.files.stat(call.path(target))
    except OSError as error:
        return error.strerror or ""
    return "Not a directory"


def _is_folder(call: Call, operand: str, *, follow: bool = True) -> bool:
    try:
        look = call.files.stat if follow else call.files.lstat
        return look(call.path(operand)).kind == "directory"
    except OSError:
        return False


def _there(call: Call, operand: str) -> bool:
    try:
        call.files.lstat(call.path(operand))
    except OSError:
        return False
    return True


def _within(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name.rstrip('/').rpartition('/')[2]}"


_COPY = {"recursive": "r", "archive": "a", "force": "f", "verbose": "v", "no-clobber": "n", "preserve": "p"}
_COPY |= {"target-directory": "t:", "no-target-directory": "T", "update": "u", "parents": "P", "interactive": "i"}


@program("abdfHilLnpPrRst:Tuvx", _COPY)
async def cp(call: Call) -> None:
    found = await _target(call)
    if found is None:
        return
    sources, target, folder = found
    for source in sources:
        goal = _within(target, source) if folder else target
        await _copy(call, source, goal, 0)


async def _copy(call: Call, source: str, goal: str, deep: int) -> None:
    await call.breathe()
    files = call.files
    recursive = call.has("r", "R", "a")
    keep_links = call.has("P", "d", "a") or (recursive and not call.has("L", *("H" if not deep else "")))
    try:
        stat = files.lstat(call.path(source)) if keep_links else files.stat(call.path(source))
    except OSError as error:
        await call.cannot(error, source, "cannot stat")
        return
    if stat.kind == "directory":
        await _copy_folder(call, source, goal, deep)
        return
    if call.has("n") and _there(call, goal):
        return
    if _is_folder(call, goal):
        await call.complain(f"cannot overwrite directory {quoted(goal)} with non-directory")
        return
    if _same(call, source, goal):
        await call.complain(f"{quoted(source)} and {quoted(goal)} are the same file")
        return
    try:
        if stat.kind == "link":
            if _there(call, goal):
                files.unlink(call.path(goal))
            files.symlink(files.readlink(call.path(source)), call.path(goal))
        else:
            body = files.read(call.path(source))
            existed = _there(call, goal)
            files.write(call.path(goal), body, mode=stat.mode)
            if call.has("p", "a"):
                files.chmod(call.path(goal), stat.mode)
                files.touch(call.path(goal), stat.modified)
            elif not existed:
                files.chmod(call.path(goal), stat.mode & ~0o022)
    except OSError as error:
        doing = "cannot create symbolic link" if stat.kind == "link" else "cannot create regular file"
        if error.errno == errno.ENOSPC:
            await call.complain(f"error writing {quoted(goal)}: {error.strerror}")
        else:
            await call.cannot(error, goal, doing)
        return
    if call.has("v"):
        await call.say(f"{quoted(source)} -> {quoted(goal)}\n")


async def _copy_folder(call: Call, source: str, goal: str, deep: int) -> None:
    files = call.files
    if not call.has("r", "R", "a"):
        if call.is_busybox:
            await call.complain(f"omitting directory '{source}'")
        else:
            await call.complain(f"-r not specified; omitting directory {quoted(source)}")
        return
    here, there = files.realpath(call.path(source)), _real(call, goal)
    if there == here or there.startswith(f"{here.rstrip('/')}/") or deep > _MOST_DEEP:
        await call.complain(f"cannot copy a directory, {quoted(source)}, into itself, {quoted(goal)}")
        return
    if _there(call, goal) and not _is_folder(call, goal):
        await call.complain(f"cannot overwrite non-directory {quoted(goal)} with directory {quoted(source)}")
        return
    try:
        stat = files.stat(call.path(source))
        if not _there(call, goal):
            files.mkdir(call.path(goal), stat.mode if call.has("p", "a") else stat.mode & ~0o022)
            if call.has("v"):
                await call.say(f"{quoted(source)} -> {quoted(goal)}\n")
        names = files.listdir(call.path(source))
    except OSError as error:
        await call.cannot(error, goal, "cannot create directory")
        return
    for name in names:
        await _copy(call, f"{source.rstrip('/')}/{name}", f"{goal.rstrip('/')}/{name}", deep + 1)


def _real(call: Call, operand: str) -> str:
    try:
        return call.files.realpath(call.path(operand))
    except OSError:
        return call.path(operand)


def _same(call: Call, source: str, goal: str) -> bool:
    return _there(call, goal) and _real(call, source) == _real(call, goal)


_MOVE = {each: _COPY[each] for each in ("force", "verbose", "no-clobber", "interactive", "update")}
_MOVE |= {"target-directory": "t:", "no-target-directory": "T"}


@program("bfint:Tuv", _MOVE)
async def mv(call: Call) -> None:
    found = await _target(call)
    if found is None:
        return
    sources, target, folder = found
    for source in sources:
        goal = _within(target, source) if folder else target
        await _move(call, source, goal)


async def _move(call: Call, source: str, goal: str) -> None:
    files = call.files
    if call.has("n") and _there(call, goal):
        return
    if not _there(call, source):
        await call.complain(
            f"can't rename '{source}': No such file or directory"
            if call.is_busybox
            else f"cannot stat {quoted(source)}: No such file or directory"
        )
        return
    if _same(call, source, goal) and files.lstat(call.path(source)).kind != "link":
        await call.complain(f"{quoted(source)} and {quoted(goal)} are the same file")
        return
    if _is_folder(call, goal) and not _is_folder(call, source, follow=False):
        await call.complain(f"cannot overwrite directory {quoted(goal)} with non-directory")
        return
    if _there(call, goal) and not _is_folder(call, goal) and _is_folder(call, source, follow=False):
        await call.complain(f"cannot overwrite non-directory {quoted(goal)} with directory {quoted(source)}")
        return
    try:
        try:
            files.rename(call.path(source), call.path(goal))
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            move_across(cast("TreeFiles", files), call.path(source), call.path(goal))
    except OSError as error:
        if error.errno == errno.EINVAL:
            await call.complain(f"cannot move {quoted(source)} to a subdirectory of itself, {quoted(goal)}")
        elif call.is_busybox:
            await call.complain(f"can't rename '{source}': {error.strerror}")
        else:
            await call.complain(f"cannot move {quoted(source)} to {quoted(goal)}: {error.strerror}")
        return
    if call.has("v"):
        await call.say(f"renamed {quoted(source)} -> {quoted(goal)}\n")


def move_across(files: TreeFiles, source: str, goal: str) -> None:
    """From one mount into another: copied, then removed. OSError."""
    stat = files.lstat(source)
    if stat.kind == "link":
        files.symlink(files.readlink(source), goal)
        files.unlink(source)
        return
    if stat.kind != "directory":
        files.write(goal, files.read(source), mode=stat.mode)
        files.touch(goal, stat.modified)
        files.unlink(source)
        return
    files.mkdir(goal, stat.mode)
    for name in files.listdir(source):
        move_across(files, f"{source.rstrip('/')}/{name}", f"{goal.rstrip('/')}/{name}")
    files.rmdir(source)


@program("bfinrsTvt:", {"symbolic": "s", "force": "f", "verbose": "v", "no-dereference": "n", "relative": "r"})
async def ln(call: Call) -> None:
    if not call.operands:
        await call.misused("missing file operand")
    *targets, name = call.operands if len(call.operands) > 1 else [*call.operands, "."]
    folder = _is_folder(call, name, follow=not call.has("n", "T"))
    for target in targets:
        goal = _within(name, target) if folder else name
        kind = "symbolic link" if call.has("s") else "hard link"
        try:
            if call.has("f") and _there(call, goal) and not _is_folder(call, goal, follow=False):
                call.files.unlink(call.path(goal))
            if call.has("s"):
                call.files.symlink(target, call.path(goal))
            else:
                await _hard(call, target, goal)
        except OSError as error:
            if call.is_busybox:
                await call.complain(f"{goal}: {error.strerror}")
            else:
                await call.complain(f"failed to create {kind} {quoted(goal)}: {error.strerror}")
            continue
        if call.has("v"):
            await call.say(f"{quoted(goal)} {'->' if call.has('s') else '=>'} {quoted(target)}\n")


async def _hard(call: Call, target: str, goal: str) -> None:
    """A second name of a file is a copy of it here, which is said."""
    if call.files.stat(call.path(target)).kind == "directory":
        raise OSError(errno.EPERM, "hard link not allowed for directory")
    if _there(call, goal):
        raise FileExistsError(errno.EEXIST, "File exists")
    stat = call.files.stat(call.path(target))
    call.files.write(call.path(goal), call.files.read(call.path(target)), mode=stat.mode)
    said = f"{call.name}: note: {quoted(goal)} is a copy: a file has one name in this simulation\n"
    await call.process.stderr.write(said.encode(errors="replace"))


PROGRAMS = {"cp": cp, "mv": mv, "ln": ln}
