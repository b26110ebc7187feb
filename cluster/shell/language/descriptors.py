"""Open files as a shell numbers them: shared by those who inherit them, closed when the last lets go."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from cluster.shell.process import Reader, Writer

PIPE_SIZE = 65_536


class Open:
    """An open file description: a reader, a writer, or both, counted by its holders."""

    def __init__(
        self, reader: Reader | None = None, writer: Writer | None = None, close: Callable[[], None] | None = None
    ) -> None:
        self.reader = reader
        self.writer = writer
        self._close = close
        self._holders = 1

    def hold(self) -> Open:
        """One more holder."""
        self._holders += 1
        return self

    def release(self) -> None:
        """One holder less."""
        self._holders -= 1
        if self._holders == 0 and self._close:
            self._close()


Step = Callable[[], Awaitable[None]]
"""What lets others have their turn now and then: a stream that never waits would keep the loop to itself."""


class PacedReader:
    """Reads for somebody who could go on for ever."""

    def __init__(self, reader: Reader, step: Step) -> None:
        self._reader, self._step = reader, step

    async def read(self, most: int = PIPE_SIZE) -> bytes:
        await self._step()
        return await self._reader.read(most)


class PacedWriter:
    """Writes for somebody who could go on for ever."""

    def __init__(self, writer: Writer, step: Step) -> None:
        self._writer, self._step = writer, step

    async def write(self, data: bytes) -> None:
        await self._step()
        await self._writer.write(data)


class Pipe:
    """Bytes from writers to readers, 64 KiB at a time. Readers see the end when no writer is left, writers a
    BrokenPipeError when no reader is."""

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._readable = asyncio.Event()
        self._writable = asyncio.Event()
        self._written = self._unread = False

    def ends(self) -> tuple[Open, Open]:
        """The end to read from and the end to write to."""
        return Open(reader=self, close=self._end_reading), Open(writer=self, close=self._end_writing)

    async def read(self, most: int = PIPE_SIZE) -> bytes:
        while not self._chunks:
            if self._written:
                return b""
            self._readable.clear()
            await self._readable.wait()
        chunk = self._chunks.popleft()
        if len(chunk) > most:
            self._chunks.appendleft(chunk[most:])
            chunk = chunk[:most]
        self._size -= len(chunk)
        self._writable.set()
        return chunk

    async def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            while self._size >= PIPE_SIZE and not self._unread:
                self._writable.clear()
                await self._writable.wait()
            if self._unread:
                raise BrokenPipeError
            piece = bytes(view[: PIPE_SIZE - self._size])
            self._chunks.append(piece)
            self._size += len(piece)
            self._readable.set()
            view = view[len(piece) :]

    def _end_reading(self) -> None:
        self._unread = True
        self._chunks.clear()
        self._writable.set()

    def _end_writing(self) -> None:
        self._written = True
        self._readable.set()


class Catch:
    """A writer that keeps what is written, for $(…)."""

    def __init__(self, check: Callable[[int], None]) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._check = check

    async def write(self, data: bytes) -> None:
        self._size += len(data)
        self._check(self._size)
        self._pieces.append(data)

    def caught(self) -> bytes:
        return b"".join(self._pieces)


class Held:
    """A reader of bytes that are all there: a here-document."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    async def read(self, most: int = PIPE_SIZE) -> bytes:
        piece = self._data[self._at : self._at + most]
        self._at += len(piece)
        return piece

    def take(self) -> bytes:
        """One byte at once."""
        piece = self._data[self._at : self._at + 1]
        self._at += len(piece)
        return piece


class Nothing:
    """/dev/null to those who have no stdin."""

    async def read(self, most: int = PIPE_SIZE) -> bytes:
        return b""

    async def write(self, data: bytes) -> None:
        return None
