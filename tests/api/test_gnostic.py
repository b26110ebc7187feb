"""The Swagger document as protobuf: read back by field numbers, it says what the JSON says."""

from __future__ import annotations

from typing import Any

import orjson

from cluster.api.openapi import gnostic
from cluster.machinery.protobuf.wire import fields


def parts(message: bytes, number: int) -> list[bytes]:
    return [bytes(value) for found, _, value in fields(memoryview(message)) if found == number]


def numbers(message: bytes, number: int) -> list[Any]:
    return [value for found, _, value in fields(memoryview(message)) if found == number]


def entries(message: bytes, number: int) -> dict[str, bytes]:
    """A map's entries: messages of a key (1) and a value (2)."""
    return {parts(each, 1)[0].decode(): parts(each, 2)[0] for each in parts(message, number)}


GVK = {"group": "apps", "version": "v1", "kind": "Deployment"}
DOCUMENT = {
    "swagger": "2.0",
    "info": {"title": "Kubernetes", "version": "v1.32.13"},
    "paths": {
        "/x/{name}": {
            "patch": {
                "operationId": "patchX",
                "consumes": ["application/json-patch+json", "application/merge-patch+json"],
                "parameters": [
                    {"in": "body", "name": "body", "required": True, "schema": {"$ref": "#/definitions/X"}},
                    {"in": "query", "name": "dryRun", "type": "string", "description": "What if."},
                ],
                "responses": {"200": {"description": "OK", "schema": {"$ref": "#/definitions/X"}}},
                "x-kubernetes-group-version-kind": GVK,
            },
            "parameters": [{"in": "path", "name": "name", "required": True, "type": "string"}],
        }
    },
    "definitions": {
        "X": {
            "type": "object",
            "required": ["a"],
            "properties": {
                "a": {"type": "array", "items": {"type": "string"}, "maxItems": 300},
                "b": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0.5}},
            },
            "x-kubernetes-map-type": "atomic",
        }
    },
}


def test_operations_are_read_back() -> None:
    message = gnostic.encoded(DOCUMENT)
    assert parts(message, 1) == [b"2.0"]
    (item,) = entries(parts(message, 8)[0], 2).values()
    (patch,) = parts(item, 8)
    assert parts(patch, 5) == [b"patchX"]
    assert parts(patch, 7) == [b"application/json-patch+json", b"application/merge-patch+json"]
    extension = entries(patch, 13)["x-kubernetes-group-version-kind"]
    assert orjson.loads(parts(extension, 2)[0]) == GVK
    body, query = (parts(each, 1)[0] for each in parts(patch, 8))
    assert numbers(parts(body, 1)[0], 4) == [1]
    assert parts(parts(parts(query, 2)[0], 3)[0], 4) == [b"dryRun"]
    (path,) = (parts(parts(parts(each, 1)[0], 2)[0], 4)[0] for each in parts(item, 9))
    assert (parts(path, 4), numbers(path, 1)) == ([b"name"], [1])
    assert list(entries(parts(patch, 9)[0], 1)) == ["200"]


def test_types_are_read_back() -> None:
    message = gnostic.encoded(DOCUMENT)
    schema = entries(parts(message, 9)[0], 1)["X"]
    assert parts(parts(schema, 22)[0], 1) == [b"object"]
    assert parts(schema, 19) == [b"a"]
    properties = entries(parts(schema, 25)[0], 1)
    assert list(properties) == ["a", "b"]
    assert numbers(properties["a"], 14) == [300]
    item = parts(parts(properties["a"], 23)[0], 1)[0]
    assert parts(parts(item, 22)[0], 1) == [b"string"]
    rest = parts(parts(properties["b"], 21)[0], 1)[0]
    assert parts(parts(rest, 22)[0], 1) == [b"number"]
    assert parts(entries(schema, 31)["x-kubernetes-map-type"], 2) == [b'"atomic"']
