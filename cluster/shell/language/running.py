"""Commands run: lists, pipelines, loops, conditions. What a simple command does is `calling`'s."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from cluster.shell.language import gates
from cluster.shell.language.calling import run_simple
from cluster.shell.language.descriptors import Nothing, Open, Pipe
from cluster.shell.language.errors import Break, Continue, Exit, ExpansionProblem
from cluster.shell.language.expansion import expand_pattern, expand_sum, expand_text, expand_words
from cluster.shell.language.failing import MISREAD, fail_expansion, fail_reading
from cluster.shell.language.foreground import in_front
from cluster.shell.language.jobs import Child, Job
from cluster.shell.language.limits import LimitReached
from cluster.shell.language.patterns import compile_pattern
from cluster.shell.language.quoting import traced
from cluster.shell.language.redirecting import RedirectionFailed, apply, restore
from cluster.shell.language.selecting import choose
from cluster.shell.language.shell import Shell
from cluster.shell.language.spelling import spelled
from cluster.shell.language.subshells import hear_out, run_subshell
from cluster.shell.language.syntax import (
    AndOr,
    Background,
    Calculation,
    Case,
    Command,
    Compound,
    Counting,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Sequence,
    Simple,
    Subshell,
    Test,
    While,
)
from cluster.shell.language.testing import holds
from cluster.shell.language.timing import timed
from cluster.shell.language.tracing import trace
from cluster.shell.language.traps import on_error, surviving


async def run(shell: Shell, command: Command) -> int:
    """Any command; its status is `$?` afterwards."""
    status = await _run(shell, command)
    shell.status = status
    return status


async def _run(shell: Shell, command: Command) -> int:
    if isinstance(command, Simple):
        return await _leaf(shell, lambda: run_simple(shell, command))
    if isinstance(command, Sequence):
        return await _sequence(shell, command)
    if isinstance(command, AndOr):
        return await _and_or(shell, command)
    if isinstance(command, Pipeline):
        return await _leaf(shell, lambda: _pipeline(shell, command), exempt=command.negated)
    if isinstance(command, Background):
        return await _background(shell, command)
    if isinstance(command, Function):
        return await _define(shell, command)
    return await _compound(shell, command)


async def _leaf(shell: Shell, body: Callable[[], Awaitable[int]], *, exempt: bool = False) -> int:
    """Something that fails by itself: `set -e` and the ERR trap look at it; a signal may come while it runs."""

    async def step() -> int:
        await shell.budget.step()
        try:
            return await body()
        except ExpansionProblem as problem:
            return await fail_expansion(shell, problem)
        except MISREAD as misread:
            return await fail_reading(shell, misread)

    status = await surviving(shell, step)
    if status and not exempt:
        await _failed(shell, status)
    return status


async def _failed(shell: Shell, status: int) -> None:
    if shell.tested:
        return
    await on_error(shell, status)
    if "errexit" in shell.options:
        shell.status = status
        raise Exit(status)


async def _sequence(shell: Shell, sequence: Sequence) -> int:
    status = 0
    for command in sequence.commands:
        status = await run(shell, command)
    return status


async def _and_or(shell: Shell, command: AndOr) -> int:
    status = 0
    last = len(command.items) - 1
    for at, (operator, item) in enumerate(command.items):
        if (operator == "&&" and status) or (operator == "||" and not status):
            continue
        if at == last:
            return await run(shell, item)
        status = await _tested(shell, item)
    return status


async def _tested(shell: Shell, command: Command) -> int:
    shell.tested += 1
    try:
        return await run(shell, command)
    finally:
        shell.tested -= 1


async def _pipeline(shell: Shell, pipeline: Pipeline) -> int:
    if pipeline.timed:
        plain = Pipeline(pipeline.commands, pipeline.negated)
        return await timed(shell, lambda: _pipeline(shell, plain), posix=pipeline.timed == "posix")
    if not pipeline.commands:
        return int(pipeline.negated)
    if len(pipeline.commands) == 1:
        status = await (_tested if pipeline.negated else run)(shell, pipeline.commands[0])
    else:
        status = await in_front(shell, spelled(pipeline), lambda: _piped(shell, pipeline.commands))
    return int(not status) if pipeline.negated else status


async def _piped(shell: Shell, commands: list[Command]) -> int:
    """All at once, each in a shell of its own, joined by pipes."""
    tasks: list[asyncio.Task[int]] = []
    before: Open | None = None
    try:
        for at, command in enumerate(commands):
            child = shell.fork()
            after: Open | None = None
            if before is not None:
                child.descriptors.pop(0, Open()).release()
                child.descriptors[0] = before
            if at < len(commands) - 1:
                after, end = Pipe().ends()
                child.descriptors.pop(1, Open()).release()
                child.descriptors[1] = end
            before = after
            tasks.append(asyncio.create_task(run_subshell(child, command)))
        statuses = list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    shell.pipe_statuses = statuses
    if "pipefail" in shell.options:
        return next((status for status in reversed(statuses) if status), 0)
    return statuses[-1]


async def _background(shell: Shell, command: Background) -> int:
    child = shell.fork()
    if not shell.interactive:
        child.descriptors.pop(0, Open()).release()
        child.descriptors[0] = Open(reader=Nothing())
    entry = Child(signals=child.signals)
    table = shell.machine.processes
    words = command.text.split() if isinstance(command.command, Simple) else [shell.name]
    entry.pid = table.begin(words, parent=shell.pid, user=shell.user, terminal=bool(shell.tty), signal=entry.send)
    child.process_id = entry.pid
    job = shell.jobs.add(entry, command.text)

    async def body() -> int:
        gates.enter(entry.gate)
        try:
            job.status = await run_subshell(child, command.command)
        except LimitReached as limit:
            shell.budget.broken = limit
            job.status = 137
        except asyncio.CancelledError:
            job.status = 128 + (entry.signals or [1])[-1]
        finally:
            table.end(entry.pid)
        return job.status

    entry.task = asyncio.create_task(body())
    shell.budget.background.add(entry.task)
    entry.task.add_done_callback(shell.budget.background.discard)
    shell.last_background = entry.pid
    if shell.interactive:
        await _announce(shell, job)
    await asyncio.sleep(0)
    return 0


async def _announce(shell: Shell, job: Job) -> None:
    if shell.flavour.is_bash:
        await shell.say(f"[{job.number}] {job.process.pid}")


async def _define(shell: Shell, function: Function) -> int:
    shell.functions[function.name] = function
    return 0


async def _compound(shell: Shell, command: Compound) -> int:
    before = len(shell.listening)
    try:
        saved = await apply(shell, command.redirections) if command.redirections else []
    except RedirectionFailed as failure:
        await shell.complain(str(failure))
        await _failed(shell, 1)
        return 1
    except ExpansionProblem as problem:
        return await fail_expansion(shell, problem)
    except MISREAD as misread:
        return await fail_reading(shell, misread)
    try:
        return await shell.nested(lambda: _inside(shell, command))
    finally:
        restore(shell, saved)
        if len(shell.listening) > before:
            await hear_out(shell, before)


async def _inside(shell: Shell, command: Compound) -> int:
    if isinstance(command, Group):
        return await _sequence(shell, command.body)
    if isinstance(command, If):
        return await _if(shell, command)
    if isinstance(command, While):
        return await _while(shell, command)
    if isinstance(command, Subshell):
        child = shell.fork()
        return await _leaf(shell, lambda: in_front(shell, spelled(command), lambda: run_subshell(child, command.body)))
    if isinstance(command, (Test, Calculation)) and (
        shell.flavour.name == "dash" or (isinstance(command, Calculation) and not shell.flavour.is_bash)
    ):
        return await _leaf(shell, lambda: _unknown(shell, command))
    if isinstance(command, Test):
        shell.line = command.line + shell.line_base
        return await _leaf(shell, lambda: holds(shell, command))
    if isinstance(command, Calculation):
        shell.line = command.line + shell.line_base
        return await _leaf(shell, lambda: _calculation(shell, command.expression))
    try:
        if isinstance(command, For):
            return await _for(shell, command)
        if isinstance(command, Counting):
            return await _counting(shell, command)
        return await _case(shell, command)
    except ExpansionProblem as problem:
        return await fail_expansion(shell, problem)
    except MISREAD as misread:
        return await fail_reading(shell, misread)


async def _unknown(shell: Shell, command: Test | Calculation) -> int:
    """What only bash takes for more than a command's name."""
    shell.line = command.line + shell.line_base
    name = "[[" if isinstance(command, Test) else command.expression.split()[0] if command.expression.split() else ""
    await shell.complain(f"{name}: not found")
    return 127


async def _calculation(shell: Shell, expression: str) -> int:
    await trace(shell, f"(( {expression.strip()} ))")
    try:
        return int(not await expand_sum(shell, expression))
    except ExpansionProblem as problem:
        await shell.complain(f"((: {problem}")
        return 1


async def _if(shell: Shell, command: If) -> int:
    for condition, body in command.branches:
        if await _tested(shell, condition) == 0:
            return await _sequence(shell, body)
    return await _sequence(shell, command.otherwise) if command.otherwise else 0


class _Loop:
    """One loop's rounds: counted, left by `break`."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.rounds = 0
        self.status = 0

    async def round(self, body: Sequence) -> bool:
        """Run the body once; whether the loop goes on."""
        self.rounds += 1
        self.shell.budget.check_rounds(self.rounds)
        self.shell.loops += 1
        try:
            self.status = await _sequence(self.shell, body)
        except Break as leave:
            self.status = leave.status
            if leave.levels > 1 and self.shell.loops > 1:
                raise type(leave)(leave.levels - 1, leave.status) from None
            return isinstance(leave, Continue)
        finally:
            self.shell.loops -= 1
        return True


async def _while(shell: Shell, command: While) -> int:
    loop = _Loop(shell)
    while True:
        await shell.budget.step()
        shell.loops += 1
        try:
            met = (await _tested(shell, command.condition) == 0) != command.until
        except Break as leave:
            if isinstance(leave, Continue):
                continue
            break
        finally:
            shell.loops -= 1
        if not met or not await loop.round(command.body):
            break
    return loop.status


async def _for(shell: Shell, command: For) -> int:
    shell.line = command.line + shell.line_base
    values = list(shell.positional) if command.words is None else await expand_words(shell, command.words)
    loop = _Loop(shell)
    if command.select:
        return await choose(shell, command.name, values, lambda: loop.round(command.body))
    for value in values:
        await shell.budget.step()
        if command.words is not None:
            await trace(shell, f"for {command.name} in {' '.join(word.raw for word in command.words)}")
        shell.assign(command.name, value)
        if not await loop.round(command.body):
            break
    return loop.status


async def _counting(shell: Shell, command: Counting) -> int:
    shell.line = command.line + shell.line_base
    loop = _Loop(shell)
    await expand_sum(shell, command.start)
    while not command.condition.strip() or await expand_sum(shell, command.condition):
        await shell.budget.step()
        if not await loop.round(command.body):
            break
        await expand_sum(shell, command.step)
    return loop.status


async def _case(shell: Shell, command: Case) -> int:
    shell.line = command.line + shell.line_base
    subject = await expand_text(shell, command.subject)
    await trace(shell, f"case {traced(subject)} in")
    status = 0
    falling = False
    for item in command.items:
        if not falling:
            for word in item.patterns:
                pattern = compile_pattern(await expand_pattern(shell, word), fold="nocasematch" in shell.shopt)
                if pattern.matches(subject):
                    break
            else:
                continue
        status = await _sequence(shell, item.body)
        if item.end == ";;":
            break
        falling = item.end == ";&"
    return status
