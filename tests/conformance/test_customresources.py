"""CustomResourceDefinitions, as the suite's tests of sig-api-machinery ask for them: over HTTP, by its own paths."""

from __future__ import annotations

from typing import Any

import orjson

from tests.conformance.suite import JSON_PATCH, Obj, Suite

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
DEFAULTS = "/spec/versions/0/schema/openAPIV3Schema/properties"


def _version(name: str, schema: Obj = OPEN, *, storage: bool = True, **more: Any) -> Obj:
    return {"name": name, "served": True, "storage": storage, "schema": {"openAPIV3Schema": schema}, **more}


def _defined(suite: Suite, plural: str, *versions: Obj, scope: str = "Namespaced", label: str = "") -> tuple[str, str]:
    """(its group, its path) of a new kind, once it is established."""
    group, kind = f"{suite.namespace}.example.com", plural[:-1].capitalize()
    names = {"plural": plural, "singular": plural[:-1], "kind": kind, "listKind": f"{kind}List"}
    spec = {"group": group, "scope": scope, "names": names, "versions": list(versions) or [_version("v1")]}
    metadata = {"name": f"{plural}.{group}", "labels": {"suite": label or "none"}}
    api = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    made = suite.ask("POST", DEFINITIONS, {**api, "metadata": metadata, "spec": spec})
    assert made.code == 201, made.body
    path = f"{DEFINITIONS}/{plural}.{group}"

    def established() -> bool:
        conditions = suite.ask("GET", path).body["status"]["conditions"] or ()
        return any((each["type"], each["status"]) == ("Established", "True") for each in conditions)

    suite.until(established)
    return group, path


def _object(group: str, name: str, kind: str = "Foo", **fields: Any) -> Obj:
    return {"apiVersion": f"{group}/v1", "kind": kind, "metadata": {"name": name}, **fields}


def test_objects_of_a_new_kind_are_watched(suite: Suite) -> None:
    group, _ = _defined(suite, "noxus", scope="Cluster")
    path = f"/apis/{group}/v1/noxus"
    version = suite.ask("GET", path).body["metadata"]["resourceVersion"]
    for name in ("name1", "name2"):
        assert suite.ask("POST", path, _object(group, name, "Noxu", content={"key": "value"})).code == 201
        patched = suite.ask("PATCH", f"{path}/{name}", [{"op": "add", "path": "/dummy", "value": "test"}], JSON_PATCH)
        assert (patched.code, patched.body["metadata"]["generation"]) == (200, 2)
        assert suite.ask("DELETE", f"{path}/{name}").code == 200
    watched = suite.ask("GET", f"{path}?watch=1&resourceVersion={version}&timeoutSeconds=1").lines
    assert [each["type"] for each in watched] == ["ADDED", "MODIFIED", "DELETED"] * 2


def test_definitions_are_listed_by_label_and_go_as_a_collection(suite: Suite) -> None:
    for number in range(4):
        _defined(suite, f"thing{number}s", scope="Cluster", label=suite.namespace)
    _, other = _defined(suite, "others")
    selected = f"{DEFINITIONS}?labelSelector=suite%3D{suite.namespace}"
    assert len(suite.ask("GET", selected).body["items"]) == 4
    assert suite.ask("DELETE", selected).code == 200
    suite.until(lambda: not suite.ask("GET", selected).body["items"])
    assert suite.ask("GET", other).code == 200


def test_the_status_of_a_definition_is_read_updated_and_patched(suite: Suite) -> None:
    _, path = _defined(suite, "foos")
    found = suite.ask("GET", f"{path}/status").body
    found["status"]["conditions"].append({"type": "", "status": "", "message": "updated"})
    updated = suite.ask("PUT", f"{path}/status", found)
    assert "updated" in [each.get("message") for each in updated.body["status"]["conditions"]]
    change = [{"op": "add", "path": "/status/conditions", "value": [{"message": "patched"}]}]
    patched = suite.ask("PATCH", f"{path}/status", change, JSON_PATCH)
    assert patched.code == 200, patched.body
    assert "patched" in [each.get("message") for each in patched.body["status"]["conditions"]]


def test_defaults_are_filled_in_when_read_and_kept_when_written(suite: Suite) -> None:
    schema = {**OPEN, "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
    group, definition = _defined(suite, "foos", _version("v1", schema), scope="Cluster")
    path = f"/apis/{group}/v1/foos"
    assert suite.ask("POST", path, _object(group, "one")).code == 201
    change: list[Obj] = [{"op": "add", "path": f"{DEFAULTS}/a/default", "value": "A"}]
    assert suite.ask("PATCH", definition, change, JSON_PATCH).code == 200
    suite.until(lambda: suite.ask("GET", f"{path}/one").body.get("a") == "A")
    assert suite.ask("POST", path, _object(group, "two")).body["a"] == "A"
    change = [
        {"op": "remove", "path": f"{DEFAULTS}/a/default"},
        {"op": "add", "path": f"{DEFAULTS}/b/default", "value": "B"},
    ]
    assert suite.ask("PATCH", definition, change, JSON_PATCH).code == 200
    suite.until(lambda: suite.ask("GET", f"{path}/one").body.get("b") == "B")
    assert "a" not in suite.ask("GET", f"{path}/one").body
    two = suite.ask("GET", f"{path}/two").body
    assert (two["a"], two["b"]) == ("A", "B")


def test_what_is_published_of_versions_follows_their_definition(suite: Suite) -> None:
    schema = {"type": "object", "description": "Foo CRD for Testing", "properties": {"spec": OPEN}}
    group, definition = _defined(suite, "foos", _version("v2", schema), _version("v3", schema, storage=False))

    def named(version: str) -> str:
        return ".".join([*reversed(group.split(".")), version, "Foo"])

    def published() -> Obj:
        found: Obj = suite.ask("GET", "/openapi/v2").body["definitions"]
        return {each: told for each, told in found.items() if each in map(named, ("v2", "v3", "v4"))}

    suite.until(lambda: set(published()) == {named("v2"), named("v3")})
    assert published()[named("v2")]["description"] == "Foo CRD for Testing"
    assert published()[named("v3")]["x-kubernetes-group-version-kind"] == [
        {"group": group, "version": "v3", "kind": "Foo"}
    ]
    change: list[Obj] = [
        {"op": "test", "path": "/spec/versions/1/name", "value": "v3"},
        {"op": "replace", "path": "/spec/versions/1/name", "value": "v4"},
    ]
    assert suite.ask("PATCH", definition, change, JSON_PATCH).code == 200
    suite.until(lambda: set(published()) == {named("v2"), named("v4")})
    change = [{"op": "replace", "path": "/spec/versions/1/served", "value": False}]
    assert suite.ask("PATCH", definition, change, JSON_PATCH).code == 200
    suite.until(lambda: set(published()) == {named("v2")})
    assert suite.ask("GET", f"/apis/{group}/v4").code == 404
    assert named("v2") in suite.ask("GET", f"/openapi/v3/apis/{group}/v2").body["components"]["schemas"]


def test_objects_are_selected_by_the_fields_their_definition_names(suite: Suite) -> None:
    spec = {"type": "object", "properties": {"color": {"type": "string"}, "size": {"type": "string"}}}
    fields = [{"jsonPath": ".spec.color"}, {"jsonPath": ".spec.size"}]
    version = _version("v1", {"type": "object", "properties": {"spec": spec}}, selectableFields=fields)
    group, _ = _defined(suite, "foos", version)
    path = f"/apis/{group}/v1/namespaces/{suite.namespace}/foos"
    for name, color in (("a", "blue"), ("b", "green")):
        assert suite.ask("POST", path, _object(group, name, spec={"color": color, "size": "L"})).code == 201

    def selected(selector: str) -> list[str]:
        found = suite.ask("GET", f"{path}?fieldSelector={selector}").body["items"]
        return [each["metadata"]["name"] for each in found]

    assert selected("spec.color%3Dblue") == ["a"]
    assert selected("spec.size%3DL,spec.color%3Dgreen") == ["b"]
    assert suite.ask("GET", f"{path}?fieldSelector=spec.other%3D1").code == 400
    watched = suite.ask("GET", f"{path}?watch=1&fieldSelector=spec.color%3Dblue&resourceVersion=0&timeoutSeconds=1")
    assert [each["object"]["metadata"]["name"] for each in watched.lines] == ["a"]


def test_server_side_apply_merges_their_lists_by_the_keys_they_name(suite: Suite) -> None:
    port = {"containerPort": {"type": "integer"}, "protocol": {"type": "string"}, "name": {"type": "string"}}
    keys = ["containerPort", "protocol"]
    ports: Obj = {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys}
    ports |= {"items": {"type": "object", "required": keys, "properties": port}}
    spec = {**OPEN, "properties": {"ports": ports, "replicas": {"type": "integer"}}}
    group, _ = _defined(suite, "foos", _version("v1", {"type": "object", "properties": {"spec": spec}}))
    path = f"/apis/{group}/v1/namespaces/{suite.namespace}/foos/mine"

    def apply(manager: str, fields: Obj, query: str = "") -> Any:
        body = _object(group, "mine", spec=fields)
        return suite.ask("PATCH", f"{path}?fieldManager={manager}{query}", body, "application/apply-patch+yaml")

    def listed(number: int, name: str) -> list[Obj]:
        return [{"name": name, "containerPort": number, "protocol": "TCP"}]

    assert apply("one", {"replicas": 1, "ports": listed(80, "x")}).code == 201
    scaled = suite.ask("PATCH", path, {"spec": {"replicas": 5}}, "application/merge-patch+json")
    assert scaled.code == 200
    assert apply("one", {"replicas": 1, "ports": listed(80, "x")}).code == 409
    assert apply("one", {"replicas": 1, "ports": listed(80, "x")}, "&force=true").body["spec"]["replicas"] == 1
    refused = apply("two", {"ports": listed(80, "y")})
    field = '.spec.ports[containerPort=80,protocol="TCP"].name'
    assert (refused.code, [each["field"] for each in refused.body["details"]["causes"]]) == (409, [field])
    assert orjson.dumps(apply("two", {"ports": listed(8080, "y")}).body["spec"]["ports"]).count(b"containerPort") == 2
