"""One per process: reads each followed cluster's log once and hands the changes to everybody here.

It looks when the doorbell rings, and every `LOOK` seconds whether it rang or not: a lost message costs milliseconds,
never state. Only the Hub reads the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog
from django.db import DatabaseError

from cluster.change import Change
from cluster.machinery.errors import Gone
from cluster.store import doorbell, rows
from cluster.store.held import forget
from cluster.store.log import recent, since, snapshot, trim
from cluster.store.stir import Stir
from cluster.store.writer import read
from cluster.watch.keeper import Keeper
from cluster.watch.mirror import Mirror
from cluster.watch.subscription import Batch, Subscription

log = structlog.get_logger()

LOOK = 0.25
"""Seconds between two looks at the counters without a ring."""
GLANCE = 0.02
"""Seconds between two glances at whether a SQLite file was written to, which bring a look forward."""
QUEUE = 20_000
"""Changes a follower may be behind before its subscription ends."""


class Hub:
    """Mirrors and subscriptions of this process. Belongs to one event loop; `run` must be running in it."""

    def __init__(self, *, listen: bool = True) -> None:
        self._listen = listen
        self._mirrors: dict[int, Mirror] = {}
        self._loading: dict[int, asyncio.Lock] = {}
        self._followers: dict[int, list[Subscription]] = {}
        self._rung: dict[int, int] = {}
        self._ring = asyncio.Event()
        self._told: dict[int, int] = {}
        self._to_tell = asyncio.Event()
        self._keeper = Keeper(self._stirred)
        self.on_mirror: Callable[[Mirror], None] | None = None
        """Called with each mirror before anybody has it."""

    async def mirror(self, cluster: int) -> Mirror:
        """The cluster's mirror, loaded at the first call. Gone when there is no such cluster."""
        found = self._mirrors.get(cluster)
        if found is not None:
            return found
        async with self._loading.setdefault(cluster, asyncio.Lock()):
            if cluster not in self._mirrors:
                world = await read(snapshot, cluster)
                heads = await read(rows.heads, [cluster])
                if not heads:
                    raise Gone("the cluster no longer exists")
                world.contents = await self._keeper.load(heads[0])
                self._mirrors[cluster] = made = Mirror(heads[0], world)
                if self.on_mirror is not None:
                    self.on_mirror(made)
                self._ring.set()
            return self._mirrors[cluster]

    async def subscribe(self, cluster: int, after: int | None = None, limit: int = QUEUE) -> Subscription:
        """Batches of changes with revision > `after` (None: from now on). Gone when the log no longer reaches back."""
        mirror = await self.mirror(cluster)
        missed: list[Change] = []
        if after is not None and after > mirror.revision:
            await self._reach(mirror, after)
        while after is not None and after < mirror.revision:
            upto = mirror.revision
            found = recent(cluster, after, upto)
            if found is None:
                found = [change for change in await read(since, cluster, after) if change.revision <= upto]
            missed.extend(found)
            after = upto
        if self._mirrors.get(cluster) is not mirror:
            raise Gone("the cluster was deleted meanwhile")  # a follower of what nobody feeds would wait for ever
        subscription = Subscription(mirror.revision, limit, lambda gone: self._leave(cluster, gone))
        if missed:
            subscription.push(Batch(mirror.revision, tuple(missed), (None,) * len(missed)))
        self._followers.setdefault(cluster, []).append(subscription)
        return subscription

    async def _reach(self, mirror: Mirror, revision: int) -> None:
        """Until the mirror has a revision that another process gave; Gone when nobody ever gave it."""
        heads = await read(rows.heads, [mirror.cluster])
        if not heads or heads[0].uid != mirror.uid or heads[0].revision < revision:
            raise Gone(f"revision {revision} is not one of this cluster")
        self.heard(mirror.cluster, revision)
        await mirror.reached(revision)

    async def caught_up(self, cluster: int) -> None:
        """Until the mirror shows what any process had committed when this was asked. Free where there is only this
        one, whose commits are shown before they are told."""
        if not doorbell.reaches_other_processes():
            return
        heads = await read(rows.heads, [cluster])
        if heads and (mirror := self._mirrors.get(cluster)) is not None and heads[0].revision > mirror.revision:
            self.heard(cluster, heads[0].revision)
            await mirror.reached(heads[0].revision)

    def followed(self) -> Iterable[int]:
        return tuple(self._mirrors)

    def _leave(self, cluster: int, subscription: Subscription) -> None:
        followers = self._followers.get(cluster, [])
        if subscription in followers:
            followers.remove(subscription)

    def heard(self, cluster: int, revision: int) -> None:
        """A ring: the cluster is at this revision."""
        if revision > self._rung.get(cluster, 0):
            self._rung[cluster] = revision
        self._ring.set()

    def _heard_here(self, cluster: int, revision: int) -> None:
        """A ring from this very process, which is passed on to the others too."""
        self.heard(cluster, revision)
        if revision > self._told.get(cluster, 0):
            self._told[cluster] = revision
            self._to_tell.set()

    async def run(self) -> None:
        """Follow all mirrors until cancelled."""
        stop: Callable[[], None] = doorbell.listen(self._heard_here) if self._listen else lambda: None
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(self._pump_on_rings())
                parts.create_task(self._look_around())
                parts.create_task(self._keeper.run())
                if self._listen and doorbell.reaches_other_processes():
                    parts.create_task(doorbell.hear(self.heard))
                    parts.create_task(self._tell_others())
        finally:
            stop()

    async def _pump_on_rings(self) -> None:
        while True:
            await self._ring.wait()
            self._ring.clear()
            for cluster, mirror in list(self._mirrors.items()):
                if self._rung.get(cluster, 0) > mirror.revision:
                    try:
                        await self._pump(mirror)
                    except DatabaseError as error:
                        # The next look tries again; followers keep what they have.
                        log.warning("log_not_read", cluster=cluster, error=str(error))

    async def _look_around(self) -> None:
        with await read(Stir) as stir:
            while True:
                await self._idle(stir)
                await self._look()

    async def _idle(self, stir: Stir) -> None:
        """Until it is time to look: after `LOOK` seconds, or when the database file has stirred."""
        if not stir.tells:
            await asyncio.sleep(LOOK)
            return
        for _ in range(max(1, round(LOOK / GLANCE))):
            await asyncio.sleep(GLANCE)
            if stir.stirred():
                return

    async def _look(self) -> None:
        """Ask for the counters, settings and clocks of all clusters that are followed here."""
        asked = dict(self._mirrors)
        if not asked:
            return
        try:
            heads = {head.cluster: head for head in await read(rows.heads, list(asked))}
            for found in heads.values():
                mirror = asked[found.cluster]
                if self._mirrors.get(found.cluster) is mirror and found.uid == mirror.uid:
                    await self._keeper.look(mirror, found)
        except DatabaseError as error:
            log.warning("counters_not_read", error=str(error))
            return
        self._keeper.sweep(self._mirrors, asyncio.get_running_loop().time())
        for cluster, mirror in asked.items():
            if self._mirrors.get(cluster) is not mirror:
                continue  # what came or went while the answer was on its way, it knows nothing of
            head = heads.get(cluster)
            if head is None or head.uid != mirror.uid:
                self._forget(cluster)
                continue
            if mirror.look(head):
                self._push(cluster, Batch(mirror.revision, (), ()))
            self.heard(cluster, head.revision)

    async def _tell_others(self) -> None:
        """Pass rings on, the latest per cluster: a burst of commits costs one message."""
        while True:
            await self._to_tell.wait()
            self._to_tell.clear()
            told, self._told = self._told, {}
            for cluster, revision in told.items():
                await doorbell.announce(cluster, revision)

    async def _pump(self, mirror: Mirror) -> None:
        cluster = mirror.cluster
        found = recent(cluster, mirror.revision, self._rung[cluster])
        if found is None:
            try:
                found = await read(since, cluster, mirror.revision)
            except Gone:
                await self._relist(mirror)
                return
        # While the reader was away nobody else moved this mirror: only this task does.
        if not found:
            return
        pairs = mirror.follow(found)
        trim(cluster, mirror.revision)
        self._push(cluster, Batch(mirror.revision, tuple(found), tuple(old for _, old in pairs)))

    def _stirred(self, cluster: int, layers: frozenset[str]) -> None:
        """Files were written."""
        if (mirror := self._mirrors.get(cluster)) is not None:
            self._push(cluster, Batch(mirror.revision, (), (), layers))

    def _push(self, cluster: int, batch: Batch) -> None:
        for subscription in tuple(self._followers.get(cluster, ())):
            subscription.push(batch)

    async def _relist(self, mirror: Mirror) -> None:
        try:
            mirror.replace(await read(snapshot, mirror.cluster))
        except Gone:
            self._forget(mirror.cluster)
            return
        for subscription in tuple(self._followers.get(mirror.cluster, ())):
            subscription.end("the log was cut")

    def _forget(self, cluster: int) -> None:
        mirror = self._mirrors.pop(cluster, None)
        if mirror is not None:
            mirror.forgotten()
        self._rung.pop(cluster, None)
        self._keeper.forget(cluster)
        forget(cluster)
        for subscription in tuple(self._followers.pop(cluster, ())):
            subscription.end("the cluster is gone")
