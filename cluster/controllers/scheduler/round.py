"""One round over the pods that wait: in the queue's order each finds the room that those before it have left.

A worker plans many pods in one world before it sees any of them bound. So a pod's place is worked out with all that
come before it assumed to be where they will go: it follows from the world alone, whoever asks, and in whatever order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

from cluster.machinery.objects import Key, Obj, is_terminating, meta, spec, status
from cluster.placement import score, storage
from cluster.placement.fit import Candidate, Refusal
from cluster.placement.rooms import Rooms
from cluster.world import World

NAME = "default-scheduler"


class Ahead(NamedTuple):
    """A pod before it in the queue, and the node where it will be."""

    where: Key
    pod: Obj
    node: str


class Placement(NamedTuple):
    """Where a pod goes, or why it goes nowhere."""

    node: str = ""
    nodes: int = 0
    trouble: str = ""
    """What is wrong with the pod's claims, wherever it should go."""
    refusals: Mapping[str, Refusal] = {}
    ahead: Sequence[Ahead] = ()
    """Whose places were counted as taken when it was refused."""


class Round:
    """What is worked out of one moment of a world, as far as anybody has asked."""

    def __init__(self, world: World) -> None:
        self.world, self.edits = world, world.edits
        self.rooms = Rooms(world)
        self.found: dict[Key, Placement] = {}
        self.ahead: list[Ahead] = []
        self._queue = iter(sorted(_queued(world)))

    def placement(self, where: Key) -> Placement:
        while where not in self.found:
            _, _, _, _, key = next(self._queue)
            self.found[key] = self._place(key)
        return self.found[where]

    def _place(self, where: Key) -> Placement:
        pod = self.world.get(where)
        if pod is None or not len(self.rooms):
            return Placement()
        if trouble := storage.trouble(self.world, pod):
            return Placement(nodes=len(self.rooms), trouble=trouble)
        candidate = Candidate(where, pod, self.rooms)
        refusals: dict[str, Refusal] = {}
        fitting = []
        for room in self.rooms:
            refusal = candidate.refusal(room)
            if refusal is None:
                fitting.append(room)
            else:
                refusals[room.name] = refusal
        if not fitting:
            refused = Placement(nodes=len(self.rooms), refusals=refusals, ahead=tuple(self.ahead))
            nominated = str(status(pod).get("nominatedNodeName") or "")
            if nominated in self.rooms.by_name:
                # Room is being made for it there: nobody behind it takes that.
                self._assume(where, pod, nominated)
            return refused
        node = score.best(pod, candidate.demand, fitting, self.rooms)
        self._assume(where, pod, node)
        return Placement(node, len(self.rooms))

    def _assume(self, where: Key, pod: Obj, node: str) -> None:
        self.rooms.assume(where, pod, node)
        self.ahead.append(Ahead(where, pod, node))


_ROUNDS: WeakKeyDictionary[World, Round] = WeakKeyDictionary()


def placement(world: World, where: Key) -> Placement:
    """Where this waiting pod goes once all before it have gone where they go."""
    known = _ROUNDS.get(world)
    if known is None or known.edits != world.edits:
        known = _ROUNDS[world] = Round(world)
    return known.placement(where)


def is_over(pod: Obj) -> bool:
    return status(pod).get("phase") in ("Succeeded", "Failed")


def is_waiting(pod: Obj) -> bool:
    """No node has been chosen for it, and it still wants one."""
    return not spec(pod).get("nodeName") and not is_terminating(pod) and not is_over(pod)


def _queued(world: World) -> list[tuple[int, str, str, int, Key]]:
    """Higher priority first, then the older, then by seat: the order in which a controller made them."""
    return [
        (
            -int(spec(pod).get("priority") or 0),
            str(meta(pod).get("creationTimestamp") or ""),
            where.namespace,
            world.seat(where),
            where,
        )
        for where, pod in world.unbound_pods().items()
        if is_waiting(pod) and not spec(pod).get("schedulingGates") and spec(pod).get("schedulerName", NAME) == NAME
    ]
