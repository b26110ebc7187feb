"""A cluster as the manifests that make it again elsewhere. Pure.

Only what somebody wrote: not what the cluster began with, nor what its controllers and nodes made of it. Of each object
the status, the addresses it was given and what the server keeps are left out, so that another cluster gives its own.
"""

from __future__ import annotations

from collections.abc import Callable, Container

from cluster.kinds.attribution import LAST_APPLIED
from cluster.kinds.secret import TOKEN_TYPE
from cluster.machinery.objects import (
    API_SERVICES,
    CLAIMS,
    CSI_NODES,
    ENDPOINT_SLICES,
    SECRETS,
    SERVICES,
    STATEFUL_SETS,
    Key,
    Obj,
    annotations_of,
    copy,
    key,
    labels,
    meta,
    name,
    spec,
)
from cluster.world import World

Started = tuple[str, str, str]
"""Kind, namespace and name."""

_SYSTEM_SPACES = frozenset({"kube-system", "kube-public", "kube-node-lease"})
_NEVER = frozenset({"events", "leases", "controllerrevisions", "certificatesigningrequests", "volumeattachments"})
_IN_EVERY_SPACE = frozenset({("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")})
_OF_THE_START = "kubernetes.io/bootstrapping"
_ORDER = ("Namespace", "CustomResourceDefinition", "StorageClass", "PriorityClass", "ConfigMap", "Secret", "Service")
_KEPT_BY_SERVER = frozenset(
    {
        "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink", "finalizers",
        "ownerReferences", "generateName",
    }
)  # fmt: skip
_NOTES = ("pv.kubernetes.io/", "volume.kubernetes.io/", "volume.beta.kubernetes.io/", "endpoints.kubernetes.io/")
_NOTED = frozenset({LAST_APPLIED, "deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation"})
_JOB_LABELS = frozenset({"controller-uid", "job-name"})
_TOKEN = "kube-api-access-"


def written(world: World, began_with: Container[Started], *, with_secrets: bool) -> list[Obj]:
    """The objects in an order in which they can be applied. Without secrets, Secrets are left out."""
    found = [
        (where, obj)
        for where, obj in world.items()
        if _is_somebodys(world, where, obj, began_with) and (with_secrets or where.kind != SECRETS)
    ]
    return [_plain(obj) for _, obj in sorted(found, key=lambda each: (_rank(each[1]["kind"]), each[0]))]


def _rank(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _is_somebodys(world: World, where: Key, obj: Obj, began_with: Container[Started]) -> bool:
    kind = obj["kind"]
    if meta(obj).get("ownerReferences") or meta(obj).get("deletionTimestamp"):
        return False
    if where.namespace in _SYSTEM_SPACES or where.resource in _NEVER or where.kind in (API_SERVICES, CSI_NODES):
        return False
    if (kind, where.namespace, where.name) in began_with or (kind, where.name) in _IN_EVERY_SPACE:
        return False
    return _OF_THE_START not in labels(obj) and not _is_made(world, where, obj)


def _is_made(world: World, where: Key, obj: Obj) -> bool:
    """A controller made it, though nobody stands as its owner."""
    if where.group == "flowcontrol.apiserver.k8s.io":
        return "apf.kubernetes.io/autoupdate-spec" in annotations_of(obj)
    if where.kind == SECRETS:
        return obj.get("type") == TOKEN_TYPE
    if where.kind == CLAIMS:
        return any(
            where.name.startswith(f"{name(template)}-{name(maker)}-")
            for maker in world.bucket(STATEFUL_SETS, where.namespace).values()
            for template in spec(maker).get("volumeClaimTemplates") or ()
        )
    if where.resource == "persistentvolumes":
        return "pv.kubernetes.io/provisioned-by" in annotations_of(obj)
    if where.resource == "endpoints":
        service = world.get(key(SERVICES, where.namespace, where.name))
        return service is not None and (bool(spec(service).get("selector")) or where.name == "kubernetes")
    if where.kind == ENDPOINT_SLICES:
        keeper = labels(obj).get("endpointslice.kubernetes.io/managed-by", "")
        return keeper.endswith(".k8s.io") or where.name == "kubernetes"
    return False


def _plain(obj: Obj) -> Obj:
    made = {field: value for field, value in copy(obj).items() if field != "status"}
    metadata = {field: value for field, value in meta(made).items() if field not in _KEPT_BY_SERVER}
    notes = {field: text for field, text in annotations_of(obj).items() if not _is_note(field)}
    metadata.pop("annotations", None)
    if notes:
        metadata["annotations"] = notes
    made["metadata"] = metadata
    if strip := _STRIPS.get(obj["kind"]):
        strip(made)
    return {field: made[field] for field in ("apiVersion", "kind", "metadata", *made) if made[field] not in ({}, None)}


def _is_note(annotation: str) -> bool:
    return annotation in _NOTED or annotation.startswith(_NOTES)


def _without(fields: Obj, *names: str) -> None:
    for each in names:
        fields.pop(each, None)


def _service(obj: Obj) -> None:
    asked = obj["spec"]
    if asked.get("clusterIP") != "None":
        _without(asked, "clusterIP", "clusterIPs")
    _without(asked, "healthCheckNodePort")


def _pod(obj: Obj) -> None:
    asked = obj["spec"]
    _without(asked, "nodeName", "priority", "preemptionPolicy", "serviceAccount", "ephemeralContainers")
    asked["tolerations"] = [each for each in asked.get("tolerations") or () if each.get("tolerationSeconds") is None]
    asked["volumes"] = [each for each in asked.get("volumes") or () if not _named(each).startswith(_TOKEN)]
    for container in (*asked.get("containers", ()), *asked.get("initContainers", ())):
        mounts = [each for each in container.get("volumeMounts") or () if not _named(each).startswith(_TOKEN)]
        _without(container, "volumeMounts")
        if mounts:
            container["volumeMounts"] = mounts
    _without(asked, *(each for each in ("tolerations", "volumes") if not asked[each]))


def _named(part: Obj) -> str:
    return str(part.get("name") or "")


def _job(obj: Obj) -> None:
    if obj["spec"].get("manualSelector"):
        return
    _without(obj["spec"], "selector")
    template = obj["spec"].get("template") or {}
    for metadata in (obj["metadata"], template.get("metadata") or {}):
        own = metadata.get("labels") or {}
        kept = {label: text for label, text in own.items() if label.split("/")[-1] not in _JOB_LABELS}
        _without(metadata, "labels")
        if kept:
            metadata["labels"] = kept


def _claim(obj: Obj) -> None:
    _without(obj["spec"], "volumeName")


def _namespace(obj: Obj) -> None:
    _without(obj, "spec")
    own = obj["metadata"].get("labels") or {}
    kept = {label: text for label, text in own.items() if label != "kubernetes.io/metadata.name"}
    _without(obj["metadata"], "labels")
    if kept:
        obj["metadata"]["labels"] = kept


def _node(obj: Obj) -> None:
    own = obj["metadata"].get("labels") or {}
    kept = {label: text for label, text in own.items() if "kubernetes.io/" not in label}
    _without(obj["metadata"], "labels")
    if kept:
        obj["metadata"]["labels"] = kept
    taints = [each for each in spec(obj).get("taints") or () if not each["key"].startswith("node.kubernetes.io/")]
    obj["spec"] = {
        **({"taints": taints} if taints else {}),
        **({"unschedulable": True} if spec(obj).get("unschedulable") else {}),
    }


_STRIPS: dict[str, Callable[[Obj], None]] = {
    "Service": _service,
    "Pod": _pod,
    "Job": _job,
    "PersistentVolumeClaim": _claim,
    "Namespace": _namespace,
    "Node": _node,
}
