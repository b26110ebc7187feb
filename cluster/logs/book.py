"""One per process: takes lines at once, stores them in batches, wakes those who follow.

Who reads or follows sees what was appended here a moment ago; what other processes append, within a look.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence

import structlog
from django.db import DatabaseError

from cluster.logs.lines import Line, Stream, cut, moment, packed, unpacked
from cluster.store import logs as table
from cluster.store.logs import Place
from cluster.store.writer import read, written

log = structlog.get_logger()

LOOK = 0.25
"""Seconds between two looks for what other processes have stored, while somebody follows."""
BATCH_SECONDS = 2.0
"""How long lines wait to be stored together, while nobody follows them."""
MOST_WAITING = 4 * 1024 * 1024
"""Bytes that may wait; what comes beyond is dropped, and said to be."""
_TRIM_BYTES, _TRIM_ROWS = table.MOST_BYTES // 4, table.MOST_ROWS // 4
"""What is appended to a container between two trims."""
_REMEMBERED = 10_000


class Book:
    """Belongs to one event loop; `run` must be running in it."""

    def __init__(self) -> None:
        self._waiting: dict[Place, list[Line]] = {}
        self._held = 0
        self._dropped = 0
        self._arrived = asyncio.Event()
        self._urgent = asyncio.Event()
        self._storing = asyncio.Lock()
        self._under_way: frozenset[Place] = frozenset()
        """Of whom something is being stored: nobody can read it yet, and it waits no more."""
        self._followed: dict[Place, list[asyncio.Event]] = {}
        self._grown: dict[Place, tuple[int, int]] = {}
        self._highest = 0

    def append(self, place: Place, text: bytes | str, at: float, stream: Stream = "stdout") -> None:
        """What a container wrote at this moment of the cluster's time: a line, or several."""
        given = text.encode() if isinstance(text, str) else text
        self.extend(place, [Line(moment(at), each, stream) for each in cut(given)])

    def extend(self, place: Place, lines: Sequence[Line]) -> None:
        size = sum(len(line.text) for line in lines)
        if self._held + size > MOST_WAITING:
            if not self._dropped:
                log.warning("container_lines_dropped", waiting=self._held)
            self._dropped += len(lines)
            return
        self._held += size
        self._waiting.setdefault(place, []).extend(lines)
        self._arrived.set()
        if place in self._followed:
            self._urgent.set()

    async def flush(self) -> None:
        """Store all that waits. DatabaseError when it cannot be stored; then it waits on."""
        async with self._storing:
            waiting, self._waiting, held = self._waiting, {}, self._held
            self._held = 0
            if not waiting:
                return
            self._under_way = frozenset(waiting)
            try:
                self._highest = await written(table.append, [(place, packed(each)) for place, each in waiting.items()])
            except DatabaseError:
                for place, lines in self._waiting.items():
                    waiting.setdefault(place, []).extend(lines)
                self._waiting, self._held = waiting, self._held + held
                raise
            finally:
                self._under_way = frozenset()
            self._dropped = 0
            for place, lines in waiting.items():
                self._wake(place)
                await self._trim(place, lines)

    async def kept(self, place: Place, after: int = 0) -> tuple[list[Line], int]:
        """All lines kept, and the number to go on from; `after`: those newer than that."""
        if place in self._waiting or place in self._under_way:
            await self.flush()
        found = await read(table.rows, place, after)
        return [line for row in found for line in unpacked(row.body)], found[-1].number if found else after

    @contextlib.contextmanager
    def following(self, place: Place) -> Iterator[asyncio.Event]:
        """An event that is set whenever there may be more of this container."""
        event = asyncio.Event()
        self._followed.setdefault(place, []).append(event)
        self._urgent.set()
        try:
            yield event
        finally:
            self._followed[place].remove(event)
            if not self._followed[place]:
                del self._followed[place]

    async def run(self) -> None:
        """Store and wake until cancelled; what still waits then is stored."""
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(self._store())
                parts.create_task(self._look_around())
        finally:
            with contextlib.suppress(DatabaseError):
                await asyncio.shield(self.flush())

    async def _store(self) -> None:
        while True:
            await self._arrived.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BATCH_SECONDS):
                    await self._urgent.wait()
            self._arrived.clear()
            self._urgent.clear()
            try:
                await self.flush()
            except DatabaseError as error:
                log.warning("container_lines_not_stored", error=str(error))
                self._arrived.set()
                await asyncio.sleep(LOOK)

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            if not self._followed:
                continue
            try:
                highest = await read(table.highest)
            except DatabaseError as error:
                log.warning("container_lines_not_read", error=str(error))
                continue
            if highest > self._highest:
                self._highest = highest
                for place in list(self._followed):
                    self._wake(place)

    def _wake(self, place: Place) -> None:
        for event in self._followed.get(place, ()):
            event.set()

    async def _trim(self, place: Place, lines: Sequence[Line]) -> None:
        size, count = self._grown.get(place, (_TRIM_BYTES, 0))  # of its first lines here, nobody knows what is there
        size, count = size + sum(len(line.text) for line in lines), count + 1
        if size > _TRIM_BYTES or count > _TRIM_ROWS:
            await written(table.trim, place)
            size = count = 0
        if len(self._grown) >= _REMEMBERED:
            self._grown.clear()
        self._grown[place] = size, count


_book: Book | None = None


def use(made: Book | None) -> None:
    """Make this the process' own (at the start of the server, or of a test)."""
    global _book
    _book = made


def current_book() -> Book:
    """The process' own; one that nobody runs yet keeps what it is given until then."""
    global _book
    if _book is None:
        _book = Book()
    return _book


def append(place: Place, text: bytes | str, at: float, stream: Stream = "stdout") -> None:
    """What a container wrote at this moment of the cluster's time. Never waits, never fails."""
    current_book().append(place, text, at, stream)


async def kept(place: Place) -> list[Line]:
    """All that is kept of a container."""
    return (await current_book().kept(place))[0]


async def run() -> None:
    """The process' own book, until cancelled."""
    await current_book().run()
