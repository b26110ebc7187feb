"""Kinds that a cluster defines, over HTTP: told, described, read, written and scaled as the built-in ones."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from cluster.intents import Create, Update
from cluster.kinds.custom.structural import PRESERVE
from cluster.models import Cluster
from cluster.store import commit, written
from cluster.watch import Hub, Mirror
from tests.api.asking import Client
from tests.kinds.definitions import GROUP, crontab, definition, version

PATH = f"/apis/{GROUP}/v1/namespaces/default/crontabs"
V2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
SPEC = {"type": "object", "properties": {"replicas": {"type": "integer"}, "text": {"type": "string"}}}
STATE = {"type": "object", "properties": {"replicas": {"type": "integer"}, "chosen": {"type": "string"}}}
SCALED = {
    "specReplicasPath": ".spec.replicas",
    "statusReplicasPath": ".status.replicas",
    "labelSelectorPath": ".status.chosen",
}


async def defined(cluster: Cluster, hub: Hub) -> Mirror:
    """CronTabs in two versions, established."""
    schema = {"properties": {"spec": SPEC, "status": STATE}}
    below = {"status": {}, "scale": SCALED}
    fields = [{"jsonPath": ".spec.text"}, {"jsonPath": ".spec.replicas"}]
    one = version(schema, subresources=below, selectableFields=fields)
    stored = definition(one, version({PRESERVE: True}, "v1beta1", storage=False), shortNames=["ct"])
    made = await written(commit, cluster.pk, [Create(stored)], author="t", cause="t")
    obj = made.results[0].object
    assert obj is not None
    conditions = [{"type": "Established", "status": "True"}]
    told = {**obj, "status": {**obj["status"], "acceptedNames": obj["spec"]["names"], "conditions": conditions}}
    done = await written(commit, cluster.pk, [Update(told, "status")], author="t", cause="t")
    mirror = await hub.mirror(cluster.pk)
    await mirror.reached(done.revision)
    return mirror


@pytest.fixture
async def custom(client: Client, cluster: Cluster, hub: Hub) -> Client:
    await defined(cluster, hub)
    return client


async def test_discovery_tells_of_them(custom: Client) -> None:
    assert (await custom.get(f"/apis/{GROUP}")).json["preferredVersion"]["version"] == "v1"
    listed = (await custom.get(f"/apis/{GROUP}/v1")).json["resources"]
    assert [each["name"] for each in listed] == ["crontabs", "crontabs/status", "crontabs/scale"]
    assert listed[0]["shortNames"] == ["ct"]
    groups = (await custom.get("/apis", accept=V2)).json["items"]
    told, last = groups[-2:]
    assert (told["metadata"]["name"], last["metadata"]["name"]) == (GROUP, "metrics.k8s.io")
    assert [each["version"] for each in told["versions"]] == ["v1", "v1beta1"]
    resource = told["versions"][0]["resources"][0]
    assert resource["responseKind"] == {"group": GROUP, "version": "v1", "kind": "CronTab"}
    assert [each["subresource"] for each in resource["subresources"]] == ["status", "scale"]
    assert "subresources" not in told["versions"][1]["resources"][0]


async def test_openapi_describes_them(custom: Client) -> None:
    index = (await custom.get("/openapi/v3")).json["paths"]
    found = (await custom.get(index[f"apis/{GROUP}/v1"]["serverRelativeURL"])).json
    schema = found["components"]["schemas"]["com.example.stable.v1.CronTab"]
    assert schema["properties"]["spec"] == SPEC
    assert schema["x-kubernetes-group-version-kind"] == [{"group": GROUP, "version": "v1", "kind": "CronTab"}]
    assert "com.example.stable.v1.CronTabList" in found["components"]["schemas"]
    patch = found["paths"][f"/apis/{GROUP}/v1/namespaces/{{namespace}}/crontabs/{{name}}"]["patch"]
    assert "application/strategic-merge-patch+json" not in patch["requestBody"]["content"]


async def test_they_are_written_and_read_in_any_version(custom: Client) -> None:
    made = await custom.post(PATH, crontab(spec={"replicas": 2, "nope": 1}))
    assert (made.code, made.json["spec"]) == (201, {"replicas": 2})
    assert made.warnings == ['299 - "unknown field \\"spec.nope\\""']
    older = await custom.get(PATH.replace("/v1/", "/v1beta1/") + "/my")
    assert (older.json["apiVersion"], older.json["spec"]) == (f"{GROUP}/v1beta1", {"replicas": 2})
    written = await custom.put(PATH.replace("/v1/", "/v1beta1/") + "/my", {**older.json, "spec": {"replicas": 7}})
    assert (written.json["apiVersion"], written.json["spec"]) == (f"{GROUP}/v1beta1", {"replicas": 7})
    stored = await custom.get(f"{PATH}/my")
    assert (stored.json["apiVersion"], stored.json["spec"]) == (f"{GROUP}/v1", {"replicas": 7})
    other = await custom.post(PATH.replace("/v1/", "/v1beta1/"), crontab("old", "v1beta1", spec={"free": True}))
    assert (other.code, other.json["spec"]) == (201, {"free": True})
    await custom.delete(f"{PATH}/old")
    wrong = await custom.post(f"{PATH}?fieldValidation=Strict", crontab("b", spec={"nope": 1}))
    assert (wrong.code, wrong.json["message"]) == (
        400,
        'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.nope"',
    )
    listed = (await custom.get(PATH)).json
    assert (listed["kind"], [each["metadata"]["name"] for each in listed["items"]]) == ("CronTabList", ["my"])


async def test_lists_of_theirs_are_merged_by_nobody(custom: Client) -> None:
    await custom.post(PATH, crontab(spec={"replicas": 2}))
    refused = await custom.patch(f"{PATH}/my", {"spec": {}}, "application/strategic-merge-patch+json")
    assert refused.code == 415
    assert refused.json["message"].endswith("application/merge-patch+json, application/apply-patch+yaml")
    merged = await custom.patch(f"{PATH}/my", {"spec": {"text": "x"}})
    assert merged.json["spec"] == {"replicas": 2, "text": "x"}
    warned = await custom.patch(f"{PATH}/my", {"spec": {"nope": 1}})
    assert (warned.code, warned.warnings) == (200, ['299 - "unknown field \\"spec.nope\\""'])
    strict = await custom.patch(f"{PATH}/my?fieldValidation=Strict", {"spec": {"nope": 1}})
    assert (strict.code, 'unknown field "spec.nope"' in strict.json["message"]) == (422, True)


async def test_server_side_apply_owns_their_fields(custom: Client) -> None:
    applied = await custom.patch(
        f"{PATH}/my?fieldManager=one", crontab(spec={"replicas": 2}), "application/apply-patch+yaml"
    )
    assert (applied.code, applied.json["spec"]) == (201, {"replicas": 2})
    (entry,) = applied.json["metadata"]["managedFields"]
    assert (entry["manager"], entry["apiVersion"]) == ("one", f"{GROUP}/v1")
    assert "f:replicas" in entry["fieldsV1"]["f:spec"]
    conflict = await custom.patch(
        f"{PATH}/my?fieldManager=two", crontab(spec={"replicas": 3}), "application/apply-patch+yaml"
    )
    assert conflict.code == 409


async def test_they_are_scaled_by_the_paths_they_name(custom: Client) -> None:
    await custom.post(PATH, crontab(spec={"replicas": 2}))
    await custom.put(f"{PATH}/my/status", crontab(status={"replicas": 1, "chosen": "app=x"}))
    scale = (await custom.get(f"{PATH}/my/scale")).json
    assert (scale["spec"], scale["status"]) == ({"replicas": 2}, {"replicas": 1, "selector": "app=x"})
    changed = await custom.patch(f"{PATH}/my/scale", {"spec": {"replicas": 5}})
    assert changed.json["spec"] == {"replicas": 5}
    assert (await custom.get(f"{PATH}/my")).json["spec"] == {"replicas": 5}


async def test_other_clusters_have_none_of_it(client: Client) -> None:
    missing: Any = await client.get(PATH)
    assert (missing.code, missing.body) == (404, b"404 page not found\n")


async def test_they_are_selected_by_the_fields_their_definition_names(custom: Client) -> None:
    for name, text, replicas in (("a", "x", 1), ("b", "x", 2), ("c", "y", 2)):
        await custom.post(PATH, crontab(name, spec={"text": text, "replicas": replicas}))
    for selector, names in (
        ("spec.text=x", ["a", "b"]),
        ("spec.text=x,spec.replicas=2", ["b"]),
        ("spec.text!=x", ["c"]),
        ("metadata.name=c,spec.text=", []),
    ):
        listed = (await custom.get(f"{PATH}?fieldSelector={quote(selector)}")).json["items"]
        assert [each["metadata"]["name"] for each in listed] == names
    refused = await custom.get(f"{PATH}?fieldSelector=spec.other%3Dx")
    assert (refused.code, refused.json["message"]) == (400, "field label not supported: spec.other")


async def test_what_was_stored_is_read_by_the_schema_of_today(custom: Client) -> None:
    await custom.post(PATH, crontab(spec={"replicas": 2, "text": "x"}))
    where = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/crontabs.{GROUP}"
    properties = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties"
    steps = [
        {"op": "add", "path": f"{properties}/image", "value": {"type": "string", "default": "nginx"}},
        {"op": "remove", "path": "/spec/versions/0/selectableFields/0"},
        {"op": "remove", "path": f"{properties}/text"},
    ]
    assert (await custom.patch(where, steps, "application/json-patch+json")).code == 200
    assert (await custom.get(f"{PATH}/my")).json["spec"] == {"replicas": 2, "image": "nginx"}
    (listed,) = (await custom.get(PATH)).json["items"]
    assert listed["spec"] == {"replicas": 2, "image": "nginx"}


async def test_they_are_explained_with_the_words_of_every_object(custom: Client) -> None:
    found = (await custom.get("/openapi/v2")).json["definitions"]["com.example.stable.v1.CronTab"]
    properties = found["properties"]
    assert properties.pop("apiVersion")["description"].startswith("APIVersion defines")
    assert properties.pop("metadata")["description"].startswith("Standard object's metadata")
    assert properties.pop("kind")["type"] == "string"
    assert properties == {"spec": SPEC, "status": STATE}
