"""Requests that our own OpenAPI documents allow, made up by schemathesis, always the same ones: each is answered in the
API's words, and what is stored after them can be stored again and is there after a start.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from cluster.api.openapi import document
from cluster.kinds import KINDS
from tests.api.test_every_kind import INDEXES, manifest, path_of
from tests.api.test_openapi import made
from tests.server import Server

EACH = 5
"""Operations tried of each document."""
CASES = 2
_STREAMS = re.compile(r"/(watch|proxy|exec|attach|portforward|log)(/|$)")
_UNKEPT = {"x-schemathesis-testcaseid", "authorization", "accept-encoding", "cookie"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("data") / "data", "--no-demo", "--pace", "instant") as made_:
        yield made_


@pytest.fixture
def api(server: Server) -> Iterator[httpx.Client]:
    config = yaml.safe_load(Path(server.data / "kubeconfig").read_text())
    headers = {"Authorization": f"Bearer {config['users'][0]['user']['token']}"}
    with httpx.Client(base_url=f"{server.web}/k8s/demo", headers=headers, timeout=30) as client:
        yield client


def _names(api: httpx.Client) -> dict[str, str]:
    """One object of each kind, by the path of its collection."""
    names = {}
    for index in INDEXES:
        kind, obj = manifest(index)
        path = path_of(kind, obj["apiVersion"])
        if kind.group == "admissionregistration.k8s.io":
            continue  # it would have its say about all the others
        if kind.stored and api.post(path, json=obj).status_code == 201:
            names[path.replace("/default/", "/{namespace}/")] = obj["metadata"]["name"]
    return names


def _chosen(key: str) -> list[Any]:
    """The same ones each time, deletions last."""
    found = schemathesis.openapi.from_dict(made(key)).get_all_operations()
    read = [each.ok() for each in found if isinstance(each, Ok)]
    some = [each for each in read if not _STREAMS.search(each.path)]
    some.sort(key=lambda each: zlib.crc32(f"{each.method} {each.path}".encode()))
    return sorted(some[:EACH], key=lambda each: each.method.lower() == "delete")


def _try(api: httpx.Client, operation: Any, names: dict[str, str]) -> None:
    base = next((path for path in names if operation.path.startswith(f"{path}/{{name}}")), "")

    @settings(
        derandomize=True,
        max_examples=CASES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=operation.as_strategy())
    def tried(case: Any) -> None:
        if "namespace" in case.path_parameters:
            case.path_parameters["namespace"] = "default"
        if base:
            case.path_parameters["name"] = names[base]
        asked = case.as_transport_kwargs(base_url=str(api.base_url))
        headers = {name: value for name, value in asked["headers"].items() if name.lower() not in _UNKEPT}
        # A watch is to end, whatever else was made up.
        params = {**(asked.get("params") or {}), "timeoutSeconds": "0"}
        sent = {part: asked[part] for part in ("json", "data") if asked.get(part) is not None}
        if "data" in sent:
            sent["content"] = sent.pop("data")
        answer = api.request(asked["method"], asked["url"], params=params, headers=headers, **sent)
        assert answer.status_code < 500, (asked, answer.text)
        if answer.status_code >= 400 and answer.headers["content-type"].startswith("application/json"):
            assert answer.json()["kind"] == "Status", answer.text

    tried()


def _everything(api: httpx.Client) -> dict[str, Any]:
    """All objects that stay as they are, by their path: what the control plane itself goes on writing is left out."""
    found = {}
    for kind in KINDS:
        if not kind.stored or kind.resource in ("events", "leases"):
            continue
        prefix = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
        for item in api.get(f"{prefix}/{kind.resource}").json()["items"]:
            metadata = item["metadata"]
            where = f"/namespaces/{metadata['namespace']}" if kind.namespaced else ""
            obj = {"apiVersion": kind.api_version, "kind": kind.kind, **item}
            found[f"{prefix}{where}/{kind.resource}/{metadata['name']}"] = obj
    return found


@pytest.mark.timeout(240)
def test_whatever_the_documents_allow(server: Server, api: httpx.Client) -> None:
    names = _names(api)
    for key in document.keys(KINDS):
        for operation in _chosen(key):
            _try(api, operation, names)
    for path, obj in _everything(api).items():
        answer = api.put(path, json=obj, params={"dryRun": "All"})
        assert answer.status_code in (200, 404, 409), (path, answer.text)
    assert "request_failed" not in (server.data / "log").read_text()
    before = {path: obj["metadata"]["uid"] for path, obj in _everything(api).items()}
    server.stop()
    server.start()
    after = {path: obj["metadata"]["uid"] for path, obj in _everything(api).items()}
    lasting = {path for path in before if "/pods/" not in path and "/endpointslices/" not in path}
    assert {path: after.get(path) for path in lasting} == {path: before[path] for path in lasting}
