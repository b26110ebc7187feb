"""The published types and operations: whole, in the API's own forms, and kept by clients until they change."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
import schemathesis
from schemathesis.core.result import Ok

from cluster.api import openapi
from cluster.api.openapi import definitions, document
from cluster.api.openapi.definitions import COMPONENTS, references
from cluster.api.refusals import NotAcceptable
from cluster.api.request import ANONYMOUS, Request
from cluster.api.response import Response
from cluster.kinds import KINDS, Kind
from cluster.machinery.errors import ApiError
from cluster.world import World

KEYS = document.keys(KINDS)


def ask(path: str, method: str = "GET", **headers: str) -> Response:
    path, _, wanted = path.partition("?hash=")
    query = [("hash", wanted)] if wanted else []
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    mirror: Any = SimpleNamespace(world=World())
    request = Request(mirror, mirror, method, path, query, named, ANONYMOUS)
    found = asyncio.run(openapi.answer(request, lambda: 0.0))
    assert found is not None
    return found


@cache
def made(key: str) -> dict[str, Any]:
    return document.make(KINDS, key, definitions.read())


def schema(key: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = made(key)["components"]["schemas"][name]
    return found


def operations(key: str) -> Iterator[tuple[str, str, dict[str, Any], list[dict[str, Any]]]]:
    for path, item in made(key)["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation, [*item.get("parameters", ()), *operation.get("parameters", ())]


@pytest.mark.parametrize("key", KEYS)
def test_a_document_is_whole(key: str) -> None:
    found = made(key)
    assert set(references(found)) <= set(found["components"]["schemas"])
    for path, method, operation, parameters in operations(key):
        in_path = {each["name"] for each in parameters if each["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), (path, method)
        names = Counter((each["in"], each["name"]) for each in parameters)
        assert max(names.values(), default=1) == 1, (path, method)
        assert operation["responses"]


@pytest.mark.parametrize("key", KEYS)
def test_operations_have_names_of_their_own(key: str) -> None:
    names = Counter(operation["operationId"] for _, _, operation, _ in operations(key))
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("kind", [each for each in KINDS if each.stored], ids=lambda each: each.resource)
def test_every_kind_has_a_type_and_can_be_patched_with_validation(kind: Kind) -> None:
    for api_version in (kind.api_version, *kind.served_versions):
        group, _, version = api_version.rpartition("/")
        key = f"apis/{group}/{version}" if group else f"api/{version}"
        gvk = {"group": group, "version": version, "kind": kind.kind}
        types = [
            each
            for each in made(key)["components"]["schemas"].values()
            if gvk in each.get("x-kubernetes-group-version-kind", ())
        ]
        assert len(types) == 1
        assert "metadata" in types[0]["properties"]
        if "patch" in kind.verbs:
            patches = [
                {each["name"] for each in parameters}
                for _, method, operation, parameters in operations(key)
                if method == "patch" and operation["x-kubernetes-group-version-kind"] == gvk
            ]
            assert patches and all({"fieldValidation", "fieldManager", "dryRun", "force"} <= each for each in patches)


def test_types_are_in_the_apis_own_form() -> None:
    core = "api/v1"
    port = schema(core, "io.k8s.api.core.v1.ServicePort")["properties"]
    integer = {word: value for word, value in port["nodePort"].items() if word != "description"}
    assert integer == {"type": "integer", "format": "int32"}
    assert port["targetPort"]["allOf"] == [{"$ref": f"{COMPONENTS}io.k8s.apimachinery.pkg.util.intstr.IntOrString"}]
    assert schema(core, "io.k8s.apimachinery.pkg.util.intstr.IntOrString")["oneOf"] == [
        {"type": "integer"},
        {"type": "string"},
    ]
    ports = schema(core, "io.k8s.api.core.v1.ServiceSpec")["properties"]["ports"]
    kept = {word: value for word, value in ports.items() if word.startswith("x-")}
    assert kept == {
        "x-kubernetes-list-map-keys": ["port", "protocol"],
        "x-kubernetes-list-type": "map",
        "x-kubernetes-patch-merge-key": "port",
        "x-kubernetes-patch-strategy": "merge",
    }
    assert (port["port"]["default"], port["protocol"]["default"]) == (0, "TCP")
    assert "enum" not in schema(core, "io.k8s.api.core.v1.Service")["properties"]["kind"]


def test_texts_with_a_few_values_name_them() -> None:
    core = "api/v1"
    assert schema(core, "io.k8s.api.core.v1.ServiceSpec")["properties"]["type"]["enum"] == [
        "ClusterIP",
        "ExternalName",
        "LoadBalancer",
        "NodePort",
    ]
    modes = schema(core, "io.k8s.api.core.v1.PersistentVolumeClaimSpec")["properties"]["accessModes"]
    assert "ReadWriteOnce" in modes["items"]["enum"] and "enum" not in modes
    assert "enum" not in schema(core, "io.k8s.api.core.v1.Secret")["properties"]["type"]


@pytest.mark.parametrize("key", KEYS)
def test_nothing_is_null_and_nothing_points_elsewhere(key: str) -> None:
    text = orjson.dumps(made(key)).decode()
    assert '"null"' not in text
    assert "$defs" not in text


def test_patches_come_in_four_forms() -> None:
    patch = made("apis/apps/v1")["paths"]["/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}"]["patch"]
    assert sorted(patch["requestBody"]["content"]) == [
        "application/apply-patch+yaml",
        "application/json-patch+json",
        "application/merge-patch+json",
        "application/strategic-merge-patch+json",
    ]


def test_the_index_leads_to_documents_that_last() -> None:
    told = orjson.loads(ask("/openapi/v3").body)["paths"]
    assert sorted(told) == KEYS
    url = told["apis/apps/v1"]["serverRelativeURL"]
    assert re.fullmatch(r"/openapi/v3/apis/apps/v1\?hash=[0-9A-F]{128}", url)
    found = ask(url)
    headers = dict(found.headers)
    assert headers["Cache-Control"] == "public, immutable"
    assert headers["Expires"] == "Fri, 01 Jan 1971 00:00:00 GMT"
    assert headers["ETag"] == f'"{url.rpartition("=")[2]}"'
    assert orjson.loads(found.body) == made("apis/apps/v1")


def test_an_outdated_name_gets_what_is_there_now_and_may_not_be_kept() -> None:
    headers = dict(ask("/openapi/v3/apis/apps/v1?hash=OLD").headers)
    assert headers["Cache-Control"] == "no-cache, private"
    assert "Expires" not in headers


@pytest.mark.parametrize("path", ["/openapi/v3", "/openapi/v3/api/v1", "/openapi/v2"])
def test_what_is_known_is_not_sent_again(path: str) -> None:
    tag = dict(ask(path).headers)["ETag"]
    again = ask(path, if_none_match=f'"other", {tag}')
    assert (again.code, again.body, dict(again.headers)["ETag"]) == (304, b"", tag)
    assert ask(path, if_none_match='"other"').code == 200


def test_the_fingerprint_changes_with_what_is_served_alone() -> None:
    fewer = tuple(kind for kind in KINDS if kind.kind != "StatefulSet")
    other = tuple(replace(kind, short_names=()) if kind.kind == "Pod" else kind for kind in KINDS)
    apps, core = (openapi.fingerprint(KINDS, key) for key in ("apis/apps/v1", "api/v1"))
    assert openapi.fingerprint(fewer, "apis/apps/v1") != apps
    assert openapi.fingerprint(fewer, "api/v1") == core
    assert openapi.fingerprint(other, "api/v1") != core
    assert openapi.index(fewer) != openapi.index(KINDS)


@pytest.mark.parametrize(
    "accept", ["application/com.github.proto-openapi.spec.v3@v1.0+protobuf", "text/html", "application/json;q=0"]
)
def test_other_forms_are_refused(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        ask("/openapi/v3", accept=accept)


def test_an_unknown_document_is_not_found_and_none_can_be_written() -> None:
    assert (ask("/openapi/v3/apis/nope.io/v1").code, ask("/openapi/v3/apis/nope.io/v1").body) == (
        404,
        b"404 page not found\n",
    )
    with pytest.raises(ApiError) as refused:
        ask("/openapi/v3", "POST")
    assert refused.value.code == 405


def test_the_older_language_says_the_same() -> None:
    found = orjson.loads(ask("/openapi/v2", accept="application/json").body)
    pointed = set(re.findall(r'"#/definitions/([^"]+)"', orjson.dumps(found).decode()))
    assert pointed <= set(found["definitions"])
    assert found["definitions"]["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]["type"] == "string"
    port = found["definitions"]["io.k8s.api.core.v1.ServicePort"]["properties"]["targetPort"]
    assert port["$ref"] == "#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString"
    create = found["paths"]["/api/v1/namespaces/{namespace}/services"]["post"]
    body = [each for each in create["parameters"] if each["in"] == "body"]
    assert body == [
        {"in": "body", "name": "body", "required": True, "schema": {"$ref": "#/definitions/io.k8s.api.core.v1.Service"}}
    ]
    assert all("schema" not in each for each in create["parameters"] if each["in"] != "body")
    assert "openapi" not in found and found["swagger"] == "2.0"


@pytest.mark.parametrize("key", KEYS)
def test_others_read_every_operation(key: str) -> None:
    read = list(schemathesis.openapi.from_dict(made(key)).get_all_operations())
    assert [each for each in read if not isinstance(each, Ok)] == []
    assert len(read) == len(list(operations(key)))
