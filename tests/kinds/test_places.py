"""Server-side apply sees a custom object as the schema of its definition says."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kinds.custom.definition import kind_of
from cluster.kinds.places import place_of
from cluster.machinery.objects import Obj
from cluster.machinery.ownership.checking import faults
from cluster.machinery.ownership.elements import Unnamed
from cluster.machinery.ownership.walking import fields_of

SPEC: dict[str, Any] = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name", "sort"],
            "items": {
                "type": "object",
                "required": ["name", "sort"],
                "properties": {
                    "name": {"type": "string"},
                    "sort": {"type": "string", "default": "plain"},
                    "value": {"type": "integer"},
                },
            },
        },
        "tags": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
        "order": {"type": "array", "items": {"type": "string"}},
        "whole": {"type": "object", "x-kubernetes-map-type": "atomic", "properties": {"a": {"type": "string"}}},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "port": {"x-kubernetes-int-or-string": True},
    },
}
DEFINITION: Obj = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "things.example.com", "uid": "u"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": SPEC}}},
            }
        ],
    },
    "status": {
        "acceptedNames": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
        "conditions": [{"type": "NamesAccepted", "status": "True"}, {"type": "Established", "status": "True"}],
        "storedVersions": ["v1"],
    },
}


def thing(**spec: Any) -> Obj:
    metadata = {"name": "a", "labels": {"x": "y"}}
    return {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": metadata, "spec": spec}


def place() -> Any:
    kind = kind_of(DEFINITION)
    assert kind is not None
    return place_of(kind, "example.com/v1")


def test_fields_are_owned_as_the_schema_says() -> None:
    obj = thing(
        items=[{"name": "n", "value": 1}],
        tags=["t"],
        order=["o"],
        whole={"a": "b"},
        map={"k": "v"},
        free={"deep": {"er": 1}},
        port="http",
    )
    assert faults(obj, place()) == []
    fields = fields_of(obj, place())
    assert fields["f:metadata"]["f:labels"] == {"f:x": {}}
    assert fields["f:spec"] == {
        "f:items": {'k:{"name":"n","sort":"plain"}': {".": {}, "f:name": {}, "f:value": {}}},
        "f:tags": {'v:"t"': {}},
        "f:order": {},
        "f:whole": {},
        "f:map": {"f:k": {}},
        "f:free": {"f:deep": {".": {}, "f:er": {}}},
        "f:port": {},
    }


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ({"nope": 1}, ".spec.nope: field not declared in schema"),
        ({"tags": ["t", "t"]}, '.spec.tags: duplicate entries for key [="t"]'),
        ({"items": [{"value": 1}]}, ".spec.items: element 0: associative list with keys has an element that omits key"),
        ({"items": {}}, ".spec.items: expected list, got &{map[]}"),
        ({"map": [1]}, ".spec.map: expected map, got &{[1]}"),
        ({"port": True}, ".spec.port: expected any scalar, got &{true}"),
    ],
)
def test_what_does_not_fit_is_named(spec: Obj, fault: str) -> None:
    (found,) = faults(thing(**spec), place())
    assert found.startswith(fault)


def test_items_without_a_key_have_no_place() -> None:
    with pytest.raises(Unnamed, match='omits key field "name"'):
        fields_of(thing(items=[{"value": 1}]), place())
