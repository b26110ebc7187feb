"""Recorded watches: the same writes over the API are told in the same words, to those who replay and those who wait.

Left out: initial events that end with a bookmark, for which the recorded control plane's storage lacked a feature
(`tests/api/test_watching.py` holds them to the protocol)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from cluster.machinery.objects import Obj
from cluster.store import written
from cluster.watch import Hub
from tests.api.asking import Client
from tests.api.conftest import cluster, hub
from tests.api.test_watching import events
from tests.fidelity import golden
from tests.fidelity.over_http import cluster_of
from tests.fidelity.wholes import LISTS as FILE
from tests.fidelity.writes import Case, began, query, revision, standing, told, watches, writes
from tests.kinds.recorded import stable

needs_recording = pytest.mark.skipif(bool(golden.absent(FILE)), reason=golden.absent(FILE))
of_each_watch = pytest.mark.parametrize("case", told(), ids=lambda case: case["name"])

__all__ = ["cluster", "hub"]

END = {"fidelity/end": "true"}


@pytest.fixture
async def client(hub: Hub, cluster: Any) -> AsyncIterator[Client]:
    made = await written(cluster_of, "recorded", standing())
    yield Client(made.slug)


def collection(case: Case) -> str:
    return urlsplit(case["path"]).path.replace("/watch/", "/")


def asked(case: Case, since: str = "") -> str:
    """The recorded path, without its end in seconds, from a revision of ours."""
    given = {name: value for name, value in query(case).items() if name not in ("timeoutSeconds", "resourceVersion")}
    return f"{urlsplit(case['path']).path}?{urlencode({**given, **({'resourceVersion': since} if since else {})})}"


async def _end(client: Client, case: Case) -> None:
    """A last change that this watch has to tell, so that nobody waits for what does not come."""
    selected = query(case)
    if name := selected.get("fieldSelector", "").partition("=")[2]:
        await client.patch(f"{collection(case)}/{name}", {"metadata": {"annotations": END}})
        return
    label, _, value = selected.get("labelSelector", "").partition("=")
    metadata = {"name": "the-end", "annotations": END, "labels": {label: value} if label else {}}
    made = await client.post(collection(case), {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    assert made.code == 201, made.body


def _words(found: list[Any]) -> list[tuple[str, Obj]]:
    return [(event["type"], stable(event["object"])) for event in found]


def _without_end(found: list[Any]) -> list[Any]:
    assert END.items() <= found[-1]["object"]["metadata"]["annotations"].items()
    return found[:-1]


@needs_recording
@of_each_watch
async def test_who_waits_is_told_as_recorded(client: Client, case: Case) -> None:
    since = await _revision(client, case)
    first = sum(revision(event) <= began() for event in case["events"])
    watch = client.pieces("GET", asked(case, since if "resourceVersion" in query(case) else ""))
    found = await events(watch, first) if first else []
    await _live(client, case)
    found += await events(watch, len(case["events"]) - first + 1)
    assert _words(_without_end(found)) == _words(case["events"])


@needs_recording
@pytest.mark.parametrize(
    "case", [each for each in told() if "resourceVersion" in query(each)], ids=lambda case: case["name"]
)
async def test_who_comes_later_is_told_the_same(client: Client, case: Case) -> None:
    since = await _revision(client, case)
    await _live(client, case)
    found = await events(client.pieces("GET", asked(case, since)), len(case["events"]) + 1)
    assert _words(_without_end(found)) == _words(case["events"])


async def _revision(client: Client, case: Case) -> str:
    return str((await client.get(collection(case))).json["metadata"]["resourceVersion"])


async def _live(client: Client, case: Case) -> None:
    for write in writes(case):
        await write.carry_out(client, collection(case))
    await _end(client, case)


@needs_recording
@of_each_watch
async def test_its_headers_are_the_recorded_ones(client: Client, case: Case) -> None:
    """That it comes in chunks is the server's doing, for whom it is enough that nobody says how long it is."""
    reply = await client.get(f"{asked(case)}&timeoutSeconds=0")
    assert reply.code == case["code"]
    assert {name: reply.header(name) for name in case["headers"] if name != "Transfer-Encoding"} == {
        name: value for name, value in case["headers"].items() if name != "Transfer-Encoding"
    }
    assert not reply.header("content-length")


def _ahead() -> list[Case]:
    """Watches that were refused for a revision that was still to come."""
    return [
        case for case in watches() for event in case["events"] if "Too large" in str(event["object"].get("message"))
    ]


@needs_recording
@pytest.mark.parametrize("case", _ahead(), ids=lambda case: case["name"])
async def test_a_revision_to_come_is_refused_as_recorded(
    client: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There the storage itself was one ahead of the server's cache; here a client asks for the one that is to come."""
    monkeypatch.setattr("cluster.api.watching.SOON", 0.01)
    now = int((await client.get(collection(case))).json["metadata"]["resourceVersion"])
    reply = await client.get(asked(case, str(now + 1)), accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    (found,), (wanted,) = reply.lines, case["events"]
    message = f"Timeout: Too large resource version: {now + 1}, current: {now}"
    assert found == {**wanted, "object": {**wanted["object"], "message": message}}
