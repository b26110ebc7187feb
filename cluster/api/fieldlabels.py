"""The fields that `fieldSelector=` may ask by, kind by kind. Pure.

Kubernetes lists them for each kind, and refuses others: `field label not supported`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cluster.api.served import Resource
from cluster.machinery import jsonpath
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import Obj, name, namespace
from cluster.machinery.selectors import FieldSelector

Read = Callable[[Obj], str]


def _at(*path: str) -> Read:
    """The text at a place of an object; "" when it is not there."""

    def read(obj: Obj) -> str:
        value: Any = obj
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, bool):
            return "true" if value else "false"
        return "" if value is None else str(value)

    return read


def _flag(*path: str) -> Read:
    read = _at(*path)
    return lambda obj: read(obj) or "false"


def _number(*path: str) -> Read:
    read = _at(*path)
    return lambda obj: read(obj) or "0"


def _addresses(obj: Obj) -> str:
    return ",".join(str(each.get("ip", "")) for each in (obj.get("status") or {}).get("podIPs") or ())


def _event_source(obj: Obj) -> str:
    return str((obj.get("source") or {}).get("component") or obj.get("reportingComponent") or "")


_PARTS = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")

_EVENT: dict[str, Read] = {
    **{f"involvedObject.{part}": _at("involvedObject", part) for part in _PARTS},
    "reason": _at("reason"),
    "reportingComponent": _at("reportingComponent"),
    "source": _event_source,
    "type": _at("type"),
}
_NEW_EVENT: dict[str, Read] = {
    **{f"regarding.{part}": _at("involvedObject", part) for part in _PARTS},
    "reason": _at("reason"),
    "reportingController": _at("reportingComponent"),
    "type": _at("type"),
}
_LABELS: dict[tuple[str, str], dict[str, Read]] = {
    ("v1", "pods"): {
        "spec.nodeName": _at("spec", "nodeName"),
        "spec.restartPolicy": _at("spec", "restartPolicy"),
        "spec.schedulerName": _at("spec", "schedulerName"),
        "spec.serviceAccountName": _at("spec", "serviceAccountName"),
        "spec.hostNetwork": _flag("spec", "hostNetwork"),
        "status.phase": _at("status", "phase"),
        "status.podIP": _at("status", "podIP"),
        "status.podIPs": _addresses,
        "status.nominatedNodeName": _at("status", "nominatedNodeName"),
    },
    ("v1", "events"): _EVENT,
    ("events.k8s.io/v1", "events"): _NEW_EVENT,
    ("v1", "nodes"): {"spec.unschedulable": _flag("spec", "unschedulable")},
    ("v1", "namespaces"): {"status.phase": _at("status", "phase")},
    ("v1", "secrets"): {"type": _at("type")},
    ("v1", "services"): {"spec.clusterIP": _at("spec", "clusterIP"), "spec.type": _at("spec", "type")},
    ("v1", "replicationcontrollers"): {"status.replicas": _number("status", "replicas")},
    ("apps/v1", "replicasets"): {"status.replicas": _number("status", "replicas")},
    ("batch/v1", "jobs"): {"status.successful": _number("status", "succeeded")},
    ("certificates.k8s.io/v1", "certificatesigningrequests"): {"spec.signerName": _at("spec", "signerName")},
}


def reader(resource: Resource) -> Callable[[str], Read]:
    """From a field's name to what reads it. BadRequest for a field that this kind is not asked by."""
    own = _LABELS.get((resource.api_version, resource.resource), {})
    if custom := resource.kind.custom:
        own = {path.removeprefix("."): _found(path) for path in custom.selectable}

    def read(label: str) -> Read:
        if label == "metadata.name":
            return name
        if label == "metadata.namespace" and resource.kind.namespaced:
            return namespace
        found = own.get(label)
        if found is None:
            raise BadRequest(_unsupported(resource, label))
        return found

    return read


def _found(path: str) -> Read:
    """The text at a path that a definition makes selectable."""
    find = jsonpath.compile(path)

    def read(obj: Obj) -> str:
        found = find(obj)
        if not found or found[0] is None:
            return ""
        return str(found[0]).lower() if isinstance(found[0], bool) else str(found[0])

    return read


def _unsupported(resource: Resource, label: str) -> str:
    if (resource.api_version, resource.resource) in _LABELS or "." in resource.api_version.partition("/")[0]:
        return f"field label not supported: {label}"
    return f'"{label}" is not a known field selector: only "metadata.name", "metadata.namespace"'


def predicate(selector: FieldSelector, resource: Resource) -> Callable[[Obj], bool] | None:
    """Whether an object has what the selector asks; None when it asks nothing."""
    if not selector.requirements:
        return None
    read = reader(resource)
    wanted = [(read(each.field), each.value, each.operator == "=") for each in selector.requirements]
    return lambda obj: all((value(obj) == text) == same for value, text, same in wanted)
