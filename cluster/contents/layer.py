"""Entries by path, each with its last versions: a container's changes, a volume, or an image that never changes.

Paths begin with a slash; "" is the layer's own root. Versions are kept for what looks back, as a probe's threshold
does: not for ever, and of a version that is over only the first bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import Protocol

from cluster.contents.entry import DIRECTORY, Entry

KEPT_SECONDS = 3600.0
KEPT_VERSIONS = 16
MOST_GONE = 1_000
"""Removed paths that are remembered in a layer."""
KEPT_BYTES = 256
"""Of a file's earlier version; what it holds beyond is forgotten with the next one."""

History = tuple[Entry, ...]


class Source(Protocol):
    """Where entries come from."""

    def at(self, path: str, moment: float) -> Entry | None:
        """The version of that moment; None: this source says nothing of the path. "absent": it is gone."""
        ...

    def names(self, folder: str) -> Iterable[str]:
        """All names ever known in a folder."""
        ...


class Layer:
    """Changes over what lies beneath, or a volume."""

    __slots__ = ("_gone", "_histories", "_names", "count", "edits", "size")

    def __init__(self) -> None:
        self._histories: dict[str, History] = {}
        self._names: dict[str, dict[str, None]] = {}
        self.size = 0
        """Bytes of all last versions."""
        self.edits = 0
        """How often something in here changed."""
        self.count = 0
        """Entries whose last version is there."""
        self._gone: dict[str, None] = {}
        """Paths where nothing is any more and nothing lies beneath, the oldest first."""

    def __len__(self) -> int:
        return len(self._histories)

    def at(self, path: str, moment: float) -> Entry | None:
        for version in reversed(self._histories.get(path, ())):
            if version.since <= moment:
                return version
        return None

    def names(self, folder: str) -> Iterable[str]:
        return self._names.get(folder, ())

    def history(self, path: str) -> History:
        return self._histories.get(path, ())

    def items(self) -> Iterable[tuple[str, History]]:
        return self._histories.items()

    def moments(self) -> set[float]:
        """When something changed, as far as is remembered."""
        return {version.since for version in chain.from_iterable(self._histories.values())}

    def put(self, path: str, entry: Entry) -> History:
        """From `entry.since` on this is there; returns the path's versions."""
        before = self._histories.get(path, ())
        history = _trimmed(_inserted(before, entry))
        self.replace(path, history)
        return history

    def replace(self, path: str, history: History) -> None:
        """All versions at once, as they were stored."""
        before = self._histories.get(path, ())
        self._count(before[-1] if before else None, -1)
        self._count(history[-1], 1)
        self._histories[path] = history
        self.edits += 1
        self._gone.pop(path, None)
        if history[-1].kind == "absent" and not history[-1].mode:
            self._gone[path] = None
        if path and not before:
            folder, _, name = path.rpartition("/")
            self._names.setdefault(folder, {})[name] = None

    def forget_oldest(self) -> list[str]:
        """Forget what is gone for longest where that has become too much; returns the paths."""
        if len(self._gone) <= MOST_GONE:
            return []
        paths = list(islice(self._gone, MOST_GONE // 5))
        for path in paths:
            self._forget(path)
        return paths

    def _forget(self, path: str) -> None:
        del self._gone[path]
        self.edits += 1
        before = self._histories.pop(path, ())
        self._count(before[-1] if before else None, -1)
        folder, _, name = path.rpartition("/")
        self._names.get(folder, {}).pop(name, None)

    def _count(self, entry: Entry | None, sign: int) -> None:
        if entry is not None and entry.kind != "absent":
            self.size += sign * len(entry.body)
            self.count += sign


class Frozen:
    """What never changes: an image, or the files of a ConfigMap."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries: dict[str, Entry] = {"": DIRECTORY}
        self._names: dict[str, dict[str, None]] = {}
        for path, entry in entries.items():
            self._add(path, entry)

    def _add(self, path: str, entry: Entry) -> None:
        self._entries[path] = entry
        while path:
            folder, _, name = path.rpartition("/")
            self._names.setdefault(folder, {})[name] = None
            path = folder
            self._entries.setdefault(path, DIRECTORY._replace(modified=entry.modified))
        self._entries[""] = self._entries[""]._replace(modified=max(self._entries[""].modified, entry.modified))

    def at(self, path: str, moment: float) -> Entry | None:
        return self._entries.get(path)

    def names(self, folder: str) -> Iterable[str]:
        return self._names.get(folder, ())


def frozen(entries: Mapping[str, Entry]) -> Frozen:
    """A source of these entries; folders that hold them need not be named."""
    return Frozen(entries)


def _inserted(before: History, entry: Entry) -> History:
    earlier = tuple(each for each in before if each.since < entry.since)
    later = tuple(each for each in before if each.since > entry.since)
    if earlier and earlier[-1].kind == "file":
        earlier = (*earlier[:-1], earlier[-1]._replace(body=earlier[-1].body[:KEPT_BYTES]))
    return (*earlier, entry, *later)


def _trimmed(history: History) -> History:
    """Without what is over for long; where a file is written over and over, that it was there counts most."""
    horizon = history[-1].since - KEPT_SECONDS
    while len(history) > 1 and history[1].since <= horizon:
        history = history[1:]
    while len(history) > KEPT_VERSIONS:
        alike = (n for n in range(1, len(history) - 1) if history[n - 1].kind == history[n].kind)
        gone = next(alike, 0)
        history = (*history[:gone], *history[gone + 1 :])
    return history
