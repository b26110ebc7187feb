"""Puts a pod on a node: the Ready one that it tolerates, that has room and the fewest pods; or says why there is none.

Looks at readiness, taints, `unschedulable`, node selectors and node affinity, the number of pods and the pod's claims.
Does not weigh CPU and memory, preferences, affinity between pods, or topology.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.placement import NO_SCHEDULE, matches_node, pinned_to, untolerated
from cluster.intents import Bind, Update
from cluster.machinery.objects import (
    CLAIMS,
    NODES,
    PODS,
    STORAGE_CLASSES,
    Key,
    Obj,
    condition,
    controller_of,
    is_terminating,
    meta,
    name,
    namespace,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Note, Plan, Reason
from cluster.world import World

NAME = "default-scheduler"
DEFAULT_PODS_PER_NODE = 110

_TOO_MANY = "Too many pods"
_RETRY_SECONDS = 10.0
"""A full node is looked at again this often: whole-cluster watching of ending pods would cost more than it brings."""


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    kind = change.key.kind
    if kind == PODS:
        return (change.key,) if change.type != "DELETED" and _is_waiting(change.object) else ()
    if kind == NODES:
        return every(world)
    if kind == CLAIMS:
        using = world.pods_using_claim(change.key.namespace, change.key.name)
        return [where for where, pod in using.items() if _is_waiting(pod)]
    return ()


def every(world: World) -> Iterable[Key]:
    return sorted(where for where, pod in world.bucket(PODS).items() if _is_waiting(pod))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Bind one pod, or note on it why it cannot be."""
    pod = world.get(where)
    if pod is None or not _is_waiting(pod):
        return NOTHING
    if gates := spec(pod).get("schedulingGates"):
        names = ", ".join(str(gate.get("name")) for gate in gates)
        return Plan(reasons=(Reason(where, "wait", f"Not scheduled: held by {names}.", "gated"),))
    if (scheduler := spec(pod).get("schedulerName", NAME)) != NAME:
        text = f"Not scheduled: it asks for the scheduler {scheduler}, which is not here."
        return Plan(reasons=(Reason(where, "wait", text, "other-scheduler"),))
    nodes = world.list(NODES)
    if not nodes:
        return _unschedulable(where, pod, now, "no nodes available to schedule pods", "the cluster has no node")
    if trouble := _claim_trouble(world, pod):
        message = f"0/{len(nodes)} nodes are available: {trouble}. {_preemption(len(nodes), Counter(), len(nodes))}"
        return _unschedulable(where, pod, now, message, trouble)
    refused: Counter[str] = Counter()
    fitting: list[tuple[int, str]] = []
    for node in nodes:
        if cause := _refusal(world, pod, node):
            refused[cause] += 1
        else:
            fitting.append((len(world.pods_on(name(node))), name(node)))
    if fitting:
        node_name = fitting[0][1] if len(fitting) == 1 else _spread(fitting, _before(world, where, pod))
        text = f"Successfully assigned {namespace(pod)}/{name(pod)} to {node_name}"
        note = Note(pod, "Normal", "Scheduled", text, NAME)
        return Plan((Action(Bind(where, uid(pod), node_name), succeeded=(note,)),))
    causes = ", ".join(sorted(f"{count} {cause}" for cause, count in refused.items()))
    hopeless = sum(count for cause, count in refused.items() if cause != _TOO_MANY)
    message = f"0/{len(nodes)} nodes are available: {causes}. {_preemption(len(nodes), refused, hopeless)}"
    again_at = now + _RETRY_SECONDS if refused[_TOO_MANY] else None
    return _unschedulable(where, pod, now, message, f"none of {len(nodes)} nodes will do ({causes})", again_at)


CONTROLLER = Controller(NAME, keys, every, plan)


def _is_waiting(pod: Obj) -> bool:
    return not spec(pod).get("nodeName") and not is_terminating(pod) and status(pod).get("phase") != "Failed"


def _before(world: World, where: Key, pod: Obj) -> int:
    """How many pods of the same controller wait before this one: they are planned in this very world too."""
    owner = controller_of(pod)
    siblings = world.owned_by(str(owner.get("uid"))) if owner is not None else {}
    return sum(each < where and _is_waiting(one) for each, one in siblings.items() if each.kind == PODS)


def _spread(fitting: list[tuple[int, str]], before: int) -> str:
    """The node with the fewest pods, first by name, once `before` others have been placed by the same rule."""
    ordered = sorted(fitting)
    for width, (level, _) in enumerate(ordered, start=1):
        # The emptiest `width` nodes are level; so many of the others are left to go round among them.
        left = before - sum(level - count for count, _ in ordered[:width])
        if width == len(ordered) or left < (ordered[width][0] - level) * width:
            return sorted(node for _, node in ordered[:width])[left % width]
    raise ValueError("no node to choose from")


def _refusal(world: World, pod: Obj, node: Obj) -> str:
    """Why this node will not do, in the scheduler's words; "" when it will. Order as the real filters run."""
    pod_spec, node_spec = spec(pod), spec(node)
    pinned = pinned_to(pod_spec)
    if pinned is not None and name(node) not in pinned:
        return "node(s) didn't satisfy plugin(s) [NodeAffinity]"
    if node_spec.get("unschedulable") and untolerated(pod_spec, [_taint("node.kubernetes.io/unschedulable")]):
        return "node(s) were unschedulable"
    taints = [*(node_spec.get("taints") or ())]
    ready = condition(node, "Ready")
    if ready is None or ready.get("status") != "True":
        taints.append(_taint("node.kubernetes.io/not-ready"))
    if taint := untolerated(pod_spec, taints):
        return f"node(s) had untolerated taint {{{taint.get('key')}: {taint.get('value') or ''}}}"
    if not matches_node(pod_spec, node):
        return "node(s) didn't match Pod's node affinity/selector"
    limits = status(node).get("allocatable") or status(node).get("capacity") or {}
    if len(world.pods_on(name(node))) >= int(limits.get("pods") or DEFAULT_PODS_PER_NODE):
        return _TOO_MANY
    return ""


def _taint(taint_key: str) -> dict[str, Any]:
    return {"key": taint_key, "effect": NO_SCHEDULE}


def _claim_trouble(world: World, pod: Obj) -> str:
    """What is wrong with the claims a pod names; "" when they are bound or will be once it is scheduled."""
    for volume in spec(pod).get("volumes") or ():
        claim_name = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if not claim_name:
            continue
        claim = world.find(CLAIMS, namespace(pod), claim_name)
        if claim is None:
            return f'persistentvolumeclaim "{claim_name}" not found'
        if meta(claim).get("deletionTimestamp"):
            return f'persistentvolumeclaim "{claim_name}" is being deleted'
        if status(claim).get("phase") == "Bound":
            continue
        storage_class = world.find(STORAGE_CLASSES, "", str(spec(claim).get("storageClassName") or ""))
        if storage_class is None or storage_class.get("volumeBindingMode") != "WaitForFirstConsumer":
            return "pod has unbound immediate PersistentVolumeClaims"
    return ""


def _preemption(total: int, refused: Mapping[str, int], hopeless: int) -> str:
    parts = [f"{hopeless} Preemption is not helpful for scheduling"] if hopeless else []
    if full := refused.get(_TOO_MANY, 0):
        parts.append(f"{full} No preemption victims found for incoming pod")
    return f"preemption: 0/{total} nodes are available: {', '.join(sorted(parts))}."


def _unschedulable(where: Key, pod: Obj, now: float, message: str, cause: str, again_at: float | None = None) -> Plan:
    reasons = (Reason(where, "wait", f"Not scheduled: {cause}.", "unschedulable"),)
    present = condition(pod, "PodScheduled")
    if present is not None and present.get("status") == "False" and present.get("message") == message:
        return Plan(reasons=reasons, again_at=again_at)
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
    told = {**pod, "status": {**status(pod), "conditions": [*others, failed]}}
    note = Note(pod, "Warning", "FailedScheduling", message, NAME)
    return Plan((Action(Update(told, "status"), succeeded=(note,)),), reasons, again_at=again_at)
