"""Where a StatefulSet's pods sit: claimed from the world, each in the seat of its ordinal, the rest condemned.

Reads, sorts and counts; decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cluster.controllers.claiming import adopt, release
from cluster.controllers.label_selector import matcher, narrowest
from cluster.controllers.pod_facts import PodFacts, facts, known
from cluster.controllers.statefulset.identity import replicas_of, start_of
from cluster.machinery.objects import PODS, Obj, is_terminating, name, namespace, spec, uid
from cluster.plan import Action
from cluster.world import World


class Seats:
    """So many places, by index from 0. What is kept and walked grows with the pods that sit, not with the places: a
    manifest may ask for two thousand million."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken: dict[int, PodFacts] = {}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> PodFacts | None:
        return self._taken.get(index)

    def sit(self, index: int, pod: PodFacts) -> None:
        self._taken[index] = pod

    def pods(self) -> list[PodFacts]:
        """Who sits, by index."""
        return [self._taken[index] for index in sorted(self._taken)]

    def walk(self, gaps: int) -> Iterator[tuple[int, PodFacts | None]]:
        """(index, pod) upwards: every pod, and of the empty places the first `gaps`."""
        place = 0
        for index in [*sorted(self._taken), self._count]:
            stop = min(index, place + gaps)
            gaps -= stop - place
            for empty in range(place, stop):
                yield empty, None
            if index < self._count:
                yield index, self._taken[index]
            place = index + 1


class Seating(NamedTuple):
    start: int
    seats: Seats
    """By index 0..replicas-1; the ordinal of index i is start + i."""
    condemned: list[PodFacts]
    """Out of range, highest ordinal first; with a start above 0 also the ordinals below it."""
    actions: tuple[Action, ...]
    """Adoptions and releases."""

    def pods(self) -> list[PodFacts]:
        return self.seats.pods() + self.condemned


def seat_pods(owner: Obj, world: World) -> Seating:
    """Claim the set's pods (R-AD-1) and seat them; what is adopted here sits already."""
    set_name, set_uid, start, replicas = name(owner), uid(owner), start_of(owner), replicas_of(owner)
    seats = Seats(replicas)
    condemned: list[PodFacts] = []
    actions: list[Action] = []
    memory, selector = known(world), spec(owner).get("selector")
    holds, end, leaving = matcher(selector), start + replicas, is_terminating(owner)

    def sit(read: PodFacts) -> None:
        if start <= read.ordinal < end:
            seats.sit(read.ordinal - start, read)
        else:
            condemned.append(read)

    owned, held = world.owned_by(set_uid), 0
    for where, pod in owned.items():
        if where[1] != PODS.resource:
            continue
        read = memory.get(where)
        if read is None or read.pod is not pod:
            read = facts(memory, where, pod)
        if read.controller != set_uid:
            continue
        if holds(read.labels):
            held += 1
            if read.parent == set_name:
                sit(read)
                continue
        if not leaving:
            actions.append(Action(release(PODS, pod, set_uid)))
    strangers = narrowest(world, PODS, namespace(owner), selector)
    # As many in the index as are the set's own: nobody is left to adopt, and a thousand pods need no second look.
    for where in sorted(strangers.keys() - owned.keys()) if len(strangers) > held and not leaving else ():
        read = facts(memory, where, strangers[where])
        if read.parent == set_name and not read.controller and not read.terminating and holds(read.labels):
            actions.append(Action(adopt(PODS, read.pod, owner)))
            sit(read)
    condemned.sort(key=lambda each: -each.ordinal)
    return Seating(start, seats, condemned, tuple(actions))
