"""The node controller: a node that is not heard of any more counts as lost, its pods as not ready; taints follow what
a node says of itself.

Who is evicted from a tainted node, and when, is decided in `cluster.controllers.tainteviction`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster import faults
from cluster.change import Change
from cluster.config import ClusterConfig, patience
from cluster.controllers.nodelifecycle import taints
from cluster.intents import Patch, Update
from cluster.machinery.objects import (
    NODES,
    Key,
    Obj,
    annotations_of,
    condition,
    is_pod_ready,
    meta,
    name,
    seconds,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Note, Plan, Reason
from cluster.world import World

NAME = "node-controller"
GRACE_SECONDS = 50.0
"""How long a node may be silent (node-monitor-grace-period of v1.32)."""
STARTUP_GRACE_SECONDS = 60.0
"""How long one that has never reported may be (node-startup-grace-period)."""
_HEARD_OF = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
"""The conditions that a kubelet reports, in the order in which they are given up."""


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    if change.key.kind != NODES:
        return ()
    if old is None or change.type == "DELETED" or taints.readiness(old) != taints.readiness(change.object):
        return every(world)  # how many are well decides what becomes of the others
    return (change.key,)


def every(world: World) -> Iterable[Key]:
    return sorted(world.bucket(NODES))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """One step for one node: its loss, its taints, its pods."""
    node = world.get(where)
    if node is None:
        return NOTHING
    if faults.is_lost(node) and taints.readiness(node) != "Unknown":
        return _silent(where, node, now, config)
    if not faults.is_lost(node) and faults.LOST_SINCE in annotations_of(node):
        return Plan((Action(_annotated(where, node, None)),))
    wanted = taints.wanted(world, node, now)
    if wanted != (node.get("spec") or {}).get("taints", []):
        body = {"spec": {"taints": wanted or None}}
        notes = (*_registered(world, node), *_cordoned(node, wanted))
        return Plan((Action(Patch(where, "merge", body, uid=uid(node)), succeeded=notes),))
    actions = tuple(_unready_pods(world, node, now)) if taints.readiness(node) == "Unknown" else ()
    return Plan(actions, tuple(_reasons(world, where, node)))


CONTROLLER = Controller(NAME, keys, every, plan)


def _silent(where: Key, node: Obj, now: float, config: ClusterConfig) -> Plan:
    """Counts the grace period of a node that has fallen silent; when it is over, nothing is known of the node."""
    grace = patience(config.pace, GRACE_SECONDS if taints.readiness(node) else STARTUP_GRACE_SECONDS)
    since = annotations_of(node).get(faults.LOST_SINCE)
    if not since and grace:
        return Plan((Action(_annotated(where, node, timestamp(now))),))
    due = seconds(since) + grace if since else now
    if now < due:
        text = f"{where.name} is silent: it counts as lost in {max(round(due - now), 1)} s."
        return Plan(reasons=(Reason(where, "wait", text, "silent"),), again_at=due)
    note = Note(node, "Normal", "NodeNotReady", f"Node {where.name} status is now: NodeNotReady", NAME)
    told = {**node, "status": {**status(node), "conditions": _given_up(node, now)}}
    return Plan((Action(Update(told, "status"), succeeded=(note,)),))


def _given_up(node: Obj, now: float) -> list[Obj]:
    """The node's conditions when nothing is known of it."""
    stopped = {"reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}
    never = {"reason": "NodeStatusNeverUpdated", "message": "Kubelet never posted node status."}
    unknown = {"status": "Unknown", "lastTransitionTime": timestamp(now)}
    present = status(node).get("conditions") or ()
    types = {each.get("type") for each in present}
    created = meta(node).get("creationTimestamp")
    return [
        *({**each, **unknown, **stopped} if each.get("type") in _HEARD_OF else each for each in present),
        *({"type": each, "lastHeartbeatTime": created, **unknown, **never} for each in _HEARD_OF if each not in types),
    ]


def _annotated(where: Key, node: Obj, since: str | None) -> Patch:
    return Patch(where, "merge", {"metadata": {"annotations": {faults.LOST_SINCE: since}}}, uid=uid(node))


def _registered(world: World, node: Obj) -> Iterator[Note]:
    """Told once, with the first taints that are set or taken away."""
    if not any(each.get("reason") == "RegisteredNode" for each in world.events_about(uid(node)).values()):
        text = f"Node {name(node)} event: Registered Node {name(node)} in Controller"
        yield Note(node, "Normal", "RegisteredNode", text, NAME)


def _cordoned(node: Obj, wanted: list[taints.Taint]) -> Iterator[Note]:
    """That nothing more is scheduled to it, or again, is told by its kubelet. It is told here, since the taint is what
    shows that it is news."""
    before, after = (taints.is_cordoned(each) for each in ((node.get("spec") or {}).get("taints") or [], wanted))
    if before != after and not faults.is_lost(node):
        word = "NodeNotSchedulable" if after else "NodeSchedulable"
        yield Note(node, "Normal", word, f"Node {name(node)} status is now: {word}", "kubelet", name(node))


def _unready_pods(world: World, node: Obj, now: float) -> Iterator[Action]:
    """Nobody can say of a lost node's pods that they are ready."""
    for _, pod in sorted(world.pods_on(name(node)).items()):
        if not is_pod_ready(pod):
            continue
        conditions = [
            {**each, "status": "False", "lastTransitionTime": timestamp(now)} if each.get("type") == "Ready" else each
            for each in status(pod)["conditions"]
        ]
        note = Note(pod, "Warning", "NodeNotReady", "Node is not ready", NAME)
        told = {**pod, "status": {**status(pod), "conditions": conditions}}
        yield Action(Update(told, "status"), succeeded=(note,), may_fail=True)


def _reasons(world: World, where: Key, node: Obj) -> Iterator[Reason]:
    if taints.readiness(node) == "True":
        return
    ready = condition(node, "Ready") or {}
    yield Reason(where, "fail", f"Not ready: {ready.get('message') or 'it never reported'}", "node-not-ready")
    if halted := taints.halted(world, node):
        yield Reason(where, "info", f"Its pods are not evicted: {halted}.", "eviction-halted")
