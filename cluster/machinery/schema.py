"""The API types of the Kubernetes release we are: which fields there are, of which type, merged how.

The definitions are those of the package `kubernetes_validate` (its data; its code is never imported, that would cost
20 MB). They are read once, when first asked, in about 15 ms, and kept as `shapes` without their descriptions.
A kind that is not among them (a custom resource) has no fields to be wrong about.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from cluster.machinery import patch, shapes
from cluster.machinery.errors import ApiError, BadRequest
from cluster.machinery.gotypes import NAMED
from cluster.machinery.objects import Obj

RELEASE = "v1.32.0"

_SELF_READ: dict[str, shapes.Shape] = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": shapes.IntOrText(),
    "io.k8s.apimachinery.pkg.api.resource.Quantity": shapes.Amount("resource.Quantity"),
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": shapes.Moment("v1.Time", "2006-01-02T15:04:05Z07:00"),
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": shapes.Moment("v1.MicroTime", "2006-01-02T15:04:05.000000Z07:00"),
}
_PLAIN: dict[tuple[str, str], shapes.Shape] = {
    ("string", ""): shapes.Text("string"),
    ("string", "byte"): shapes.Bytes("[]uint8"),
    ("boolean", ""): shapes.Flag("bool"),
    ("integer", "int32"): shapes.Whole("int32"),
    ("integer", "int64"): shapes.Whole("int64"),
    ("number", "double"): shapes.Number("float64"),
}
_ANY = shapes.Shape()
_PORTS = ("io.k8s.api.core.v1.ContainerPort", "io.k8s.api.core.v1.ServicePort")
"""Told apart by their protocol, too, which need not be given."""


class _Definitions(NamedTuple):
    kinds: Mapping[tuple[str, str], shapes.Struct]
    """(apiVersion, kind) -> type."""
    unknown: shapes.Struct
    """An object of which only the metadata is known."""


@cache
def _definitions() -> _Definitions:
    package = find_spec("kubernetes_validate")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("the package kubernetes-validate is not installed: run `make setup`")
    folder = Path(package.submodule_search_locations[0]) / "kubernetes-json-schema" / f"{RELEASE}-local"
    raw: dict[str, dict[str, Any]] = orjson.loads((folder / "_definitions.json").read_bytes())["$defs"]
    structs = {
        name: shapes.Struct(".".join(name.split(".")[-2:]))
        for name, definition in raw.items()
        if name not in _SELF_READ and "properties" in definition
    }
    read = _Reader(structs)
    kinds: dict[tuple[str, str], shapes.Struct] = {}
    for name, struct in structs.items():
        definition = raw[name]
        struct.required = frozenset(definition.get("required", ()))
        struct.defaults = {"protocol": "TCP"} if name in _PORTS else {}
        struct.atomic = definition.get("x-kubernetes-map-type") == "atomic"
        for property_, given in definition["properties"].items():
            struct.fields[property_] = read.field(struct.name, property_, given)
        for each in definition.get("x-kubernetes-group-version-kind", ()):
            version = f"{each['group']}/{each['version']}" if each["group"] else each["version"]
            kinds[version, each["kind"]] = struct
    unknown = shapes.Struct("v1.Object")
    unknown.is_open = True
    unknown.fields["metadata"] = shapes.Field(structs["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"])
    return _Definitions(kinds, unknown)


class _Reader:
    """Turns JSON schema into shapes, each different one once."""

    def __init__(self, structs: Mapping[str, shapes.Struct]) -> None:
        self.structs = structs
        self.made: dict[tuple[str, str], shapes.Shape] = {}

    def field(self, struct: str, name: str, given: Mapping[str, Any]) -> shapes.Field:
        strategy = given.get("x-kubernetes-patch-strategy", "")
        return shapes.Field(
            self.shape(given, NAMED.get(f"{struct}.{name}", "")),
            given.get("x-kubernetes-patch-merge-key", ""),
            frozenset(strategy.split(",")) if strategy else frozenset(),
            given.get("x-kubernetes-list-type") or given.get("x-kubernetes-map-type") or "",
            tuple(given.get("x-kubernetes-list-map-keys", ())),
        )

    def shape(self, given: Mapping[str, Any], named: str = "") -> shapes.Shape:
        """`named` is the name Go gives the text (or the texts in the list) here, "v1.ServiceType"."""
        if reference := given.get("$ref"):
            name = reference.rpartition("/")[2]
            return _SELF_READ.get(name) or self.structs.get(name) or _ANY
        sort = given.get("type", "")
        sort = next(each for each in sort if each != "null") if isinstance(sort, list) else sort
        if sort == "array":
            item = self.shape(given.get("items", {}), named)
            return self.once("array", item, shapes.Items)
        if sort == "object" and "additionalProperties" in given:
            return self.once("object", self.shape(given["additionalProperties"], named), shapes.Table)
        plain = _PLAIN.get((sort, given.get("format", "")), _ANY)
        if named and isinstance(plain, shapes.Text):
            key = ("string", named)
            return self.made.setdefault(key, shapes.Text(named))
        return plain

    def once(self, sort: str, item: shapes.Shape, make: type[shapes.Items] | type[shapes.Table]) -> shapes.Shape:
        key = (sort, str(id(item)))
        if key not in self.made:
            self.made[key] = make(item)
        return self.made[key]


def known(api_version: str, kind: str) -> bool:
    return (api_version, kind) in _definitions().kinds


def patch_schema(api_version: str, kind: str) -> patch.Schema:
    """How to merge patches into such an object; lists are replaced whole in a kind that is not known."""
    struct = _definitions().kinds.get((api_version, kind))
    return shapes.Field(struct) if struct else patch.UNTYPED


def place(api_version: str, kind: str) -> shapes.Field:
    """Where such an object begins; of a kind that is not known only the metadata has a type."""
    found = _definitions()
    return shapes.Field(found.kinds.get((api_version, kind)) or found.unknown)


def _look(api_version: str, kind: str, obj: Obj) -> shapes.Findings:
    found = shapes.Findings()
    struct = _definitions().kinds.get((api_version, kind))
    if struct is not None and not struct.fits(obj):
        struct.look(obj, shapes.Where(), found)
    return found


def type_errors(api_version: str, kind: str, obj: Obj) -> list[tuple[str, str]]:
    """(path, the decoder's words) of every value of the wrong type; the one an API server reports comes first."""
    return _look(api_version, kind, obj).in_order()


def unknown_fields(api_version: str, kind: str, obj: Obj) -> list[str]:
    """Paths, "spec.ports[0].foo", of fields the type does not have; at most 100."""
    return _look(api_version, kind, obj).unknown


_STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")


def field_type(api_version: str, kind: str, path: str) -> str | None:
    """Go's name of the type at a path: "spec.ports[0].port" -> "int32". None when there is no such field."""
    struct = _definitions().kinds.get((api_version, kind))
    place: shapes.Field | None = shapes.Field(struct) if struct else None
    for name, index in _STEP.findall(path):
        if place is None:
            return None
        place = place.child(name) if name else place.item() or place.child(index)
    return place.shape.go if place else None


def decode_error(
    api_version: str, kind: str, obj: Obj, *, strict: bool = True, duplicates: Iterable[str] = ()
) -> ApiError | None:
    """The refusal an API server answers with when the object's fields do not fit its type.

    Not `strict` lets fields pass that are unknown or there twice (`duplicates`: their paths, see `duplicate_fields`).
    """
    found = _look(api_version, kind, obj)
    version = api_version.rpartition("/")[2]
    subject = f'{kind} in version "{version}" cannot be handled as a {kind}'
    if faults := found.in_order():
        return BadRequest(f"{subject}: {faults[0][1]}")
    texts = [f'duplicate field "{path}"' for path in duplicates] + [f'unknown field "{path}"' for path in found.unknown]
    if strict and texts:
        return BadRequest(f"{subject}: strict decoding error: {', '.join(texts[: shapes.MOST_UNKNOWN])}")
    return None


class _Twice(dict[str, Any]):
    """A JSON object that remembers which of its keys came more than once."""

    twice: tuple[str, ...] = ()


def duplicate_fields(text: bytes | str) -> list[str]:
    """Paths of the keys that a JSON text gives twice in one object (for `fieldValidation`); ValueError if not JSON.

    Walks with an own stack, so nesting costs no recursion of ours (json itself raises RecursionError, a few
    thousand deep; callers bound the depth by parsing with orjson first, which stops at 1024)."""

    def pairs(given: list[tuple[str, Any]]) -> _Twice:
        made = _Twice(given)
        if len(made) != len(given):
            made.twice = tuple(key for key, times in Counter(key for key, _ in given).items() if times > 1)
        return made

    found: list[str] = []
    waiting: list[tuple[str, Any]] = [("", json.loads(text, object_pairs_hook=pairs))]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, _Twice):
            found += [f"{path}.{key}" if path else key for key in value.twice]
            inner = [(f"{path}.{key}" if path else key, each) for key, each in value.items()]
            waiting += reversed(inner)
        elif isinstance(value, list):
            waiting += reversed([(f"{path}[{index}]", each) for index, each in enumerate(value)])
    return found


def versions(kind: str) -> list[str]:
    """The apiVersions that have a kind of this name, stable ones first: "StatefulSet" -> ["apps/v1"]."""
    found = [api_version for api_version, name in _definitions().kinds if name == kind]
    return sorted(found, key=lambda api_version: ("alpha" in api_version or "beta" in api_version, api_version))
