"""Which of several nodes that would do is best: the scheduler's scores and weights, and always the same choice.

Where the real scheduler would throw dice among equals, the node with the fewest pods is taken, then the first by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cluster.machinery.objects import Obj, spec
from cluster.placement import neighbours, spread
from cluster.placement.demand import Demand
from cluster.placement.rooms import Room, Rooms
from cluster.placement.standing import preference, untolerated

_MOST = 100
_SOFT = ("PreferNoSchedule",)
_TAINTS, _AFFINITY, _SPREAD, _NEIGHBOURS = 3, 2, 2, 2


def best(pod: Obj, demand: Demand, fitting: Sequence[Room], rooms: Rooms) -> str:
    """The name of the best of these rooms, at least one."""
    if len(fitting) == 1:
        return fitting[0].name
    scores = {room.name: _room_left(room, demand) for room in fitting}
    _add(scores, _by_taints(pod, fitting), _TAINTS)
    _add(scores, spread.burden(pod, rooms), _SPREAD, less_is_better=True)
    if spec(pod).get("affinity"):
        _add(scores, {room.name: preference(spec(pod), room.node) for room in fitting}, _AFFINITY)
        _add(scores, neighbours.preference(pod, rooms), _NEIGHBOURS, from_least=True)
    return min(fitting, key=lambda room: (-scores[room.name], room.count, room.name)).name


def _room_left(room: Room, demand: Demand) -> int:
    """How much stays free (LeastAllocated), and how evenly cpu and memory are used (BalancedAllocation)."""
    used = [
        min(1.0, (taken + more) / whole)
        for whole, taken, more in (
            (room.capacity.get("cpu", 0), room.cpu, demand.cpu),
            (room.capacity.get("memory", 0), room.memory, demand.memory),
        )
        if whole
    ]
    if not used:
        return 0
    free = sum(int((1.0 - share) * _MOST) for share in used) // len(used)
    return free + int((1.0 - (max(used) - min(used)) / 2) * _MOST)


def _by_taints(pod: Obj, fitting: Sequence[Room]) -> dict[str, int]:
    """Less for each taint that would rather not have it."""
    return {
        room.name: -sum(
            untolerated(spec(pod), [taint], _SOFT) is not None for taint in spec(room.node).get("taints") or ()
        )
        for room in fitting
    }


def _add(
    scores: dict[str, int],
    given: Mapping[str, int] | None,
    weight: int,
    *,
    less_is_better: bool = False,
    from_least: bool = False,
) -> None:
    """Add one view of the nodes, brought to 0..100."""
    if given is None:
        return
    values = [given[node] for node in scores]
    least, most = min(values), max(values)
    for node in scores:
        value = given[node]
        if less_is_better:
            share = _MOST * (most + least - value) // most if most else _MOST
        elif from_least or least < 0:
            share = _MOST * (value - least) // (most - least) if most > least else 0
        else:
            share = _MOST * value // most if most else 0
        scores[node] += weight * share
