"""Nodes, pods and volumes in the few words of the tables in tests/data/placement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cluster.machinery.objects import CLAIMS, NODES, PODS, STORAGE_CLASSES, VOLUMES, Key, Obj, key
from cluster.world import World

ROOMY = {"cpu": "4", "memory": "16Gi", "ephemeral-storage": "100Gi", "pods": "110"}
CANDIDATE = key(PODS, "default", "web-0")


def node(name: str, **said: Any) -> Obj:
    fields = {field: said.pop(field) for field in ("taints", "unschedulable") if field in said}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "uid": name, "labels": said.pop("labels", {})},
        "spec": fields,
        "status": {"conditions": [{"type": "Ready", "status": "True"}], "allocatable": {**ROOMY, **said}},
    }


def pod(name: str = "web-0", namespace: str = "default", **said: Any) -> Obj:
    metadata: Obj = {"name": name, "namespace": namespace, "uid": f"uid-{name}", "labels": said.pop("labels", {})}
    if said.pop("terminating", False):
        metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    if owner := said.pop("owner", ""):
        metadata["ownerReferences"] = [{"uid": owner, "controller": True}]
    phase = said.pop("phase", "Pending")
    if place := said.pop("node", ""):
        said["nodeName"] = place
    containers = said.pop("containers", [{}])
    spec = {"containers": [{"name": "nginx", "image": "nginx", **each} for each in containers], **said}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": {"phase": phase}}


def volume(claim: str, **said: Any) -> Iterable[tuple[Key, Obj]]:
    """A claim and the volume bound to it."""
    name, labels, modes = f"pv-{claim}", said.pop("labels", {}), said.pop("accessModes", ["ReadWriteOnce"])
    yield (
        key(CLAIMS, "default", claim),
        {
            "metadata": {"name": claim, "namespace": "default"},
            "spec": {"volumeName": name, "accessModes": modes},
            "status": {"phase": "Bound"},
        },
    )
    yield key(VOLUMES, "", name), {"metadata": {"name": name, "labels": labels}, "spec": said}


def world_of(*objects: Obj) -> World:
    kinds = {"Node": NODES, "Pod": PODS, "PersistentVolumeClaim": CLAIMS, "StorageClass": STORAGE_CLASSES}
    world = World()
    for obj in objects:
        metadata = obj["metadata"]
        world.put(key(kinds[obj["kind"]], metadata.get("namespace", ""), metadata["name"]), obj)
    return world


def laid_out(case: Mapping[str, Any]) -> World:
    """The world of one case: its nodes, pods and volumes, and the pod that looks for a place."""
    there = [pod(**{"name": f"there-{number}", **each}) for number, each in enumerate(case.get("pods") or ())]
    world = world_of(*(node(**each) for each in case["nodes"]), *there, pod(**(case.get("pod") or {})))
    for each in case.get("volumes") or ():
        for where, obj in volume(**each):
            world.put(where, obj)
    return world
