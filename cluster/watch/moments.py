"""Moments of the past, held in memory while somebody looks at them.

A world that nobody reads any more is moved on to the next revision that is asked for, so that playing costs what
changes. Belongs to the event loop; the moving itself is done in a thread of its own, since it may take a while.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from cluster.clock import Clock
from cluster.config import ClusterConfig
from cluster.machinery.errors import BadRequest, Gone
from cluster.store import past
from cluster.store.writer import looked_back
from cluster.watch.mirror import Mirror
from cluster.world import World

MOST = 6
"""Worlds of the past in this process."""
NEAR = 2000
"""Changes that a world is moved over; from further away the present one is nearer, or as near."""


class NotKept(Gone):
    """A revision that is forgotten already or still to come; says which are kept."""

    def __init__(self, revision: int, floor: int, head: int) -> None:
        words = "is still to come" if revision > head else "is no longer kept"
        super().__init__(f"Revision {revision} {words}. Revisions {floor} to {head} are kept.")


class Moment:
    """A cluster right after one change: what a Mirror is to the present, and read as one."""

    def __init__(self, mirror: Mirror, world: World, time: float) -> None:
        self.cluster, self.uid = mirror.cluster, mirror.uid
        self.world = world
        self.world.contents = mirror.contents
        self.config: ClusterConfig = mirror.config
        self.clock = Clock(0.0, time, 0.0)
        self.readers = 0
        self.reasons: Any = None
        """What whoever shows it has worked out of it."""

    @property
    def revision(self) -> int:
        return self.world.revision

    def now(self) -> float:
        """Cluster time of the change."""
        return self.clock.time


class Moments:
    """One a process."""

    def __init__(self) -> None:
        self._held: list[Moment] = []
        """The latest used last."""

    @asynccontextmanager
    async def at(self, mirror: Mirror, revision: int) -> AsyncIterator[Moment]:
        """The moment of a kept revision, for reading. NotKept when it is none."""
        moment = self._free(mirror, revision)
        if moment is None or moment.revision != revision:
            moment = await self._made(mirror, moment, revision)
        moment.readers += 1
        try:
            yield moment
        finally:
            moment.readers -= 1
            self._keep(moment)

    @asynccontextmanager
    async def alone(self, mirror: Mirror, revision: int) -> AsyncIterator[Moment]:
        """The same for who moves it on: nobody else has it meanwhile, and it is kept where it was left."""
        free = self._free(mirror, revision, alone=True)
        moment = free if free is not None and free.revision == revision else await self._made(mirror, free, revision)
        yield moment
        self._keep(moment)

    def _free(self, mirror: Mirror, revision: int, *, alone: bool = False) -> Moment | None:
        """The moment itself, or the nearest that nobody reads: that one is no longer held then."""
        self._held = [each for each in self._held if each.cluster != mirror.cluster or each.uid == mirror.uid]
        mine = [each for each in self._held if each.cluster == mirror.cluster]
        exact = next((each for each in mine if each.revision == revision and not (alone and each.readers)), None)
        idle = [each for each in mine if not each.readers and abs(each.revision - revision) <= NEAR]
        nearest = exact or min(idle, key=lambda each: abs(each.revision - revision), default=None)
        if nearest is not None and (alone or nearest is not exact):
            self._held.remove(nearest)
        return nearest

    def _keep(self, moment: Moment) -> None:
        if moment in self._held:
            self._held.remove(moment)
        self._held.append(moment)
        while len(self._held) > MOST:
            del self._held[0]

    async def _made(self, mirror: Mirror, near: Moment | None, revision: int) -> Moment:
        world, time = await looked_back(_world, mirror.cluster, near.world if near else None, revision)
        return Moment(mirror, world, time)


def revision_of(text: str) -> int:
    """BadRequest when it is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadRequest(f"A revision is a number, such as 169. This is {text[:40]!r}.")
    return int(text)


def _world(cluster: int, near: World | None, revision: int) -> tuple[World, float]:
    head = past.head_of(cluster)
    if head is None:
        raise Gone("the cluster no longer exists")
    try:
        if near is None or near.revision < head.floor:
            near = past.at(cluster, revision)
        else:
            past.move(cluster, near, revision)
    except Gone as error:
        raise NotKept(revision, head.floor, head.revision) from error
    return near, past.time_of(cluster, revision)


_moments = Moments()


def moments() -> Moments:
    return _moments
