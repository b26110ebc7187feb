"""Whether the processes of a job go on: they pass here before they compute, sleep, read or print any further."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar

CONTINUE, STOP, FROM_TERMINAL, INPUT, OUTPUT = 18, 19, 20, 21, 22
STOPS = frozenset({STOP, FROM_TERMINAL, INPUT, OUTPUT})
"""Signals that stop a process."""


class Gate:
    """One job's. In the foreground it may read from the terminal."""

    def __init__(self, *, foreground: bool) -> None:
        self.foreground = foreground
        self.stopped = 0
        """The signal that stopped it; 0: it goes on."""
        self.ended_by = 0
        """The signal that one of its programs was ended by."""
        self.leader = 0
        """The process id of its first program."""
        self.stops = asyncio.Event()
        self.on_change: Callable[[], None] = lambda: None
        """Wakes who waits at the terminal: that may not be theirs any more."""
        self._goes_on = asyncio.Event()

    def stop(self, signal: int) -> None:
        self.stopped = signal
        self._goes_on.clear()
        self.stops.set()

    def go_on(self) -> None:
        self.stopped = 0
        self.stops.clear()
        self._goes_on.set()
        self.on_change()

    async def passed(self) -> None:
        while self.stopped:
            await self._goes_on.wait()

    async def reads(self) -> None:
        """Before it reads from the terminal: that stops what is in the background."""
        await self.passed()
        while not self.foreground:
            self.stop(INPUT)
            await self.passed()

    def heed(self, signal: int) -> bool:
        """Stop or go on, where that is what a signal says."""
        if signal in STOPS:
            self.stop(signal)
        elif signal == CONTINUE:
            self.go_on()
        return signal in STOPS or signal == CONTINUE


_present: ContextVar[Gate | None] = ContextVar("gate", default=None)


def enter(gate: Gate) -> None:
    """This task, and those it starts, belong to that job."""
    _present.set(gate)


def present() -> Gate | None:
    return _present.get()


async def passed() -> None:
    """Wait while the job of this task is stopped."""
    gate = _present.get()
    if gate is not None and gate.stopped:
        await gate.passed()
