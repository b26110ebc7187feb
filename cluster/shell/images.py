"""Which programs run in a container: by what lies at a path in its files, so a program that was moved runs from where
it is now, and one that was removed does not.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping

from cluster.nodes import imagefiles, software
from cluster.nodes.systems import Flavour
from cluster.shell import programs
from cluster.shell.files import TreeFiles
from cluster.shell.process import Files, Process, Program

_BUSYBOX = "busybox"


def flavour(image: str) -> Flavour:
    """Whose words the image's programs print."""
    return software.of(image).flavour


class Installed(Mapping[str, Program]):
    """By absolute path. Listed are those in the folders of PATH; any other path is looked at when it is asked for."""

    def __init__(self, files: Callable[[], TreeFiles], path: str) -> None:
        self._files, self._folders = files, path.split(":")

    def __getitem__(self, path: str) -> Program:
        name = self.called(path)
        if not name:
            raise KeyError(path)
        return programs.known().get(name) or _unknown(name)

    def __iter__(self) -> Iterator[str]:
        for folder in self._folders:
            try:
                names = self._files().listdir(folder)
            except OSError:
                continue
            yield from (path for name in names if self.called(path := f"{folder}/{name}"))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def is_simulated(self, path: str) -> bool:
        """What the program there does is known here, if any is there."""
        name = self.called(path)
        return not name or name in programs.known()

    def called(self, path: str) -> str:
        """Which program lies at a path; "" for none."""
        try:
            entry = self._files().entry(path)
        except OSError:
            return ""
        if entry.kind != "file":
            return ""
        found = imagefiles.program_in(entry.body)
        if found == _BUSYBOX and (applet := path.rpartition("/")[2]) != _BUSYBOX:
            return applet
        return found


def lookup(files: Files, name: str, path: str, folder: str = "/") -> str:
    """The absolute path of a command. FileNotFoundError; PermissionError when what is there may not be run."""
    if "/" in name:
        found = name if name.startswith("/") else f"{folder.rstrip('/')}/{name}"
        _runnable(files, found)
        return found
    refused: OSError | None = None
    for place in path.split(":"):
        try:
            _runnable(files, found := f"{place or folder}/{name}")
        except PermissionError as error:
            refused = error
        except OSError:
            continue
        else:
            return found
    raise refused or FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)


def _runnable(files: Files, path: str) -> None:
    found = files.stat(path)
    if found.kind != "file" or not found.mode & 0o111:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)


def _unknown(name: str) -> Program:
    async def run(process: Process) -> int:
        said = f"{name}: this program is there, but what it does is not simulated here\n"
        await process.stderr.write(said.encode())
        return 126

    return run
