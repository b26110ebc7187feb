"""A machine whose clock is its program's own: what the program did since its start is caught up with in a moment, and
then it keeps step with the cluster. What it writes is really there, dated as its clock says.

One that is carried out again, after a restart of ours, finds the files as they were at each moment, and what it writes
a second time only it can see, up to where it had come.
"""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import time
from collections.abc import Callable

from cluster.containers.instances import Instance
from cluster.contents import Before, Contents, Kept, Place, Source
from cluster.machinery.objects import Obj, spec
from cluster.machinery.podspecs import PARTS
from cluster.nodes import filesystem
from cluster.shell.files import TreeFiles
from cluster.shell.language.sessions import session_budget
from cluster.shell.machine import ContainerMachine, machines
from cluster.watch import Mirror
from cluster.world import World

A_SECOND = 1.0
"""When a container ended is known in whole seconds: it was within that one."""
_TURNS_OF_OTHERS = 40
"""So many the processes beside one that sleeps are given, to come to a sleep themselves."""
_TURN = 200
"""Pauses between two turns that others are given while it catches up."""


class LateMachine(ContainerMachine):
    """Its time begins with its container and goes on only while its program sleeps, so that the same program prints
    the same with the same times however late it is carried out. `reached`: the moment up to which what it writes was
    written before."""

    def __init__(self, mirror: Mirror, instance: Instance, reached: float = 0.0) -> None:
        super().__init__(machines(mirror), instance.pod, str(instance.container["name"]))
        self._mirror, self._time = mirror, instance.started
        self._ends, self._restart, self._reached = instance.ended, instance.restart, reached
        self._own = Contents()
        self._seen: tuple[World, int, bool, TreeFiles] | None = None
        self._wakes: list[float] = []
        """When those of its processes that sleep go on, the next one first."""
        self._pauses = self._moves = 0
        self._hurried = asyncio.Event()
        self._woke = time.perf_counter()
        self.spacing: Callable[[float], float] = lambda took: 0.0
        """Seconds of the wall's clock after a turn that took so many, for a program that has caught up once: where the
        cluster's clock is fast it falls behind, and catches up when somebody looks."""
        self.caught_up = asyncio.Event()
        """It waits for the cluster's clock, or is past its end."""
        self.past_its_end = asyncio.Event()

    def now(self) -> float:
        return self._time

    def end_at(self, moment: float) -> None:
        """Its container ended then: what it would have done later never was."""
        self._ends = moment
        if self._time > moment or (self._wakes and self._wakes[0] > moment):
            self._over()

    def hurry(self) -> None:
        """Somebody looks: if it is behind, it catches up without another pause."""
        if self._wakes and self._wakes[0] < self._mirror.now():
            self.caught_up.clear()
        self._hurried.set()

    async def sleep(self, seconds: float) -> None:
        until = self._time + max(seconds, 0.0)
        bisect.insort(self._wakes, until)
        self._moves += 1
        try:
            if session_budget().background:
                await self._let_others_go_first(until)
            await self._pass(until)
        finally:
            self._wakes.remove(until)
            self._moves += 1
        self._time = max(self._time, until)

    async def _let_others_go_first(self, until: float) -> None:
        """Those who have something to do before; not once all wait for the cluster's clock."""
        seen = -1
        while seen != self._moves or (self._wakes[0] < until and self._wakes[0] <= self._mirror.now()):
            seen = self._moves
            for _ in range(_TURNS_OF_OTHERS):
                await asyncio.sleep(0)

    async def _pass(self, until: float) -> None:
        if self._ends is not None and until >= self._ends + A_SECOND:
            self._over()
            await asyncio.Event().wait()
        slept = time.perf_counter()
        took = slept - self._woke
        if (left := until - self._mirror.now()) > 0:
            self.caught_up.set()
            self._hurried.clear()
            await self._mirror.sleep(left)
        pause = self.spacing(took) - (time.perf_counter() - slept) if self.caught_up.is_set() else 0.0
        if pause > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._hurried.wait()
            await asyncio.sleep(0)  # others have their turn though somebody hurries it
            self._woke = time.perf_counter()
            return
        self._woke = time.perf_counter()
        self._pauses += 1
        if self._pauses % _TURN == 0:
            await asyncio.sleep(0)

    def _over(self) -> None:
        self.past_its_end.set()
        self.caught_up.set()

    @property
    def files(self) -> TreeFiles:
        world, apart = self.world, self._is_apart()
        if self._seen is None or self._seen[:3] != (world, world.edits, apart):
            places = filesystem.places(world, _silent(self.pod, self.container), self.template, self.now, self.names)
            if apart:
                places = {point: self._apart(place) for point, place in places.items()}
            contents = self._own if apart else world.contents
            self._seen = world, world.edits, apart, TreeFiles(places, self.now, contents, self.who)
        return self._seen[3]

    def _apart(self, place: Place) -> Place:
        if not place.key:
            return place
        sources: list[Source] = [Before(each) if isinstance(each, Kept) else each for each in place.sources]
        return place._replace(sources=(*sources, Kept(self._own, place.key)))

    def _is_apart(self) -> bool:
        """What it writes now nobody else sees: it is there already, or its container has started anew since."""
        return self._time <= self._reached or self.instance[2] != self._restart


def _silent(pod: Obj, container: str) -> Obj:
    """The pod without what is foretold of this container's own script: here it is carried out."""

    def without(each: Obj) -> Obj:
        if each.get("name") != container:
            return each
        return {field: value for field, value in each.items() if field not in ("command", "args")}

    given = spec(pod)
    parts = {part: [without(each) for each in given.get(part) or ()] for part in PARTS}
    return {**pod, "spec": {**given, **parts}}
