"""Which taints a node has to have by what it says of itself, and when nobody is evicted though a node is lost.

If no node of the cluster is ready, more likely it is the controller that is cut off: then none gets a NoExecute taint.
Where more than half of a zone is gone, evictions from it halt, as they do in any cluster of at most 50 nodes.
"""

from __future__ import annotations

from typing import Any

from cluster.machinery.objects import NODES, Obj, condition, labels, spec, status, timestamp
from cluster.world import World

NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
_BY_CONDITION: dict[str, dict[str, str]] = {
    "Ready": {"False": NOT_READY, "Unknown": UNREACHABLE},
    "MemoryPressure": {"True": "node.kubernetes.io/memory-pressure"},
    "DiskPressure": {"True": "node.kubernetes.io/disk-pressure"},
    "NetworkUnavailable": {"True": "node.kubernetes.io/network-unavailable"},
    "PIDPressure": {"True": "node.kubernetes.io/pid-pressure"},
}
_UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
_OURS = {_UNSCHEDULABLE, *(taint for by_status in _BY_CONDITION.values() for taint in by_status.values())}
_ZONE = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")
_TOO_MANY_LOST = 2
_TOO_LARGE_A_PART = 0.55

Taint = dict[str, Any]


def readiness(node: Obj) -> str:
    """The status of its condition Ready; "" before it has reported."""
    return str((condition(node, "Ready") or {}).get("status") or "")


def wanted(world: World, node: Obj, now: float) -> list[Taint]:
    """All of the node's taints as they should be; those that are right already stay as they are."""
    due = {(taint, "NoSchedule") for taint in _of_conditions(node)}
    if not readiness(node):
        due.add((NOT_READY, "NoSchedule"))  # set when it was created, until it reports
    if spec(node).get("unschedulable"):
        due.add((_UNSCHEDULABLE, "NoSchedule"))
    evicting = {"False": NOT_READY, "Unknown": UNREACHABLE}.get(readiness(node), "")
    present = spec(node).get("taints") or []
    # Where evictions halt, those that are under way go on; with all nodes lost, none does.
    begun = any(_is_ours(each) and each.get("effect") == "NoExecute" for each in present)
    if evicting and (not halted(world, node) or (begun and not _all_lost(world))):
        due.add((evicting, "NoExecute"))
    kept = [_timed(each, now) for each in present if not _is_ours(each) or (each.get("key"), each.get("effect")) in due]
    there = {(each.get("key"), each.get("effect")) for each in kept}
    return [*kept, *(_taint(*each, now) for each in sorted(due) if each not in there)]


def is_cordoned(given: list[Taint]) -> bool:
    """These taints keep new pods away because somebody said so."""
    return any(each.get("key") == _UNSCHEDULABLE for each in given)


def halted(world: World, node: Obj) -> str:
    """Why nobody is evicted from nodes like this one; "" when they are."""
    if _all_lost(world):
        return "no node of the cluster is ready, so the cause may be elsewhere"
    zone = [each for each in world.bucket(NODES).values() if _zone(each) == _zone(node)]
    lost = sum(readiness(each) != "True" for each in zone)
    if lost < len(zone) and lost > _TOO_MANY_LOST and lost / len(zone) >= _TOO_LARGE_A_PART:
        return f"{lost} of {len(zone)} nodes of its zone are lost"
    return ""


def _all_lost(world: World) -> bool:
    return not any(readiness(each) == "True" for each in world.bucket(NODES).values())


def _of_conditions(node: Obj) -> list[str]:
    found = (
        _BY_CONDITION.get(str(each.get("type")), {}).get(str(each.get("status")))
        for each in status(node).get("conditions") or ()
    )
    return [taint for taint in found if taint]


def _is_ours(taint: Taint) -> bool:
    """A taint that this controller sets and takes away."""
    if taint.get("effect") == "NoExecute":
        return taint.get("key") in (NOT_READY, UNREACHABLE)
    return taint.get("effect") == "NoSchedule" and taint.get("key") in _OURS


def _timed(taint: Taint, now: float) -> Taint:
    """Since when somebody's NoExecute taint is there has to be known: tolerations count from then."""
    if taint.get("effect") != "NoExecute" or taint.get("timeAdded"):
        return taint
    return {**taint, "timeAdded": timestamp(now)}


def _taint(key: str, effect: str, now: float) -> Taint:
    return {"key": key, "effect": effect, "timeAdded": timestamp(now)}


def _zone(node: Obj) -> tuple[str, ...]:
    return tuple(labels(node).get(label, "") for label in _ZONE)
