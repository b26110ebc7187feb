"""Carrying out a container's main process: its command line, started in its machine as process 1."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable

from cluster.containers.instances import Instance
from cluster.containers.mainprocess import Streams
from cluster.nodes import environment, programs, software
from cluster.shell.images import lookup
from cluster.shell.language.limits import Limits
from cluster.shell.launching import launch
from cluster.shell.machine import ContainerMachine, machines
from cluster.shell.session import execute
from cluster.watch import Mirror

NOT_STARTED = 128
"""What a runtime gives as the exit status of what it could not start."""

LASTING = Limits(seconds=600.0, rounds=10**9)
"""For what goes on as long as its container: a round a second is a million in eleven days."""

Carry = Callable[[ContainerMachine, Instance, Streams], Awaitable[int]]


async def carry_out(mirror: Mirror, instance: Instance, streams: Streams) -> int:
    """By the cluster's clock, until it ends; its exit status."""
    return await carry(machines(mirror).machine(instance.pod, str(instance.container["name"])), instance, streams)


async def carry_on(machine: ContainerMachine, instance: Instance, streams: Streams) -> int:
    """In that machine, as long as its container runs."""
    return await carry(machine, instance, streams, LASTING)


async def carry(machine: ContainerMachine, instance: Instance, streams: Streams, limits: Limits | None = None) -> int:
    """In that machine, until it ends; its exit status."""
    process = machine.process([], streams.stdin, streams.stdout, streams.stderr, streams.tty)
    process.pid = machine.processes.first(machine.instance)
    process.argv = [environment.expanded(word, process.env) for word in command_line(instance)]
    try:
        # Not through the list of processes: there it is process 1 already.
        program = machine.programs.get(lookup(machine.files, process.argv[0], machine.path, process.cwd))
        return await execute(process, start=program or launch, limits=limits, asked=streams.asked)
    except OSError as error:
        why = "executable file not found in $PATH" if error.errno == errno.ENOENT else str(error.strerror).lower()
        text = f'unable to start container process: exec: "{process.argv[0]}": {why}\n'
        await streams.stderr.write(text.encode())
        return NOT_STARTED


def command_line(instance: Instance) -> tuple[str, ...]:
    """What its main process is: what it is told to run, else what its image starts."""
    told = programs.command_line(instance.container)
    return told or software.of(str(instance.container.get("image") or "")).command or ("sh",)
