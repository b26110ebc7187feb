"""How many servers stand behind one another: one that asks another one that asks the first would never end.

A server runs in the context of whoever connected to it, so it knows by how many it was reached.
"""

from __future__ import annotations

from contextvars import ContextVar

MOST = 8
"""Servers in a row; the next is not reached any more."""

_reached: ContextVar[int] = ContextVar("reached", default=0)


def now() -> int:
    """Servers between who began and here."""
    return _reached.get()


def deeper() -> None:
    """One more, in this task alone."""
    _reached.set(_reached.get() + 1)
