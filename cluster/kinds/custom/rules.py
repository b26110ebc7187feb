"""The rules of a schema (`x-kubernetes-validations`): CEL expressions on a value and what it was before. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from cluster.kinds.custom.structural import EMBEDDED, INT_OR_STRING
from cluster.machinery import cel
from cluster.machinery.errors import Cause, duplicate, forbidden, invalid, required

Schema = Mapping[str, Any]

RULES = "x-kubernetes-validations"
MOST_RUNS = 10_000
"""Evaluations for one object; each is bounded by itself."""
_VARIABLES = ("self", "oldSelf")
_OLD = re.compile(r"\boldSelf\b")
_RESERVED = frozenset(
    (
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
        "let", "loop", "package", "namespace", "return", "var", "void", "while",
    )
)  # fmt: skip


class _Spent(Exception):
    pass


class _Place(NamedTuple):
    schema: Schema
    value: Any
    old: Any
    known: bool
    """`old` is what stood here before."""
    path: str


def causes(schema: Schema, obj: Mapping[str, Any], old: Mapping[str, Any] | None) -> Iterator[Cause]:
    """Every rule that does not hold. A rule of `oldSelf` is asked only where there is an old value."""
    left = [MOST_RUNS]
    try:
        yield from _walk(_Place(_root(schema), obj, old, old is not None, ""), left)
    except _Spent:
        detail = "validation failed due to running out of cost budget, no further validation rules will be run"
        yield invalid("<nil>", "object", detail)


def has_rules(schema: Schema) -> bool:
    """Whether there is anything to ask, here or below."""
    below = [*(schema.get("properties") or {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return bool(schema.get(RULES)) or any(has_rules(each) for each in below if isinstance(each, dict))


def _root(schema: Schema) -> Schema:
    """At the root, apiVersion, kind and the names of the metadata can be asked for."""
    metadata = {"properties": {"name": {"type": "string"}, "generateName": {"type": "string"}}}
    known = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": metadata}
    return {**schema, "properties": {**(schema.get("properties") or {}), **known}}


def _walk(place: _Place, left: list[int]) -> Iterator[Cause]:
    schema, value = place.schema, place.value
    if value is None:
        return
    for rule in schema.get(RULES) or ():
        yield from _judged(rule, place, left)
    if isinstance(value, dict):
        before = place.old if isinstance(place.old, dict) else {}
        properties, rest = schema.get("properties") or {}, schema.get("additionalProperties")
        for field, inner in value.items():
            below = properties.get(field, rest)
            if isinstance(below, dict):
                here = f"{place.path}.{field}" if place.path else field
                yield from _walk(_Place(below, inner, before.get(field), place.known and field in before, here), left)
    elif isinstance(value, list) and isinstance(items := schema.get("items"), dict):
        keyed = _keyed(schema, place.old) if place.known else {}
        for index, inner in enumerate(value):
            mark = _mark(schema, inner)
            yield from _walk(_Place(items, inner, keyed.get(mark), mark in keyed, f"{place.path}[{index}]"), left)


def _mark(schema: Schema, item: Any) -> str:
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    return json.dumps([item.get(key) for key in keys]) if keys and isinstance(item, dict) else ""


def _keyed(schema: Schema, old: Any) -> dict[str, Any]:
    """What an item was is known in lists whose items have keys."""
    if not schema.get("x-kubernetes-list-map-keys") or not isinstance(old, list):
        return {}
    return {_mark(schema, each): each for each in old}


def _judged(rule: Mapping[str, Any], place: _Place, left: list[int]) -> Iterator[Cause]:
    text = rule["rule"]
    transition = bool(_OLD.search(text))
    if transition and not place.known and not rule.get("optionalOldSelf"):
        return
    if not transition and place.known and place.old == place.value:
        return
    left[0] -= 1
    if left[0] < 0:
        raise _Spent
    variables = {"self": native(place.schema, place.value), "oldSelf": native(place.schema, place.old)}
    sort = _sort(place.schema)
    path = place.path or "<nil>"
    called = (rule.get("message") or "").strip() or text.strip()
    try:
        holds = cel.compile(text, _VARIABLES).run(variables)
    except cel.NotCompiled as error:
        yield invalid(path, sort, f"rule compile error: {error}")
    except cel.TooCostly as error:
        detail = f"'{error}': no further validation rules will be run due to call cost exceeds limit for rule: {called}"
        yield invalid(path, sort, detail)
        raise _Spent from error
    except cel.Failed as error:
        if str(error).startswith("no such overload"):
            words = "call arguments did not match a supported operator, function or macro signature for rule"
            yield invalid(path, sort, f"'{error}': {words}: {called}")
        else:
            yield invalid(path, sort, f"{error} evaluating rule: {called}")
    else:
        if holds is not True:
            where = path + (rule.get("fieldPath") or "") if place.path else (rule.get("fieldPath") or path).lstrip(".")
            yield _refused(rule.get("reason") or "", where, sort, _message(rule, variables))


def _message(rule: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    if expression := rule.get("messageExpression"):
        try:
            said = cel.compile(expression, _VARIABLES).run(variables)
        except (cel.NotCompiled, cel.Failed):
            said = ""
        if isinstance(said, str) and said.strip() and "\n" not in said and len(said) <= 5120:
            return said.strip()
    return (rule.get("message") or "").strip() or f"failed rule: {rule['rule'].strip()}"


def _refused(reason: str, path: str, sort: str, detail: str) -> Cause:
    match reason:
        case "FieldValueRequired":
            return required(path, detail)
        case "FieldValueForbidden":
            return forbidden(path, detail)
        case "FieldValueDuplicate":
            return duplicate(path, sort)
        case _:
            return invalid(path, sort, detail)


def _sort(schema: Schema) -> str:
    return "int-or-string" if schema.get(INT_OR_STRING) else str(schema.get("type") or "object")


def native(schema: Schema, value: Any) -> Any:
    """A JSON value as an expression sees it: numbers of type `number` are floats, and fields whose names are no
    identifiers have escaped ones."""
    if isinstance(value, dict):
        properties, rest = schema.get("properties") or {}, schema.get("additionalProperties")
        if not properties and not isinstance(rest, dict):
            return value
        made: dict[str, Any] = {}
        for field, inner in value.items():
            if field in properties:
                made[escaped(field)] = native(properties[field], inner)
            elif isinstance(rest, dict):
                made[field] = native(rest, inner)
            elif schema.get(EMBEDDED):
                made[field] = inner
        return made
    if isinstance(value, list) and isinstance(items := schema.get("items"), dict):
        return [native(items, each) for each in value]
    if schema.get("type") == "number" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


@lru_cache(maxsize=4096)
def escaped(field: str) -> str:
    """foo.bar -> foo__dot__bar, namespace -> __namespace__"""
    if field in _RESERVED:
        return f"__{field}__"
    text = field.replace("__", "__underscores__").replace(".", "__dot__").replace("-", "__dash__")
    return text.replace("/", "__slash__")
