"""Ctrl-C at a terminal: it reaches its processes as a cancellation, and here it says that it was no more than that. And
what runs in front, for Ctrl-Z."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from cluster.shell.language.gates import Gate


@dataclass
class Interrupt:
    """One terminal's."""

    pending: bool = False
    signal: int = 2
    """2 for Ctrl-C, 3 for Ctrl-\\."""

    front: Gate | None = None
    """The job in front of the terminal, which Ctrl-Z stops."""

    def take(self) -> bool:
        """Whether there was one, which is dealt with now."""
        pending, self.pending = self.pending, False
        return pending


current: ContextVar[Interrupt] = ContextVar("interrupt", default=Interrupt())  # noqa: B039 - nobody raises that one
