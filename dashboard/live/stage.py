"""A cluster's changes on their way to the browsers of this process: one subscription, each batch encoded once.

    subscription -> items -> JSON text -> every seat's queue
                 -> reasons and open DNS questions, looked at again at most ten times a second

A seat that joins gets a snapshot, or, with a revision it stood at, what it missed. Belongs to the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson
import structlog

from cluster.change import Change
from cluster.machinery.errors import Gone
from cluster.machinery.objects import Key, Obj
from cluster.plan import Controller
from cluster.watch import Batch, Ended, Hub, Mirror
from cluster.worker.assembly import CONTROLLERS
from dashboard.frames import is_sent, item
from dashboard.live.ahead import Ahead
from dashboard.live.framing import opening_facts, told, uid_of
from dashboard.live.opening import Opening
from dashboard.live.questions import Ask, Questions
from dashboard.live.reasons import Explain, Reasons
from dashboard.live.seat import FAULT, GONE, Asked, Seat

log = structlog.get_logger()

PAUSE = 0.1
"""Seconds between two looks at reasons and questions."""
SLICE = 0.02
"""Seconds one look may hold the loop."""
AGAIN = 5.0
"""Seconds after which reasons that say wait or fail are looked at again though nothing changed."""
BURST = 100
"""From this many waiting changes on, only the last one of each object is sent."""
CALM = 0.3
"""Seconds after a burst before reasons are looked at."""
MISSED = 5000
"""Who missed more changes than this gets a snapshot."""


def encode(frame: dict[str, Any]) -> str:
    return orjson.dumps(frame).decode()


class Stage:
    def __init__(
        self, hub: Hub, cluster: int, explain: Explain, ask: Ask, controllers: Sequence[Controller] = CONTROLLERS
    ) -> None:
        self._hub, self._cluster = hub, cluster
        self._explain = explain
        self.reasons = Reasons(explain)
        self.questions = Questions(ask)
        self.ahead = Ahead(controllers)
        self._clock: dict[str, Any] = {}
        self._spare = SLICE
        self.seats: set[Seat] = set()
        self._mirror: Mirror | None = None
        self._ready = asyncio.Event()
        self._stir = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._opening: Opening | None = None
        self._calm_at = 0.0
        self._present: list[str] = []

    # -- seats -----------------------------------------------------------------------------------------------------

    async def enter(self, person: str, known: tuple[str, int] | None, facts: dict[str, Any]) -> Seat:
        """Seat a browser; its first frame is waiting when this returns. `known`: (cluster uid, revision) it stands at;
        `facts` go into a snapshot as they are. Gone when the cluster no longer exists."""
        seat = Seat(person)
        while True:
            mirror = await self._opened()
            running = self._task
            missed = await self._missed(mirror, known)
            # Meanwhile the last other one may have left, and the loop ended with it.
            if running is not None and self._task is running and self._mirror is mirror:
                break
        if missed is None:
            opening = self._opened_with(mirror)
            for frame in opening.frames(opening_facts(mirror) | {"next": self.ahead.told} | facts):
                seat.push(frame)
            seat.since = opening.upto
            if opening.followed:
                # What was told a while ago bears the time of then; this says nothing but what time it is.
                seat.push(encode(self._changes(mirror, seat.since, ())))
        else:
            seat.since, changes = missed
            seat.push(encode({"t": "resumed", "revision": seat.since, "time": mirror.now()}))
            seat.push(encode(self._changes(mirror, seat.since, changes)))
            seat.push(encode({"t": "reasons", "revision": seat.since, "reasons": self.reasons.all()}))
            seat.push(encode({"t": "clock", **_clock(mirror), "time": mirror.now()}))
            seat.push(encode({"t": "next", "next": self.ahead.told}))
        self.seats.add(seat)
        self._tell_presence(seat)
        return seat

    def leave(self, seat: Seat) -> None:
        self.seats.discard(seat)
        self.questions.leave(seat)
        if self.seats:
            self._tell_presence()
        elif self._task is not None:
            self._task.cancel()
            self._task = self._opening = None
            self._ready.clear()

    def ask(self, seat: Seat, number: str, asked: Asked) -> None:
        """Answer now and again whenever the answer changes."""
        self.questions.open(seat, number, asked)
        self._stir.set()
        began = time.perf_counter()
        if self._spare > 0 and self._mirror is not None:
            self.questions.settle(self._mirror, _once())
            self._spare -= time.perf_counter() - began

    def forget(self, seat: Seat, number: str) -> None:
        self.questions.close(seat, number)

    # -- the loop --------------------------------------------------------------------------------------------------

    async def _opened(self) -> Mirror:
        self._mirror = await self._hub.mirror(self._cluster)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"stage {self._cluster}")
        await self._ready.wait()
        if self._mirror is None:
            raise Gone("the cluster no longer exists")
        return self._mirror

    async def _run(self) -> None:
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(self._look())
                parts.create_task(self._follow())
        except* Gone:
            self._end(GONE)
        except* Exception:
            # A fault of ours: said, and every browser connects again, to a stage that starts afresh.
            log.exception("stage_failed", cluster=self._cluster)
            self._end(FAULT)

    def _end(self, code: int) -> None:
        for seat in self.seats:
            seat.close(code)
        self._mirror = None
        self._task = self._opening = None
        self._ready.set()

    async def _follow(self) -> None:
        while True:
            subscription = await self._hub.subscribe(self._cluster)
            mirror = self._mirror = await self._hub.mirror(self._cluster)
            self._opening = None
            self.reasons = Reasons(self._explain)
            self.reasons.begin(mirror.world)
            self.reasons.settle(mirror.world, mirror.now(), mirror.config, slice_of(SLICE * 2))
            self.questions.doubt()
            self._clock = _clock(mirror)
            self._stir.set()
            self._ready.set()
            try:
                while True:
                    await subscription.wait()
                    waiting = subscription.taken()
                    self._sent(mirror, waiting)
                    self._tell_clock(mirror)
                    # Let a burst gather: what comes together is encoded together.
                    await asyncio.sleep(0.03 if sum(len(batch.changes) for batch in waiting) > BURST else 0)
            except Ended:
                for seat in self.seats:
                    # It resumes from a snapshot: what it missed is no longer told.
                    seat.close(GONE if self._gone() else FAULT)
            finally:
                subscription.close()

    def _gone(self) -> bool:
        return self._cluster not in self._hub.followed()

    def _sent(self, mirror: Mirror, batches: list[Batch]) -> None:
        changes = [change for batch in batches for change in batch.changes]
        if not changes:
            return
        last = {change.key: change for change in changes}
        before: dict[Key, Obj | None] = {}
        for batch in batches:
            for change, old in zip(batch.changes, batch.olds, strict=True):
                before.setdefault(change.key, old)
        for where, change in last.items():
            self.reasons.touch(change, before[where], mirror.world)
        if len(changes) > BURST:
            self._calm_at = time.perf_counter() + CALM
        revision = batches[-1].revision
        newest = changes if len(changes) <= BURST else list(last.values())
        frame = encode(self._changes(mirror, revision, newest))
        if self._opening is not None:
            self._opening.add(frame, revision)
        for seat in tuple(self.seats):
            if revision > seat.since:
                seat.since = revision
                seat.push(frame)
        self.questions.doubt()
        self._stir.set()

    async def _look(self) -> None:
        """Reasons and answers, after changes and now and then."""
        await self._ready.wait()
        doubted = time.perf_counter()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, doubted + AGAIN - time.perf_counter())):
                    await self._stir.wait()
            if time.perf_counter() >= doubted + AGAIN:  # however much happens meanwhile
                doubted = time.perf_counter()
                self.reasons.doubtful()
                self.questions.doubt()
            self._stir.clear()
            mirror = self._mirror
            if mirror is None:
                return
            self.questions.settle(mirror, slice_of(SLICE))
            self._spare = SLICE
            if self.ahead.settle(mirror, slice_of(SLICE)):
                self._tell({"t": "next", "next": self.ahead.told})
            # In a burst the controllers need the processor more; a reason that waits a moment is still right then.
            if time.perf_counter() >= self._calm_at:
                self._tell_reasons(mirror)
            if self.reasons.waiting or self.questions.waiting or self.ahead.waiting:
                self._stir.set()
            await asyncio.sleep(PAUSE)

    def _tell_reasons(self, mirror: Mirror) -> None:
        changed = self.reasons.settle(mirror.world, mirror.now(), mirror.config, slice_of(SLICE))
        if changed:
            text = self._tell({"t": "reasons", "revision": mirror.revision, "reasons": changed})
            if self._opening is not None:
                self._opening.add(text)

    def _tell_clock(self, mirror: Mirror) -> None:
        """How time goes, when somebody changed that."""
        clock = _clock(mirror)
        if clock != self._clock:
            self._clock = clock
            self._tell({"t": "clock", **clock, "time": mirror.now()})
            self._stir.set()

    def _tell(self, frame: dict[str, Any]) -> str:
        text = encode(frame)
        for seat in tuple(self.seats):
            seat.push(text)
        return text

    # -- frames ----------------------------------------------------------------------------------------------------

    def _opened_with(self, mirror: Mirror) -> Opening:
        if self._opening is None or self._opening.spent:
            items = [item(key, obj, mirror.world) for key, obj in mirror.world.items() if is_sent(key)]
            self._opening = Opening(mirror.revision, items, self.reasons.all())
        return self._opening

    def _changes(self, mirror: Mirror, revision: int, changes: Iterable[Change]) -> dict[str, Any]:
        changed = [told(change, mirror.world) for change in changes if is_sent(change.key)]
        return {"t": "changes", "revision": revision, "time": mirror.now(), "changes": changed}

    async def _missed(self, mirror: Mirror, known: tuple[str, int] | None) -> tuple[int, list[Change]] | None:
        """(revision, changes since) for who was here before; None: needs a snapshot."""
        if known is None or known[0] != uid_of(mirror) or not 0 < known[1] <= mirror.revision:
            return None
        if mirror.revision - known[1] > MISSED:
            return None
        try:
            subscription = await self._hub.subscribe(self._cluster, after=known[1])
        except Gone:
            return None
        try:
            return subscription.revision, [change for batch in subscription.taken() for change in batch.changes]
        except Ended:
            return None
        finally:
            subscription.close()

    def _tell_presence(self, comer: Seat | None = None) -> None:
        """To all when other people are there than before; else only to who just came."""
        names = sorted({seat.person for seat in self.seats})
        frame = encode({"t": "presence", "people": [{"name": name, "initial": name[:1].upper()} for name in names]})
        told = self.seats if names != self._present else [comer] if comer else []
        self._present = names
        for seat in told:
            seat.push(frame)


def _clock(mirror: Mirror) -> dict[str, Any]:
    return {"speed": mirror.clock.speed, "pace": mirror.config.pace}


def _once() -> Callable[[], bool]:
    turns = iter((True,))
    return lambda: next(turns, False)


def slice_of(seconds: float) -> Callable[[], bool]:
    """`go_on` of what may take the loop for so long."""
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() < end
