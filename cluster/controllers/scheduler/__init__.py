"""Puts a pod on a node: the best of those it fits on, or says why it fits on none.

What fits, and what is best, stands in `cluster.placement`; the order in which pods are looked at in `round`; the words
of a failure in `words`; making room for a pod of higher priority in `preemption`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.disrupted import Cause, disrupted
from cluster.controllers.scheduler import preemption, words
from cluster.controllers.scheduler.round import NAME, Placement, is_over, is_waiting, placement
from cluster.intents import Bind, Delete, Update
from cluster.machinery.objects import (
    CLAIMS,
    NODES,
    PODS,
    STORAGE_CLASSES,
    VOLUMES,
    Key,
    Obj,
    condition,
    is_terminating,
    labels,
    name,
    namespace,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.placement import neighbours, storage
from cluster.plan import NOTHING, Action, Controller, Note, Plan, Reason
from cluster.world import World


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    kind = change.key.kind
    if kind == PODS:
        return _concerned_by_pod(change, old, world)
    if kind == NODES:
        return every(world) if old is None or _matters(old) != _matters(change.object) else ()
    if kind in (CLAIMS, VOLUMES, STORAGE_CLASSES):
        return [where for where, pod in world.unbound_pods().items() if spec(pod).get("volumes") and is_waiting(pod)]
    return ()


def every(world: World) -> Iterable[Key]:
    return sorted(where for where, pod in world.unbound_pods().items() if is_waiting(pod))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Bind one pod, or note on it why it cannot be."""
    pod = world.get(where)
    if pod is None or not is_waiting(pod):
        return NOTHING
    if gates := spec(pod).get("schedulingGates"):
        names = ", ".join(str(gate.get("name")) for gate in gates)
        return Plan(reasons=(Reason(where, "wait", f"Not scheduled: held by {names}.", "gated"),))
    if (scheduler := spec(pod).get("schedulerName", NAME)) != NAME:
        text = f"Not scheduled: it asks for the scheduler {scheduler}, which is not here."
        return Plan(reasons=(Reason(where, "wait", text, "other-scheduler"),))
    found = placement(world, where)
    if not found.node:
        return _unschedulable(world, where, pod, now, found)
    text = f"Successfully assigned {namespace(pod)}/{name(pod)} to {found.node}"
    note = Note(pod, "Normal", "Scheduled", text, NAME)
    return Plan((Action(Bind(where, uid(pod), found.node), succeeded=(note,)),))


CONTROLLER = Controller(NAME, keys, every, plan)

_PREEMPTED = Cause("PreemptionByScheduler", f"{NAME}: preempting to accommodate a higher priority pod")


def _matters(node: Obj) -> tuple[object, ...]:
    """What of a node the placing of pods looks at; heartbeats change none of it."""
    return spec(node), labels(node), status(node).get("allocatable")


def _concerned_by_pod(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """The pod itself while it waits; and those that wait for room, when one goes, or for company, when one comes."""
    pod = change.object
    gone = change.type == "DELETED"
    if not spec(pod).get("nodeName"):
        return () if gone or not is_waiting(pod) else (change.key,)
    waiting = world.refused_pods()
    if not waiting:
        return ()
    if gone or (old is not None and (is_over(pod), is_terminating(pod)) != (is_over(old), is_terminating(old))):
        return [where for where, each in waiting.items() if _has_failed(each)]
    if old is None or not spec(old).get("nodeName") or labels(old) != labels(pod):
        return [where for where, each in waiting.items() if _has_failed(each) and neighbours.is_particular(each)]
    return ()


def _has_failed(pod: Obj) -> bool:
    return is_waiting(pod) and (condition(pod, "PodScheduled") or {}).get("reason") == "Unschedulable"


def _unschedulable(world: World, where: Key, pod: Obj, now: float, found: Placement) -> Plan:
    choice = preemption.choose(world, where, pod, found)
    message = words.message(found, choice)
    cause = storage.unbound(world, pod) if found.trouble == storage.UNBOUND else words.cause(found)
    reasons = [Reason(where, "wait", f"Not scheduled: {cause}.", "unschedulable")]
    if choice.node:
        names = ", ".join(each.name for each in choice.victims)
        reasons.append(Reason(where, "info", f"Makes room on {choice.node}: ends {names}.", "preempts"))
    evicting = tuple(_evictions(world, pod, choice, now))
    told = _failed(pod, message, choice, now)
    if told is None:
        return Plan(evicting, tuple(reasons))
    note = Note(pod, "Warning", "FailedScheduling", message, NAME)
    return Plan((Action(Update(told, "status"), succeeded=(note,)), *evicting), tuple(reasons))


def _failed(pod: Obj, message: str, choice: preemption.Choice, now: float) -> Obj | None:
    """The pod with what is said of it; None when it is said already."""
    present = condition(pod, "PodScheduled")
    nominated = choice.node or status(pod).get("nominatedNodeName")
    known = present is not None and present.get("status") == "False" and present.get("message") == message
    if known and nominated == status(pod).get("nominatedNodeName"):
        return None
    since = present.get("lastTransitionTime") if present is not None and present.get("status") == "False" else None
    failed = {
        "type": "PodScheduled",
        "status": "False",
        "lastProbeTime": None,
        "lastTransitionTime": since or timestamp(now),
        "reason": "Unschedulable",
        "message": message,
    }
    others = [each for each in status(pod).get("conditions") or () if each.get("type") != "PodScheduled"]
    report = {**status(pod), "conditions": [*others, failed]}
    if nominated:
        report["nominatedNodeName"] = nominated
    return {**pod, "status": report}


def _evictions(world: World, pod: Obj, choice: preemption.Choice, now: float) -> Iterator[Action]:
    for each in choice.victims:
        victim = world.get(each)
        if victim is None or is_terminating(victim):
            continue
        text = f"Preempted by pod {uid(pod)} on node {choice.node}"
        note = Note(victim, "Normal", "Preempted", text, NAME)
        yield Action(Update(disrupted(victim, _PREEMPTED, now), "status"), may_fail=True)
        yield Action(Delete(each, uid(victim)), succeeded=(note,), may_fail=True)
