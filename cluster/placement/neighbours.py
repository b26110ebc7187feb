"""Affinity between pods: near to some, away from others, within the same zone, node or whatever a label tells apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cluster.machinery.objects import NAMESPACES, Obj, labels, namespace, spec
from cluster.machinery.selectors import EVERYTHING, NOTHING, Selector, SelectorError, from_label_selector
from cluster.placement.rooms import Room, Rooms
from cluster.world import World

NO_AFFINITY = "node(s) didn't match pod affinity rules"
OWN_ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules"
OTHERS_ANTI_AFFINITY = "node(s) didn't satisfy existing pods anti-affinity rules"

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"

Pair = tuple[str, str]
"""A topology key and its value: one zone, one node."""


class Term(NamedTuple):
    selector: Selector
    namespaces: frozenset[str]
    among: Selector
    """Namespaces by their labels, besides those by name."""
    topology: str
    weight: int = 0

    def selects(self, pod: Obj, world: World) -> bool:
        return self._is_within(namespace(pod), world) and self.selector.matches(labels(pod))

    def _is_within(self, place: str, world: World) -> bool:
        if place in self.namespaces or self.among is EVERYTHING:
            return True
        if self.among is NOTHING:
            return False
        return self.among.matches(labels(world.find(NAMESPACES, "", place) or {}))


class Neighbours:
    """What one pod and those around it say about being near each other; counted once for all nodes."""

    def __init__(self, pod: Obj, rooms: Rooms) -> None:
        self.pod, self.world = pod, rooms.world
        self.near = _terms(pod, "podAffinity", _REQUIRED)
        self.away = _terms(pod, "podAntiAffinity", _REQUIRED)
        self.near_counts: Counter[Pair] = Counter()
        self.away_counts: Counter[Pair] = Counter()
        self.shunned = _shunned(pod, rooms)
        if not self.near and not self.away:
            return
        for room in rooms:
            for other in rooms.pods(room):
                if self.near and all(term.selects(other, self.world) for term in self.near):
                    self._count(self.near_counts, self.near, room)
                self._count(self.away_counts, (term for term in self.away if term.selects(other, self.world)), room)

    @staticmethod
    def _count(counts: Counter[Pair], terms: Any, room: Room) -> None:
        for term in terms:
            if term.topology in room.labels:
                counts[term.topology, room.labels[term.topology]] += 1

    def refusal(self, room: Room) -> str:
        """Why the pod may not be on this node; "" when nothing speaks against it."""
        if self.near and not self._is_near(room):
            return NO_AFFINITY
        if any(self.away_counts[term.topology, room.labels.get(term.topology, "")] for term in self.away):
            return OWN_ANTI_AFFINITY
        if self.shunned and any(pair in self.shunned for pair in room.labels.items()):
            return OTHERS_ANTI_AFFINITY
        return ""

    def _is_near(self, room: Room) -> bool:
        if any(term.topology not in room.labels for term in self.near):
            return False
        if all(self.near_counts[term.topology, room.labels[term.topology]] for term in self.near):
            return True
        # The first of a kind that wants to be near its own kind may begin anywhere.
        return not self.near_counts and all(term.selects(self.pod, self.world) for term in self.near)


def preference(pod: Obj, rooms: Rooms) -> Counter[str]:
    """By node, the weights of what the pod would like to be near to, less what it would like to be away from."""
    terms = [
        *_terms(pod, "podAffinity", _PREFERRED),
        *(term._replace(weight=-term.weight) for term in _terms(pod, "podAntiAffinity", _PREFERRED)),
    ]
    found: Counter[str] = Counter()
    if not terms:
        return found
    pairs: Counter[Pair] = Counter()
    for room in rooms:
        for other in rooms.pods(room):
            for term in terms:
                if term.topology in room.labels and term.selects(other, rooms.world):
                    pairs[term.topology, room.labels[term.topology]] += term.weight
    for room in rooms:
        found[room.name] = sum(pairs[pair] for pair in room.labels.items())
    return found


def is_particular(pod: Obj) -> bool:
    """It says something about pods near it that must hold."""
    affinity = spec(pod).get("affinity") or {}
    return bool((affinity.get("podAffinity") or {}).get(_REQUIRED))


def _shunned(pod: Obj, rooms: Rooms) -> set[Pair]:
    """Where pods that are there already do not want this one."""
    found: set[Pair] = set()
    for other, node in rooms.shunning:
        for term in _terms(other, "podAntiAffinity", _REQUIRED):
            where = rooms.by_name[node].labels.get(term.topology)
            if where is not None and term.selects(pod, rooms.world):
                found.add((term.topology, where))
    return found


def _terms(pod: Obj, sort: str, strength: str) -> list[Term]:
    given = ((spec(pod).get("affinity") or {}).get(sort) or {}).get(strength) or ()
    return list(_read(pod, given))


def _read(pod: Obj, given: Any) -> Iterator[Term]:
    for each in given:
        term = each.get("podAffinityTerm") or each
        places = frozenset(term.get("namespaces") or ())
        among = from_label_selector_or_nothing(term.get("namespaceSelector"))
        if not places and term.get("namespaceSelector") is None:
            places = frozenset({namespace(pod)})
        selector = from_label_selector_or_nothing(_narrowed(pod, term))
        among = EVERYTHING if among == EVERYTHING else NOTHING if among.nothing else among
        yield Term(selector, places, among, str(term.get("topologyKey") or ""), int(each.get("weight") or 0))


def _narrowed(pod: Obj, term: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The term's selector, with the pod's own values for the labels it names."""
    selector = term.get("labelSelector")
    extra = [
        {"key": label, "operator": operator, "values": [labels(pod)[label]]}
        for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
        for label in term.get(field) or ()
        if label in labels(pod)
    ]
    if selector is None or not extra:
        return selector
    return {**selector, "matchExpressions": [*(selector.get("matchExpressions") or ()), *extra]}


def from_label_selector_or_nothing(given: Mapping[str, Any] | None) -> Selector:
    """A selector that cannot be read selects nothing."""
    try:
        return from_label_selector(given)
    except SelectorError:
        return NOTHING
