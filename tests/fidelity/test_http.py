"""Recorded requests put to the API over HTTP: the code, the headers that matter, the answer to the character."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from cluster.models import Cluster
from cluster.store import written
from cluster.store.log import Retention, compact
from cluster.watch import Hub
from tests.api.asking import Client
from tests.api.conftest import cluster, hub
from tests.fidelity import golden
from tests.fidelity.over_http import cluster_like, with_versions
from tests.fidelity.requests import prior
from tests.fidelity.test_errors import without_dump
from tests.kinds.recorded import stable

FILE = "errors.json"
CASES: list[dict[str, Any]] = [case for case in golden.cases(FILE) if case.get("via") == "http"]
needs_recording = pytest.mark.skipif(bool(golden.absent(FILE)), reason=golden.absent(FILE))

__all__ = ["cluster", "hub"]


@pytest.fixture
async def asked(hub: Hub, cluster: Any) -> AsyncIterator[tuple[Client, dict[str, str]]]:
    made, versions = await written(cluster_like, "recorded", prior(CASES))
    yield Client(made.slug), versions


def _is_applied(case: dict[str, Any]) -> bool:
    """Of a sequence of applies, which only make sense one after the other (see test_ssa)."""
    return "apply" in str(case.get("content_type")) and case["code"] in (200, 201, 409)


@needs_recording
@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not _is_applied(case)],
    ids=lambda case: case["name"],
)
async def test_it_is_answered_as_recorded(asked: tuple[Client, dict[str, str]], case: dict[str, Any]) -> None:
    client, versions = asked
    headers = {}
    if "request" not in case:
        client.user = None
        if case["name"].startswith("bad-token"):
            headers["authorization"] = "Bearer of-nobody"
    if case.get("content_type"):
        headers["content_type"] = case["content_type"]
    if case["code"] == 406:
        headers["accept"] = "application/xml"
    if "too old" in str(case["response"]):
        await written(
            compact, (await written(Cluster.objects.get, slug=client.slug)).pk, time.time(), Retention(changes=1)
        )
    body = with_versions(case.get("request"), versions)
    body = body.encode() if isinstance(body, str) else body
    reply = await client.ask(case["method"], case["path"], body, **headers)
    assert reply.code == case["code"], reply.body
    for name, value in case.get("headers", {}).items():
        assert reply.header(name) == value
    expected = case["response"]
    if isinstance(expected, str):
        assert reply.body.decode() == expected
    elif case["code"] < 300 and "watch=" not in case["path"]:
        assert _settled(reply.json) == _settled(expected)
    else:
        assert _revised(_plain(reply.json)) == _revised(_plain(expected))


def _settled(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("kind") is None:  # /version
        return {name: answer[name] for name in ("major", "minor", "gitVersion")}
    return stable(answer)


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    return without_dump(answer) if answer.get("kind") == "Status" else answer


def _revised(answer: Any) -> Any:
    """Revisions in messages are each server's own."""
    return orjson.loads(re.sub(rb"(current: |version: 1 \()\d+", rb"\1N", orjson.dumps(answer)))
