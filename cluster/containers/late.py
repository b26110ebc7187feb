"""A machine whose clock is its program's own: what the program did since its start is caught up with in a moment, and
then it keeps step with the cluster. What it writes into files only it can see.
"""

from __future__ import annotations

import asyncio

from cluster.containers.instances import Instance
from cluster.contents import Contents, Kept
from cluster.machinery.objects import Obj, spec
from cluster.nodes import filesystem
from cluster.shell.files import TreeFiles
from cluster.shell.machine import ContainerMachine, machines
from cluster.watch import Mirror
from cluster.world import World

_TURN = 200
"""Pauses between two turns that others are given while it catches up."""


class LateMachine(ContainerMachine):
    """Its time begins with its container and goes on only while its program sleeps, so that the same program prints
    the same with the same times however late it is carried out."""

    def __init__(self, mirror: Mirror, instance: Instance) -> None:
        super().__init__(machines(mirror), instance.pod, str(instance.container["name"]))
        self._mirror, self._time = mirror, instance.started
        self._ends = instance.ended
        self._own = Contents()
        self._seen: tuple[World, int, TreeFiles] | None = None
        self._pauses = 0
        self.caught_up = asyncio.Event()
        """It waits for the cluster's clock, or is past its end."""
        self.past_its_end = asyncio.Event()

    def now(self) -> float:
        return self._time

    def end_at(self, moment: float) -> None:
        """Its container ended then: what it would have done later never was."""
        self._ends = moment
        if self._time > moment:
            self._over()

    async def sleep(self, seconds: float) -> None:
        self._time += max(seconds, 0.0)
        if self._ends is not None and self._time > self._ends:
            self._over()
            await asyncio.Event().wait()
        if (left := self._time - self._mirror.now()) > 0:
            self.caught_up.set()
            await self._mirror.sleep(left)
            return
        self._pauses += 1
        if self._pauses % _TURN == 0:
            await asyncio.sleep(0)

    def _over(self) -> None:
        self.past_its_end.set()
        self.caught_up.set()

    @property
    def files(self) -> TreeFiles:
        world = self.world
        if self._seen is None or self._seen[0] is not world or self._seen[1] != world.edits:
            places = filesystem.places(world, _silent(self.pod, self.container), self.template, self.now, self.names)
            for point, place in places.items():
                if place.key:
                    places[point] = place._replace(sources=(*place.sources, Kept(self._own, place.key)))
            self._seen = world, world.edits, TreeFiles(places, self.now, self._own)
        return self._seen[2]


def _silent(pod: Obj, container: str) -> Obj:
    """The pod without what is foretold of this container's own script: here it is carried out."""

    def without(each: Obj) -> Obj:
        if each.get("name") != container:
            return each
        return {field: value for field, value in each.items() if field not in ("command", "args")}

    given = spec(pod)
    parts = {part: [without(each) for each in given.get(part) or ()] for part in ("containers", "initContainers")}
    return {**pod, "spec": {**given, **parts}}
