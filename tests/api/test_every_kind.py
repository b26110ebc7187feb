"""Every kind through its life over HTTP: made, read, listed, followed, changed in each way, and gone."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cluster.kinds import KINDS, by_kind
from cluster.kinds.kind import Kind
from cluster.machinery.objects import Obj, copy
from tests.api.asking import Client
from tests.kinds.test_any_input import _MANIFESTS

MARK = "special"
SELECTOR = f"labelSelector={MARK}%3Dyes"
HELD = {
    "CustomResourceDefinition",
    "Job",
    "Namespace",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "ReplicationController",
}
"""Kinds whose objects something holds when they are to go."""


OTHER_VERSIONS: list[tuple[str, str, Obj]] = [
    ("events.k8s.io/v1", "Event", {
        "regarding": {"kind": "Pod", "name": "p", "namespace": "default"}, "note": "m", "reason": "R", "action": "A",
        "type": "Normal", "eventTime": "2017-09-19T13:49:16.000000Z", "reportingController": "c",
        "reportingInstance": "i", "series": {"count": 2, "lastObservedTime": "2017-09-19T13:49:17.000000Z"}}),
    ("autoscaling/v1", "HorizontalPodAutoscaler", {"spec": {
        "scaleTargetRef": {"kind": "Deployment", "name": "x", "apiVersion": "apps/v1"}, "maxReplicas": 5,
        "targetCPUUtilizationPercentage": 50}}),
]  # fmt: skip
EVERY = [*_MANIFESTS, *OTHER_VERSIONS]


def manifest(index: int, name: str = "") -> tuple[Kind, Obj]:
    api_version, called, rest = EVERY[index]
    kind = by_kind(api_version, called)
    assert kind is not None
    metadata = {"name": name or "web", "labels": {MARK: "yes"}, **rest.get("metadata", {})}
    return kind, copy({"apiVersion": api_version, "kind": called, **rest, "metadata": metadata})


def path_of(kind: Kind, api_version: str) -> str:
    root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
    return f"{root}/namespaces/default/{kind.resource}" if kind.namespaced else f"{root}/{kind.resource}"


INDEXES = range(len(EVERY))
IDS = [f"{each[1]}-{each[0]}" for each in EVERY]


def test_no_kind_is_forgotten() -> None:
    here = {(each[0], each[1]) for each in _MANIFESTS}
    assert {kind.kind for kind in KINDS if kind.stored and (kind.api_version, kind.kind) not in here} == set()


@pytest.mark.parametrize("index", INDEXES, ids=IDS)
async def test_its_life(client: Client, index: int) -> None:
    kind, given = manifest(index)
    version = given["apiVersion"]
    path, name = path_of(kind, version), given["metadata"]["name"]
    at = f"{path}/{name}"
    made = await client.post(path, given)
    assert made.code == 201, made.json
    assert made.json["metadata"]["uid"] and made.json["apiVersion"] == version
    assert (await client.get(at)).json == made.json
    await _is_listed(client, kind, version, path, name)
    for how, body in (
        ("application/merge-patch+json", {"metadata": {"annotations": {"merged": "yes"}}}),
        ("application/strategic-merge-patch+json", {"metadata": {"annotations": {"strategic": "yes"}}}),
        ("application/json-patch+json", [{"op": "add", "path": "/metadata/annotations/json", "value": "yes"}]),
    ):
        patched = await client.patch(at, body, how)
        assert patched.code == 200, patched.json
    applied = {"apiVersion": version, "kind": kind.kind, "metadata": {"annotations": {"applied": "yes"}}}
    patched = await client.patch(f"{at}?fieldManager=me", applied, "application/apply-patch+yaml")
    assert patched.code == 200, patched.json
    present = (await client.get(at)).json
    assert set(present["metadata"]["annotations"]) >= {"merged", "strategic", "json", "applied"}
    present["metadata"]["annotations"]["updated"] = "yes"
    updated = await client.put(at, present)
    assert updated.code == 200, updated.json
    assert (await client.put(at, present)).code == 409
    if kind.has_status:
        await _has_status(client, at)
    seen = await _followed(
        client, f"{path}?watch=1&{SELECTOR}&resourceVersion={made.json['metadata']['resourceVersion']}"
    )
    assert (seen["type"], seen["object"]["metadata"]["name"]) == ("MODIFIED", name)
    assert seen["object"]["metadata"]["annotations"]["merged"] == "yes"
    gone = await client.delete(at)
    assert gone.code == 200, gone.json
    if kind.kind not in HELD:
        assert (await client.get(at)).code == 404


async def _is_listed(client: Client, kind: Kind, version: str, path: str, name: str) -> None:
    listed = (await client.get(f"{path}?{SELECTOR}")).json
    assert (listed["kind"], listed["apiVersion"]) == (f"{kind.kind}List", version)
    assert [each["metadata"]["name"] for each in listed["items"]] == [name]
    if kind.namespaced:
        everywhere = (await client.get(f"{path.replace('/namespaces/default', '')}?{SELECTOR}")).json
        assert everywhere["items"] == listed["items"]
    table = (await client.get(f"{path}?{SELECTOR}", accept="application/json;as=Table;g=meta.k8s.io;v=v1")).json
    assert len(table["rows"]) == 1
    assert len(table["rows"][0]["cells"]) == len(table["columnDefinitions"]) == len(kind.columns)


async def _has_status(client: Client, at: str) -> None:
    body = {"metadata": {"annotations": {"patchedstatus": "yes"}}, "status": {}}
    patched = await client.patch(f"{at}/status", body)
    assert patched.code == 200, patched.json
    assert patched.json["metadata"]["annotations"]["patchedstatus"] == "yes"
    present = (await client.get(f"{at}/status")).json
    assert present == (await client.get(at)).json
    assert (await client.put(f"{at}/status", present)).code == 200


async def _followed(client: Client, path: str) -> dict[str, Any]:
    async for piece in client.pieces("GET", path):
        for line in piece.splitlines():
            found: dict[str, Any] = orjson.loads(line)
            return found
    raise AssertionError("the watch ended without an event")


@pytest.mark.parametrize("index", INDEXES, ids=IDS)
async def test_all_of_them_go_at_once(client: Client, index: int) -> None:
    kind, given = manifest(index)
    path = path_of(kind, given["apiVersion"])
    other = copy(given)
    other["metadata"] = {**given["metadata"], "labels": {MARK: "no"}}
    if kind.kind not in ("APIService", "CustomResourceDefinition", "Service"):
        other["metadata"]["name"] = "other"
        kept = await client.post(path, other)
        assert kept.code == 201, kept.json
    made = await client.post(path, given)
    assert made.code == 201, made.json
    gone = await client.delete(f"{path}?{SELECTOR}")
    if "deletecollection" not in kind.verbs:
        assert gone.code == 405
        return
    assert gone.code == 200, gone.json
    left = (await client.get(f"{path}?{SELECTOR}")).json["items"]
    assert all(each["metadata"].get("deletionTimestamp") for each in left)
    assert not left or kind.kind in HELD
    if other["metadata"]["name"] == "other":
        assert (await client.get(f"{path}/other")).code == 200
