"""What becomes of a container's main process that is sent a signal from inside (`kill 1`)."""

from __future__ import annotations

import asyncio

from cluster.containers import instances
from cluster.containers.reporting import report_end
from cluster.nodes import programs
from cluster.nodes.script import FOREVER
from cluster.shell.machine import ContainerMachine, Machines
from cluster.shell.processes import SIGHUP, SIGTERM
from cluster.watch import Mirror

_ENDING = frozenset({SIGTERM, 2, 3})
"""SIGTERM, SIGINT, SIGQUIT: what servers take as a wish to end."""
_reports: set[asyncio.Task[bool]] = set()


def heed(made: Machines) -> None:
    """From now on main processes of these machines mind what they are sent."""
    made.on_main = lambda machine, number: _sent(made.mirror, machine, number)


def _sent(mirror: Mirror, machine: ContainerMachine, number: int) -> None:
    """A server ends as it does when its pod is stopped. A kernel keeps from process 1 what it has no handler for, so a
    shell or a sleep hears nothing; a server that is told to read its settings again runs on."""
    instance = instances.running(machine.pod, machine.container)
    if instance is None or number == SIGHUP or number not in _ENDING:
        return
    if programs.run(machine.pod, instance.container).stop_seconds == FOREVER:
        return
    task = asyncio.ensure_future(report_end(mirror, instance, 0))
    _reports.add(task)
    task.add_done_callback(_reports.discard)
