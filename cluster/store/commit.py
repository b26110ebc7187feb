"""The only writer. `commit` admits intents against the world of this very revision and stores them, or refuses.

One transaction: lock the counter row, bring the held world up to it, admit each intent over what the same commit did
before, write rows and log, raise the counter by one an object. What fails leaves nothing: the database rolls back and
the journal undoes the held world.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import orjson
from django.db import transaction

from cluster.change import Change, ChangeType
from cluster.clock import Clock
from cluster.intents import Intent
from cluster.ipam import seat_for
from cluster.kinds.kind import Admission, Asker, Dice
from cluster.kinds.webhooks import SECONDS
from cluster.machinery.errors import ApiError, NotFound
from cluster.machinery.objects import Key, Obj
from cluster.store import calling, doorbell, lease, rows
from cluster.store.dice import fresh
from cluster.store.effects import Effect, effect_of, steps_of
from cluster.store.held import Held, at_hand
from cluster.world import World


class Result(NamedTuple):
    """What became of one intent. `object` is what is stored now (None: removed, refused or skipped)."""

    intent: Intent
    object: Obj | None = None
    old: Obj | None = None
    changed: bool = False
    error: ApiError | None = None
    skipped: bool = False
    """An earlier intent of the same group failed, so this one was not tried."""
    warnings: tuple[str, ...] = ()
    """What whoever asked should know of it all the same."""
    last: Obj | None = None
    """What the write made of an object that was removed with it."""


class Outcome(NamedTuple):
    revision: int
    """The cluster's revision after the commit (of a dry run: the present one)."""
    results: list[Result]
    seconds: float = 0.0
    """How long webhooks took to answer, which nobody waited for here."""


class CommitRefused(Exception):
    """Nothing was stored: intent `index` was refused with `error`. `results` are those before and including it."""

    def __init__(self, index: int, error: ApiError, results: list[Result], seconds: float = 0.0) -> None:
        super().__init__(f"intent {index}: {error.message}")
        self.index, self.error, self.results, self.seconds = index, error, results, seconds


class Group(NamedTuple):
    """Intents carried out in order until one fails; `may_fail` marks those whose failure does not matter, `regardless`
    those that are carried out all the same."""

    intents: Sequence[Intent]
    may_fail: Sequence[bool] = ()
    regardless: Sequence[bool] = ()


class _DryRun(Exception):
    """Rolls the transaction back though all went well."""


def commit(
    cluster: int,
    intents: Sequence[Intent],
    *,
    author: str,
    cause: str,
    dry_run: bool = False,
    asker: Asker | None = None,
    dice: Dice = fresh,
    wall: Callable[[], float] = time.time,
) -> Outcome:
    """Store all intents or none; the first refused one raises CommitRefused. dry_run admits all and stores nothing.

    `asker`: who asks, where more is known of them than the author's name."""
    return _Commit(cluster, author, cause, dice, wall, dry_run=dry_run, asker=asker).run([Group(intents)], atomic=True)


def survey(
    cluster: int,
    intents: Sequence[Intent],
    *,
    author: str,
    cause: str = "check",
    dice: Dice = fresh,
    wall: Callable[[], float] = time.time,
) -> Outcome:
    """What would become of each intent, one after the other, those refused left out. Stores nothing."""
    groups = [Group([intent]) for intent in intents]
    return _Commit(cluster, author, cause, dice, wall, dry_run=True).run(groups, atomic=False)


def commit_groups(
    cluster: int,
    groups: Sequence[Group],
    *,
    author: str,
    cause: str,
    fence: lease.Fence | None = None,
    asker: Asker | None = None,
    dice: Dice = fresh,
    wall: Callable[[], float] = time.time,
) -> Outcome:
    """Store what can be stored of each group: the controllers' way. Trusted: no schema walk over our own objects.

    With a fence, raises lease.FencedOff (nothing stored) when another worker holds the cluster by now."""
    return _Commit(cluster, author, cause, dice, wall, trusted=True, fence=fence, asker=asker).run(groups, atomic=False)


_AUTHENTICATED = "system:authenticated"


def _controller(name: str) -> Asker:
    """A controller has a service account of its own."""
    groups = ("system:serviceaccounts", "system:serviceaccounts:kube-system", _AUTHENTICATED)
    return Asker(f"system:serviceaccount:kube-system:{name}", groups)


class _Commit:
    def __init__(
        self,
        cluster: int,
        author: str,
        cause: str,
        dice: Dice,
        wall: Callable[[], float],
        *,
        dry_run: bool = False,
        trusted: bool = False,
        fence: lease.Fence | None = None,
        asker: Asker | None = None,
    ) -> None:
        self.asker = asker or (_controller(author) if trusted else Asker(author, (_AUTHENTICATED,)))
        self.cluster, self.author, self.cause = cluster, author[:150], cause[:150]
        self.dice, self.wall, self.dry_run, self.trusted, self.fence = dice, wall, dry_run, trusted, fence
        self.results: list[Result] = []
        self.seconds: list[float] = []
        self.changes: list[Change] = []
        self.journal: list[tuple[Key, Obj | None, int]] = []

    def run(self, groups: Sequence[Group], *, atomic: bool) -> Outcome:
        holding = at_hand(self.cluster)
        with holding.lock:
            try:
                with transaction.atomic():
                    revision = self._inside(holding, groups, atomic=atomic)
            except _DryRun:
                self._undo(holding)
                return Outcome(holding.world.revision, self.results, sum(self.seconds))
            except BaseException:
                self._undo(holding)
                raise
            holding.append(self.changes)
        if self.changes:
            # At once, unless this was part of a transaction that others can only see later.
            transaction.on_commit(partial(doorbell.ring, self.cluster, revision))
        return Outcome(revision, self.results, sum(self.seconds))

    def _inside(self, holding: Held, groups: Sequence[Group], *, atomic: bool) -> int:
        head = rows.lock(self.cluster)
        if head is None:
            raise NotFound("clusters", str(self.cluster))
        if self.fence is not None:
            lease.check(self.cluster, self.fence)
        world = holding.bring_up(head)
        cursors = dict(world.cursors)
        self.undo_to = (head.revision, cursors.copy())
        wall = self.wall()
        now = Clock(*head.clock).at(wall)
        admission = Admission(
            world,
            now,
            self.dice,
            head.config,
            memo={},
            asker=self.asker,
            dry_run=self.dry_run,
            caller=calling.current(),
        )
        self.seconds = admission.noted(SECONDS)
        for group in groups:
            self._group(group, world, admission, wall, atomic=atomic)
        if self.dry_run:
            raise _DryRun
        if self.changes:
            rows.write(self.cluster, self.changes)
            rows.raise_counter(self.cluster, world.revision, orjson.dumps(world.cursors))
        return world.revision

    def _group(self, group: Group, world: World, admission: Admission, wall: float, *, atomic: bool) -> None:
        failed = False
        for position, intent in enumerate(group.intents):
            if failed and not (position < len(group.regardless) and group.regardless[position]):
                self.results.append(Result(intent, skipped=True))
                continue
            try:
                for step in steps_of(intent, admission):
                    effect = effect_of(step, admission, trusted=self.trusted, judged=step is not intent)
                    stored = self._store(effect, world, admission, wall)
            except ApiError as error:
                self.results.append(Result(intent, error=error))
                if atomic:
                    raise CommitRefused(len(self.results) - 1, error, self.results, sum(self.seconds)) from error
                failed |= not (position < len(group.may_fail) and group.may_fail[position])
                continue
            self.results.append(
                Result(intent, stored, effect.old, effect.changed, warnings=effect.warnings, last=effect.last)
            )

    def _store(self, effect: Effect, world: World, admission: Admission, wall: float) -> Obj | None:
        if not effect.changed:
            return effect.old
        revision = world.revision + 1
        type_: ChangeType = "DELETED" if effect.new is None else "ADDED" if effect.old is None else "MODIFIED"
        source = effect.new if effect.new is not None else effect.old
        assert source is not None
        obj = {**source, "metadata": {**source["metadata"], "resourceVersion": str(revision)}}
        seat = world.seat(effect.key)
        previous = int(effect.old["metadata"].get("resourceVersion") or 0) if effect.old is not None else 0
        if type_ == "ADDED":
            seat = seat_for(world, effect.kind, obj)
        self.journal.append((effect.key, effect.old, world.seat(effect.key)))
        if type_ == "DELETED":
            world.drop(effect.key)
        else:
            world.put(effect.key, obj, seat)
        world.revision = revision
        now = admission.now
        self.changes.append(
            Change(revision, type_, effect.key, obj, seat, previous, self.author, self.cause, wall, now)
        )
        return None if type_ == "DELETED" else obj

    def _undo(self, holding: Held) -> None:
        if not hasattr(self, "undo_to"):
            return
        world = holding.world
        for key, old, seat in reversed(self.journal):
            if old is None:
                world.drop(key)
            else:
                world.put(key, old, seat)
        world.revision, world.cursors = self.undo_to
        self.changes = []
