"""All layers of one cluster that were ever written to, with their limits. What is kept where is its caller's choice of
keys; that and how changes reach a database and other processes is not known here.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from typing import NamedTuple

from cluster.contents.entry import Entry
from cluster.contents.judged import Judged
from cluster.contents.layer import History, Layer, Source

MOST_BYTES, MOST_ENTRIES = 16 * 1024 * 1024, 8_000
"""In one layer: a container's own changes, or a volume."""
CLUSTER_BYTES, CLUSTER_ENTRIES = 96 * 1024 * 1024, 40_000
_INSTANT = 1e-6
LONGEST_PATH, LONGEST_NAME = 1_024, 255
"""Bytes. A kernel takes paths of 4,096; a database's index does not."""


class Written(NamedTuple):
    """All versions of one path, to be stored. No versions: forget it."""

    layer: str
    path: str
    history: History


class Contents:
    """Layers by key. `on_write` is called once for each write that was made here, with the layer's key."""

    def __init__(self, revision: int = 0) -> None:
        self.revision = revision
        """The stored one that this follows."""
        self.edits = 0
        self.layers: dict[str, Layer] = {}
        self.on_write: Callable[[str], None] | None = None
        self.carried: set[str] = set()
        """Owners of `Foretold` changes who are making them really."""
        self.judged = Judged()
        self._unstored: dict[tuple[str, str], None] = {}
        self._size = self._count = 0

    def layer(self, key: str) -> Layer | None:
        return self.layers.get(key)

    def put(self, key: str, path: str, entry: Entry) -> None:
        """A write that was made here. OSError when there is no room, or the path is none that can be kept."""
        _checked(path)
        layer = self.layers.get(key) or Layer()
        before = layer.history(path)
        held = len(before[-1].body) if before and before[-1].kind != "absent" else 0
        if entry.kind != "absent":
            self._room(layer, len(entry.body) - held, 0 if held or (before and before[-1].kind != "absent") else 1)
        self._keep(key, layer, path, lambda: layer.put(path, entry))
        self._unstored[key, path] = None
        for gone in layer.forget_oldest():
            self._unstored[key, gone] = None
        if self.on_write is not None:
            self.on_write(key)

    def follow(self, rows: Iterable[Written], revision: int) -> set[str]:
        """Take over what others have stored; returns the layers that are otherwise now."""
        touched: set[str] = set()
        for row in rows:
            layer = self.layers.get(row.layer) or Layer()
            if (row.layer, row.path) in self._unstored or layer.history(row.path) == row.history:
                continue  # ours is the later one, or our own
            self._keep(row.layer, layer, row.path, lambda: layer.replace(row.path, row.history))  # noqa: B023
            layer.forget_oldest()
            touched.add(row.layer)
        self.revision = max(self.revision, revision)
        return touched

    def unstored(self, most: int = 500, most_bytes: int = 2_000_000) -> list[Written]:
        """What is to be stored next. It counts as stored from now on: give it back with `again` where that failed."""
        taken: list[Written] = []
        size = 0
        for key, path in list(self._unstored):
            del self._unstored[key, path]
            layer = self.layers.get(key)
            if layer is None:
                continue
            history = layer.history(path)
            taken.append(Written(key, path, history))
            size += sum(len(each.body) for each in history)
            if len(taken) >= most or size >= most_bytes:
                break
        return taken

    def again(self, rows: Iterable[Written]) -> None:
        self._unstored = {**dict.fromkeys((row.layer, row.path) for row in rows), **self._unstored}

    def drop(self, keys: Iterable[str]) -> None:
        """Layers whose owner is gone."""
        for key in keys:
            if (layer := self.layers.pop(key, None)) is not None:
                self._size -= layer.size
                self._count -= layer.count
                self.edits += 1

    def _keep(self, key: str, layer: Layer, path: str, change: Callable[[], object]) -> None:
        size, count = layer.size, layer.count
        change()
        self.layers[key] = layer
        self._size += layer.size - size
        self._count += layer.count - count
        self.edits += 1

    def _room(self, layer: Layer, size: int, count: int) -> None:
        full = layer.size + size > MOST_BYTES or self._size + size > CLUSTER_BYTES
        crowded = layer.count + count > MOST_ENTRIES or self._count + count > CLUSTER_ENTRIES
        if (full and size > 0) or (crowded and count > 0):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Kept:
    """The layer of a key as a source, whether it was written to yet or not."""

    def __init__(self, contents: Contents, key: str) -> None:
        self._layers, self._key = contents.layers, key

    def at(self, path: str, moment: float) -> Entry | None:
        layer = self._layers.get(self._key)
        return None if layer is None else layer.at(path, moment)

    def history(self, path: str) -> History:
        layer = self._layers.get(self._key)
        return () if layer is None else layer.history(path)

    def names(self, folder: str) -> Iterable[str]:
        layer = self._layers.get(self._key)
        return () if layer is None else layer.names(folder)


class Foretold:
    """What somebody is thought to write, as a source, as long as nobody sees to it that it is written really."""

    def __init__(self, contents: Contents, owner: str) -> None:
        self._carried, self._owner, self._layer = contents.carried, owner, Layer()

    def put(self, path: str, entry: Entry) -> None:
        self._layer.put(path, entry)

    def at(self, path: str, moment: float) -> Entry | None:
        return None if self._owner in self._carried else self._layer.at(path, moment)

    def history(self, path: str) -> History:
        return () if self._owner in self._carried else self._layer.history(path)

    def names(self, folder: str) -> Iterable[str]:
        return () if self._owner in self._carried else self._layer.names(folder)


class Before:
    """What another source said just before each moment: for what is done a second time over what came of the first."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def at(self, path: str, moment: float) -> Entry | None:
        return self._source.at(path, moment - _INSTANT)

    def names(self, folder: str) -> Iterable[str]:
        return self._source.names(folder)


def _checked(path: str) -> None:
    if len(path.encode(errors="replace")) > LONGEST_PATH or any(
        len(name.encode(errors="replace")) > LONGEST_NAME for name in path.split("/")
    ):
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), path)
    if "\0" in path:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path.replace("\0", ""))
    try:
        path.encode()
    except UnicodeEncodeError:
        raise OSError(errno.EILSEQ, os.strerror(errno.EILSEQ), repr(path)) from None
