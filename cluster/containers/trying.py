"""One command of a probe or a hook, carried out in its container now: its status, and what it says.

What nobody can know goes well: a program that is there and not simulated, one that an image may have of which nothing
is known, a file that the main process may have written.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cluster.containers.instances import Instance
from cluster.contents import Entry
from cluster.nodes import execprobe, software
from cluster.shell.files import TreeFiles
from cluster.shell.images import Installed
from cluster.shell.language.limits import Limits
from cluster.shell.machine import ContainerMachine, machines
from cluster.shell.pipes import Nothing, Printed
from cluster.shell.process import Program
from cluster.shell.session import execute
from cluster.watch import Mirror

LIMITS = Limits(seconds=2.0, processes=50)
MOST_SAID = 10_240
"""Bytes of what it printed that are told, as a kubelet does."""
NOT_FOUND = 127
_BINARIES = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/")


class Said(NamedTuple):
    code: int
    text: str = ""
    wrote: bool = False
    """It leaves something behind, so that it is not to be run oftener than its period says."""


async def tried(mirror: Mirror, instance: Instance, command: Sequence[str], seconds: float) -> Said:
    """In at most so many seconds of its own. BadRequest when the pod is gone."""
    return await said(TriedMachine(mirror, instance, seconds), command, seconds, LIMITS)


async def said(machine: TriedMachine, command: Sequence[str], seconds: float, limits: Limits) -> Said:
    """In that machine, until its time is over."""
    printed = Printed()
    process = machine.process(command, Nothing(), printed, printed)
    running = asyncio.ensure_future(execute(process, limits=limits))
    late = asyncio.ensure_future(machine.late.wait())
    try:
        await asyncio.wait({running, late}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            words = " ".join(command)
            return Said(1, f'command timed out: "{words}" timed out after {seconds:g}s', machine.wrote)
        code = running.result()
    except OSError as error:
        return Said(0) if machine.is_unknown else Said(1, _not_started(command[0], error))
    finally:
        for task in (running, late):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(running, late, return_exceptions=True)
    if code and (machine.met_unknown or (code == NOT_FOUND and machine.is_unknown) or machine.missed_unknown()):
        code = 0
    return Said(code, bytes(printed.data[:MOST_SAID]).decode(errors="replace"), machine.wrote)


class TriedMachine(ContainerMachine):
    """The container, where a pause passes at once and is counted, and what is met is noted."""

    def __init__(self, mirror: Mirror, instance: Instance, seconds: float) -> None:
        super().__init__(machines(mirror), instance.pod, str(instance.container["name"]))
        self._left = seconds
        self.late = asyncio.Event()
        self.wrote = self.met_unknown = False
        self.missed: set[str] = set()
        self.programs = _Noting(self, self.programs)

    async def sleep(self, seconds: float) -> None:
        self._left -= max(seconds, 0.0)
        if self._left < 0:
            self.late.set()
            await asyncio.Event().wait()

    @property
    def is_unknown(self) -> bool:
        """Nobody knows what else is in its image."""
        return not software.is_known(self.image)

    def missed_unknown(self) -> bool:
        """It asked for a file that may be there in a real container."""
        return any(
            execprobe.may_be_there(self.template, path) for path in self.missed if not path.startswith(_BINARIES)
        )

    @property
    def files(self) -> TreeFiles:
        if self._files is None or self._files[:2] != (self.world, self.world.edits):
            made = _NotedFiles(self._places(), self.now, self.world.contents, self.who)
            made.machine = self
            self._files = self.world, self.world.edits, made
        return self._files[2]


class _NotedFiles(TreeFiles):
    machine: TriedMachine

    def entry(self, path: str, *, follow: bool = True) -> Entry:
        try:
            return super().entry(path, follow=follow)
        except FileNotFoundError:
            self.machine.missed.add(path)
            raise

    def _put(self, path: str, entry: Entry, said: str) -> None:
        self.machine.wrote = True
        super()._put(path, entry, said)


class _Noting(Mapping[str, Program]):
    def __init__(self, machine: TriedMachine, programs: Mapping[str, Program]) -> None:
        self._machine, self._programs = machine, programs

    def __getitem__(self, path: str) -> Program:
        found = self._programs[path]
        if isinstance(self._programs, Installed) and not self._programs.is_simulated(path):
            self._machine.met_unknown = True
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._programs)

    def __len__(self) -> int:
        return len(self._programs)


def _not_started(program: str, error: OSError) -> str:
    missing = error.errno == errno.ENOENT
    if missing and "/" not in program:
        why = "executable file not found in $PATH"
    else:
        why = f"stat {program}: no such file or directory" if missing else str(error.strerror).lower()
    said = f'exec: "{program}": {why}'
    return f"OCI runtime exec failed: exec failed: unable to start container process: {said}: unknown"
