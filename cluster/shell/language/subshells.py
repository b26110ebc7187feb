"""Where a shell process ends: whatever way its commands leave it becomes its status."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cluster.shell.language.errors import Break, Discard, Exit, Return
from cluster.shell.language.shell import Shell
from cluster.shell.language.syntax import Command

BROKEN_PIPE = 141
"""128 + SIGPIPE."""


async def run_subshell(child: Shell, command: Command) -> int:
    """Run a command in a shell made for it, to the end of that."""
    return await run_out(child, lambda: child.run(child, command))


async def run_out(child: Shell, body: Callable[[], Awaitable[int]]) -> int:
    """A shell process: its body, its EXIT trap, its files let go."""
    child.budget.enter()
    try:
        status = await _status(child, body)
        action = child.traps.pop("EXIT", "")
        if action:
            child.status = status
            status = await _status(child, lambda: _trap(child, action, status))
        await hear_out(child)
        return status & 255
    finally:
        child.budget.leave()
        child.close()
        _sweep(child)


async def hear_out(shell: Shell, before: int = 0) -> None:
    """Run what reads in >(…) begun since then, now that all is written."""
    status = shell.status
    while len(shell.listening) > before:
        await shell.listening.pop(before)()
    shell.status = status


async def _status(child: Shell, body: Callable[[], Awaitable[int]]) -> int:
    try:
        return await body()
    except (Exit, Return, Discard) as leave:
        return leave.status
    except Break:
        return 0
    except BrokenPipeError:
        return BROKEN_PIPE


async def _trap(child: Shell, action: str, status: int) -> int:
    await child.evaluate(child, action)
    return status


def _sweep(child: Shell) -> None:
    """Take away what stood for <(…)."""
    for path in child.temporary:
        try:
            child.files.unlink(path)
        except OSError:
            continue
    child.temporary.clear()
