"""A container's file system as its web server looks at it."""

from __future__ import annotations

from cluster.shell.process import Files


class Filed:
    """See `cluster.nodes.messages.Content`."""

    whole = True

    def __init__(self, files: Files) -> None:
        self._files = files

    def file(self, path: str) -> bytes | None:
        try:
            return self._files.read(path) if self._files.stat(path).kind == "file" else None
        except OSError:
            return None

    def modified(self, path: str) -> float | None:
        try:
            return self._files.stat(path).modified or None  # of an image's files nobody knows it
        except OSError:
            return None

    def folder(self, path: str) -> list[str] | None:
        try:
            return sorted(self._files.listdir(path)) if self._files.stat(path).kind == "directory" else None
        except OSError:
            return None
