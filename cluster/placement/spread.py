"""topologySpreadConstraints: no zone, or node, has many more of a kind than another."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from cluster.machinery.objects import Obj, controller_of, is_terminating, labels, namespace, spec
from cluster.machinery.selectors import Selector
from cluster.placement.neighbours import from_label_selector_or_nothing
from cluster.placement.rooms import Room, Rooms
from cluster.placement.standing import matches_node, untolerated

UNEVEN = "node(s) didn't match pod topology spread constraints"
NO_LABEL = "node(s) didn't match pod topology spread constraints (missing required label)"

_HOSTNAME, _ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
_BY_DEFAULT = ((_HOSTNAME, 3), (_ZONE, 5))
"""(topology, max skew) that pods of a controller are spread by where they say nothing themselves."""


class _Constraint:
    def __init__(self, pod: Obj, given: Mapping[str, Any]) -> None:
        self.topology = str(given.get("topologyKey") or "")
        self.skew = int(given.get("maxSkew") or 1)
        self.least = int(given.get("minDomains") or 1)
        self.selector = _selector(pod, given)
        self.itself = int(self.selector.matches(labels(pod)))
        self.by_affinity = given.get("nodeAffinityPolicy") != "Ignore"
        self.by_taints = given.get("nodeTaintsPolicy") == "Honor"
        self.counts: Counter[str] = Counter()

    def counts_in(self, pod: Obj, room: Room) -> bool:
        if self.by_affinity and not matches_node(spec(pod), room.node):
            return False
        return not self.by_taints or untolerated(spec(pod), spec(room.node).get("taints") or ()) is None

    @property
    def minimum(self) -> int:
        return min(self.counts.values(), default=0) if len(self.counts) >= self.least else 0


class Spread:
    """The constraints of one pod, counted once for all nodes."""

    def __init__(self, pod: Obj, rooms: Rooms) -> None:
        self.constraints = list(_constraints(pod, "DoNotSchedule"))
        _count(pod, rooms, self.constraints)

    def refusal(self, room: Room) -> str:
        """Why the pod may not be on this node; "" when it may."""
        for each in self.constraints:
            value = room.labels.get(each.topology)
            if value is None:
                return NO_LABEL
            if each.counts[value] + each.itself - each.minimum > each.skew:
                return UNEVEN
        return ""


def burden(pod: Obj, rooms: Rooms) -> Counter[str] | None:
    """By node, how much of its kind is near already: the less, the better. None: it does not matter for this pod."""
    found: Counter[str] = Counter()
    if spec(pod).get("topologySpreadConstraints"):
        wishes = list(_constraints(pod, "ScheduleAnyway"))
        if not wishes:
            return None
        _count(pod, rooms, wishes)
        for room in rooms:
            found[room.name] = sum(
                _weighed(each.counts[room.labels[each.topology]], len(each.counts), each.skew)
                for each in wishes
                if each.topology in room.labels
            )
        return found
    owner = controller_of(pod)
    if owner is None:
        return None
    share = rooms.share(str(owner.get("uid")))
    for topology, skew in _BY_DEFAULT:
        counts: Counter[str] = Counter()
        for room in rooms:
            if topology in room.labels:
                counts[room.labels[topology]] += share[room.name]
        for room in rooms:
            if topology in room.labels:
                found[room.name] += _weighed(counts[room.labels[topology]], len(counts), skew)
    return found


def _weighed(count: int, domains: int, skew: int) -> int:
    return round(count * math.log(domains + 2) * 100) + skew - 1


def _constraints(pod: Obj, strength: str) -> Iterator[_Constraint]:
    for each in spec(pod).get("topologySpreadConstraints") or ():
        if each.get("whenUnsatisfiable") == strength:
            yield _Constraint(pod, each)


def _count(pod: Obj, rooms: Rooms, constraints: list[_Constraint]) -> None:
    for room in rooms if constraints else ():
        if any(each.topology not in room.labels for each in constraints):
            continue
        those = [each for each in constraints if each.counts_in(pod, room)]
        for each in those:
            each.counts[room.labels[each.topology]] += 0
        for other in rooms.pods(room) if those else ():
            if namespace(other) == namespace(pod) and not is_terminating(other):
                for each in those:
                    each.counts[room.labels[each.topology]] += each.selector.matches(labels(other))


def _selector(pod: Obj, given: Mapping[str, Any]) -> Selector:
    selector = given.get("labelSelector")
    own = [
        {"key": label, "operator": "In", "values": [labels(pod)[label]]}
        for label in given.get("matchLabelKeys") or ()
        if label in labels(pod)
    ]
    if selector is not None and own:
        selector = {**selector, "matchExpressions": [*(selector.get("matchExpressions") or ()), *own]}
    return from_label_selector_or_nothing(selector)
