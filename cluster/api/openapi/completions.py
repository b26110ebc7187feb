"""Components that the package's definitions lack: metrics, kinds of no known type, and kinds of the cluster's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.api.openapi.definitions import COMPONENTS, GVK, META, Definitions, Gvk
from cluster.api.openapi.operations import described_gvk

Json = dict[str, Any]

_QUANTITY = {"$ref": f"{COMPONENTS}io.k8s.apimachinery.pkg.api.resource.Quantity"}
_USAGE: Json = {
    "type": "object",
    "description": "How much of each resource was used, on average, in the window.",
    "additionalProperties": _QUANTITY,
}


def identity(definitions: Definitions, *, listed: bool = False) -> Json:
    """The fields that every object has, or every list, in the words that the API's own types have for them."""
    known = definitions.component(f"io.k8s.api.core.v1.ConfigMap{'List' if listed else ''}")["properties"]
    return {field: known[field] for field in ("apiVersion", "kind", "metadata")}


def opaque(gvk: Gvk, fields: Json) -> Json:
    """An object of which nothing but its identity is known: `fields`."""
    return {
        "type": "object",
        "description": f"{gvk[2]}: an object of which no type is published.",
        "properties": fields,
        "x-kubernetes-preserve-unknown-fields": True,
        GVK: [described_gvk(gvk)],
    }


def custom(gvk: Gvk, schema: Mapping[str, Any], fields: Json) -> Json:
    """A custom kind's own schema, with what every object has."""
    made = _whole({**schema, "properties": {**(schema.get("properties") or {}), **fields}}, fields)
    return {**made, GVK: [described_gvk(gvk)]}


def _whole(schema: Mapping[str, Any], fields: Json) -> Json:
    """Objects that are embedded are objects with an identity, too."""
    made: Json = {}
    for word, value in schema.items():
        if word == "properties":
            made[word] = {name: _whole(each, fields) for name, each in value.items()}
        elif word in ("items", "additionalProperties") and isinstance(value, Mapping):
            made[word] = _whole(value, fields)
        else:
            made[word] = value
    if schema.get("x-kubernetes-embedded-resource"):
        made["properties"] = {**made.get("properties", {}), **fields}
    return made


def list_of(gvk: Gvk, called: str, item: str, fields: Json) -> Json:
    group, version, kind = gvk
    items = {
        "type": "array",
        "description": f"List of {kind.lower()}s.",
        "items": {"$ref": COMPONENTS + item},
    }
    return {
        "type": "object",
        "description": f"{called} is a list of {kind}",
        "required": ["items"],
        "properties": {**fields, "items": items},
        GVK: [described_gvk((group, version, called))],
    }


def component_name(gvk: Gvk) -> str:
    """com.example.stable.v1.CronTab"""
    group, version, kind = gvk
    return ".".join([*reversed((group or "core").split(".")), version, kind])


def metrics(gvk: Gvk, fields: Json) -> Json | None:
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
            **fields,
            "timestamp": moment,
            "window": {"type": "string", "description": "How long it was, 30s."},
            **own,
        },
        GVK: [described_gvk(gvk)],
    }
