"""The words everything else speaks: objects as plain dicts, their keys and the few facts every object has.

Objects stay the dicts that came in; unknown fields pass through. An object that is in a World or a Change is
shared and must never be changed in place: `copy` first. Knows no kind in particular.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

Obj = dict[str, Any]


class GroupResource(NamedTuple):
    """A kind of thing as the API paths name it: `GroupResource("apps", "statefulsets")`, the core group is ""."""

    group: str
    resource: str

    def __str__(self) -> str:
        return f"{self.resource}.{self.group}" if self.group else self.resource


class Key(NamedTuple):
    """The one address of an object inside a cluster; `namespace` is "" for what lives in no namespace."""

    group: str
    resource: str
    namespace: str
    name: str

    @property
    def kind(self) -> GroupResource:
        return GroupResource(self.group, self.resource)

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind}/{place}"


PODS = GroupResource("", "pods")
SERVICES = GroupResource("", "services")
NAMESPACES = GroupResource("", "namespaces")
NODES = GroupResource("", "nodes")
ENDPOINTS = GroupResource("", "endpoints")
EVENTS = GroupResource("", "events")
CONFIG_MAPS = GroupResource("", "configmaps")
SECRETS = GroupResource("", "secrets")
SERVICE_ACCOUNTS = GroupResource("", "serviceaccounts")
CLAIMS = GroupResource("", "persistentvolumeclaims")
VOLUMES = GroupResource("", "persistentvolumes")
LEASES = GroupResource("coordination.k8s.io", "leases")
PRIORITY_CLASSES = GroupResource("scheduling.k8s.io", "priorityclasses")
FLOW_SCHEMAS = GroupResource("flowcontrol.apiserver.k8s.io", "flowschemas")
PRIORITY_LEVELS = GroupResource("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations")
API_SERVICES = GroupResource("apiregistration.k8s.io", "apiservices")
CSI_NODES = GroupResource("storage.k8s.io", "csinodes")
SIGNING_REQUESTS = GroupResource("certificates.k8s.io", "certificatesigningrequests")
STORAGE_CLASSES = GroupResource("storage.k8s.io", "storageclasses")
ROLES = GroupResource("rbac.authorization.k8s.io", "roles")
CLUSTER_ROLES = GroupResource("rbac.authorization.k8s.io", "clusterroles")
ROLE_BINDINGS = GroupResource("rbac.authorization.k8s.io", "rolebindings")
CLUSTER_ROLE_BINDINGS = GroupResource("rbac.authorization.k8s.io", "clusterrolebindings")
CUSTOM_DEFINITIONS = GroupResource("apiextensions.k8s.io", "customresourcedefinitions")
INGRESS_CLASSES = GroupResource("networking.k8s.io", "ingressclasses")
INGRESSES = GroupResource("networking.k8s.io", "ingresses")
NETWORK_POLICIES = GroupResource("networking.k8s.io", "networkpolicies")
ENDPOINT_SLICES = GroupResource("discovery.k8s.io", "endpointslices")
STATEFUL_SETS = GroupResource("apps", "statefulsets")
DEPLOYMENTS = GroupResource("apps", "deployments")
REPLICA_SETS = GroupResource("apps", "replicasets")
REPLICATION_CONTROLLERS = GroupResource("", "replicationcontrollers")
DAEMON_SETS = GroupResource("apps", "daemonsets")
JOBS = GroupResource("batch", "jobs")
CRON_JOBS = GroupResource("batch", "cronjobs")
AUTOSCALERS = GroupResource("autoscaling", "horizontalpodautoscalers")
DISRUPTION_BUDGETS = GroupResource("policy", "poddisruptionbudgets")
RESOURCE_QUOTAS = GroupResource("", "resourcequotas")
LIMIT_RANGES = GroupResource("", "limitranges")
CONTROLLER_REVISIONS = GroupResource("apps", "controllerrevisions")


def key(kind: GroupResource, namespace: str, name: str) -> Key:
    return Key(kind.group, kind.resource, namespace, name)


def copy(obj: Obj) -> Obj:
    """A deep copy that may be changed. (orjson both ways: 6x faster than deepcopy.)"""
    copied: Obj = orjson.loads(orjson.dumps(obj))
    return copied


def meta(obj: Mapping[str, Any]) -> dict[str, Any]:
    metadata: dict[str, Any] = obj.get("metadata") or {}
    return metadata


def name(obj: Mapping[str, Any]) -> str:
    return str(meta(obj).get("name") or "")


def namespace(obj: Mapping[str, Any]) -> str:
    return str(meta(obj).get("namespace") or "")


def uid(obj: Mapping[str, Any]) -> str:
    return str(meta(obj).get("uid") or "")


def labels(obj: Mapping[str, Any]) -> dict[str, str]:
    return meta(obj).get("labels") or {}


def annotations_of(obj: Mapping[str, Any]) -> dict[str, str]:
    return meta(obj).get("annotations") or {}


def spec(obj: Mapping[str, Any]) -> dict[str, Any]:
    return obj.get("spec") or {}


def status(obj: Mapping[str, Any]) -> dict[str, Any]:
    return obj.get("status") or {}


def resource_version(obj: Mapping[str, Any]) -> int:
    return int(meta(obj).get("resourceVersion") or 0)


def is_terminating(obj: Mapping[str, Any]) -> bool:
    return bool(meta(obj).get("deletionTimestamp"))


def controller_of(obj: Mapping[str, Any]) -> dict[str, Any] | None:
    """The ownerReference marked `controller: true`, if any."""
    for reference in meta(obj).get("ownerReferences") or ():
        if reference.get("controller"):
            found: dict[str, Any] = reference
            return found
    return None


def is_controlled_by(obj: Mapping[str, Any], owner: Mapping[str, Any]) -> bool:
    return (controller_of(obj) or {}).get("uid") == uid(owner)


def claim_of(pod: Mapping[str, Any], volume: Mapping[str, Any]) -> str:
    """The claim that a pod's volume stands for: one it names, or its own; "" where it is of another kind."""
    if volume.get("ephemeral") is not None:
        return f"{name(pod)}-{volume.get('name')}"
    return str((volume.get("persistentVolumeClaim") or {}).get("claimName") or "")


def owner_reference(owner: Mapping[str, Any], *, controller: bool = True, block: bool = True) -> dict[str, Any]:
    """An ownerReference to `owner`, as the controllers write it."""
    reference = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": name(owner),
        "uid": uid(owner),
    }
    if controller:
        reference["controller"] = True
    if block:
        reference["blockOwnerDeletion"] = True
    return reference


def condition(obj: Mapping[str, Any], type_: str) -> dict[str, Any] | None:
    """The status condition of that type, if there is one."""
    for entry in status(obj).get("conditions") or ():
        if entry.get("type") == type_:
            found: dict[str, Any] = entry
            return found
    return None


def is_pod_ready(pod: Mapping[str, Any]) -> bool:
    """Condition Ready is True (the pod may be terminating all the same)."""
    ready = condition(pod, "Ready")
    return ready is not None and ready.get("status") == "True"


_LATEST = 253_402_300_799
"""The last second of the year 9999: a grace period may be as long as 64 bits allow."""


def timestamp(seconds: float) -> str:
    """Unix seconds -> metav1.Time text, whole seconds: "2026-11-23T05:48:07Z"."""
    return datetime.fromtimestamp(min(int(seconds), _LATEST), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def micro_timestamp(seconds: float) -> str:
    """Unix seconds -> metav1.MicroTime text: "2026-11-23T05:48:07.405729Z"."""
    return datetime.fromtimestamp(min(seconds, _LATEST), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds(text: str | None) -> float:
    """metav1.Time or MicroTime text -> Unix seconds; 0.0 for None or "". ValueError when it is no time."""
    if not text:
        return 0.0
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
