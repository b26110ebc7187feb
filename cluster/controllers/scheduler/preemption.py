"""Making room for a pod that fits nowhere by ending pods of lower priority: on which node, and which of them.

As few and as unimportant ones as will do. Who is told to go takes its grace period; the pod waits meanwhile, and the
room is held for it (`status.nominatedNodeName`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cluster.controllers.scheduler.round import Ahead, Placement
from cluster.machinery.objects import (
    NODES,
    GroupResource,
    Key,
    Obj,
    is_terminating,
    labels,
    namespace,
    seconds,
    spec,
    status,
)
from cluster.placement.fit import Candidate, Refusal
from cluster.placement.neighbours import from_label_selector_or_nothing
from cluster.placement.rooms import Rooms
from cluster.world import World

NO_VICTIMS = "No preemption victims found for incoming pod"
HOPELESS = "Preemption is not helpful for scheduling"
_BUDGETS = GroupResource("policy", "poddisruptionbudgets")
_OVER = ("Succeeded", "Failed")


class Choice(NamedTuple):
    """Which pods have to go from which node; no node: it would not help, for these causes."""

    node: str = ""
    victims: tuple[Key, ...] = ()
    causes: Mapping[str, int] = {}
    ineligible: str = ""
    """Why it is not even tried."""


def choose(world: World, where: Key, pod: Obj, placed: Placement) -> Choice:
    """What to do for a pod that each node has refused."""
    if why := _ineligible(world, pod):
        return Choice(ineligible=why)
    causes: Counter[str] = Counter()
    found: list[tuple[tuple[object, ...], str, tuple[Key, ...]]] = []
    for node, refusal in sorted(placed.refusals.items()):
        if refusal.for_good:
            continue
        lower = _lower(world, pod, node)
        if not lower:
            causes[NO_VICTIMS] += 1
            continue
        if (still := _refusal(world, where, pod, node, frozenset(lower), placed.ahead)) is not None:
            causes.update(still.words)
            continue
        victims = _fewest(world, where, pod, node, lower, placed.ahead)
        found.append((_cost(world, victims), node, tuple(victims)))
    if found:
        _, node, chosen = min(found)
        return Choice(node, chosen)
    hopeless = placed.nodes - sum(not refusal.for_good for refusal in placed.refusals.values())
    if hopeless:
        causes[HOPELESS] += hopeless
    return Choice(causes=causes)


def priority(pod: Obj) -> int:
    return int(spec(pod).get("priority") or 0)


def _ineligible(world: World, pod: Obj) -> str:
    if spec(pod).get("preemptionPolicy") == "Never":
        return "not eligible due to preemptionPolicy=Never."
    node = status(pod).get("nominatedNodeName")
    if node and world.find(NODES, "", node) is not None:
        for other in world.pods_on(node).values():
            if is_terminating(other) and priority(other) < priority(pod):
                return "not eligible due to a terminating pod on the nominated node."
    return ""


def _lower(world: World, pod: Obj, node: str) -> dict[Key, Obj]:
    mine = priority(pod)
    return {
        where: other
        for where, other in world.pods_on(node).items()
        if priority(other) < mine and status(other).get("phase") not in _OVER
    }


def _refusal(
    world: World, where: Key, pod: Obj, node: str, without: frozenset[Key], ahead: Sequence[Ahead]
) -> Refusal | None:
    rooms = Rooms(world, without)
    for each in ahead:
        rooms.assume(*each)
    return Candidate(where, pod, rooms).refusal(rooms.by_name[node])


def _fewest(world: World, where: Key, pod: Obj, node: str, lower: dict[Key, Obj], ahead: Sequence[Ahead]) -> list[Key]:
    """Those of the lower ones that must go: the others are let back one by one, the most important first."""
    guarded = _guarded(world, lower)
    order = sorted(lower, key=lambda each: (each not in guarded, *_importance(lower[each]), each))
    going = dict.fromkeys(order)
    for each in order:
        trial = frozenset(going) - {each}
        if _refusal(world, where, pod, node, trial, ahead) is None:
            del going[each]
    return list(going)


def _importance(pod: Obj) -> tuple[int, float]:
    """The more important first: higher priority, then longer at work."""
    return -priority(pod), seconds(status(pod).get("startTime"))


def _cost(world: World, victims: list[Key]) -> tuple[object, ...]:
    """The less, the better: budgets broken, the highest priority that goes, the sum of them, their number, and how long
    the most important of them has been at work."""
    pods = {each: pod for each in victims if (pod := world.get(each)) is not None}
    highest = max(priority(pod) for pod in pods.values())
    oldest = min(seconds(status(pod).get("startTime")) for pod in pods.values() if priority(pod) == highest)
    return len(_guarded(world, pods)), highest, sum(priority(pod) for pod in pods.values()), len(pods), -oldest


def _guarded(world: World, pods: Mapping[Key, Obj]) -> set[Key]:
    """Those whose end a PodDisruptionBudget does not allow."""
    found: set[Key] = set()
    left: dict[Key, int] = {}
    for where, pod in sorted(pods.items()):
        for place, budget in world.bucket(_BUDGETS, namespace(pod)).items():
            if not from_label_selector_or_nothing(spec(budget).get("selector")).matches(labels(pod)):
                continue
            allowed = left.setdefault(place, int(status(budget).get("disruptionsAllowed") or 0))
            left[place] = allowed - 1
            if allowed <= 0:
                found.add(where)
    return found
