"""A program as a session runs it: `kubectl exec`, attach, or the page's terminal. With a window there is a terminal in
front of it; what it leaves running ends with it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from cluster.shell.language.gates import FROM_TERMINAL
from cluster.shell.language.interrupts import Interrupt, current
from cluster.shell.language.limits import Budget, LimitReached, Limits
from cluster.shell.language.sessions import begin
from cluster.shell.launching import launch
from cluster.shell.process import Process, Program, Writer
from cluster.shell.terminal.terminal import Terminal

_INSISTENCE, _PATIENCE = 50, 0.1
"""How often, and how many seconds apart, what does not want to end is told to."""


class _Counted:
    """A client's side of a program's output, up to a limit."""

    def __init__(self, writer: Writer, budget: Budget) -> None:
        self._writer, self._budget = writer, budget

    async def write(self, data: bytes) -> None:
        self._budget.print(len(data))
        await self._budget.step()
        await self._writer.write(data)


async def execute(
    process: Process,
    *,
    start: Program = launch,
    limits: Limits | None = None,
    asked: Callable[[], None] | None = None,
) -> int:
    """Run what `argv` names, to its end; its status. The errors of `launch`, when it cannot be started. `start`: how it
    is started, where that is not by its name. `asked` is told when somebody waits for what is typed at its terminal."""
    budget = Budget(limits or Limits())
    told, newline = process.stderr, "\r\n" if process.tty is not None else "\n"
    stdout = _Counted(process.stdout, budget)
    stderr = stdout if process.tty is not None or process.stderr is process.stdout else _Counted(process.stderr, budget)
    running: list[asyncio.Task[int]] = []
    interrupt = Interrupt()

    def interrupted(signal: int) -> None:
        if signal == FROM_TERMINAL:
            if interrupt.front is not None:
                interrupt.front.stop(signal)
            return
        interrupt.pending = True
        interrupt.signal = signal
        for task in running:
            task.cancel()
            task.uncancel()

    made = process
    pumping: asyncio.Task[None] | None = None
    if process.tty is not None:
        terminal = Terminal(process.stdin, stdout, process.tty, interrupted, asked)
        made.stdin = made.stdout = made.stderr = terminal
        pumping = asyncio.create_task(terminal.pump())
    else:
        made.stdout, made.stderr = stdout, stderr

    async def body() -> int:
        begin(budget)
        current.set(interrupt)
        return await start(made)

    task = asyncio.create_task(body())
    running.append(task)
    try:
        await asyncio.wait({task})
        return task.result()
    except LimitReached as limit:
        with contextlib.suppress(BrokenPipeError):
            await told.write(f"{process.argv[0]}: {limit}{newline}".encode())
        return 137
    except BrokenPipeError:
        return 141
    except asyncio.CancelledError:
        if interrupt.pending and not _cancelled():
            return 128 + interrupt.signal
        raise
    finally:
        interrupt.pending = False  # from here on a cancellation is the end
        for _ in range(_INSISTENCE):
            if task.done():
                break
            task.cancel()
            await asyncio.wait({task}, timeout=_PATIENCE)
        if pumping is not None:
            pumping.cancel()
        budget.end()
        ended = [each for each in (task, pumping, *budget.background) if each is not None]
        await asyncio.gather(*ended, return_exceptions=True)


def _cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
