"""/openapi/v2: all documents of v3 as one, in the older language, for clients that know no other. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.api.openapi.definitions import COMPONENTS
from cluster.config import KUBERNETES_VERSION

Json = dict[str, Any]

_METHODS = ("get", "put", "post", "delete", "patch", "options", "head")
_LEFT_OUT = ("oneOf", "anyOf", "not", "nullable", "default")
"""What the older language cannot say, or says otherwise."""


def merged(documents: Iterable[Json]) -> Json:
    """One document of them all."""
    paths: dict[str, Json] = {}
    definitions: dict[str, Json] = {}
    for document in documents:
        paths |= {path: _path(item) for path, item in document["paths"].items()}
        for name, schema in document["components"]["schemas"].items():
            if name not in definitions:
                definitions[name] = _schema(schema)
    key = {"description": "Bearer Token authentication", "in": "header", "name": "authorization", "type": "apiKey"}
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": KUBERNETES_VERSION},
        "paths": dict(sorted(paths.items())),
        "definitions": dict(sorted(definitions.items())),
        "securityDefinitions": {"BearerToken": key},
        "security": [{"BearerToken": []}],
    }


def _schema(given: Json) -> Json:
    made: Json = {}
    for word, value in given.items():
        match word:
            case "$ref":
                made["$ref"] = f"#/definitions/{value.removeprefix(COMPONENTS)}"
            case "allOf" if len(value) == 1:
                made |= _schema(value[0])
            case "allOf":
                made["allOf"] = [_schema(each) for each in value]
            case "properties":
                made[word] = {name: _schema(each) for name, each in value.items()}
            case "items" | "additionalProperties" if isinstance(value, dict):
                made[word] = _schema(value)
            case "oneOf" if "type" not in given:
                made["type"] = "string"
            case _ if word not in _LEFT_OUT:
                made[word] = value
    return made


def _path(item: Json) -> Json:
    made: Json = {method: _operation(item[method]) for method in _METHODS if method in item}
    if "parameters" in item:
        made["parameters"] = [_parameter(each) for each in item["parameters"]]
    return made


def _parameter(given: Json) -> Json:
    return {**{word: value for word, value in given.items() if word != "schema"}, **given["schema"]}


def _operation(given: Json) -> Json:
    made = {word: value for word, value in given.items() if word not in ("parameters", "requestBody", "responses")}
    parameters = [_parameter(each) for each in given.get("parameters", ())]
    if body := given.get("requestBody"):
        made["consumes"] = list(body["content"])
        schema = _schema(next(iter(body["content"].values()))["schema"])
        required = {"required": True} if body.get("required") else {}
        parameters.append({"in": "body", "name": "body", **required, "schema": schema})
    types: dict[str, None] = {}
    responses: Json = {}
    for code, response in given["responses"].items():
        told = response.get("content", {})
        types |= dict.fromkeys(told)
        schemas = [_schema(each["schema"]) for each in told.values()]
        responses[code] = {"description": response["description"], **({"schema": schemas[0]} if schemas else {})}
    return {**made, "produces": list(types), "parameters": parameters, "responses": responses}
