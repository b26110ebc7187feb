"""What a session's programs share: one budget, however many shells start each other."""

from __future__ import annotations

from contextvars import ContextVar

from cluster.shell.language.limits import Budget

_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


def begin(budget: Budget) -> None:
    """From here on, in this task and those it starts."""
    _budget.set(budget)


def session_budget() -> Budget:
    """The session's; a shell outside of any has its own."""
    return _budget.get() or Budget()


def in_session() -> bool:
    """Whether somebody sees to what ends one."""
    return _budget.get() is not None
