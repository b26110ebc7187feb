"""A terminal's line discipline, as a kernel has it: what is typed is echoed and kept back until the line is done,
Ctrl-C interrupts, and a newline that is printed goes to the line's beginning too. A shell that edits lines itself turns
that off while it does.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from cluster.shell.language.gates import present
from cluster.shell.process import Reader, Window, Writer

ROOM = 65_536
"""Bytes that are kept of what is typed and not yet read."""
_AT_KEY = re.compile(rb"[\r\n\x03\x04]")
_END, _ERASE, _KILL, _WORD, _LITERAL = 4, (8, 127), 21, 23, 22
_SIGNALS = {3: 2, 28: 3, 26: 20}
"""What ^C, ^\\ and ^Z send."""


class Terminal:
    """Reader and writer for the programs in front of it. `interrupt` is told of ^C, ^\\ and ^Z (2, 3 and 20), `asked`
    when one of them waits for what is typed."""

    def __init__(
        self,
        source: Reader,
        sink: Writer,
        window: Window,
        interrupt: Callable[[int], None],
        asked: Callable[[], None] | None = None,
    ) -> None:
        self.window = window
        self._source, self._sink, self._interrupt, self._asked = source, sink, interrupt, asked
        self._line = bytearray()
        self._ready: deque[bytes] = deque()
        """Lines, and b"" for a Ctrl-D on an empty one; while lines are edited elsewhere, pieces as they came."""
        self._hung_up = False
        self._raw = False
        self._changed = asyncio.Event()
        self._column = 0
        self._echoing = 0
        """What is echoed is seen before what somebody makes of it: until then they wait."""

    async def pump(self) -> None:
        """Take what the client types, until it is gone."""
        while piece := await self._source.read():
            while sum(map(len, self._ready)) > ROOM:
                await self._wait()
            await self._take(piece)
        self._hung_up = True
        self._stir()

    async def read(self, most: int = 65_536) -> bytes:
        """A line, or what is there of it; b"" for Ctrl-D."""
        while True:
            if (gate := present()) is not None:
                gate.on_change = self._stir
                await gate.reads()
            if self._ready and not self._echoing:
                break
            if self._hung_up:
                return b""
            if self._asked is not None and not self._ready:
                self._asked()
            await self._wait()
        piece = self._ready.popleft()
        end = _AT_KEY.search(piece) if self._raw else None
        size = min(most, end.end() if end else len(piece))
        if size < len(piece):
            self._ready.appendleft(piece[size:])
        self._stir()
        return piece[:size]

    async def write(self, data: bytes) -> None:
        newline = data.rfind(b"\n")
        self._column = len(data) - newline - 1 if newline >= 0 else self._column + len(data)
        await self._sink.write(data.replace(b"\n", b"\r\n"))

    async def send(self, text: str) -> None:
        """As it is: for whoever edits lines."""
        if text:
            await self._sink.write(text.encode("utf-8", "surrogateescape"))

    @asynccontextmanager
    async def raw(self) -> AsyncIterator[None]:
        """Within, `read` gives what is typed as it is, up to a key that may end a line, and nothing is echoed. What was
        typed ahead goes over from one to the other, and is not echoed for that: a kernel does so when a key comes."""
        self._raw = True
        typed = [piece or b"\x04" for piece in self._ready]
        self._ready = deque([b"".join([*typed, bytes(self._line)])] if typed or self._line else [])
        self._line.clear()
        try:
            yield
        finally:
            self._raw = False
            ahead = b"".join(self._ready)
            self._ready.clear()
            await self._take(ahead, came=True)

    # -- the keyboard ------------------------------------------------------------------------------------------

    async def _take(self, piece: bytes, *, came: bool = False) -> None:
        """`came`: these keys came before, when nothing was echoed; of them only an interruption is shown."""
        if self._raw:
            self._ready.append(piece)
            self._stir()
            return
        echo = bytearray()
        self._echoing += 1
        try:
            for byte in piece:
                self._key(byte, bytearray() if came and byte not in _SIGNALS else echo)
            if echo:
                await self._sink.write(bytes(echo))
        finally:
            self._echoing -= 1
            self._stir()

    def _key(self, byte: int, echo: bytearray) -> None:
        if byte == 13:
            byte = 10
        if byte == 10:
            echo += b"\r\n"
            self._ready.append(bytes(self._line) + b"\n")
            self._line.clear()
            self._stir()
        elif byte in _SIGNALS:
            echo += b"^" + bytes((byte ^ 64,))
            self._line.clear()
            self._ready.clear()
            self._interrupt(_SIGNALS[byte])
        elif byte == _END:
            self._ready.append(bytes(self._line))
            self._line.clear()
            self._stir()
        elif byte in _ERASE:
            self._rub_out(1, echo)
        elif byte == _KILL:
            self._rub_out(len(self._line), echo)
        elif byte == _WORD:
            text = self._line.rstrip()
            self._rub_out(len(self._line) - max(text.rfind(b" "), -1) - 1, echo)
        elif len(self._line) < ROOM:
            self._line.append(byte)
            echo += bytes((byte,)) if byte >= 32 or byte == 9 else b"^" + bytes((byte ^ 64,))

    def _rub_out(self, count: int, echo: bytearray) -> None:
        for _ in range(count):
            if not self._line:
                return
            byte = self._line.pop()
            while byte & 0xC0 == 0x80 and self._line:
                byte = self._line.pop()
            echo += b"\b \b" * (1 if byte >= 32 else 2)

    def _stir(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _wait(self) -> None:
        await self._changed.wait()
