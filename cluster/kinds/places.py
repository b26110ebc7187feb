"""Where an object of a kind begins, as server-side apply and whoever drops unknown fields walk it.

The API's own kinds are described by its types (`schema`), custom ones by the structural schema of their definition.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from cluster.kinds.custom.structural import EMBEDDED, INT_OR_STRING, PRESERVE
from cluster.kinds.kind import Custom, Kind
from cluster.machinery import schema
from cluster.machinery.ownership.places import UNSAID
from cluster.machinery.shapes import Field, Flag, IntOrText, Items, Number, Shape, Struct, Table, Text, Whole

_MOST_KEPT = 256
_custom: OrderedDict[int, tuple[Custom, Field]] = OrderedDict()
_PLAIN: dict[str, Shape] = {
    "string": Text("string"),
    "boolean": Flag("bool"),
    "integer": Whole("int64"),
    "number": Number("float64"),
}


def place_of(kind: Kind, api_version: str) -> Field:
    """The root of an object in one of the versions that its kind is served in."""
    view = kind.written_in(api_version)
    if view.custom is None:
        return schema.place(api_version, kind.kind)
    known = _custom.get(id(view.custom))
    if known is None:
        root = _struct(view.custom.schema, root=True)
        known = _custom[id(view.custom)] = (view.custom, Field(root))
        if len(_custom) > _MOST_KEPT:
            _custom.popitem(last=False)
    return known[1]


def root_of(schema: Mapping[str, Any]) -> Field:
    """The root of an object with that structural schema."""
    return Field(_struct(schema, root=True))


def place_at(schema: Mapping[str, Any]) -> Field:
    """A value with that structural schema."""
    return _field(schema)


def _struct(given: Mapping[str, Any], *, root: bool = False) -> Struct:
    made = Struct("v1.Object")
    made.is_open = bool(given.get(PRESERVE))
    made.atomic = given.get("x-kubernetes-map-type") == "atomic"
    for name, each in (given.get("properties") or {}).items():
        made.fields[name] = _field(each)
        if "default" in each:
            made.defaults[name] = each["default"]
    if root or given.get(EMBEDDED):
        metadata = schema.place("v1", "ConfigMap").child("metadata")
        assert metadata is not None
        made.fields |= {"metadata": metadata, "apiVersion": Field(_PLAIN["string"]), "kind": Field(_PLAIN["string"])}
    return made


def _field(given: Mapping[str, Any]) -> Field:
    list_type = given.get("x-kubernetes-list-type") or given.get("x-kubernetes-map-type") or ""
    return Field(_shape(given), list_type=list_type, list_keys=tuple(given.get("x-kubernetes-list-map-keys") or ()))


def _shape(given: Mapping[str, Any]) -> Shape:
    if given.get(INT_OR_STRING):
        return IntOrText()
    match given.get("type"):
        case "object":
            rest = given.get("additionalProperties")
            if isinstance(rest, dict):
                table = Table(UNSAID.shape)
                table.each = _field(rest)
                return table
            if rest or (given.get(PRESERVE) and not given.get("properties") and not given.get(EMBEDDED)):
                return UNSAID.shape
            return _struct(given)
        case "array":
            listed = Items(UNSAID.shape)
            listed.each = _field(given.get("items") or {})
            return listed
    return _PLAIN.get(str(given.get("type")), UNSAID.shape)
