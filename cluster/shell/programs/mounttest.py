"""agnhost mounttest: writes files into a volume and tells what is there: its type, modes, owners and contents."""

from __future__ import annotations

import stat
from collections.abc import Awaitable, Callable
from typing import cast

from cluster.nodes.agnhost import flag
from cluster.shell.files import TreeFiles
from cluster.shell.process import Process

_NEW = "mount-tester new file\n"
_MAGIC = {"tmpfs": "tmpfs", "overlay": "2035054128", "proc": "40864"}
_EXT4 = "61267"
_LOOK = 2.0
_LONGEST = 180

Told = Callable[[Process, str], Awaitable[None]]


async def run(process: Process, words: list[str]) -> int:
    """In the order in which the original does it, whatever the order of the flags."""
    failed = False
    steps: list[tuple[str, Told]] = [("fs_type", _type)]
    steps += [(f"new_file_{mode}", _writing(int(mode, 8))) for mode in ("0644", "0666", "0660", "0777")]
    steps += [("file_mode", _mode), ("file_perm", _perm), ("file_owner", _owner), ("file_content", _content)]
    for name, tell in steps:
        if path := flag(words, name):
            failed = await _failing(process, tell, path) or failed
    if path := flag(words, "file_content_in_loop"):
        failed = await _loop(process, words, path) or failed
    return int(failed)


async def _failing(process: Process, tell: Told, path: str) -> bool:
    try:
        await tell(process, path)
    except OSError as error:
        await _say(process, f'error from stat("{path}"): {str(error.strerror).lower()}')
        return True
    return False


async def _type(process: Process, path: str) -> None:
    process.files.stat(path)
    files = cast("TreeFiles", process.files)
    _, place = files.place(files.realpath(path).rstrip("/"))
    await _say(process, f'mount type of "{path}": {_MAGIC.get(place.called, _EXT4)}')


def _writing(mode: int) -> Told:
    async def written(process: Process, path: str) -> None:
        process.files.write(path, _NEW.encode(), mode=mode)
        await _content(process, path)

    return written


async def _mode(process: Process, path: str) -> None:
    found = process.files.stat(path)
    special = "".join(
        sign for bit, sign in ((stat.S_ISUID, "u"), (stat.S_ISGID, "g"), (stat.S_ISVTX, "t")) if found.mode & bit
    )
    kind = "d" if found.kind == "directory" else ""
    await _say(process, f'mode of file "{path}": {kind + special or "-"}{_bits(found.mode)}')


async def _perm(process: Process, path: str) -> None:
    await _say(process, f'perms of file "{path}": -{_bits(process.files.stat(path).mode)}')


def _bits(mode: int) -> str:
    return stat.filemode(mode & 0o777)[1:]


async def _owner(process: Process, path: str) -> None:
    found = process.files.stat(path)
    await _say(process, f'owner UID of "{path}": {found.owner}\nowner GID of "{path}": {found.group}')


async def _content(process: Process, path: str) -> None:
    await process.stdout.write(f'content of file "{path}": '.encode() + process.files.read(path) + b"\n")


async def _loop(process: Process, words: list[str], path: str) -> bool:
    """Every two seconds, until the content is what `new_file` writes, or the time is up."""
    given = flag(words, "retry_time")
    end = process.machine.now() + (int(given) if given.isascii() and given.isdigit() and len(given) < 7 else _LONGEST)
    breaks, failed = flag(words, "break_on_expected_content", "true") != "false", False
    while process.machine.now() < end:
        try:
            await _content(process, path)
            failed = False
            if breaks and process.files.read(path) == _NEW.encode():
                return False
            if breaks:
                await process.stdout.write(f"Unexpected content. Expected: {_NEW}. Retrying".encode())
        except OSError as error:
            failed = True
            await _say(process, f"Error reading file {path}: open {path}: {str(error.strerror).lower()}, retrying")
        await process.machine.sleep(_LOOK)
    return failed


async def _say(process: Process, text: str) -> None:
    await process.stdout.write(f"{text}\n".encode())
