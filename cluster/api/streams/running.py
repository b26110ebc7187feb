"""A cluster's containers as this process carries them out. See `containers`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from cluster.api.streams.containers import Terminal
from cluster.api.streams.outcomes import internal
from cluster.containers import attending, instances, performing
from cluster.containers.instances import Instance
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import PODS, Obj, key, name, namespace, uid
from cluster.shell.machine import ContainerMachine, machines
from cluster.shell.pipes import Nothing
from cluster.shell.process import Connection
from cluster.shell.session import execute
from cluster.watch import Mirror

LOOK = 0.5
"""Seconds between two looks at whether the container still runs."""
KILLED = 137


class Running:
    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._machines = machines(mirror)

    async def execute(self, pod: Obj, container: str, argv: Sequence[str], terminal: Terminal) -> int:
        machine = self._machines.machine(pod, container)
        await performing.files_written(self._mirror, pod)
        process = machine.process(argv, terminal.stdin or Nothing(), terminal.stdout, terminal.stderr, terminal.window)
        began = instances.running(pod, container)
        assert began is not None, "only a container that runs is given something to execute"
        running = asyncio.ensure_future(execute(process))
        try:
            while not running.done() and self._stands(began):
                await asyncio.wait({running}, timeout=LOOK)
            return running.result() if running.done() else KILLED
        except OSError as error:
            raise _not_started(machine, argv[0], error) from error
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def attach(self, pod: Obj, container: str, terminal: Terminal) -> None:
        stdin, stdout, stderr = terminal.stdin, terminal.stdout, terminal.stderr
        await attending.current().attach(self._mirror, pod, container, stdin, stdout, stderr, terminal.window)

    def _stands(self, began: Instance) -> bool:
        """That start of the container still runs."""
        pod = self._machines.world.get(key(PODS, namespace(began.pod), name(began.pod)))
        now = instances.running(pod, str(began.container["name"])) if pod and uid(pod) == uid(began.pod) else None
        return now is not None and now.restart == began.restart

    async def open_port(self, pod: Obj, port: int) -> Connection:
        where = key(PODS, namespace(pod), name(pod))
        if uid(self._machines.world.get(where) or {}) != uid(pod):
            raise ProcessLookupError
        return await self._machines.network.open_port(where, port)


def _not_started(machine: ContainerMachine, program: str, error: OSError) -> ApiError:
    """As a container runtime says it."""
    why = "executable file not found in $PATH" if isinstance(error, FileNotFoundError) else str(error.strerror).lower()
    if "/" in program and isinstance(error, FileNotFoundError):
        why = f"stat {program}: no such file or directory"
    process = "".join("0123456789abcdef"[machine.pick(16)] for _ in range(64))
    return internal(
        f'error executing command in container: failed to exec in container: failed to start exec "{process}": OCI '
        f'runtime exec failed: exec failed: unable to start container process: exec: "{program}": {why}: unknown'
    )
