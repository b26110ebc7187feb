"""What scripts of containers print, carried out when somebody asks for it and from then on; a thousand pods whose logs
nobody reads cost nothing.

Lines that are stored are not stored again: one that was carried out before, here or in a process that is gone, is
carried out from its start, and its first lines are passed over.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog
from django.db import DatabaseError

from cluster import logs
from cluster.containers.carrying import Carry, carry_on
from cluster.containers.instances import Instance
from cluster.containers.late import LateMachine
from cluster.containers.mainprocess import Streams
from cluster.containers.presence import ended
from cluster.containers.streams import Inlet, Outlet
from cluster.logs.lines import Line, Stream, moment
from cluster.machinery.errors import BadRequest
from cluster.nodes import programs, script
from cluster.shell.process import Window
from cluster.store import mainprocesses as table
from cluster.store import written
from cluster.store.logs import Place
from cluster.store.mainprocesses import Row
from cluster.watch import Mirror
from cluster.worker.holder import fresh_holder

log = structlog.get_logger()

LEASE = 30.0
SAVE = 5.0
"""Seconds between two notes of how far each has come."""
PATIENCE = 60.0
"""Seconds somebody waits for a script to catch up; what it has printed until then is shown."""
MOST = 200
"""Scripts that are carried out at one time; the one nobody asked for longest makes room."""


def is_performed(instance: Instance) -> bool:
    """Whether what it prints is found by carrying it out: it is told to run a shell or a program that is known here,
    serves nobody, and nobody talks to it."""
    words = programs.command_line(instance.container)
    if not words or programs.attended(instance.pod, instance.container):
        return False
    return programs.is_shell(words) or script.serves_nobody(words)


class Performance:
    """One script on its way."""

    def __init__(self, mirror: Mirror, instance: Instance, row: Row, carry_: Carry) -> None:
        self.place, self.instance, self._mirror = row.place, instance, mirror
        self._passed_over, self.lines = row.lines, 0
        self.machine = LateMachine(mirror, instance)
        self.over = asyncio.Event()
        self.asked = 0.0
        stdout = Outlet(lambda text: self._tell(text, "stdout"))
        tty = Window() if instance.container.get("tty") else None
        stderr = stdout if tty else Outlet(lambda text: self._tell(text, "stderr"))
        nothing = Inlet()
        nothing.end()
        streams = Streams(nothing, stdout, stderr, tty)
        self._task = asyncio.create_task(self._run(carry_, streams, (stdout, stderr)), name=f"script-{row.place.pod}")

    async def caught_up(self, patience: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.machine.caught_up.wait(), patience)

    def tidy(self) -> None:
        """End it with its container."""
        if (over := ended(self._mirror, self.instance)) is not None and over.ended is not None:
            self.machine.end_at(over.ended)

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, carry_: Carry, streams: Streams, outlets: tuple[Outlet, Outlet]) -> None:
        carried = asyncio.ensure_future(carry_(self.machine, self.instance, streams))
        past = asyncio.ensure_future(self.machine.past_its_end.wait())
        try:
            await asyncio.wait({carried, past}, return_when=asyncio.FIRST_COMPLETED)
            self.over.set()
        finally:
            for each in (carried, past):
                each.cancel()
            (failed, _) = await asyncio.gather(carried, past, return_exceptions=True)
            if isinstance(failed, Exception):
                log.error("script_failed", pod=self.place.pod, container=self.place.container, error=repr(failed))
            if self.over.is_set():
                for outlet in outlets:
                    outlet.end()
            self.machine.caught_up.set()

    def _tell(self, text: bytes, stream: Stream) -> None:
        self.lines += 1
        if self.lines > self._passed_over:
            logs.current_book().extend(self.place, [Line(moment(self.machine.now()), text, stream)])


class Performances:
    """Those of this process; `run` must be running."""

    def __init__(self, carry_: Carry = carry_on, wall: Callable[[], float] = time.time) -> None:
        self._carry, self._wall, self._holder = carry_, wall, fresh_holder()
        self._those: dict[Place, Performance] = {}
        self._taking = asyncio.Lock()

    async def caught_up(self, mirror: Mirror, instance: Instance) -> None:
        """Until what this start of a container has printed by now is in the log. Nothing where it is no script, or
        where another process of ours sees to it."""
        if not is_performed(instance):
            return
        place = instance.place(mirror.cluster)
        async with self._taking:
            found = self._those.get(place)
            if found is None:
                found = await self._taken(mirror, instance, place)
        if found is None:
            return
        found.asked = self._wall()
        if instance.ended is not None:
            found.machine.end_at(instance.ended)
        await found.caught_up(PATIENCE)

    async def _taken(self, mirror: Mirror, instance: Instance, place: Place) -> Performance | None:
        row = await written(table.take, place, self._holder, self._wall(), self._wall() + LEASE)
        if row is None or row.over:
            return None
        while len(self._those) >= MOST:
            await self._leave(min(self._those.values(), key=lambda each: each.asked))
        try:
            made = Performance(mirror, instance, row, self._carry)
        except BadRequest:
            return None  # the pod has changed meanwhile
        self._those[place] = made
        return made

    async def run(self) -> None:
        """Note how far each has come, until cancelled."""
        try:
            while True:
                await asyncio.sleep(SAVE)
                for each in self._those.values():
                    each.tidy()
                try:
                    await self._save(list(self._those.values()))
                    if self._those:
                        await written(table.renew, self._holder, self._wall() + LEASE)
                except DatabaseError as error:
                    log.warning("scripts_not_noted", error=str(error))
        finally:
            for each in list(self._those.values()):
                with contextlib.suppress(DatabaseError):
                    await asyncio.shield(self._leave(each))

    async def _leave(self, performance: Performance) -> None:
        await performance.stop()
        await self._save([performance])
        self._those.pop(performance.place, None)
        await written(table.let_go, performance.place, self._holder)

    async def _save(self, those: list[Performance]) -> None:
        if those:
            await logs.current_book().flush()
        for each in those:
            over = each.over.is_set()
            await written(table.progress, each.place, self._holder, each.lines, each.machine.now(), over=over)
            if over:
                self._those.pop(each.place, None)


_performances: Performances | None = None


def use(made: Performances | None) -> None:
    """Make these the process' own (at the start of the server, or of a test)."""
    global _performances
    _performances = made


async def caught_up(mirror: Mirror, instance: Instance) -> None:
    """See `Performances.caught_up`; nothing where scripts are not carried out."""
    if _performances is not None:
        await _performances.caught_up(mirror, instance)
