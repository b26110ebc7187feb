"""Whether a definition's schema is structural: typed everywhere, in words that a server prunes and judges by. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds import places
from cluster.kinds.custom import costs, structural, values
from cluster.kinds.custom.rules import RULES
from cluster.machinery import cel
from cluster.machinery.cel import typing
from cluster.machinery.errors import Cause, Written, forbidden, invalid, not_supported, required, shown

Schema = Mapping[str, Any]

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_LISTS = ("atomic", "map", "set")
_MAPS = ("atomic", "granular")
_LOGIC = ("allOf", "anyOf", "oneOf")
_UNSUPPORTED = ("$ref", "additionalItems", "definitions", "dependencies", "id", "patternProperties")
_REASONS = ("FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate")
_UNTYPED = {
    "root": "must not be empty at the root",
    "items": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}
_DEEPEST = 64
_NAMES = ("self", "oldSelf")
_KEYED = "must have a default or be a required property"


def causes(schema: Schema, path: str, level: str = "root", depth: int = 0, times: int = 1) -> Iterator[Cause]:
    """Every fault; `path` ends in openAPIV3Schema. `times`: how many such values an object can have."""
    if depth > _DEEPEST:
        yield forbidden(path, f"schemas are nested at most {_DEEPEST} levels deep")
        return
    yield from _words(schema, path)
    yield from _type(schema, path, level)
    yield from _lists(schema, path)
    for index, rule in enumerate(schema.get(RULES) or ()):
        yield from _rule(rule, f"{path}.{RULES}[{index}]", schema, times, root=level == "root")
    rest, properties = schema.get("additionalProperties"), schema.get("properties") or {}
    if rest and properties:
        yield forbidden(f"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive")
    if rest is not None and level == "root":
        yield forbidden(f"{path}.additionalProperties", "must not be used at the root")
    if isinstance(rest, dict):
        several = times * costs.most_items(schema)
        yield from causes(rest, f"{path}.additionalProperties", "field", depth + 1, several)
    for name, inner in properties.items():
        if level == "root" and name in ("apiVersion", "kind", "metadata"):
            continue
        yield from causes(inner, f"{path}.properties[{name}]", "field", depth + 1, times)
    items = schema.get("items")
    if isinstance(items, dict):
        yield from causes(items, f"{path}.items", "items", depth + 1, times * costs.most_items(schema))
    elif items is not None:
        yield forbidden(f"{path}.items", "items must be a schema object and not an array")
    if "default" in schema:
        yield from _default(schema, path)


def _words(schema: Schema, path: str) -> Iterator[Cause]:
    for word in _UNSUPPORTED:
        if schema.get(word):
            yield forbidden(f"{path}.{word}", f"{word} is not supported")
    if schema.get("uniqueItems"):
        detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden(f"{path}.uniqueItems", detail)
    if schema.get(structural.PRESERVE) is False:
        yield invalid(f"{path}.{structural.PRESERVE}", False, "must be true or undefined")
    if pattern := schema.get("pattern"):
        try:
            cel.compile("''.matches(pattern)", ("pattern",)).run({"pattern": pattern})
        except cel.Failed as error:
            detail = f"must be a valid regular expression, but isn't: {error}"
            yield invalid(f"{path}.pattern", pattern, detail)
    for word in _LOGIC:
        for index, inner in enumerate(schema.get(word) or ()):
            yield from _logical(
                inner, f"{path}.{word}[{index}]", int_or_string=bool(schema.get(structural.INT_OR_STRING))
            )
    if (inner := schema.get("not")) is not None:
        yield from _logical(inner, f"{path}.not", int_or_string=False)


def _logical(schema: Schema, path: str, *, int_or_string: bool) -> Iterator[Cause]:
    """Inside of these only values are judged: nothing is typed, described or filled."""
    for word in ("type", "additionalProperties", "default", "nullable", "description", "title"):
        if word in schema and not (word == "type" and int_or_string):
            yield forbidden(f"{path}.{word}", "must be empty to be structural")


def _type(schema: Schema, path: str, level: str) -> Iterator[Cause]:
    sort = schema.get("type") or ""
    if sort == "null":
        yield forbidden(f"{path}.type", "type cannot be set to null, use nullable as an alternative")
    elif sort and sort not in _TYPES:
        yield not_supported(f"{path}.type", sort, _TYPES)
    elif schema.get(structural.EMBEDDED) and sort != "object":
        detail = f"must be object if {structural.EMBEDDED} is true"
        yield invalid(f"{path}.type", sort, detail) if sort else required(f"{path}.type", detail)
    elif level == "root" and sort and sort != "object":
        yield invalid(f"{path}.type", sort, "must be object at the root")
    elif not sort and not schema.get(structural.INT_OR_STRING):
        if level == "root" or not schema.get(structural.PRESERVE):
            yield required(f"{path}.type", _UNTYPED[level])
    elif sort and schema.get(structural.INT_OR_STRING):
        yield invalid(f"{path}.type", sort, f"must be empty if {structural.INT_OR_STRING} is true")
    if sort == "array" and schema.get("items") is None:
        yield required(f"{path}.items", "must be specified")


def _lists(schema: Schema, path: str) -> Iterator[Cause]:
    kind, keys = schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-list-map-keys") or ()
    sort = schema.get("type") or ""
    if kind is not None:
        if sort != "array":
            yield invalid(f"{path}.type", sort, "must be array if x-kubernetes-list-type is specified")
        if kind not in _LISTS:
            yield not_supported(f"{path}.x-kubernetes-list-type", kind, _LISTS)
    if kind == "map":
        if not keys:
            yield required(f"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map")
        items = schema.get("items")
        known = (items.get("properties") or {}) if isinstance(items, dict) else {}
        for index, key in enumerate(keys):
            if key not in known:
                detail = "entries must all be names of item properties"
                yield invalid(f"{path}.x-kubernetes-list-map-keys[{index}]", key, detail)
            elif "default" not in known[key] and key not in ((items or {}).get("required") or ()):
                detail = f"this property is in x-kubernetes-list-map-keys, so it {_KEYED}"
                yield required(f"{path}.items.properties[{key}].default", detail)
    elif keys:
        yield invalid(
            f"{path}.x-kubernetes-list-type", kind or "", "must be map if x-kubernetes-list-map-keys is non-empty"
        )
    merged = schema.get("x-kubernetes-map-type")
    if merged is not None and merged not in _MAPS:
        yield not_supported(f"{path}.x-kubernetes-map-type", merged, _MAPS)


def _rule(rule: Mapping[str, Any], path: str, schema: Schema, times: int, *, root: bool) -> Iterator[Cause]:
    text = (rule.get("rule") or "").strip()
    if not text:
        yield required(f"{path}.rule", "rule is not specified")
        return
    try:
        found = cel.compile(rule["rule"], _NAMES)
    except cel.NotCompiled as error:
        yield invalid(f"{path}.rule", _written(rule), f"compilation failed: {error}")
    else:
        if found.type not in ("bool", "dyn"):
            yield invalid(f"{path}.rule", _written(rule), "cel expression must evaluate to a bool")
        elif wrong := _mistyped(rule["rule"], schema, root=root):
            yield invalid(f"{path}.rule", _written(rule), f"compilation failed: {wrong}")
        elif detail := costs.exceeded(times * costs.of_rule(rule["rule"], schema)):
            yield forbidden(f"{path}.rule", detail)
    if (reason := rule.get("reason")) is not None and reason not in _REASONS:
        yield not_supported(f"{path}.reason", reason, _REASONS)
    if "message" in rule and not (rule["message"] or "").strip():
        yield invalid(f"{path}.message", rule["message"], "message must be non-empty if specified")
    elif "\n" in (rule.get("message") or "").strip():
        yield invalid(f"{path}.message", rule["message"], "message must not contain line breaks")
    if expression := rule.get("messageExpression"):
        try:
            said = cel.compile(expression, _NAMES)
        except cel.NotCompiled as error:
            detail = f"messageExpression compilation failed: {error}"
            yield invalid(f"{path}.messageExpression", _written(rule), detail)
        else:
            if said.type not in ("string", "dyn"):
                detail = "messageExpression must evaluate to a string"
                yield invalid(f"{path}.messageExpression", _written(rule), detail)


def _mistyped(source: str, schema: Schema, *, root: bool) -> str:
    place = places.root_of(schema) if root else places.place_at(schema)
    return typing.fault(source, _NAMES, {"self": place, "oldSelf": place})


def _written(rule: Mapping[str, Any]) -> Written:
    """A rule in Go's own notation."""
    texts = {name: shown(rule.get(field) or "") for name, field in _GO.items()}
    listed = ", ".join(f"{name}:{text}" for name, text in texts.items())
    return Written(
        f"apiextensions.ValidationRule{{{listed}, Reason:(*apiextensions.FieldValueErrorReason)(nil), "
        'FieldPath:"", OptionalOldSelf:(*bool)(nil)}'
    )


_GO = {"Rule": "rule", "Message": "message", "MessageExpression": "messageExpression"}


def _default(schema: Schema, path: str) -> Iterator[Cause]:
    value, here = schema["default"], f"{path}.default"
    if structural.unknown_inside(schema, value):
        yield invalid(here, value, "must not have unknown fields")
        return
    yield from values.causes(schema, value, here)
