"""The filters, in the order of the scheduler's plugins: the first that refuses says why.

Candidate(pod, demand, rooms).refusal(room)      -> None, or a Refusal with the exact words
misplaced(pod, node)                             -> what speaks against this node whoever else is on it
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.machinery.objects import Key, Obj, spec
from cluster.placement.demand import Demand
from cluster.placement.neighbours import NO_AFFINITY, Neighbours
from cluster.placement.rooms import Room, Rooms
from cluster.placement.spread import NO_LABEL, Spread
from cluster.placement.standing import is_cordoned, matches_node, pinned_to, untolerated
from cluster.placement.storage import IN_USE, Luggage

UNSCHEDULABLE = "node(s) were unschedulable"
NOT_SELECTED = "node(s) didn't match Pod's node affinity/selector"
NOT_NAMED = "node(s) didn't satisfy plugin(s) [NodeAffinity]"
PORT_TAKEN = "node(s) didn't have free ports for the requested pod ports"
TOO_MANY = "Too many pods"


class Refusal(NamedTuple):
    words: tuple[str, ...]
    """As FailedScheduling counts them; a node that lacks several resources says each."""
    for_good: bool = True
    """No pod that goes would make room: preemption is of no help."""


def misplaced(pod: Obj, node: Obj) -> str:
    """Cordon, taints, node selector and node affinity alone; "" when they agree. A node's room is not asked for."""
    if is_cordoned(spec(pod), node):
        return UNSCHEDULABLE
    if (taint := untolerated(spec(pod), spec(node).get("taints") or ())) is not None:
        return f"node(s) had untolerated taint {{{taint.get('key')}: {taint.get('value') or ''}}}"
    return "" if matches_node(spec(pod), node) else NOT_SELECTED


def shortages(demand: Demand, room: Room) -> tuple[str, ...]:
    """What the node has too little of."""
    found = [TOO_MANY] if room.count + 1 > room.capacity.get("pods", 0) else []
    found += [
        f"Insufficient {resource}"
        for resource, wanted in demand.amounts.items()
        if wanted > 0 and wanted > room.capacity.get(resource, 0) - room.taken.get(resource, 0)
    ]
    return tuple(found)


class Candidate:
    """One pod that looks for a node. What concerns all nodes is worked out once, and only if the pod asks for it."""

    def __init__(self, where: Key, pod: Obj, rooms: Rooms) -> None:
        self.pod, self.demand = pod, rooms.demand(where, pod)
        given = spec(pod)
        self.names = pinned_to(given) if given.get("affinity") else None
        self.luggage = Luggage(rooms.world, pod) if given.get("volumes") else None
        self.spread = Spread(pod, rooms) if given.get("topologySpreadConstraints") else None
        self.neighbours = Neighbours(pod, rooms) if given.get("affinity") or rooms.shunning else None

    def refusal(self, room: Room) -> Refusal | None:
        """None: the pod fits on this node."""
        if self.names is not None and room.name not in self.names:
            return Refusal((NOT_NAMED,))
        if words := misplaced(self.pod, room.node):
            return Refusal((words,))
        if any(port.clashes(taken) for port in self.demand.ports for taken in room.ports):
            return Refusal((PORT_TAKEN,), for_good=False)
        if lacking := shortages(self.demand, room):
            return Refusal(lacking, for_good=False)
        if self.luggage is not None and (words := self.luggage.refusal(room)):
            return Refusal((words,), for_good=words != IN_USE)
        if self.spread is not None and (words := self.spread.refusal(room)):
            return Refusal((words,), for_good=words == NO_LABEL)
        if self.neighbours is not None and (words := self.neighbours.refusal(room)):
            return Refusal((words,), for_good=words == NO_AFFINITY)
        return None
