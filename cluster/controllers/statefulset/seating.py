"""Where a StatefulSet's pods sit: claimed from the world, each in the seat of its ordinal, the rest condemned.

Reads, sorts and counts; decides nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.controllers.claiming import adopt, release
from cluster.controllers.label_selector import matcher, narrowest
from cluster.controllers.pod_facts import PodFacts, facts, known
from cluster.controllers.statefulset.identity import replicas_of, start_of
from cluster.machinery.objects import PODS, Obj, is_terminating, name, namespace, spec, uid
from cluster.plan import Action
from cluster.world import World


class Seating(NamedTuple):
    start: int
    seats: list[PodFacts | None]
    """By index 0..replicas-1; the ordinal of index i is start + i."""
    condemned: list[PodFacts]
    """Out of range, highest ordinal first; with a start above 0 also the ordinals below it."""
    actions: tuple[Action, ...]
    """Adoptions and releases."""

    def pods(self) -> list[PodFacts]:
        return [each for each in self.seats if each is not None] + self.condemned


def seat_pods(owner: Obj, world: World) -> Seating:
    """Claim the set's pods (R-AD-1) and seat them; what is adopted here sits already."""
    set_name, set_uid, start, replicas = name(owner), uid(owner), start_of(owner), replicas_of(owner)
    seats: list[PodFacts | None] = [None] * replicas
    condemned: list[PodFacts] = []
    actions: list[Action] = []
    memory, selector = known(world), spec(owner).get("selector")
    holds, end, leaving = matcher(selector), start + replicas, is_terminating(owner)

    def sit(read: PodFacts) -> None:
        if start <= read.ordinal < end:
            seats[read.ordinal - start] = read
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
