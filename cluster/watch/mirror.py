"""One cluster's world in this process, kept up to date from the log. Everything that only reads, reads here.

Belongs to the event loop: only the Hub moves it forward, between two awaits of everybody else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from cluster.change import Change
from cluster.clock import Clock
from cluster.config import ClusterConfig
from cluster.machinery.errors import Gone
from cluster.machinery.objects import Obj
from cluster.store.held import follow
from cluster.store.rows import Head
from cluster.world import World


class Mirror:
    """`world` at `revision`; `config` and `clock` as the cluster's row had them at the last look."""

    def __init__(self, head: Head, world: World, wall: Callable[[], float] = time.time) -> None:
        self.cluster = head.cluster
        self.uid = head.uid
        self.world = world
        self.contents = world.contents
        self._wall = wall
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._forgotten = False
        self.config: ClusterConfig = head.config
        self.clock = Clock(*head.clock)
        self.steps = head.steps
        self._changed: asyncio.Future[None] | None = None

    @property
    def is_forgotten(self) -> bool:
        """Nobody moves it any more: the cluster is gone."""
        return self._forgotten

    @property
    def steps_wait(self) -> bool:
        """Somebody asked for a step that nobody has taken, as far as is known here."""
        return self.steps[1] < self.steps[0]

    @property
    def revision(self) -> int:
        return self.world.revision

    def look(self, head: Head) -> bool:
        """Take over settings, clock and steps; True when one of them is another now."""
        before = self.config, self.clock, self.steps
        self.config, self.clock, self.steps = head.config, Clock(*head.clock), head.steps
        changed = (self.config, self.clock, self.steps) != before
        if changed and self._changed is not None:
            self._changed.set_result(None)
            self._changed = None
        return changed

    def now(self) -> float:
        """Cluster time, Unix seconds."""
        return self.clock.at(self._wall())

    async def sleep(self, seconds: float) -> None:
        """So long by the cluster's clock, which may be paused or set to another speed meanwhile."""
        end = self.now() + seconds
        while (left := end - self.now()) > 0:
            if self._changed is None:
                self._changed = asyncio.get_running_loop().create_future()
            await asyncio.wait({self._changed}, timeout=None if self.clock.paused else left / self.clock.speed)

    def follow(self, changes: Sequence[Change]) -> list[tuple[Change, Obj | None]]:
        """Apply changes that come right after `revision`; returns each with the object that was there before."""
        pairs: list[tuple[Change, Obj | None]] = []
        for change in changes:
            pairs.append((change, self.world.get(change.key)))
            follow(self.world, (change,))
        self._wake()
        return pairs

    def replace(self, world: World) -> None:
        """Start again from a listed world: the log no longer reached back to where this mirror stood."""
        world.contents = self.contents
        self.world = world
        self._wake()

    def forgotten(self) -> None:
        """Nobody moves this mirror any more: the cluster is gone. Those who wait for a revision are told."""
        self._forgotten = True
        waiting, self._waiting = self._waiting, []
        for _, future in waiting:
            if not future.done():
                future.set_exception(_gone())

    async def reached(self, revision: int) -> None:
        """Wait until this mirror is at that revision or later. Gone when it never will be: the cluster was deleted."""
        if self.world.revision >= revision:
            return
        if self._forgotten:
            raise _gone()
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((revision, future))
        await future

    def _wake(self) -> None:
        still: list[tuple[int, asyncio.Future[None]]] = []
        for revision, future in self._waiting:
            if revision > self.world.revision:
                still.append((revision, future))
            elif not future.done():
                future.set_result(None)
        self._waiting = still


def _gone() -> Gone:
    return Gone("the cluster no longer exists")
