"""Watching: what is told first, what follows, who leaves and enters a selection, and how a watch ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from cluster.machinery.protobuf import decode
from tests.api.asking import Client
from tests.objects import config_map

PATH = "/api/v1/namespaces/default/configmaps"
ONLY = "fieldSelector=metadata.name%3Da"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


async def events(pieces: AsyncIterator[bytes], count: int) -> list[Any]:
    """The next so many events."""
    found: list[Any] = []
    async with asyncio.timeout(30):
        async for piece in pieces:
            found.extend(orjson.loads(line) for line in piece.splitlines())
            if len(found) >= count:
                break
    return found


def told(found: list[Any]) -> list[tuple[str, str]]:
    return [(event["type"], event["object"]["metadata"].get("name", "")) for event in found]


async def test_what_is_there_then_what_comes(client: Client) -> None:
    await client.post(PATH, config_map("a"))
    watch = client.pieces("GET", f"{PATH}?watch=1&{ONLY}")
    assert told(await events(watch, 1)) == [("ADDED", "a")]
    await client.patch(f"{PATH}/a", {"data": {"value": "2"}})
    await client.post(PATH, config_map("b"))
    await client.delete(f"{PATH}/a")
    again = client.pieces("GET", f"{PATH}?watch=1&{ONLY}&resourceVersion=1")
    assert [event["type"] for event in await events(again, 3)] == ["ADDED", "MODIFIED", "DELETED"]


async def test_leaving_a_selection_is_a_deletion_and_entering_it_an_addition(client: Client) -> None:
    made = (await client.post(PATH, config_map("a"))).json
    since = made["metadata"]["resourceVersion"]
    await client.patch(f"{PATH}/a", {"metadata": {"labels": {"l": "1"}}})
    await client.patch(f"{PATH}/a", {"data": {"value": "2"}})
    left = (await client.patch(f"{PATH}/a", {"metadata": {"labels": {"l": "2"}}})).json
    await client.patch(f"{PATH}/a", {"data": {"value": "3"}})
    await client.patch(f"{PATH}/a", {"metadata": {"labels": {"l": "1"}}})
    watch = client.pieces("GET", f"{PATH}?watch=1&labelSelector=l%3D1&resourceVersion={since}")
    found = await events(watch, 4)
    assert [event["type"] for event in found] == ["ADDED", "MODIFIED", "DELETED", "ADDED"]
    gone = found[2]["object"]
    assert gone["metadata"]["labels"] == {"l": "1"}
    assert gone["metadata"]["resourceVersion"] == left["metadata"]["resourceVersion"]


async def test_initial_events_end_with_a_bookmark(client: Client) -> None:
    await client.post(PATH, config_map("a"))
    query = f"watch=1&{ONLY}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    found = await events(client.pieces("GET", f"{PATH}?{query}"), 2)
    assert [event["type"] for event in found] == ["ADDED", "BOOKMARK"]
    assert found[1]["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    assert found[1]["object"]["kind"] == "ConfigMap"


async def test_initial_events_need_their_companions(client: Client) -> None:
    reply = await client.get(f"{PATH}?watch=1&sendInitialEvents=true")
    assert reply.code == 422
    assert "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan" in reply.json["message"]


async def test_a_table_has_its_columns_once(client: Client) -> None:
    await client.post(PATH, config_map("a"))
    watch = client.pieces("GET", f"{PATH}?watch=1&{ONLY}", accept=TABLE)
    first = await events(watch, 1)
    assert first[0]["object"]["columnDefinitions"][0]["name"] == "Name"
    again = client.pieces("GET", f"{PATH}?watch=1&{ONLY}&resourceVersion=1", accept=TABLE)
    await client.patch(f"{PATH}/a", {"data": {"value": "2"}})
    found = await events(again, 2)
    assert [event["object"]["columnDefinitions"] is None for event in found] == [False, True]


async def test_the_old_form_of_path_watches_too(client: Client) -> None:
    await client.post(PATH, config_map("a"))
    found = await events(client.pieces("GET", "/api/v1/watch/namespaces/default/configmaps/a"), 1)
    assert told(found) == [("ADDED", "a")]


@pytest.mark.parametrize("seconds", [0, 1])
async def test_it_ends_when_it_was_asked_to(client: Client, seconds: int) -> None:
    reply = await client.get(f"{PATH}?watch=1&timeoutSeconds={seconds}&{ONLY}")
    assert (reply.code, reply.body) == (200, b"")
    assert reply.header("content-type") == "application/json"


async def test_a_revision_that_nobody_gave_is_an_error_event(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster.api.watching.SOON", 0.01)
    reply = await client.get(f"{PATH}?watch=1&resourceVersion=99999")
    (event,) = reply.lines
    assert (event["type"], event["object"]["code"], event["object"]["reason"]) == ("ERROR", 504, "Timeout")


async def test_a_client_of_protobuf_alone_is_answered_in_it(client: Client) -> None:
    await client.post(PATH, config_map("a"))
    protobuf = "application/vnd.kubernetes.protobuf"
    one = await client.get(f"{PATH}/a", accept=protobuf)
    assert (one.header("content-type"), decode(one.body).obj["data"]) == (protobuf, config_map("a")["data"])
    watched = await client.get(f"{PATH}?watch=1&{ONLY}&timeoutSeconds=0", accept=protobuf)
    assert watched.header("content-type") == f"{protobuf};stream=watch"
    either = await client.get(f"{PATH}/a", accept=f"{protobuf}, */*")
    assert either.header("content-type") == "application/json"
    table = await client.get(f"{PATH}/a", accept=f"{protobuf};as=Table;g=meta.k8s.io;v=v1")
    assert table.code == 406


@pytest.mark.parametrize(("given", "code"), [("invalid", 400), ("1", 400), ("0s", 200), ("1m30.5s", 200), ("3m", 200)])
async def test_a_timeout_is_a_duration(client: Client, given: str, code: int) -> None:
    for path in ("/version", PATH):
        assert (await client.get(f"{path}?timeout={given}")).code == code
