"""StatefulSets and pods for tests, in few words."""

from __future__ import annotations

from typing import Any

from cluster.machinery.objects import STATEFUL_SETS, Obj, key, owner_reference, timestamp

WEB = key(STATEFUL_SETS, "default", "web")


def template(image: str = "nginx:2") -> Obj:
    return {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "nginx", "image": image}], "restartPolicy": "Always"},
    }


def stateful_set(
    replicas: int = 3,
    policy: str = "OrderedReady",
    strategy: str = "RollingUpdate",
    partition: int = 0,
    min_ready: int = 0,
    start: int = 0,
    most: int | str | None = None,
    **spec: Any,
) -> Obj:
    update: Obj = {"type": strategy}
    if strategy == "RollingUpdate":
        update["rollingUpdate"] = {"partition": partition}
        if most is not None:
            update["rollingUpdate"]["maxUnavailable"] = most
    made: Obj = {
        "replicas": replicas,
        "serviceName": "web",
        "selector": {"matchLabels": {"app": "web"}},
        "template": template(),
        "podManagementPolicy": policy,
        "updateStrategy": update,
        "revisionHistoryLimit": 10,
        **spec,
    }
    if min_ready:
        made["minReadySeconds"] = min_ready
    if start:
        made["ordinals"] = {"start": start}
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": made,
    }


def claim_template(name: str = "data") -> Obj:
    return {"metadata": {"name": name}, "spec": {"accessModes": ["ReadWriteOnce"]}}


def pod(words: str, name: str, owner: Obj, revision: str, now: float) -> Obj:
    """A pod from "Ready leaving since=20": phase or Ready first, then what is special about it."""
    state, *special = words.split()
    labels = {
        "app": "elsewhere" if "astray" in special else "web",
        "controller-revision-hash": revision,
        "statefulset.kubernetes.io/pod-name": name,
        "apps.kubernetes.io/pod-index": name.rpartition("-")[2],
    }
    if "nameless" in special:
        del labels["statefulset.kubernetes.io/pod-name"]
    since = next((int(each.removeprefix("since=")) for each in special if each.startswith("since=")), 100)
    ready = {
        "type": "Ready",
        "status": "True" if state == "Ready" else "False",
        "lastTransitionTime": timestamp(now - since),
    }
    metadata: Obj = {"name": name, "namespace": "default", "uid": f"uid-{name}", "labels": labels}
    if "leaving" in special:
        metadata["deletionTimestamp"] = timestamp(now)
    if "stolen" in special:
        metadata["ownerReferences"] = [
            {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "other", "uid": "uid-other", "controller": True}
        ]
    elif "orphan" not in special:
        metadata["ownerReferences"] = [owner_reference(owner)]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"nodeName": "node-1"},
        "status": {"phase": "Running" if state == "Ready" else state, "conditions": [ready]},
    }
