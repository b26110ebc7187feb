"""Evicts pods from nodes with NoExecute taints that they do not tolerate, or no longer.

A pod of a lost node gets its deletionTimestamp all the same; it stays Terminating, as nobody can tell it to stop.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig, Pace, patience
from cluster.controllers.disrupted import Cause, disrupted
from cluster.intents import Delete, Update
from cluster.machinery.objects import (
    NODES,
    PODS,
    Key,
    Obj,
    condition,
    is_terminating,
    name,
    namespace,
    seconds,
    spec,
    status,
    uid,
)
from cluster.placement.standing import NO_EXECUTE, tolerates
from cluster.plan import NOTHING, Action, Controller, Note, Plan, Reason
from cluster.world import World

NAME = "taint-eviction-controller"


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    if change.key.kind == NODES:
        before = _taints(old) if old is not None else []
        return list(world.pods_on(change.key.name)) if before != _taints(change.object) else ()
    if change.key.kind != PODS or change.type == "DELETED":
        return ()
    new = spec(change.object)
    if old is not None and all(spec(old).get(part) == new.get(part) for part in ("nodeName", "tolerations")):
        return ()
    return (change.key,) if _taints(world.find(NODES, "", str(new.get("nodeName") or ""))) else ()


def every(world: World) -> Iterable[Key]:
    tainted = [name(node) for node in world.bucket(NODES).values() if _taints(node)]
    return [where for node in sorted(tainted) for where in sorted(world.pods_on(node))]


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Delete one pod, now or once its patience is over."""
    pod = world.get(where)
    if pod is None or is_terminating(pod) or status(pod).get("phase") in ("Succeeded", "Failed"):
        return NOTHING
    taints = _taints(world.find(NODES, "", str(spec(pod).get("nodeName") or "")))
    if not taints:
        return NOTHING
    allowed = _tolerated_seconds(pod, taints, config.pace)
    if allowed is None:
        return NOTHING
    node, taint = spec(pod)["nodeName"], taints[-1].get("key")
    due = _since(pod, taints) + allowed if allowed else now
    if now < due:
        text = f"Evicted in {max(round(due - now), 1)} s: {node} has the taint {taint}."
        return Plan(reasons=(Reason(where, "wait", text, "evicted-soon"),), again_at=due)
    note = Note(pod, "Normal", "TaintManagerEviction", f"Marking for deletion Pod {namespace(pod)}/{name(pod)}", NAME)
    told = Action(Update(disrupted(pod, _CAUSE, now), "status"), may_fail=True)
    return Plan((told, Action(Delete(where, uid(pod)), succeeded=(note,))))


CONTROLLER = Controller(NAME, keys, every, plan)

_OF_LOST_NODES = frozenset({"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"})
_CAUSE = Cause("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint")


def _taints(node: Obj | None) -> list[dict[str, Any]]:
    return [each for each in spec(node or {}).get("taints") or () if each.get("effect") == NO_EXECUTE]


def _tolerated_seconds(pod: Obj, taints: list[dict[str, Any]], pace: Pace) -> float | None:
    """How long it may stay: 0 when it does not tolerate one of them, None when for ever. The minutes that every pod
    bears a lost node are shortened by the cluster's pace; what somebody says of a taint of their own counts as said."""
    shortest: float | None = None
    for taint in taints:
        used = next((each for each in spec(pod).get("tolerations") or () if tolerates(each, taint)), None)
        if used is None:
            return 0.0
        if (given := used.get("tolerationSeconds")) is not None:
            borne = max(float(given), 0.0)
            borne = patience(pace, borne) if taint.get("key") in _OF_LOST_NODES else borne
            shortest = borne if shortest is None else min(shortest, borne)
    return shortest


def _since(pod: Obj, taints: list[dict[str, Any]]) -> float:
    """Since when the pod has had to bear all of these taints."""
    bound = seconds((condition(pod, "PodScheduled") or {}).get("lastTransitionTime"))
    return max(bound, *(seconds(each.get("timeAdded")) for each in taints))
