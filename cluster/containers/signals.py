"""What becomes of a container's main process that is sent a signal from inside (`kill 1`), or by a container that sees
its processes."""

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
_QUIET = frozenset({17, 18, 19, 20, 21, 22, 23, 28})
"""SIGCHLD, SIGCONT, those that stop, SIGURG and SIGWINCH: they end nothing."""
_HANDLED = frozenset({SIGHUP, 10, 12})
"""SIGHUP, SIGUSR1, SIGUSR2: servers read their settings or open their logs again, and run on."""
_reports: set[asyncio.Task[bool]] = set()


def heed(made: Machines) -> None:
    """From now on main processes of these machines mind what they are sent."""
    made.on_main = lambda machine, number, first: _sent(made.mirror, machine, number, first)


def _sent(mirror: Mirror, machine: ContainerMachine, number: int, first: bool) -> None:
    instance = instances.running(machine.pod, machine.container)
    if instance is None:
        return
    run = programs.run(machine.pod, instance.container)
    code = _exit_code(number, run, first=first)
    if code is None:
        return
    task = asyncio.ensure_future(report_end(mirror, instance, code))
    _reports.add(task)
    task.add_done_callback(_reports.discard)


def _exit_code(number: int, run: programs.Run, *, first: bool) -> int | None:
    """How it ends; None: it runs on. A server ends as it does when its pod is stopped. A kernel keeps from process 1
    what it has no handler for, so there a shell or a sleep hears nothing."""
    serves = run.stop_seconds != FOREVER
    if serves and number in _ENDING:
        return run.stop_code if number == SIGTERM else 0
    if first or number in _QUIET or (serves and number in _HANDLED):
        return None
    return 128 + number
