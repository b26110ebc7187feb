"""The file system a container sees: places mounted into one another, walked as a kernel walks them.

Answers with the OSErrors that Python's own calls raise. Who looks is asked for at every step, and owns what is made.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cluster.contents.entry import ABSENT, DIRECTORY, HIDDEN, Entry
from cluster.contents.memory import Contents
from cluster.contents.place import Place
from cluster.contents.who import READ, ROOT, SEARCH, WRITE, Who

MOST_LINKS = 40
_DIRECTORY_BYTES = 4096
_SET_GROUP = 0o2000
"""Of a folder: what is made in it belongs to its group."""


class Found(NamedTuple):
    path: str
    """Without links, "" for the root."""
    entry: Entry | None


class Tree:
    """`places` by mount point, "" being the root's. `now` is cluster time; `contents` takes what is written."""

    def __init__(
        self,
        places: Mapping[str, Place],
        now: Callable[[], float],
        contents: Contents | None = None,
        who: Who = ROOT,
    ) -> None:
        self._places = places
        self._now = now
        self._contents = contents
        self._who = who
        self._above = {above for point in places for above in _ancestors(point)}

    # -- looking -------------------------------------------------------------------------------------------

    def entry(self, path: str, *, follow: bool = True) -> Entry:
        """What is at a path; FileNotFoundError and its like."""
        found = self._walk(path, follow=follow)
        if found.entry is None:
            raise _error(errno.ENOENT, path)
        return found.entry

    def realpath(self, path: str) -> str:
        """Without links; the last part need not be there."""
        return self._walk(path).path or "/"

    def listdir(self, path: str) -> list[str]:
        found = self._existing(path)
        if found.entry is None or found.entry.kind != "directory":
            raise _error(errno.ENOTDIR, path)
        self._allowed(found.entry, READ, path)
        return self._names(found.path)

    def read(self, path: str) -> bytes:
        entry = self.entry(path)
        if entry.kind == "directory":
            raise _error(errno.EISDIR, path)
        self._allowed(entry, READ, path)
        if entry.kind == "device":
            if entry.body == b"null":
                return b""
            raise _error(errno.EINVAL, path)
        return entry.body

    def readlink(self, path: str) -> str:
        entry = self.entry(path, follow=False)
        if entry.kind != "link":
            raise _error(errno.EINVAL, path)
        return entry.body.decode()

    def place(self, path: str) -> tuple[str, Place]:
        """(mount point, what is mounted there) for a path without links."""
        while path not in self._places:
            path = path.rpartition("/")[0]
        return path, self._places[path]

    @property
    def places(self) -> Mapping[str, Place]:
        return self._places

    # -- changing ------------------------------------------------------------------------------------------

    def write(self, path: str, data: bytes, *, append: bool = False, mode: int = 0o644) -> None:
        found = self._walk(path)
        entry = found.entry
        if entry is not None and entry.kind == "directory":
            raise _error(errno.EISDIR, path)
        if entry is not None:
            if entry.kind == "file":
                self._writable(found.path, path)
            self._allowed(entry, WRITE, path)
        if entry is not None and entry.kind == "device":
            if entry.body == b"full":
                raise _error(errno.ENOSPC, path)
            return
        if path.endswith("/"):
            raise _error(errno.EISDIR, path)
        now = self._now()
        if entry is None:
            made = self._own(Entry("file", data, mode & 0o7777, now, now), self._parent(found.path, path))
            self._put(found.path, made, path)
            self._touched_folder(found.path)
        else:
            body = entry.body + data if append else data
            self._put(found.path, entry._replace(body=body, modified=now, since=now), path)

    def mkdir(self, path: str, mode: int = 0o755) -> None:
        self._make(path, Entry("directory", b"", mode & 0o7777))

    def symlink(self, target: str, path: str) -> None:
        if not target:
            raise _error(errno.ENOENT, path)
        self._make(path, Entry("link", target.encode(errors="replace"), 0o777))

    def rmdir(self, path: str) -> None:
        if path.rstrip("/").rpartition("/")[2] == ".":
            raise _error(errno.EINVAL, path)
        found = self._existing(path, follow=False)
        if found.entry is None or found.entry.kind != "directory":
            raise _error(errno.ENOTDIR, path)
        self._not_mounted(found.path, path)
        self._removable(found.path, found.entry, path)
        if self._names(found.path):
            raise _error(errno.ENOTEMPTY, path)
        self._remove(found.path, path)
        self._touched_folder(found.path)

    def unlink(self, path: str) -> None:
        found = self._existing(path, follow=False)
        if found.entry is not None and found.entry.kind == "directory":
            raise _error(errno.EISDIR, path)
        self._not_mounted(found.path, path)
        self._removable(found.path, found.entry, path)
        self._remove(found.path, path)
        self._touched_folder(found.path)

    def rename(self, source: str, target: str) -> None:
        """As rename(2): over a file, or over an empty folder; not into another mount (EXDEV)."""
        one, other = self._walk(source, follow=False), self._walk(target, follow=False)
        moved = one.entry
        if moved is None:
            raise _error(errno.ENOENT, source)
        self._not_mounted(one.path, source)
        if other.path in self._places or other.path in self._above:
            raise _error(errno.EBUSY, target)
        if self.place(one.path)[0] != self.place(other.path)[0]:
            raise _error(errno.EXDEV, target)
        if one.path == other.path:
            return
        if moved.kind == "directory" and other.path.startswith(f"{one.path}/"):
            raise _error(errno.EINVAL, target)
        self._replaceable(moved, other, target)
        if other.entry is None:
            self._parent(other.path, target)
            if target.endswith("/") and moved.kind != "directory":
                raise _error(errno.ENOTDIR, target)
        self._removable(one.path, moved, source)
        if other.entry is not None:
            self._removable(other.path, other.entry, target)
        self._writable(one.path, source)
        self._move(one.path, other.path)
        self._touched_folder(one.path)
        self._touched_folder(other.path)

    def chmod(self, path: str, mode: int) -> None:
        found = self._existing(path)
        assert found.entry is not None, "it was just found"
        self._owned(found.entry, path)
        self._put(found.path, found.entry._replace(mode=mode & 0o7777, since=self._now()), path)

    def chown(self, path: str, owner: int, group: int, *, follow: bool = True) -> None:
        found = self._existing(path, follow=follow)
        assert found.entry is not None, "it was just found"
        who = self._who
        if who.user and (owner != found.entry.owner or group not in who.groups or not who.owns(found.entry)):
            raise _error(errno.EPERM, path)
        self._put(found.path, found.entry._replace(owner=owner, group=group, since=self._now()), path)

    def touch(self, path: str, modified: float | None = None) -> None:
        found = self._walk(path)
        if found.entry is None:
            self.write(path, b"")
            if modified is None:
                return
            found = self._walk(path)
        assert found.entry is not None, "it was just made"
        now = self._now()
        if not self._who.owns(found.entry):
            if modified is not None:
                raise _error(errno.EPERM, path)
            self._allowed(found.entry, WRITE, path)
        if found.entry.kind != "device":
            when = now if modified is None else modified
            self._put(found.path, found.entry._replace(modified=when, since=now), path)

    # -- within --------------------------------------------------------------------------------------------

    def _walk(self, path: str, *, follow: bool = True) -> Found:
        """Where a path leads; the last part need not be there."""
        if not path:
            raise _error(errno.ENOENT, path)
        parts = deque(path.split("/"))
        at, here, links = "", self._entry(""), 0
        while parts:
            part = parts.popleft()
            if here is None or here.kind != "directory":
                raise _error(errno.ENOTDIR, path)
            if part in ("", "."):
                continue
            self._allowed(here, SEARCH, path)
            if part == "..":
                at = at.rpartition("/")[0]
                here = self._entry(at)
                continue
            child = f"{at}/{part}"
            entry = self._entry(child)
            if entry is None:
                if any(each not in ("", ".") for each in parts):
                    raise _error(errno.ENOENT, path)
                return Found(child, None)
            if entry.kind == "link" and (parts or follow):
                links += 1
                if links > MOST_LINKS:
                    raise _error(errno.ELOOP, path)
                target = entry.body.decode()
                if target.startswith("/"):
                    at, here = "", self._entry("")
                parts.extendleft(reversed(target.split("/")))
                continue
            at, here = child, entry
        return Found(at, here)

    def _existing(self, path: str, *, follow: bool = True) -> Found:
        found = self._walk(path, follow=follow)
        if found.entry is None:
            raise _error(errno.ENOENT, path)
        return found

    def _entry(self, path: str) -> Entry | None:
        """At a path without links."""
        point, place = self.place(path)
        found = place.at(path[len(point) :], self._now())
        return DIRECTORY if found is None and path in self._above else found

    def _names(self, path: str) -> list[str]:
        point, place = self.place(path)
        names = dict.fromkeys(place.names(path[len(point) :], self._now()))
        for mounted in (*self._places, *self._above):
            folder, _, name = mounted.rpartition("/")
            if mounted and folder == path:
                names[name] = None
        return sorted(names)

    def _make(self, path: str, entry: Entry) -> None:
        found = self._walk(path, follow=False)
        if found.entry is not None:
            raise _error(errno.EEXIST, path)
        if entry.kind != "directory" and path.endswith("/"):
            raise _error(errno.ENOENT, path)
        made = self._own(entry, self._parent(found.path, path))
        now = self._now()
        self._put(found.path, made._replace(modified=now, since=now), path)
        self._touched_folder(found.path)

    def _allowed(self, entry: Entry, wanted: int, said: str) -> None:
        if not self._who.may(entry, wanted):
            raise _error(errno.EACCES, said)

    def _owned(self, entry: Entry, said: str) -> None:
        if not self._who.owns(entry):
            raise _error(errno.EPERM, said)

    def _own(self, entry: Entry, folder: Entry) -> Entry:
        """As whoever makes it in that folder has it."""
        inherits = bool(folder.mode & _SET_GROUP)
        mode = entry.mode | _SET_GROUP if inherits and entry.kind == "directory" else entry.mode
        return entry._replace(mode=mode, owner=self._who.user, group=folder.group if inherits else self._who.group)

    def _removable(self, path: str, entry: Entry | None, said: str) -> None:
        folder = self._entry(path.rpartition("/")[0])
        if folder is None or entry is None:
            return
        self._writable(path, said)
        self._allowed(folder, WRITE | SEARCH, said)
        if not self._who.may_remove(entry, folder):
            raise _error(errno.EPERM, said)

    def _replaceable(self, moved: Entry, other: Found, target: str) -> None:
        if other.entry is None:
            return
        if other.entry.kind == "directory":
            if moved.kind != "directory":
                raise _error(errno.EISDIR, target)
            if self._names(other.path):
                raise _error(errno.ENOTEMPTY, target)
        elif moved.kind == "directory":
            raise _error(errno.ENOTDIR, target)

    def _move(self, source: str, target: str) -> None:
        entry = self._entry(source)
        assert entry is not None, "names that are listed are there"
        names = self._names(source) if entry.kind == "directory" else []
        now = self._now()
        self._remove(source, source)
        self._put(target, entry._replace(since=now), target)
        for name in names:
            self._move(f"{source}/{name}", f"{target}/{name}")

    def _parent(self, path: str, said: str) -> Entry:
        """The folder in which something is to be made."""
        above = self._entry(path.rpartition("/")[0])
        if above is None:
            raise _error(errno.ENOENT, said)
        if above.kind != "directory":
            raise _error(errno.ENOTDIR, said)
        self._writable(path, said)
        self._allowed(above, WRITE | SEARCH, said)
        return above

    def _touched_folder(self, path: str) -> None:
        """A folder is modified when a name comes or goes."""
        folder = path.rpartition("/")[0]
        entry = self._entry(folder)
        if entry is not None and entry.kind == "directory":
            now = self._now()
            self._put(folder, entry._replace(modified=now, since=now), folder)

    def _not_mounted(self, path: str, said: str) -> None:
        if path in self._places or path in self._above:
            raise _error(errno.EBUSY, said)

    def _writable(self, path: str, said: str) -> tuple[str, Place]:
        point, place = self.place(path)
        if place.read_only or not place.key or self._contents is None:
            raise _error(errno.EROFS, said)
        return point, place

    def _remove(self, path: str, said: str) -> None:
        point, place = self._writable(path, said)
        now = self._now()
        beneath = (each.at(place.within + path[len(point) :], now) for each in place.sources[:-1])
        gone = HIDDEN if any(each is not None for each in beneath) else ABSENT
        self._put(path, gone._replace(since=now), said)

    def _put(self, path: str, entry: Entry, said: str) -> None:
        point, place = self._writable(path, said)
        assert self._contents is not None, "else nothing is writable"
        try:
            self._contents.put(place.key, place.within + path[len(point) :], entry)
        except OSError as error:
            raise _error(error.errno or errno.EIO, said) from None


def _ancestors(point: str) -> list[str]:
    found = []
    while point:
        point = point.rpartition("/")[0]
        found.append(point)
    return found


def _error(number: int, path: str) -> OSError:
    return OSError(number, os.strerror(number), path)


def size(entry: Entry) -> int:
    """As stat gives it."""
    return _DIRECTORY_BYTES if entry.kind == "directory" else 0 if entry.kind == "device" else len(entry.body)
