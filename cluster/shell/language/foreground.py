"""Job control: what an interactive shell runs in front, until it ends or is stopped and becomes a job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from cluster.shell.language import gates
from cluster.shell.language.errors import Break
from cluster.shell.language.gates import Gate
from cluster.shell.language.interrupts import current
from cluster.shell.language.jobs import Child, Job
from cluster.shell.language.limits import LimitReached
from cluster.shell.language.shell import Shell

STOPPED = 148
"""128 + SIGTSTP."""


async def in_front(shell: Shell, text: str, body: Callable[[], Awaitable[int]]) -> int:
    """Run a program or a pipeline; its status, 148 when it was stopped. Plainly so where no person is at a terminal."""
    if not shell.interactive or "monitor" not in shell.options:
        return await body()
    gate = Gate(foreground=True)
    child = Child(gate=gate)

    async def run() -> int:
        gates.enter(gate)
        return await body()

    child.task = asyncio.create_task(run())
    if not await attended(child):
        return child.task.result()
    job = shell.jobs.add(child, text)
    child.pid = gate.leader or shell.machine.processes.begin(
        text.split(), parent=shell.pid, user=shell.user, terminal=True, signal=child.send
    )
    child.task.add_done_callback(lambda task: _note(shell, job, task))
    shell.budget.background.add(child.task)
    return await tell_stopped(shell, job)


async def attended(child: Child) -> bool:
    """Wait for what runs in front; whether it was stopped. Ctrl-C ends it."""
    assert child.task is not None
    terminal, stops = current.get(), asyncio.ensure_future(child.gate.stops.wait())
    before, terminal.front = terminal.front, child.gate
    try:
        await asyncio.wait({child.task, stops}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        child.task.cancel()
        await asyncio.gather(child.task, return_exceptions=True)
        raise
    finally:
        terminal.front = before
        stops.cancel()
    return not child.task.done()


async def tell_stopped(shell: Shell, job: Job) -> int:
    """As each shell says it. In bash that ends the loop it happened in."""
    job.process.gate.foreground = False
    shell.jobs.choose(job)
    job.told = True
    if shell.flavour.is_bash:
        await shell.say("")
    await shell.say(shell.jobs.line(job, shell.flavour))
    shell.status = STOPPED
    if shell.flavour.is_bash and shell.loops:
        raise Break(shell.loops, STOPPED)
    return STOPPED


def _note(shell: Shell, job: Job, task: asyncio.Task[int]) -> None:
    """It is over, and nobody was in front of it."""
    shell.budget.background.discard(task)
    shell.machine.processes.end(job.process.pid)
    if task.cancelled():
        job.status = 128 + (job.process.signals or [15])[-1]
    elif (fault := task.exception()) is None:
        job.status = task.result()
    else:
        job.status = 137
        shell.budget.broken = fault if isinstance(fault, LimitReached) else None
