"""Readers and writers in memory: no input, a text as input, and what was printed."""

from __future__ import annotations

import errno
import os

MOST = 16 * 1024 * 1024
"""Bytes that are kept of what is printed into memory."""


class Nothing:
    """At its end from the beginning, as /dev/null is."""

    async def read(self, most: int = 65_536) -> bytes:
        return b""


class Given:
    """Bytes that are there."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    async def read(self, most: int = 65_536) -> bytes:
        piece = self._data[self._at : self._at + most]
        self._at += len(piece)
        return piece


class Printed:
    """Keeps what is written."""

    def __init__(self) -> None:
        self.data = bytearray()

    async def write(self, data: bytes) -> None:
        if len(self.data) + len(data) > MOST:
            raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
        self.data += data
