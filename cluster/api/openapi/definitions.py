"""The types of the API as OpenAPI components, from the definitions of the package `kubernetes_validate`.

Its data is JSON schema for validators: null is let in everywhere, references stand beside other words, and apiVersion
and kind are pinned. Here that is turned back into what an API server publishes. Read anew each time a document is made
(15 ms) rather than held (10 MB).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from cluster.api.openapi.enumerations import VALUES
from cluster.machinery.schema import RELEASE

Json = dict[str, Any]
Gvk = tuple[str, str, str]
"""(group, version, kind)"""

COMPONENTS = "#/components/schemas/"
META = "io.k8s.apimachinery.pkg.apis.meta.v1."
GVK = "x-kubernetes-group-version-kind"

_WRITTEN_BY_HAND: dict[str, Json] = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {
        "description": "A whole number, or text: the name of a port, or a percentage.",
        "format": "int-or-string",
        "oneOf": [{"type": "integer"}, {"type": "string"}],
    },
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {
        "description": "An amount of something: a decimal number and a suffix, decimal (m, k, M, G, T, P, E), binary "
        "(Ki, Mi, Gi, Ti, Pi, Ei) or an exponent (e3).",
        "oneOf": [{"type": "string"}, {"type": "number"}],
    },
}
_DEFAULTS = {
    ("io.k8s.api.core.v1.ContainerPort", "protocol"): "TCP",
    ("io.k8s.api.core.v1.ServicePort", "protocol"): "TCP",
}
"""Those that are part of a list's key, so that appliers can tell items apart."""
_ZERO: dict[str, Any] = {"string": "", "integer": 0, "boolean": False, "number": 0}


@cache
def file() -> Path:
    package = find_spec("kubernetes_validate")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("the package kubernetes-validate is not installed: run `make setup`")
    folder = Path(package.submodule_search_locations[0]) / "kubernetes-json-schema" / f"{RELEASE}-local"
    return folder / "_definitions.json"


class Definitions:
    """All definitions, each converted when it is asked for."""

    def __init__(self, raw: Mapping[str, Json]) -> None:
        self._raw = raw
        self._names = {
            (each["group"], each["version"], each["kind"]): name
            for name, definition in raw.items()
            for each in definition.get(GVK, ())
            if not name.startswith(META)
        }

    def name(self, gvk: Gvk) -> str | None:
        """The component's name of a kind; None when its type is not known."""
        return self._names.get(gvk)

    def knows(self, name: str) -> bool:
        return name in self._raw

    def component(self, name: str) -> Json:
        if name in _WRITTEN_BY_HAND:
            return _WRITTEN_BY_HAND[name]
        definition = self._raw[name]
        made = _converted(definition)
        if not isinstance(made.get("properties"), dict):
            return made
        required = set(definition.get("required", ()))
        for field, schema in made["properties"].items():
            if field in ("apiVersion", "kind"):
                schema.pop("enum", None)
            if values := VALUES.get(f"{name.rpartition('.')[2]}.{field}"):
                schema.get("items", schema)["enum"] = values
            if (name, field) in _DEFAULTS:
                schema["default"] = _DEFAULTS[name, field]
            elif field in required and schema.get("type") in _ZERO and "enum" not in schema:
                schema["default"] = _ZERO[schema["type"]]
        return made


def read() -> Definitions:
    """Those of the release we are."""
    return Definitions(orjson.loads(file().read_bytes())["$defs"])


def _converted(given: Json) -> Json:
    made: Json = {}
    for word, value in given.items():
        match word:
            case "$ref":
                continue
            case "type":
                sort = next(each for each in value if each != "null") if isinstance(value, list) else value
                made["type"] = sort
            case "properties":
                made[word] = {field: _converted(schema) for field, schema in value.items()}
            case "items" | "additionalProperties" if isinstance(value, dict):
                made[word] = _converted(value)
            case _:
                made[word] = value
    if reference := given.get("$ref"):
        target = {"$ref": COMPONENTS + reference.rpartition("/")[2]}
        return {**made, "allOf": [target]} if made else target
    return made


def references(schema: Any) -> Iterable[str]:
    """The names of the components that a schema, or any part of a document, refers to."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            reference = part.get("$ref")
            if isinstance(reference, str) and reference.startswith(COMPONENTS):
                yield reference.removeprefix(COMPONENTS)
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def closure(start: Iterable[str], component: Mapping[str, Json], definitions: Definitions) -> dict[str, Json]:
    """The components named and all they refer to; those of `component` go before the package's."""
    found: dict[str, Json] = {}
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = component[name] if name in component else definitions.component(name)
        waiting.extend(references(found[name]))
    return dict(sorted(found.items()))
