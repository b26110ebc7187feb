"""Traps: what a shell does on a signal, on an error and at its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from cluster.shell.language.interrupts import current
from cluster.shell.language.jobs import SIGNALS
from cluster.shell.language.shell import Shell

NAMES = {number: name for name, number in SIGNALS.items()}


def signal_name(text: str) -> str | None:
    """EXIT, ERR, INT … for what people write: `2`, `SIGINT`, `int`."""
    name = text.upper().removeprefix("SIG")
    if text.isdigit():
        return "EXIT" if int(text) == 0 else NAMES.get(int(text))
    return name if name in SIGNALS or name in ("EXIT", "ERR", "DEBUG", "RETURN") else None


async def on_error(shell: Shell, status: int) -> None:
    """The ERR trap; functions do not inherit it unless told to."""
    action = shell.traps.get("ERR")
    if action and (not shell.calls or "errtrace" in shell.options):
        shell.status = status
        del shell.traps["ERR"]
        try:
            await shell.evaluate(shell, action)
        finally:
            shell.traps.setdefault("ERR", action)
            shell.status = status


async def surviving(shell: Shell, step: Callable[[], Awaitable[int]]) -> int:
    """Run a step; a signal that comes meanwhile ends it, and the shell too unless it has a trap."""
    try:
        return await step()
    except asyncio.CancelledError:
        signal = _signal(shell)
        action = shell.traps.get(signal)
        if action is None:
            raise
        _dealt_with(shell, signal)
        shell.status = 128 + SIGNALS[signal]
        if action:
            await shell.evaluate(shell, action)
        return 128 + SIGNALS[signal]


def _signal(shell: Shell) -> str:
    if current.get().pending:
        return NAMES[current.get().signal]
    return NAMES.get(shell.signals[-1], "") if shell.signals and shell.signals[-1] != 9 else ""


def _dealt_with(shell: Shell, signal: str) -> None:
    current.get().take()
    if shell.signals and NAMES.get(shell.signals[-1]) == signal:
        shell.signals.pop()
    calm()


def calm() -> None:
    """This task was cancelled, and goes on."""
    task = asyncio.current_task()
    while task is not None and task.cancelling():
        task.uncancel()
