"""A program and a client, joined over a WebSocket of the channel protocol: exec and attach.

Whichever ends first ends the other. The client is always told how it ended: one Status, then the WebSocket closes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import orjson
import structlog

from cluster.api.request import Request
from cluster.api.streams import channels, outcomes
from cluster.api.streams.channels import Dialect, Piece, Unreadable
from cluster.api.streams.containers import Terminal
from cluster.api.streams.incoming import Incoming
from cluster.api.streams.outgoing import Outgoing
from cluster.api.streams.socket import PROTOCOL_ERROR, Gone, Socket
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj
from cluster.shell.process import Window

log = structlog.get_logger()

LARGEST_WINDOW = 4096
"""Columns or rows."""

SETTLING = 0.05
"""Seconds between the handshake and the first message."""


class Wanted(NamedTuple):
    """Which streams the client asks for."""

    stdin: bool
    stdout: bool
    stderr: bool
    tty: bool

    @classmethod
    def of(cls, request: Request) -> Wanted:
        stdin, stdout, stderr, tty = (request.flag(name) for name in ("stdin", "stdout", "stderr", "tty"))
        if not stdout and not stderr:
            stdout = stderr = True
        return cls(stdin, stdout, stderr and not tty, tty)


async def converse(
    socket: Socket, dialect: Dialect, wanted: Wanted, work: Callable[[Terminal], Awaitable[Obj]]
) -> None:
    """Run `work`, which returns the Status to tell, until it or the client ends."""
    stdin = Incoming()
    if not wanted.stdin:
        stdin.forget()
    outgoing = Outgoing(socket, dialect)
    stdout = outgoing.channel(channels.STDOUT) if wanted.stdout else _Nowhere()
    stderr = outgoing.channel(channels.STDERR) if wanted.stderr else _Nowhere()
    window = Window() if wanted.tty else None
    terminal = Terminal(stdin if wanted.stdin else None, stdout, stdout if wanted.tty else stderr, window)
    lowest = channels.STDOUT if wanted.stdout else channels.STDERR

    async def greet() -> None:
        for message in channels.written(dialect, lowest, b""):  # tells the client that the connection stands
            await socket.send(message)

    await settle()
    await greet()
    listening = asyncio.ensure_future(_listen(socket, dialect, stdin, window, greet))
    working = asyncio.ensure_future(_told(work, terminal))
    try:
        await asyncio.wait({listening, working}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await outgoing.flush()
            await _end(socket, dialect, working.result())
        elif (fault := listening.result()) is not None:
            await socket.close(PROTOCOL_ERROR, str(fault))
    finally:
        for task in (listening, working):
            task.cancel()
        await asyncio.gather(listening, working, return_exceptions=True)
        outgoing.stop()


async def settle() -> None:
    """Let the client make its streams.

    kubectl before 1.34 reads its WebSocket before it has (kubernetes/kubernetes#131203), and ends with "closed all
    streams" when a message comes first. On a real node the process takes that long to start.
    """
    await asyncio.sleep(SETTLING)


async def _told(work: Callable[[Terminal], Awaitable[Obj]], terminal: Terminal) -> Obj:
    try:
        return await work(terminal)
    except ApiError as error:
        return outcomes.of_error(error)
    except Exception:
        log.exception("stream_failed")
        return outcomes.of_error(outcomes.internal("the program failed in a way that is a fault of the simulation"))


async def _end(socket: Socket, dialect: Dialect, status: Obj) -> None:
    if dialect.tells_status:
        told = orjson.dumps(status)
    else:
        told = b"" if status["status"] == "Success" else str(status["message"]).encode()
    if told:
        for message in channels.written(dialect, channels.ERROR, told):
            await socket.send(message)
    await socket.close()


async def _listen(
    socket: Socket, dialect: Dialect, stdin: Incoming, window: Window | None, nudge: Callable[[], Awaitable[None]]
) -> Unreadable | None:
    """Take what the client sends until it is gone, or says what cannot be read."""
    try:
        while True:
            piece = channels.read(dialect, await socket.next())
            if piece is None:
                continue
            if piece.channel == channels.STDIN:
                if piece.last:
                    stdin.end()
                else:
                    await stdin.put(piece.data, nudge)
            elif piece.channel == channels.RESIZE and window is not None:
                _resize(window, piece)
    except Unreadable as fault:
        return fault
    except Gone:
        return None


def _resize(window: Window, piece: Piece) -> None:
    """Nonsense is passed over, as a kubelet does."""
    try:
        told = orjson.loads(piece.data)
    except orjson.JSONDecodeError:
        return
    if not isinstance(told, dict):
        return
    usual = Window()
    columns, rows = told.get("Width"), told.get("Height")
    if isinstance(columns, int) and 0 <= columns <= LARGEST_WINDOW:
        window.columns = columns or usual.columns  # a terminal that does not know its size says 0
    if isinstance(rows, int) and 0 <= rows <= LARGEST_WINDOW:
        window.rows = rows or usual.rows


class _Nowhere:
    """A stream that the client did not ask for."""

    async def write(self, data: bytes) -> None:
        return
