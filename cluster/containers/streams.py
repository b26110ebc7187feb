"""What flows between a main process and those who are attached to it: one input from all, the same output to all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from cluster.logs.lines import LONGEST
from cluster.shell.process import Writer

MOST_REPLAYED = 64 * 1024
"""Bytes that were printed before anybody was there, and are shown to the first who is."""
MOST_UNREAD = 1024 * 1024
"""Bytes of input that wait to be read; who sends more waits."""
_A_BREATH = 64 * 1024
"""Bytes after which a process that prints to nobody lets the others have their turn."""
_REST = 0.02


class Inlet:
    """A Reader that everybody who is attached feeds. `terminal`: one stands between it and the process, and takes what
    comes at once; so the terminal says when the process asks (`asked`)."""

    def __init__(self, *, terminal: bool = False) -> None:
        self._terminal = terminal
        self.idle = asyncio.Event()
        """The process has taken in all that came, and waits for more."""
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self._changed = asyncio.Event()

    async def feed(self, data: bytes) -> None:
        while self._size > MOST_UNREAD and not self._ended:
            self._changed.clear()
            await self._changed.wait()
        if not self._ended:
            self.idle.clear()
            self._pieces.append(data)
            self._size += len(data)
            self._changed.set()

    def end(self) -> None:
        """Nothing more comes; what was fed can still be read."""
        self._ended = True
        self._changed.set()

    def asked(self) -> None:
        """The process waits for input."""
        if not self._pieces:
            self.idle.set()

    async def read(self, most: int = 65_536) -> bytes:
        while not self._pieces and not self._ended:
            if not self._terminal:
                self.asked()
            self._changed.clear()
            await self._changed.wait()
        if not self._pieces:
            return b""
        piece = self._pieces.popleft()
        if len(piece) > most:
            self._pieces.appendleft(piece[most:])
            piece = piece[:most]
        self._size -= len(piece)
        self._changed.set()
        return piece


class Cutter:
    """Cuts what is printed into lines for the log; a line is told when it is whole."""

    def __init__(self, tell: Callable[[bytes], None]) -> None:
        self._tell = tell
        self._rest = b""

    def feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._tell(line)
        while len(self._rest) >= LONGEST:
            self._tell(self._rest[:LONGEST])
            self._rest = self._rest[LONGEST:]

    @property
    def rest(self) -> int:
        """Bytes of a line that is not whole yet."""
        return len(self._rest)

    def end(self) -> None:
        """A last line without an end is a line."""
        if self._rest:
            self._tell(self._rest)
            self._rest = b""


class Outlet:
    """A Writer whose output goes to the log and to all who are attached, at the pace of the slowest. One that is gone
    is left out."""

    def __init__(self, tell: Callable[[bytes], None]) -> None:
        self._cutter = Cutter(tell)
        self._attached: list[Writer] = []
        self._unseen: bytes | None = b""
        """What was printed so far; None once somebody was there."""
        self._since_rest = 0
        self._total = 0

    @property
    def told(self) -> int:
        """How many bytes of all that was printed are in the log."""
        return self._total - self._cutter.rest

    def shown(self, told: int) -> None:
        """Somebody has read the log that far, and need not be shown it again."""
        if self._unseen is not None:
            first = self._total - len(self._unseen)
            self._unseen = self._unseen[max(told - first, 0) :]

    async def write(self, data: bytes) -> None:
        self._cutter.feed(data)
        self._total += len(data)
        if self._unseen is not None:
            self._unseen = (self._unseen + data)[-MOST_REPLAYED:]
        for each in tuple(self._attached):
            try:
                await each.write(data)
            except (BrokenPipeError, ConnectionError):
                self.leave(each)
        if not self._attached:
            self._since_rest += len(data)
            if self._since_rest > _A_BREATH:
                self._since_rest = 0
                await asyncio.sleep(_REST)

    async def join(self, writer: Writer) -> None:
        """From now on it gets all output; the first one also what was printed before."""
        unseen, self._unseen = self._unseen, None
        self._attached.append(writer)
        if unseen:
            await writer.write(unseen)

    def leave(self, writer: Writer) -> None:
        if writer in self._attached:
            self._attached.remove(writer)

    def end(self) -> None:
        self._cutter.end()
