"""One version of what is at a path: a file, a folder, a link, a device, or nothing any more."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["file", "directory", "link", "device", "absent"]


class Entry(NamedTuple):
    kind: Kind
    body: bytes = b""
    """A file's contents, a link's target, a device's name."""
    mode: int = 0o644
    modified: float = 0.0
    since: float = 0.0
    """Cluster time from which on this is what is there."""
    owner: int = 0
    group: int = 0


ABSENT = Entry("absent", mode=0)
HIDDEN = Entry("absent", mode=1)
"""Gone, and something lies beneath that must not show: this one is never forgotten."""
DIRECTORY = Entry("directory", mode=0o755)


def file(body: bytes | str, mode: int = 0o644, at: float = 0.0) -> Entry:
    return Entry("file", body.encode() if isinstance(body, str) else body, mode, at, at)


def directory(mode: int = 0o755, at: float = 0.0) -> Entry:
    return Entry("directory", b"", mode, at, at)


def link(target: str, at: float = 0.0) -> Entry:
    return Entry("link", target.encode(), 0o777, at, at)


def device(name: str, mode: int = 0o666) -> Entry:
    return Entry("device", name.encode(), mode)
