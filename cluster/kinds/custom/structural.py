"""What a structural schema does to an object before it is judged: unknown fields are found and pruned, defaults filled.

Nothing given is written to: parts that change are made anew, others are shared. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.machinery import schema as types
from cluster.machinery.objects import Obj, copy

Schema = Mapping[str, Any]

PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
INT_OR_STRING = "x-kubernetes-int-or-string"
_IDENTITY = ("apiVersion", "kind", "metadata")


def unknown_fields(schema: Schema, obj: Obj) -> list[str]:
    """Paths of fields that the schema does not name and pruning takes away, those of metadata included."""
    found: list[str] = []
    for field, value in obj.items():
        if field == "metadata":
            found.extend(_unknown_metadata("metadata", value))
        elif field not in _IDENTITY:
            _unknown(schema, {field: value}, "", found)
    return found


def unknown_inside(schema: Schema, value: Any) -> list[str]:
    """The same of any value, a default say."""
    found: list[str] = []
    _unknown(schema, value, "", found)
    return found


def _unknown_metadata(path: str, metadata: Any) -> list[str]:
    if not isinstance(metadata, dict):
        return []
    inner = types.unknown_fields("v1", "ConfigMap", {"metadata": metadata})
    return [f"{path}{each.removeprefix('metadata')}" for each in inner]


def _unknown(schema: Schema, value: Any, path: str, found: list[str]) -> None:
    if isinstance(value, dict):
        properties = schema.get("properties") or {}
        rest = schema.get("additionalProperties")
        for field, inner in value.items():
            here = f"{path}.{field}" if path else field
            if schema.get(EMBEDDED) and field in _IDENTITY:
                if field == "metadata":
                    found.extend(_unknown_metadata(here, inner))
            elif field in properties:
                _unknown(properties[field], inner, here, found)
            elif isinstance(rest, dict):
                _unknown(rest, inner, here, found)
            elif not rest and not schema.get(PRESERVE):
                found.append(here)
    elif isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for index, inner in enumerate(value):
                _unknown(items, inner, f"{path}[{index}]", found)


def pruned(schema: Schema, obj: Obj) -> Obj:
    """The object without unknown fields; its identity and metadata as they are."""
    kept = {field: value for field, value in obj.items() if field not in _IDENTITY}
    identity = {field: obj[field] for field in _IDENTITY if field in obj}
    return {**identity, **_pruned(schema, kept)}


def _pruned(schema: Schema, value: Any) -> Any:
    if isinstance(value, dict):
        properties = schema.get("properties") or {}
        rest = schema.get("additionalProperties")
        kept: Obj = {}
        for field, inner in value.items():
            if schema.get(EMBEDDED) and field in _IDENTITY:
                unknown = _unknown_metadata("metadata", inner) if field == "metadata" else ()
                gone = {each.removeprefix("metadata.") for each in unknown}
                kept[field] = {name: each for name, each in inner.items() if name not in gone} if gone else inner
            elif field in properties:
                kept[field] = _pruned(properties[field], inner)
            elif isinstance(rest, dict):
                kept[field] = _pruned(rest, inner)
            elif rest or schema.get(PRESERVE):
                kept[field] = inner
        return kept
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        return [_pruned(items, each) for each in value]
    return value


def completed(schema: Schema, obj: Obj) -> Obj:
    """Without unknown fields and with all defaults."""
    return defaulted(schema, pruned(schema, obj))


def defaulted(schema: Schema, obj: Obj) -> Obj:
    """The object with the schema's defaults, where a field is missing, or null and may not be."""
    kept = {field: value for field, value in obj.items() if field not in _IDENTITY}
    identity = {field: obj[field] for field in _IDENTITY if field in obj}
    inner = {**schema, "properties": {k: v for k, v in (schema.get("properties") or {}).items() if k not in _IDENTITY}}
    return {**identity, **_defaulted(inner, kept)}


def _defaulted(schema: Schema, value: Any) -> Any:
    if isinstance(value, dict):
        properties = schema.get("properties") or {}
        rest = schema.get("additionalProperties")
        made = dict(value)
        for field, inner in properties.items():
            if "default" in inner and (field not in made or (made[field] is None and not inner.get("nullable"))):
                made[field] = copy({"": inner["default"]})[""]
            if field in made:
                made[field] = _defaulted(inner, made[field])
        if isinstance(rest, dict):
            for field in made.keys() - properties.keys():
                if made[field] is None and "default" in rest and not rest.get("nullable"):
                    made[field] = copy({"": rest["default"]})[""]
                made[field] = _defaulted(rest, made[field])
        return made
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        return [
            _defaulted(items, copy({"": items["default"]})[""] if each is None and "default" in items else each)
            for each in value
        ]
    return value
