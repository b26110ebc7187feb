"""What scripts of containers print and write, carried out when somebody asks for it and from then on; a thousand pods
whose logs nobody reads cost nothing. One whose files cannot be read off its words is carried out unasked, in a quiet
moment after its start, as long as there are not too many.

Lines that are stored are not stored again: one that was carried out before, here or in a process that is gone, is
carried out from its start, and its first lines are passed over.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator

import structlog
from django.db import DatabaseError

from cluster import keeping, logs
from cluster.containers import instances
from cluster.containers.carrying import Carry, carry_on
from cluster.containers.instances import Instance
from cluster.containers.late import LateMachine
from cluster.containers.mainprocess import Streams
from cluster.containers.presence import ended, present
from cluster.containers.streams import Inlet, Outlet
from cluster.logs.lines import Line, Stream, moment
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import Obj, spec
from cluster.machinery.podspecs import every_container
from cluster.nodes import foretelling, programs, script
from cluster.shell.process import Window
from cluster.store import mainprocesses as table
from cluster.store import written
from cluster.store.logs import Place
from cluster.store.mainprocesses import Row
from cluster.watch import Mirror
from cluster.worker.holder import fresh_holder

log = structlog.get_logger()

LEASE = 30.0
SPACING, SHARE, HELD_BACK = 0.004, 4, 10
"""Seconds of the wall's clock for each script that is carried out, between two turns of any, but so many times what its
turn took: the loop is not theirs. So many times as long while somebody waits for one of them."""
QUIET = 0.5
"""Seconds that containers have been starting for before those that write are carried out."""
SAVE = 5.0
"""Seconds between two notes of how far each has come."""
PATIENCE = 60.0
"""Seconds somebody waits for a script to catch up; what it has printed until then is shown."""
EAGER = 100
"""Scripts that are carried out unasked."""
SHORT_PATIENCE = 5.0
"""Seconds somebody waits who is given a command to run in its container."""
MOST = 200
"""Scripts that are carried out at one time; the one nobody asked for longest makes room."""


def is_performed(instance: Instance) -> bool:
    """Whether what it prints is found by carrying it out: it is told to run a shell or a program that is known here,
    serves nobody, and nobody talks to it."""
    words = programs.command_line(instance.container)
    if not words or programs.attended(instance.pod, instance.container):
        return False
    return programs.is_shell(words) or script.serves_nobody(words)


def owner_of(place: Place) -> str:
    """Whose files are written there."""
    return keeping.of_container(place.pod, place.container, place.restart)


def _writing(pod: Obj) -> Iterator[Instance]:
    """Its containers that run and whose files only carrying them out tells."""
    for container in every_container(spec(pod)):
        if foretelling.is_foretold(programs.command_line(container)):
            continue
        instance = instances.running(pod, str(container["name"]))
        if instance is not None and is_performed(instance):
            yield instance


class Performance:
    """One script on its way."""

    def __init__(self, mirror: Mirror, instance: Instance, row: Row, carry_: Carry) -> None:
        self.place, self.instance, self._mirror = row.place, instance, mirror
        self._passed_over, self.lines = row.lines, 0
        self.machine = LateMachine(mirror, instance, row.reached)
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
        self.machine.hurry()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.machine.caught_up.wait()

    def tidy(self) -> None:
        """End it with its container."""
        if (over := ended(self._mirror, self.instance)) is not None and over.ended is not None:
            self.machine.end_at(over.ended)

    def forgotten(self) -> None:
        """Nobody carries it on for now."""
        self._mirror.contents.carried.discard(owner_of(self.place))

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
        self._noted: dict[Place, table.Progress] = {}
        self._taking = asyncio.Lock()
        self._due: dict[Place, tuple[Mirror, Instance]] = {}
        self._more = asyncio.Event()
        self._looked_at = 0
        """How many wait for one to catch up."""

    def notice(self, mirror: Mirror, pod: Obj) -> None:
        """A pod as it is now: what its containers write is written really, where it cannot be read off."""
        for instance in _writing(pod):
            place = instance.place(mirror.cluster)
            if owner_of(place) not in mirror.contents.carried and place not in self._those:
                self._due[place] = mirror, instance
                self._more.set()

    async def written(self, mirror: Mirror, pod: Obj, *, asked: bool = True) -> None:
        """Until all that its containers have written by now is there; where nobody has asked for it, those that are
        on their way already are left to it, and others begin as far as there is room."""
        for instance in _writing(pod):
            under_way = instance.place(mirror.cluster) in self._those
            if asked or (len(self._those) < EAGER and not under_way):
                await self.caught_up(mirror, instance, SHORT_PATIENCE)

    async def caught_up(self, mirror: Mirror, instance: Instance, patience: float = PATIENCE) -> None:
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
        self._looked_at += 1
        try:
            await found.caught_up(patience)
        finally:
            self._looked_at -= 1
        if found.machine.caught_up.is_set():
            mirror.contents.carried.add(owner_of(place))

    async def _taken(self, mirror: Mirror, instance: Instance, place: Place) -> Performance | None:
        row = await written(table.take, place, self._holder, self._wall(), self._wall() + LEASE)
        if row is None:
            return None
        if row.over:
            mirror.contents.carried.add(owner_of(place))
            return None
        while len(self._those) >= MOST:
            await self._leave([min(self._those.values(), key=lambda each: each.asked)])
        try:
            made = Performance(mirror, instance, row, self._carry)
        except BadRequest:
            return None  # the pod has changed meanwhile
        made.machine.spacing = self._spacing
        self._those[place] = made
        return made

    def _spacing(self, took: float) -> float:
        return max(SPACING, SHARE * took) * len(self._those) * (HELD_BACK if self._looked_at else 1)

    async def run(self) -> None:
        """Carry out what is due and note how far each has come, until cancelled."""
        eager = asyncio.create_task(self._eagerly(), name="scripts-that-write")
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
            eager.cancel()
            await asyncio.gather(eager, return_exceptions=True)
            with contextlib.suppress(DatabaseError):
                await asyncio.shield(self._leave(list(self._those.values())))

    async def _eagerly(self) -> None:
        """One after the other, so that pods that start are not slowed."""
        while True:
            await self._more.wait()
            self._more.clear()
            await asyncio.sleep(QUIET)
            while self._due:
                place, (mirror, instance) = next(iter(self._due.items()))
                try:
                    over = ended(mirror, instance)
                    if len(self._those) < EAGER and present(mirror, instance) is not None:
                        await self.caught_up(mirror, over or instance)
                except DatabaseError as error:
                    log.warning("script_not_carried_out", pod=place.pod, error=str(error))
                finally:
                    self._due.pop(place, None)

    async def _leave(self, those: list[Performance]) -> None:
        await asyncio.gather(*(each.stop() for each in those))
        await self._save(those)
        for each in those:
            if not each.over.is_set():
                each.forgotten()
            self._those.pop(each.place, None)
            self._noted.pop(each.place, None)
        await written(table.let_go, [each.place for each in those], self._holder)

    async def _save(self, those: list[Performance]) -> None:
        """Note how far these have come: once for all, however many they are."""
        if not those:
            return
        await logs.current_book().flush()
        rows = [table.Progress(each.place, each.lines, each.machine.now(), each.over.is_set()) for each in those]
        new = [row for row in rows if self._noted.get(row.place) != row]
        if new:
            await written(table.progress, new, self._holder)
        for row in rows:
            self._noted[row.place] = row
            if row.over:
                self._those.pop(row.place, None)
                self._noted.pop(row.place, None)


_performances: Performances | None = None


def use(made: Performances | None) -> None:
    """Make these the process' own (at the start of the server, or of a test)."""
    global _performances
    _performances = made


async def caught_up(mirror: Mirror, instance: Instance) -> None:
    """See `Performances.caught_up`; nothing where scripts are not carried out."""
    if _performances is not None:
        await _performances.caught_up(mirror, instance)


async def files_written(mirror: Mirror, pod: Obj, *, asked: bool = True) -> None:
    """See `Performances.written`."""
    if _performances is not None:
        await _performances.written(mirror, pod, asked=asked)


def notice(mirror: Mirror, pod: Obj) -> None:
    """See `Performances.notice`."""
    if _performances is not None:
        _performances.notice(mirror, pod)
