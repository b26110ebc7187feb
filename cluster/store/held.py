"""The writer's own copy of each cluster: admission reads it under the cluster's lock instead of asking the database.

It follows the log like everybody else; what this process commits itself it knows already. The last changes are
kept in memory too (the tail), so that readers in the same process share the very objects and decode nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

import orjson

from cluster.change import Change
from cluster.store import rows
from cluster.world import World

TAIL = 4000
"""Changes kept in memory per cluster. A reader further behind than this reads the database."""


class Held:
    """One cluster's world as of `world.revision`, and the tail of its log. Guarded by `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.uid = ""
        self.world = World()
        self.tail: deque[Change] = deque(maxlen=TAIL)

    def bring_up(self, head: rows.Head) -> World:
        """The world at the head's revision. Call inside the transaction that read the head, holding `lock`."""
        behind = self.uid != head.uid or self.world.revision > head.revision or self.world.revision < head.floor
        if behind:
            self._load(head)
        elif self.world.revision < head.revision:
            missed = rows.changes(head.cluster, self.world.revision, head.revision)
            follow(self.world, missed)
            self.tail.extend(missed)
        self.world.cursors = orjson.loads(head.cursors)
        return self.world

    def _load(self, head: rows.Head) -> None:
        world = World(head.revision)
        for key, obj, seat in rows.resources(head.cluster):
            world.put(key, obj, seat)
        self.uid, self.world = head.uid, world
        self.tail.clear()

    def since(self, revision: int, upto: int) -> list[Change] | None:
        """Changes after `revision` up to `upto` from memory, or None when the tail does not reach back so far."""
        with self.lock:
            if upto > self.world.revision or not self.tail or self.tail[0].revision > revision + 1:
                return None
            skip = max(0, revision + 1 - self.tail[0].revision)
            found = []
            for position in range(skip, len(self.tail)):
                change = self.tail[position]
                if change.revision > upto:
                    break
                found.append(change)
            return found


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


def forget(cluster: int) -> None:
    """Drop what is held of a cluster (it was deleted)."""
    with _held_lock:
        _held.pop(cluster, None)
