"""Starting a program in a container by its name, as exec(2) does: what `env`, `xargs` or `kubectl exec` do."""

from __future__ import annotations

import asyncio
import errno
import os

from cluster.nodes.software import PATH
from cluster.shell.images import lookup
from cluster.shell.language.gates import Gate, enter, present
from cluster.shell.language.jobs import IGNORED
from cluster.shell.process import Machine, Process, Program

_LONGEST_LINE = 127
_MOST_SCRIPTS = 4
"""Interpreters of interpreters."""


async def launch(process: Process, scripts: int = 0) -> int:
    """Run what `argv` names and return its status. FileNotFoundError, PermissionError, OSError (ENOEXEC)."""
    machine = process.machine
    name = process.argv[0]
    path = lookup(machine.files, process.path or name, process.env.get("PATH", PATH), process.cwd)
    program = machine.programs.get(path)
    if program is not None:
        return await _registered(process, machine, program)
    line = machine.files.read(path).partition(b"\n")[0][:_LONGEST_LINE]
    if not line.startswith(b"#!") or scripts >= _MOST_SCRIPTS:
        raise OSError(errno.ENOEXEC, os.strerror(errno.ENOEXEC), name)
    words = line[2:].decode(errors="replace").split(maxsplit=1)
    return await launch(process.child([*words, path, *process.argv[1:]]), scripts + 1)


async def _registered(process: Process, machine: Machine, program: Program) -> int:
    """Known to ps and kill while it runs."""

    gate = present() or Gate(foreground=True)

    async def body() -> int:
        enter(gate)
        return await program(process)

    task = asyncio.ensure_future(body())

    def signal(number: int) -> None:
        if gate.heed(number) or number in IGNORED:
            return
        gate.ended_by = number
        process.signals.append(number)
        task.cancel()

    terminal = process.tty is not None or process.controlled
    process.pid = machine.processes.begin(
        process.argv, parent=process.parent, user=process.user, terminal=terminal, signal=signal
    )
    gate.leader = gate.leader or process.pid
    try:
        return await task
    except asyncio.CancelledError:
        current = asyncio.current_task()
        if process.signals and not (current is not None and current.cancelling()):
            return 128 + process.signals[-1]
        task.cancel()
        raise
    finally:
        machine.processes.end(process.pid)
