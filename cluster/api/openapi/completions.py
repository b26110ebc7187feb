"""Components that the package's definitions lack: metrics, kinds of no known type, and kinds of the cluster's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.api.openapi.definitions import COMPONENTS, GVK, META, Gvk
from cluster.api.openapi.operations import described_gvk

Json = dict[str, Any]

API_VERSION: Json = {"type": "string", "description": "The group and version that this object is written in."}
KIND: Json = {"type": "string", "description": "The kind of object, in CamelCase."}
_QUANTITY = {"$ref": f"{COMPONENTS}io.k8s.apimachinery.pkg.api.resource.Quantity"}
_USAGE: Json = {
    "type": "object",
    "description": "How much of each resource was used, on average, in the window.",
    "additionalProperties": _QUANTITY,
}


def metadata(kind: str = "ObjectMeta") -> Json:
    return {"description": "Standard metadata.", "allOf": [{"$ref": f"{COMPONENTS}{META}{kind}"}]}


def opaque(gvk: Gvk) -> Json:
    """An object of which nothing but its metadata is known."""
    return {
        "type": "object",
        "description": f"{gvk[2]}: an object of which no type is published.",
        "properties": {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata()},
        "x-kubernetes-preserve-unknown-fields": True,
        GVK: [described_gvk(gvk)],
    }


def custom(gvk: Gvk, schema: Mapping[str, Any]) -> Json:
    """A custom kind's own schema, with what every object has."""
    properties = {**(schema.get("properties") or {}), "apiVersion": API_VERSION, "kind": KIND, "metadata": metadata()}
    return {
        **_whole(schema),
        "properties": {**_whole({"properties": properties})["properties"]},
        GVK: [described_gvk(gvk)],
    }


def _whole(schema: Mapping[str, Any]) -> Json:
    """Objects that are embedded are objects with metadata, too."""
    made: Json = {}
    for word, value in schema.items():
        if word == "properties":
            made[word] = {name: _whole(each) for name, each in value.items()}
        elif word in ("items", "additionalProperties") and isinstance(value, Mapping):
            made[word] = _whole(value)
        else:
            made[word] = value
    if schema.get("x-kubernetes-embedded-resource"):
        known = {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata()}
        made["properties"] = {**made.get("properties", {}), **known}
    return made


def list_of(gvk: Gvk, item: str) -> Json:
    group, version, kind = gvk
    return {
        "type": "object",
        "description": f"{kind}List is a list of {kind}",
        "required": ["items"],
        "properties": {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": metadata("ListMeta"),
            "items": {"type": "array", "description": "The objects.", "items": {"$ref": COMPONENTS + item}},
        },
        GVK: [described_gvk((group, version, f"{kind}List"))],
    }


def component_name(gvk: Gvk) -> str:
    """com.example.stable.v1.CronTab"""
    group, version, kind = gvk
    return ".".join([*reversed((group or "core").split(".")), version, kind])


def metrics(gvk: Gvk) -> Json | None:
    """PodMetrics and NodeMetrics; None for any other kind."""
    group, _, kind = gvk
    if group != "metrics.k8s.io" or kind not in ("PodMetrics", "NodeMetrics"):
        return None
    moment = {"description": "When the window ended.", "allOf": [{"$ref": f"{COMPONENTS}{META}Time"}]}
    container = {"type": "object", "properties": {"name": {"type": "string"}, "usage": _USAGE}}
    own = (
        {"usage": _USAGE}
        if kind == "NodeMetrics"
        else {"containers": {"type": "array", "description": "The usage of each container.", "items": container}}
    )
    return {
        "type": "object",
        "description": f"{kind}: what was used in a window of time.",
        "properties": {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": metadata(),
            "timestamp": moment,
            "window": {"type": "string", "description": "How long it was, 30s."},
            **own,
        },
        GVK: [described_gvk(gvk)],
    }
