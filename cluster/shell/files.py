"""A container's file system as its programs are given it: a tree with what stat says and with reading in pieces."""

from __future__ import annotations

import errno
import os
import secrets

from cluster.contents import Entry, Tree
from cluster.contents.tree import size
from cluster.contents.who import READ
from cluster.shell.process import Reader, Stat, Writer

_PIECE = 65_536


class TreeFiles(Tree):
    """See `cluster.shell.process.Files`."""

    def stat(self, path: str) -> Stat:
        return self._stat(path, follow=True)

    def lstat(self, path: str) -> Stat:
        return self._stat(path, follow=False)

    def opened(self, path: str) -> Reader:
        entry = self.entry(path)
        if entry.kind == "directory":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        self._allowed(entry, READ, path)
        return _Device(entry, path) if entry.kind == "device" else _File(entry.body)

    def created(self, path: str, *, append: bool = False) -> Writer:
        self.write(path, b"", append=append)
        return _Writer(self, self.realpath(path), path)

    def _stat(self, path: str, *, follow: bool) -> Stat:
        entry = self.entry(path, follow=follow)
        assert entry.kind != "absent", "what is absent is not found"
        links = 1
        if entry.kind == "directory":
            links = 2
        return Stat(entry.kind, size(entry), entry.mode, entry.modified, entry.owner, entry.group, links)


class _File:
    """What the file held when it was opened."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    async def read(self, most: int = _PIECE) -> bytes:
        piece = self._body[self._at : self._at + most]
        self._at += len(piece)
        return piece


class _Device:
    def __init__(self, entry: Entry, path: str) -> None:
        self._name = entry.body.decode()
        if self._name in ("stdin", "stdout", "stderr", "tty"):
            # These are the process' own, which a file system does not know.
            raise OSError(errno.ENXIO, os.strerror(errno.ENXIO), path)

    async def read(self, most: int = _PIECE) -> bytes:
        if self._name in ("zero", "full"):
            return bytes(most)
        return secrets.token_bytes(most) if self._name in ("random", "urandom") else b""


class _Writer:
    """Appends to what is at a path; what was removed meanwhile takes the rest with it."""

    def __init__(self, files: TreeFiles, path: str, said: str) -> None:
        self._files, self._path, self._said = files, path, said

    async def write(self, data: bytes) -> None:
        try:
            self._files.entry(self._path)
        except FileNotFoundError:
            return
        self._files.write(self._path, data, append=True)
