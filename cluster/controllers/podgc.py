"""Removes pods that nobody can finish: those of nodes that are no more, and those that hang on a node that somebody
has declared out of service.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.change import Change
from cluster.config import ClusterConfig, patience
from cluster.controllers.disrupted import Cause, disrupted
from cluster.intents import Delete, Patch, Update
from cluster.machinery.objects import (
    NODES,
    PODS,
    Key,
    Obj,
    annotations_of,
    condition,
    is_terminating,
    seconds,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Plan, Reason
from cluster.world import World

NAME = "pod-garbage-collector"
QUARANTINE_SECONDS = 40.0
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
ORPHANED_SINCE = "kubarium.dev/orphaned-since"
"""Written by the cluster itself: when a pod was first seen on a node that is no more."""
_NODE_GONE = Cause("DeletionByPodGC", "PodGC: node no longer exists")


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    if change.key.kind == NODES:
        if change.type == "DELETED" or _is_out_of_service(change.object):
            return list(world.pods_on(change.key.name))
        return list(world.pods_on(change.key.name)) if old is None else ()
    if change.key.kind != PODS or change.type == "DELETED":
        return ()
    return (change.key,) if _is_stranded(world, change.object) else ()


def every(world: World) -> Iterable[Key]:
    return sorted(where for where, pod in world.bucket(PODS).items() if _is_stranded(world, pod))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Remove one pod, once nobody may come for it any more."""
    pod = world.get(where)
    if pod is None or not _is_stranded(world, pod):
        return NOTHING
    node = spec(pod)["nodeName"]
    over = status(pod).get("phase") in ("Succeeded", "Failed")
    phase = {} if over else {"phase": "Failed"}
    if world.find(NODES, "", node) is not None:
        told = {**pod, "status": {**status(pod), **phase}}
        return Plan((Action(Update(told, "status"), may_fail=True), Action(Delete(where, uid(pod), grace_seconds=0))))
    quarantine = patience(config.pace, QUARANTINE_SECONDS)
    since = annotations_of(pod).get(ORPHANED_SINCE)
    if quarantine and not since:
        body = {"metadata": {"annotations": {ORPHANED_SINCE: timestamp(now)}}}
        return Plan((Action(Patch(where, "merge", body, uid=uid(pod))),))
    if since and now < (due := seconds(since) + quarantine):
        text = f"Removed in {max(round(due - now), 1)} s: its node {node} is no more."
        return Plan(reasons=(Reason(where, "fail", text, "node-gone"),), again_at=due)
    told = disrupted(pod, _NODE_GONE, now, **phase)
    return Plan((Action(Update(told, "status"), may_fail=True), Action(Delete(where, uid(pod), grace_seconds=0))))


CONTROLLER = Controller(NAME, keys, every, plan)


def _is_stranded(world: World, pod: Obj) -> bool:
    node_name = spec(pod).get("nodeName")
    if not node_name:
        return False
    node = world.find(NODES, "", node_name)
    if node is None:
        return True
    return is_terminating(pod) and _is_out_of_service(node)


def _is_out_of_service(node: Obj) -> bool:
    ready = (condition(node, "Ready") or {}).get("status") == "True"
    return not ready and any(each.get("key") == OUT_OF_SERVICE for each in spec(node).get("taints") or ())
