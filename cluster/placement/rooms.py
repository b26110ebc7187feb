"""What every node has and what is taken of it already: the ground on which pods are placed.

A `Rooms` is one moment of the world and may be written to by whoever made it: `assume` puts a pod on a node that is not
bound there yet, so that the next one finds the place taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from cluster.machinery.objects import NODES, Key, Obj, labels, name, spec, status
from cluster.placement.demand import Amounts, Demand, HostPort, amounts_of, demand
from cluster.world import World

_OVER = ("Succeeded", "Failed")


class _Read(NamedTuple):
    pod: Obj
    demand: Demand
    lives: bool
    """Neither succeeded nor failed: what is over takes no room."""
    shuns: bool
    """It will not be near certain others: required anti-affinity."""


_Known = dict[Key, _Read]
_KNOWN: WeakKeyDictionary[World, _Known] = WeakKeyDictionary()


class Room:
    """One node: what it has, what is taken."""

    __slots__ = ("assumed", "capacity", "count", "cpu", "labels", "memory", "name", "node", "ports", "taken")

    def __init__(self, node: Obj) -> None:
        self.node, self.name, self.labels = node, name(node), labels(node)
        self.capacity: Amounts = amounts_of(status(node).get("allocatable") or status(node).get("capacity") or {})
        self.taken: Amounts = {}
        self.ports: list[HostPort] = []
        self.count = self.cpu = self.memory = 0
        self.assumed: dict[Key, Obj] = {}

    def add(self, wanted: Demand) -> None:
        self.count += 1
        self.cpu += wanted.cpu
        self.memory += wanted.memory
        for resource, value in wanted.amounts.items():
            self.taken[resource] = self.taken.get(resource, 0) + value
        self.ports.extend(wanted.ports)


class Rooms:
    """All nodes of a world by name, in order of their names."""

    def __init__(self, world: World, without: frozenset[Key] = frozenset()) -> None:
        """`without`: pods that count as gone."""
        self.world, self.without = world, without
        self.shunning: list[tuple[Obj, str]] = []
        """Pods with required anti-affinity, and their nodes."""
        self._known = _known(world)
        self._shares: dict[str, Counter[str]] = {}
        self.by_name: dict[str, Room] = {}
        for _, node in sorted(world.bucket(NODES).items()):
            self.by_name[name(node)] = self._room(node)

    def __iter__(self) -> Iterator[Room]:
        return iter(self.by_name.values())

    def __len__(self) -> int:
        return len(self.by_name)

    def _room(self, node: Obj) -> Room:
        room = Room(node)
        known = self._known
        for where, pod in self.world.pods_on(room.name).items():
            read = known.get(where)
            if read is None or read.pod is not pod:
                read = known[where] = _read(pod, read)
            if not read.lives or where in self.without:
                continue
            room.add(read.demand)
            if read.shuns:
                self.shunning.append((pod, room.name))
        return room

    def demand(self, where: Key, pod: Obj) -> Demand:
        """What this pod asks for, read once."""
        read = self._known.get(where)
        if read is None or read.pod is not pod:
            read = self._known[where] = _read(pod, read)
        return read.demand

    def assume(self, where: Key, pod: Obj, node: str) -> None:
        """Count the pod as if it were bound there."""
        room = self.by_name[node]
        room.assumed[where] = pod
        room.add(self.demand(where, pod))
        if _shuns(pod):
            self.shunning.append((pod, node))
        for owner in _owners(pod):
            if owner in self._shares:
                self._shares[owner][node] += 1

    def pods(self, room: Room) -> Iterator[Obj]:
        """The pods that are, or are assumed to be, on a node and not over."""
        for where, pod in self.world.pods_on(room.name).items():
            if status(pod).get("phase") not in _OVER and where not in self.without:
                yield pod
        yield from room.assumed.values()

    def share(self, owner: str) -> Counter[str]:
        """How many of an owner's pods each node has."""
        found = self._shares.get(owner)
        if found is None:
            found = self._shares[owner] = Counter()
            for where, pod in self.world.owned_by(owner).items():
                if node := spec(pod).get("nodeName"):
                    found[node] += status(pod).get("phase") not in _OVER and where not in self.without
            for room in self:
                found[room.name] += sum(owner in _owners(pod) for pod in room.assumed.values())
        return found


def _known(world: World) -> _Known:
    """What was read of this world's pods so far; forgotten once it holds more than can be alive."""
    memory = _KNOWN.get(world)
    if memory is None or len(memory) > 2 * len(world) + 64:
        memory = _KNOWN[world] = {}
    return memory


def _read(pod: Obj, before: _Read | None) -> _Read:
    lives = status(pod).get("phase") not in _OVER
    if before is not None and before.pod.get("spec") is pod.get("spec"):
        return before._replace(pod=pod, lives=lives)
    return _Read(pod, demand(pod), lives, _shuns(pod))


def _shuns(pod: Obj) -> bool:
    terms = (spec(pod).get("affinity") or {}).get("podAntiAffinity") or {}
    return bool(terms.get("requiredDuringSchedulingIgnoredDuringExecution"))


def _owners(pod: Obj) -> list[str]:
    return [str(each.get("uid")) for each in pod["metadata"].get("ownerReferences") or ()]
