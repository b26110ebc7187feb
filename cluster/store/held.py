"""The writer's own copy of each cluster: admission reads it under the cluster's lock instead of asking the database.

It follows the log like everybody else; what this process commits itself it knows already. The last changes are
kept in memory too (the tail, without gaps), so that readers in the same process share the very objects and decode
nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from itertools import islice

import orjson
from django.db import connection

from cluster.change import Change
from cluster.store import rows
from cluster.world import World

TAIL = 4000
"""Changes kept in memory per cluster. A reader further behind than this reads the database."""
KEPT = 500
"""So many of them once this process' own reader has them: for browsers and watches that come back."""


class Held:
    """One cluster's world as of `world.revision`, guarded by `lock`, and the tail of its log."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.uid = ""
        self.world = World()
        self._tail: deque[Change] = deque(maxlen=TAIL)
        self._tail_lock = threading.Lock()

    def bring_up(self, head: rows.Head) -> World:
        """The world at the head's revision. Call inside the transaction that read the head, holding `lock`."""
        behind = self.uid != head.uid or self.world.revision > head.revision or self.world.revision < head.floor
        if behind:
            self._load(head)
        elif self.world.revision < head.revision:
            missed = rows.changes(head.cluster, self.world.revision, head.revision)
            follow(self.world, missed)
            self.append(missed)
        self.world.cursors = orjson.loads(head.cursors)
        return self.world

    def _load(self, head: rows.Head) -> None:
        world = World(head.revision)
        for key, obj, seat in rows.resources(head.cluster):
            world.put(key, obj, seat)
        self.uid, self.world = head.uid, world
        with self._tail_lock:
            self._tail.clear()

    def append(self, changes: Sequence[Change]) -> None:
        """Changes that are committed now, right after those in the tail."""
        with self._tail_lock:
            self._tail.extend(changes)

    def trim(self, revision: int) -> None:
        """Forget changes up to `revision`, but for the last ones."""
        with self._tail_lock:
            tail = self._tail
            while len(tail) > KEPT and tail[0].revision <= revision:
                tail.popleft()

    def since(self, revision: int, upto: int) -> list[Change] | None:
        """Changes after `revision` up to `upto` from memory, or None when the tail does not hold them all.

        Never waits for a commit in progress: the event loop calls this."""
        with self._tail_lock:
            tail = self._tail
            if not tail or tail[0].revision > revision + 1 or tail[-1].revision < upto:
                return None
            first = revision + 1 - tail[0].revision
            return list(islice(tail, max(0, first), upto + 1 - tail[0].revision))


def follow(world: World, changes: Sequence[Change]) -> None:
    """Bring a world forward by changes that follow its revision."""
    for change in changes:
        if change.type == "DELETED":
            world.drop(change.key)
        else:
            world.put(change.key, change.object, change.seat)
        world.revision = change.revision


_held: dict[int, Held] = {}
_held_lock = threading.Lock()


def held(cluster: int) -> Held:
    with _held_lock:
        return _held.setdefault(cluster, Held())


def at_hand(cluster: int) -> Held:
    """What a transaction of ours reads and writes. Inside somebody else's transaction it is a copy of its own: that
    one may come to nothing, and it may hold a lock that whoever has the shared copy waits for."""
    return Held() if connection.in_atomic_block else held(cluster)


def forget(cluster: int) -> None:
    """Drop what is held of a cluster (it was deleted)."""
    with _held_lock:
        _held.pop(cluster, None)
