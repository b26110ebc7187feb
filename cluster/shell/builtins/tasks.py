"""Jobs: wait, jobs, kill, fg, bg, disown."""

from __future__ import annotations

import asyncio

from cluster.shell.builtins.builtin import Builtin, whole_number
from cluster.shell.language.foreground import attended, tell_stopped
from cluster.shell.language.gates import CONTINUE
from cluster.shell.language.jobs import SIGNALS, Job
from cluster.shell.language.shell import Shell
from cluster.shell.language.traps import NAMES, signal_name


async def _ended(job: Job) -> int:
    task = job.process.task
    if task is not None and not task.done():
        await asyncio.wait({task})
    return job.status if job.status is not None else 128 + (job.process.signals or [1])[-1]


async def wait(shell: Shell, words: list[str]) -> int:
    names = [word for word in words[1:] if word not in ("-n", "-f")]
    if "-n" in words[1:] and not names:
        return await _wait_for_any(shell)
    status = 0
    for name in names:
        status = await _wait_for(shell, name)
    if not names:
        for job in [job for job in shell.jobs.all if not job.stopped]:
            await _ended(job)
            shell.jobs.forget(job)
    return status


async def _wait_for(shell: Shell, name: str) -> int:
    job = shell.jobs.find(name)
    if job is None:
        number = whole_number(name)
        if number is not None and number in shell.jobs.statuses:
            return shell.jobs.statuses[number]
        if shell.flavour.is_bash:
            known = number is not None
            message = f"pid {name} is not a child of this shell" if known else f"`{name}': not a pid or valid job spec"
            if name.startswith("%"):
                message = f"{name}: no such job"
            await shell.complain(message, "wait")
            return 127 if known or name.startswith("%") else 1
        return 127
    if job.stopped and shell.flavour.is_bash:
        await shell.say(f"{shell.name}: warning: wait_for_job: job {job.number} is stopped")
        return 128 + job.process.gate.stopped
    status = await _ended(job)
    shell.jobs.forget(job)
    return status


async def _wait_for_any(shell: Shell) -> int:
    tasks = {job.process.task for job in shell.jobs.all if job.process.task is not None}
    if not tasks:
        return 127
    if all(job.status is None for job in shell.jobs.all):
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    job = next(job for job in shell.jobs.all if job.status is not None)
    shell.jobs.forget(job)
    return job.status or 0


async def jobs(shell: Shell, words: list[str]) -> int:
    flags = "".join(word[1:] for word in words[1:] if word.startswith("-"))
    await asyncio.sleep(0)
    if shell.flavour.is_bash:
        shell.warned = 2  # who has just been shown them need not be told at `exit`
    for job in shell.jobs.all if shell.flavour.is_bash else shell.jobs.latest_first():
        if ("r" in flags and (job.status is not None or job.stopped)) or ("s" in flags and not job.stopped):
            continue
        if "p" in flags:
            await shell.print(f"{job.process.pid}\n")
        elif "l" in flags:
            await shell.print(shell.jobs.line(job, shell.flavour, numbered=True) + "\n")
        else:
            await shell.print(shell.jobs.line(job, shell.flavour) + "\n")
        job.told = True
        if job.status is not None:
            shell.jobs.forget(job)
    return 0


async def announce_changed(shell: Shell) -> None:
    """What an interactive shell says before a prompt."""
    for job in shell.jobs.all:
        if job.stopped and not job.told:
            shell.jobs.choose(job)
    over = [job for job in shell.jobs.all if job.status is not None]
    lines = {job.number: shell.jobs.line(job, shell.flavour) for job in over}
    for job in list(shell.jobs.all):
        if job.status is not None:
            await shell.say(lines[job.number])
            shell.jobs.forget(job)
        elif job.stopped and not job.told:
            job.told = True
            await shell.say(("\n" if shell.flavour.is_bash else "") + shell.jobs.line(job, shell.flavour))


async def may_leave(shell: Shell) -> bool:
    """Whether a shell at a terminal ends now: one with stopped jobs only when it is told so twice."""
    if shell.warned or not shell.interactive or not any(job.stopped for job in shell.jobs.all):
        return True
    shell.warned = 2
    await shell.say("There are stopped jobs." if shell.flavour.is_bash else "You have stopped jobs.")
    return False


async def kill(shell: Shell, words: list[str]) -> int:
    rest = words[1:]
    name = "TERM"
    if rest and rest[0] in ("-l", "-L"):
        return await _list(shell, rest[1:])
    if rest and rest[0] in ("-s", "-n") and len(rest) > 1:
        given, rest = rest[1], rest[2:]
        name = signal_name(given) or given
    elif rest and rest[0].startswith("-") and rest[0] != "--" and len(rest[0]) > 1:
        given, rest = rest[0][1:], rest[1:]
        name = signal_name(given) or given
    if rest and rest[0] == "--":
        rest = rest[1:]
    if name not in SIGNALS and name != "EXIT":
        await shell.complain(
            f"{name}: invalid signal specification"
            if shell.flavour.is_bash
            else f"invalid signal number or name: {name}",
            "kill",
        )
        return 1
    if not rest:
        usage = "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]"
        await shell.say(usage)
        return 2
    status = 0
    for target in rest:
        status = await _send(shell, target, SIGNALS.get(name, 0)) or status
    await asyncio.sleep(0)
    return status


async def _send(shell: Shell, target: str, signal: int) -> int:
    job = shell.jobs.find(target) if target.startswith("%") else None
    if target.startswith("%") and job is None:
        await shell.complain(f"{target}: no such job", "kill")
        return 1
    number = job.process.pid if job else whole_number(target)
    if number is None:
        message = f"{target}: arguments must be process or job IDs"
        await shell.complain(message if shell.flavour.is_bash else f"Illegal number: {target}", "kill")
        return 1
    try:
        if job is not None:
            await _send_job(shell, job, signal)
        else:
            shell.machine.processes.kill(number, signal)
    except ProcessLookupError:
        message = f"({target}) - No such process" if shell.flavour.is_bash else "No such process"
        await shell.complain(
            message if shell.flavour.name != "ash" else f"can't kill pid {target}: No such process", "kill"
        )
        return 1
    except PermissionError as error:
        await shell.complain(f"({target}) - {error.strerror}" if shell.flavour.is_bash else str(error.strerror), "kill")
        return 1
    return 0


async def _send_job(shell: Shell, job: Job, signal: int) -> None:
    """What is sent to a stopped job reaches it at once: its shell has it go on for that."""
    if job.stopped and shell.flavour.is_bash and shell.interactive and signal != CONTINUE:
        job.told = True
        await shell.say("\n" + shell.jobs.line(job, shell.flavour))
    job.process.send(signal)


async def _list(shell: Shell, rest: list[str]) -> int:
    if not rest:
        numbers = sorted(NAMES)
        cells = [f"{number:>2}) SIG{NAMES[number]}" for number in numbers]
        lines = ["\t".join(cells[at : at + 5]) for at in range(0, len(cells), 5)]
        await shell.print("".join(f"{line}\n" for line in lines))
        return 0
    for text in rest:
        number = whole_number(text)
        if number is not None:
            await shell.print(f"{NAMES.get(number & 127, number)}\n")
        else:
            name = signal_name(text)
            await shell.print(f"{SIGNALS.get(name or '', 0)}\n")
    return 0


async def foreground(shell: Shell, words: list[str]) -> int:
    """fg."""
    job = await _named(shell, words)
    if job is None:
        return 1
    await shell.print(f"{job.text}\n")
    shell.jobs.choose(job)
    job.process.gate.foreground, job.told = True, False
    job.process.gate.go_on()
    try:
        if await attended(job.process):
            return await tell_stopped(shell, job)
    except asyncio.CancelledError:
        shell.jobs.forget(job)
        raise
    status = await _ended(job)
    shell.jobs.forget(job)
    return status


async def background(shell: Shell, words: list[str]) -> int:
    """bg."""
    job = await _named(shell, words)
    if job is None:
        return 1
    if not job.stopped:
        if shell.flavour.is_bash:
            await shell.complain(f"job {job.number} already in background", "bg")
        return 0
    line = (
        f"[{job.number}]{shell.jobs.mark(job)} {job.text} &" if shell.flavour.is_bash else f"[{job.number}] {job.text}"
    )
    await shell.print(f"{line}\n")
    job.process.gate.foreground, job.told = False, False
    job.process.gate.go_on()
    shell.jobs.settle()
    return 0


async def _named(shell: Shell, words: list[str]) -> Job | None:
    name = words[1] if len(words) > 1 else "%%"
    if not shell.interactive:
        await shell.complain("no job control", words[0])
        return None
    job = shell.jobs.find(name if name.startswith("%") else f"%{name}")
    if job is None or job.status is not None:
        told = words[1] if len(words) > 1 else "current"
        missing = "No current job" if told == "current" else f"No such job: {told}"
        await shell.complain(f"{told}: no such job" if shell.flavour.is_bash else missing, words[0])
        return None
    return job


async def disown(shell: Shell, words: list[str]) -> int:
    for job in list(shell.jobs.all):
        if len(words) < 2 or shell.jobs.find(words[1]) is job or "-a" in words:
            shell.jobs.forget(job)
    return 0


TASKS: dict[str, Builtin] = {
    "wait": wait,
    "jobs": jobs,
    "kill": kill,
    "fg": foreground,
    "bg": background,
    "disown": disown,
}
