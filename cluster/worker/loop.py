"""The one loop that executes plans: hears changes, queues keys, plans what is due, commits, and waits for its mirror.

After a commit at revision R nothing is planned again until the mirror has reached R (Kubernetes' expectations, for
all keys at once): else a controller would not see its own pods and make them twice. Many small plans share one
commit; a large plan is cut into several, so that other clusters and readers breathe in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog
from django.db import DatabaseError

from cluster.intents import Patch
from cluster.machinery.errors import AlreadyExists, ApiError, Conflict, Gone, NotFound
from cluster.plan import Action, Controller, Note, Plan
from cluster.store import Group, Outcome, Result, clocks, commit_groups, written
from cluster.store.lease import Fence
from cluster.watch import Batch, Ended, Hub, Mirror, Subscription
from cluster.worker.events import Recorder
from cluster.worker.queue import Item, WorkQueue
from cluster.worker.upcoming import Refused, Upcoming, look, ordered

log = structlog.get_logger()

BATCH = 200
"""Actions in one commit, about."""
SETTLE = {"endpointslice-controller": 0.1, "endpoint-controller": 0.1}
"""Seconds for which a burst may settle before these controllers look: one write instead of one per pod."""
SLICE = 0.01
"""Seconds that a look ahead may hold the loop."""
TURN = 0.02
"""Seconds of hearing and of planning after which others have their turn: several plans over thousands of pods in a row
would be felt in every other cluster."""
NOTES_WAIT = 0.2
"""Seconds after which events are stored in a quiet moment."""
NOTES_WAIT_BUSY = 2.0
"""Seconds after which they are stored though there is work to do."""


DATABASE_WAIT = 1.0
"""Seconds until what the database would not take is tried again."""


class _Planned(NamedTuple):
    item: Item
    plan: Plan
    at: float
    """Cluster time at which it was decided: its events bear that, however late they are stored."""


class ClusterWorker:
    """Runs the controllers of one cluster while `fence` holds."""

    def __init__(
        self,
        hub: Hub,
        cluster: int,
        controllers: Sequence[Controller],
        fence: Fence,
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        self._hub, self._cluster, self._controllers = hub, cluster, controllers
        self.fence = fence
        self._monotonic = monotonic or asyncio.get_running_loop().time
        self._queue = WorkQueue()
        self._recorder = Recorder()
        self._notes: list[tuple[Note, float]] = []
        self._notes_since = 0.0
        self._refused: set[Refused] = set()

    async def run(self) -> None:
        """Until cancelled; store.lease.FencedOff when another worker has taken over."""
        while True:
            subscription = await self._hub.subscribe(self._cluster)
            mirror = await self._hub.mirror(self._cluster)
            try:
                self._ask_for_all(mirror)
                await self._follow(mirror, subscription)
            except Ended as ended:
                log.info("worker_lists_again", cluster=self._cluster, why=str(ended))
            finally:
                subscription.close()

    def _ask_for_all(self, mirror: Mirror) -> None:
        now = self._monotonic()
        for number, controller in enumerate(self._controllers):
            for key in controller.every(mirror.world):
                self._queue.add(Item(number, key), now)

    async def _follow(self, mirror: Mirror, subscription: Subscription) -> None:
        settings = mirror.config, mirror.clock
        while True:
            await self._hear_all(mirror, subscription.taken())
            if settings != (mirror.config, mirror.clock):
                # Every moment that was waited for may be another now; of a paused clock none was known at all.
                settings = mirror.config, mirror.clock
                self._ask_for_all(mirror)
            paused = mirror.clock.paused
            if not await (self._one_step(mirror) if paused else self.step(mirror)):
                await self._rest(subscription, paused=paused)

    async def _hear_all(self, mirror: Mirror, batches: Sequence[Batch]) -> None:
        turn = self._monotonic() + TURN
        for batch in batches:
            self._hear(mirror, batch)
            if self._monotonic() > turn:
                await asyncio.sleep(0)
                turn = self._monotonic() + TURN

    def _hear(self, mirror: Mirror, batch: Batch) -> None:
        now = self._monotonic()
        for change, old in zip(batch.changes, batch.olds, strict=True):
            for number, controller in enumerate(self._controllers):
                due = now + SETTLE.get(controller.name, 0.0)
                for key in controller.keys(change, old, mirror.world):
                    self._queue.add(Item(number, key), due)
        if batch.stirred:
            for number, controller in enumerate(self._controllers):
                for key in controller.stirred(batch.stirred, mirror.world) if controller.stirred else ():
                    self._queue.add(Item(number, key), now)

    async def _rest(self, subscription: Subscription, *, paused: bool) -> None:
        """Until something arrives or falls due; while the clock rests, nothing does."""
        if paused:
            await subscription.wait()
            return
        due = self._queue.next_due()
        if self._notes:
            due = self._monotonic() if due is None else min(due, self._notes_since + NOTES_WAIT)
        timeout = None if due is None else max(0.0, due - self._monotonic())
        try:
            async with asyncio.timeout(timeout):
                await subscription.wait()
        except TimeoutError:
            return

    async def _one_step(self, mirror: Mirror) -> bool:
        """While the clock rests: carry out one plan, if somebody asked for a step. Where none is due, the clock is put
        on to the next moment that one waits for."""
        if self._notes:
            return await self._record(mirror)
        if not mirror.steps_wait or not await written(clocks.take_step, self._cluster, self.fence):
            return False
        now = mirror.now()
        found = await self._upcoming(mirror, now)
        if not found.due and found.later is not None:
            clock = await written(clocks.put_on, self._cluster, found.later, self.fence)
            now = clock.time
            found = await self._upcoming(mirror, now)
        if found.due:
            chosen = found.due[0]
            self._note(chosen.plan.notes, now)
            self._write(mirror, chosen.plan)
            planned = _Planned(Item(chosen.controller, chosen.key), chosen.plan, now)
            before = mirror.revision
            if not await self._execute_large(mirror, planned) or mirror.revision == before:
                self._refused.add(Refused(chosen.controller, chosen.key, chosen.since))
        return True

    async def _upcoming(self, mirror: Mirror, now: float) -> Upcoming:
        """Looked at in slices, since a large cluster takes seconds; from the start when it changes meanwhile."""
        while True:
            looked, revision, turn = [], mirror.revision, self._monotonic() + SLICE
            for each in look(self._controllers, mirror.world, now, mirror.config):
                looked.append(each)
                if self._monotonic() > turn:
                    await asyncio.sleep(SLICE)  # as long again: a request takes many turns of the loop
                    if mirror.revision != revision:
                        break
                    turn = self._monotonic() + SLICE
            else:
                break
        found = ordered(looked, now, self._refused)
        for each in found.faults:
            controller = self._controllers[each.controller].name
            log.error("plan_raised", cluster=self._cluster, controller=controller, key=str(each.key), fault=each.fault)
        return found

    async def step(self, mirror: Mirror) -> bool:
        """Plan and carry out what is due now; False when nothing was."""
        looked, planned = self._plan_due(mirror)
        if not looked:
            return await self._record(mirror)
        small = [each for each in planned if len(each.plan.actions) <= BATCH]
        if small:
            await self._execute(mirror, small, [each.plan.actions for each in small])
        for each in planned:
            if len(each.plan.actions) > BATCH:
                await self._execute_large(mirror, each)
        if self._notes and self._monotonic() - self._notes_since > NOTES_WAIT_BUSY:
            await self._record(mirror)
        await asyncio.sleep(0)
        return True

    def _plan_due(self, mirror: Mirror) -> tuple[int, list[_Planned]]:
        """(how many keys were looked at, the plans that want something done)."""
        planned: list[_Planned] = []
        actions = looked = 0
        now = self._monotonic()
        while actions < BATCH and looked < 2 * BATCH and self._monotonic() - now <= TURN:
            item = self._queue.pop(now)
            if item is None:
                break
            looked += 1
            moment = mirror.now()
            plan = self._plan(mirror, item, moment)
            if plan is None:
                continue
            self._note(plan.notes, moment)
            self._write(mirror, plan)
            if plan.again_at is not None:
                self._ask_again(mirror, item, plan.again_at)
            if plan.actions:
                planned.append(_Planned(item, plan, moment))
                actions += len(plan.actions)
            else:
                self._queue.succeeded(item)
        return looked, planned

    def _plan(self, mirror: Mirror, item: Item, moment: float) -> Plan | None:
        """What the controller wants for this key; None when it could not say."""
        controller = self._controllers[item.controller]
        try:
            return controller.plan(mirror.world, item.key, moment, mirror.config)
        except Exception:
            # As Kubernetes' controllers survive a panic over one key: an object that a plan cannot bear must not stop
            # the life of all the others.
            log.exception("plan_raised", cluster=self._cluster, controller=controller.name, key=str(item.key))
            self._queue.failed(item, self._monotonic())
            return None

    def _write(self, mirror: Mirror, plan: Plan) -> None:
        for layer, path, entry in plan.writes:
            try:
                mirror.contents.put(layer, path, entry)
            except OSError as error:
                log.info("file_not_written", cluster=self._cluster, layer=layer, path=path, error=error.strerror)

    def _ask_again(self, mirror: Mirror, item: Item, cluster_time: float) -> None:
        clock = mirror.clock
        if not clock.paused:
            self._queue.add(item, self._monotonic() + max(0.0, (cluster_time - mirror.now()) / clock.speed))

    async def _execute(self, mirror: Mirror, planned: Sequence[_Planned], parts: Sequence[Sequence[Action]]) -> bool:
        """Carry out these parts of the plans in one commit; True when all of it went well."""
        groups = [
            Group(
                [action.intent for action in actions],
                [action.may_fail for action in actions],
                [action.regardless for action in actions],
            )
            for actions in parts
        ]
        # One author a commit: a batch of several controllers is told apart by splitting it.
        well = True
        for name in dict.fromkeys(self._name(each) for each in planned):
            chosen = [position for position, each in enumerate(planned) if self._name(each) == name]
            try:
                outcome = await self._commit(name, [groups[position] for position in chosen])
            except DatabaseError as error:
                # Not the plans' fault, so no back-off that grows: once the database is well again, all goes on.
                log.warning("plan_not_stored", cluster=self._cluster, controller=name, error=str(error))
                for position in chosen:
                    self._queue.add(planned[position].item, self._monotonic() + DATABASE_WAIT)
                well = False
                continue
            results = iter(outcome.results)
            for position in chosen:
                taken = [next(results) for _ in parts[position]]
                well &= self._settle(planned[position], parts[position], taken)
            await self._seen(mirror, outcome)
        return well

    async def _commit(self, name: str, groups: list[Group], cause: str = "reconcile") -> Outcome:
        try:
            return await written(commit_groups, self._cluster, groups, author=name, cause=cause, fence=self.fence)
        except NotFound as error:
            raise Gone(error.message) from error  # of a commit as a whole it can only say that the cluster is gone

    async def _execute_large(self, mirror: Mirror, planned: _Planned) -> bool:
        """Carry out a plan in parts of `BATCH`; True when all of it went well."""
        actions = planned.plan.actions
        for start in range(0, len(actions), BATCH):
            if not await self._execute(mirror, [planned], [actions[start : start + BATCH]]):
                if rest := [action for action in actions[start + BATCH :] if action.regardless]:
                    await self._execute(mirror, [planned], [rest])
                return False
        return True

    async def _seen(self, mirror: Mirror, outcome: Outcome) -> None:
        """Until the mirror has what was just stored. The Hub is told here too: our own writes wait for no doorbell."""
        self._hub.heard(self._cluster, outcome.revision)
        await mirror.reached(outcome.revision)

    def _name(self, planned: _Planned) -> str:
        return self._controllers[planned.item.controller].name

    def _settle(self, planned: _Planned, actions: Sequence[Action], results: Sequence[Result]) -> bool:
        """Tell the outcome by events; back off when the plan could not be carried out."""
        failed = False
        for action, result in zip(actions, results, strict=True):
            if result.skipped:
                continue
            if result.error is None:
                self._note(action.succeeded, planned.at)
                continue
            self._tell_failure(planned, action, result.error)
            failed |= not action.may_fail
        if failed:
            self._queue.failed(planned.item, self._monotonic())
        elif not all(action.regardless for action in actions):
            # What happens regardless says nothing of how the rest went.
            self._queue.succeeded(planned.item)
        return not failed

    def _tell_failure(self, planned: _Planned, action: Action, error: ApiError) -> None:
        if isinstance(error, Conflict | NotFound):
            return  # the world moved on: the next plan sees it
        if not isinstance(error, AlreadyExists):  # R-AD-3: no event for a name that is taken
            self._note(
                [note._replace(message=note.message.replace("{error}", error.message)) for note in action.failed],
                planned.at,
            )
        log.info("action_refused", cluster=self._cluster, key=str(planned.item.key), error=error.message)

    def _note(self, notes: Sequence[Note], at: float) -> None:
        if notes and not self._notes:
            self._notes_since = self._monotonic()
        self._notes.extend((note, at) for note in notes)

    async def _record(self, mirror: Mirror) -> bool:
        """Store up to a batch of waiting events; False when none waited."""
        notes, self._notes = self._notes[:BATCH], self._notes[BATCH:]
        if not notes:
            return False
        told = [(note, at, self._recorder.intent(note, at)) for note, at in notes]
        groups = [Group([intent]) for _, _, intent in told if intent is not None]
        if groups:
            try:
                outcome = await self._commit("event-recorder", groups, cause="event")
            except DatabaseError as error:
                # Events are told once and may be lost, as client-go's are.
                log.warning("events_not_stored", cluster=self._cluster, error=str(error))
                return True
            await self._seen(mirror, outcome)
            asked = ((note, at) for note, at, intent in told if intent is not None)
            for (note, at), result in zip(asked, outcome.results, strict=True):
                if isinstance(result.intent, Patch) and isinstance(result.error, NotFound):
                    # The Event that was to be counted has expired: told anew, as client-go does.
                    self._recorder.forget(result.intent.key)
                    self._note((note,), at)
        return True
