"""What a real control plane tells of itself: the same documents, the same headers."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest

from cluster.api import discovery
from cluster.api.openapi import document
from cluster.api.request import ANONYMOUS, Request
from cluster.kinds import KINDS
from cluster.world import World
from tests.fidelity import golden

FILE = "discovery.json"
_RECORDED = golden.load(FILE) or {"documents": {}}
DOCUMENTS: dict[str, dict[str, Any]] = _RECORDED["documents"]
ELSEWHERE = ("/openapi", "/.well-known")
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
BUILD = ("gitCommit", "gitTreeState", "buildDate", "goVersion", "platform")
SENT_BY_THE_SERVER = ("Transfer-Encoding", "Content-Length", "Date", "Audit-Id")
NOT_SERVED = {"/metrics", "/metrics/slis"}

RECORDED = tuple(kind for kind in KINDS if kind.group != "metrics.k8s.io")
"""The control plane that was recorded had no metrics server."""

needs_recording = pytest.mark.skipif(bool(golden.absent(FILE)), reason=golden.absent(FILE))


def ours(named: str) -> tuple[dict[str, str], Any]:
    address, _, form = named.partition(" ")
    path, _, query = address.partition("?")
    headers = {"accept": AGGREGATED if form else "application/json", "host": "1.2.3.4:6443"}
    mirror: Any = SimpleNamespace(world=World())
    asked = Request(mirror, mirror, "GET", path, parse_qsl(query, keep_blank_values=True), headers, ANONYMOUS)
    response = asyncio.run(discovery.answer(asked))
    assert response is not None and response.code == 200
    sent = {"content-type": response.content_type, **{key.lower(): value for key, value in response.headers}}
    text = response.body.decode()
    return sent, text if response.content_type.startswith("text/") else orjson.loads(text)


@needs_recording
@pytest.mark.parametrize("named", [each for each in DOCUMENTS if not each.startswith(ELSEWHERE)])
def test_it_is_told_as_recorded(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "kinds_of", lambda request: RECORDED)
    recorded = DOCUMENTS[named]
    headers, body = ours(named)
    expected = recorded["headers"]
    for header, value in expected.items():
        if header == "Etag":
            assert headers["etag"].strip('"').isalnum() and len(headers["etag"]) == len(value)
        elif header not in SENT_BY_THE_SERVER:
            assert headers[header.lower()] == value
    assert comparable(body, body) == comparable(recorded["body"], body)


def comparable(told: Any, ours: Any) -> Any:
    """Without what differs from one server to the next, and without what we do not serve."""
    match told:
        case {"gitVersion": _}:
            return {key: value for key, value in told.items() if key not in BUILD}
        case {"kind": "APIVersions"}:
            return {**told, "serverAddressByClientCIDRs": len(told["serverAddressByClientCIDRs"])}
        case {"paths": paths}:
            return {"paths": [path for path in paths if path not in NOT_SERVED]}
        case _:
            return told


@needs_recording
def test_the_index_of_types_names_the_recorded_documents() -> None:
    recorded = DOCUMENTS["/openapi/v3"]
    not_served = {path.removeprefix("/") for path in NOT_SERVED}
    assert document.keys(RECORDED) == sorted(set(recorded["body"]["paths"]) - not_served)
