"""What a metrics server tells of nodes and pods: the made-up usage, as metrics.k8s.io writes it."""

from __future__ import annotations

import math

from cluster.kinds.metrics import GROUP
from cluster.machinery.objects import NODES, PODS, Obj, labels, meta, name, timestamp
from cluster.placement import usage
from cluster.placement.usage import WINDOW_SECONDS, Usage
from cluster.world import World

_API_VERSION = f"{GROUP}/v1beta1"


def of_nodes(world: World, now: float) -> list[Obj]:
    found = []
    for node in world.list(NODES):
        used = usage.of_node(node, world.pods_on(name(node)).values(), now)
        found.append(_measured("NodeMetrics", node, now, usage=_written(used)))
    return found


def of_pods(world: World, now: float, namespace: str | None = None) -> list[Obj]:
    """Of those pods that run anything."""
    found = []
    for pod in world.list(PODS, namespace):
        if used := usage.of_pod(pod, now):
            containers = [{"name": called, "usage": _written(each)} for called, each in used.items()]
            found.append(_measured("PodMetrics", pod, now, containers=containers))
    return found


def _measured(kind: str, obj: Obj, now: float, **parts: object) -> Obj:
    metadata: Obj = {"name": name(obj), "creationTimestamp": timestamp(now)}
    if where := meta(obj).get("namespace"):
        metadata["namespace"] = where
    if tags := labels(obj):
        metadata["labels"] = tags
    moment = math.floor(now / WINDOW_SECONDS) * WINDOW_SECONDS
    return {
        "kind": kind,
        "apiVersion": _API_VERSION,
        "metadata": metadata,
        "timestamp": timestamp(moment),
        "window": f"{WINDOW_SECONDS:g}s",
        **parts,
    }


def _written(used: Usage) -> dict[str, str]:
    """Billionths of a core and KiB, as measured by a kubelet."""
    return {"cpu": f"{used.cpu * 1_000_000}n", "memory": f"{used.memory // 1024}Ki"}
