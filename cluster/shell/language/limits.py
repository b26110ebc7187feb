"""How much one session may compute, loop, call and hold; each bound is told of when it is met."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from cluster.shell.language.gates import present

SLICE = 0.003
"""Seconds after which others get their turn."""


class LimitReached(Exception):
    """The session ends; the message says which limit it met."""


@dataclass(frozen=True)
class Limits:
    seconds: float = 60.0
    """Of computing; waiting is free."""
    rounds: int = 1_000_000
    """Of one loop."""
    calls: int = 1200
    """Functions, sourced files and substitutions within each other."""
    processes: int = 200
    """At one time."""
    value: int = 1_048_576
    """Bytes of one variable, and of what one substitution catches."""
    memory: int = 16_777_216
    """Bytes of all values of one shell."""
    fields: int = 50_000
    """Words that one expansion makes."""
    output: int = 268_435_456
    """Bytes that a session prints."""


@dataclass
class Budget:
    """What a session and all that it starts have used."""

    limits: Limits = field(default_factory=Limits)
    computed: float = 0.0
    processes: int = 0
    printed: int = 0
    background: set[asyncio.Task[int]] = field(default_factory=set)
    """What runs on by itself, to be ended with the session."""
    broken: LimitReached | None = None
    """Met by something in the background: it ends the session too."""
    _steps: int = 0
    _mark: float = field(default_factory=time.perf_counter)

    async def step(self) -> None:
        """Called at each command and round: hands the loop on when this has run for a while."""
        self._steps += 1
        if self.broken is not None:
            raise self.broken
        if (gate := present()) is not None and gate.stopped:
            await gate.passed()
        if self._steps & 7:
            return
        now = time.perf_counter()
        passed = now - self._mark
        if passed < SLICE:
            return
        self.computed += min(passed, 4 * SLICE)
        if self.computed > self.limits.seconds:
            raise LimitReached(f"computing time limit of {self.limits.seconds:g} seconds reached")
        await asyncio.sleep(0)
        self._mark = time.perf_counter()

    def check_rounds(self, rounds: int) -> None:
        if rounds > self.limits.rounds:
            raise LimitReached(f"loop limit of {self.limits.rounds} rounds reached")

    def check_value(self, size: int) -> None:
        if size > self.limits.value:
            raise LimitReached(f"memory limit of {self.limits.value} bytes for a value reached")

    def check_memory(self, size: int) -> None:
        if size > self.limits.memory:
            raise LimitReached(f"memory limit of {self.limits.memory} bytes for all variables reached")

    def check_fields(self, count: int) -> None:
        if count > self.limits.fields:
            raise LimitReached(f"limit of {self.limits.fields} words for an expansion reached")

    def enter(self) -> None:
        """One more process."""
        if self.processes >= self.limits.processes:
            raise LimitReached(f"fork: limit of {self.limits.processes} processes reached")
        self.processes += 1

    def leave(self) -> None:
        self.processes -= 1

    def end(self) -> None:
        """The session is over."""
        for task in tuple(self.background):
            task.cancel()

    def print(self, size: int) -> None:
        self.printed += size
        if self.printed > self.limits.output:
            raise LimitReached(f"output limit of {self.limits.output} bytes reached")
