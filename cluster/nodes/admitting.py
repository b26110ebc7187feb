"""Whether a node takes a pod that named it itself, past the scheduler: room, ports, labels and taints, as a kubelet's
admission looks at them. A pod that is turned away has failed; nobody tries it again.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.kinds import sysctls
from cluster.machinery.objects import Key, Obj, condition, meta, name, spec, status
from cluster.placement.demand import Demand
from cluster.placement.fit import NOT_SELECTED, PORT_TAKEN
from cluster.placement.rooms import Room, Rooms
from cluster.placement.standing import NO_EXECUTE, matches_node, untolerated
from cluster.world import World

_TAINTED = "node(s) had taints that the pod didn't tolerate"


class Rejection(NamedTuple):
    reason: str
    message: str


def is_due(pod: Obj) -> bool:
    """It is new to the node, and no scheduler has looked whether it fits."""
    scheduled = (condition(pod, "PodScheduled") or {}).get("status") == "True"
    return not scheduled and not status(pod).get("startTime") and status(pod).get("phase") == "Pending"


def rejection(world: World, where: Key, pod: Obj, node: Obj) -> Rejection | None:
    """None: the node takes the pod."""
    rooms = Rooms(world, without=_not_taken_yet(world, where, pod, node))
    room, demand = rooms.by_name[name(node)], rooms.demand(where, pod)
    if (lacking := _lacking(room, demand)) is not None:
        resource, wanted, used, whole = lacking
        message = f"Node didn't have enough resource: {resource}, requested: {wanted}, used: {used}, capacity: {whole}"
        return Rejection(f"OutOf{resource}", message)
    if not matches_node(spec(pod), node):
        return _failed("NodeAffinity", NOT_SELECTED)
    if any(port.clashes(taken) for port in demand.ports for taken in room.ports):
        return _failed("NodePorts", PORT_TAKEN)
    if untolerated(spec(pod), spec(node).get("taints") or (), (NO_EXECUTE,)) is not None:
        return _failed("TaintToleration", _TAINTED)
    return None


def forbidden(pod: Obj) -> Rejection | None:
    """What a node refuses whoever has sent the pod: a kernel setting that it does not give."""
    if status(pod).get("startTime") or status(pod).get("phase") != "Pending":
        return None
    asked = next((each for each in sysctls.of(spec(pod)) if each not in sysctls.SAFE), None)
    return Rejection("SysctlForbidden", f'forbidden sysctl: "{asked}" not allowlisted') if asked else None


def _failed(predicate: str, words: str) -> Rejection:
    return Rejection(predicate, f"Predicate {predicate} failed: {words}")


def _lacking(room: Room, demand: Demand) -> tuple[str, int, int, int] | None:
    if room.count + 1 > room.capacity.get("pods", 0):
        return "pods", 1, room.count, room.capacity.get("pods", 0)
    for resource, wanted in demand.amounts.items():
        used, whole = room.taken.get(resource, 0), room.capacity.get(resource, 0)
        if wanted > 0 and wanted > whole - used:
            return resource, wanted, used, whole
    return None


def _not_taken_yet(world: World, where: Key, pod: Obj, node: Obj) -> frozenset[Key]:
    """Pods on the node that do not count: this one, and those that wait for the same decision behind it."""
    mine = _order(where, pod)
    others = world.pods_on(name(node)).items()
    return frozenset({where, *(each for each, one in others if is_due(one) and _order(each, one) > mine)})


def _order(where: Key, pod: Obj) -> tuple[str, Key]:
    return str(meta(pod).get("creationTimestamp") or ""), where
