"""One open browser's place at the stage: a bounded queue of frames that are text already."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

LIMIT = 512
"""Frames a socket may be behind. One that is further behind is closed and resumes."""

FELL_BEHIND = 4410
ANOTHER_TIME = 4412
"""Whoever sits here has to show again who it is."""
GONE = 4404
FAULT = 1011


class Asked(NamedTuple):
    """A DNS question; equal ones are answered once for all who ask."""

    name: str
    type: str
    pod: str
    namespace: str


class Seat:
    """`since`: the revision up to which this socket knows everything."""

    def __init__(self, person: str, limit: int = LIMIT) -> None:
        self.person = person
        self.since = 0
        self.asks: dict[str, Asked] = {}
        self.told: dict[str, bytes] = {}
        self.closing: int | None = None
        self._limit = limit
        self._frames: deque[str] = deque()
        self._stirred = asyncio.Event()

    def push(self, frame: str) -> None:
        if self.closing is not None:
            return
        if len(self._frames) >= self._limit:
            self.close(FELL_BEHIND)
            return
        self._frames.append(frame)
        self._stirred.set()

    def close(self, code: int) -> None:
        """Nothing more is sent; the socket is closed with this code."""
        self.closing = code
        self._frames.clear()
        self._stirred.set()

    async def next(self) -> str | None:
        """The next frame to send; None when the socket is to be closed with `closing`."""
        while not self._frames:
            if self.closing is not None:
                return None
            self._stirred.clear()
            await self._stirred.wait()
        return self._frames.popleft()
