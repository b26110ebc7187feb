"""Patches over HTTP: fields that a type does not have, what a text gives twice, and whose the changes are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.asking import Client
from tests.api.conftest import cluster, hub

__all__ = ["cluster", "hub"]

HERE = "/api/v1/namespaces/default/configmaps"
MERGE, STRATEGIC = "application/merge-patch+json", "application/strategic-merge-patch+json"


@pytest.fixture
async def client(hub: Any, cluster: Any) -> Client:
    made = Client(cluster.slug)
    body = {"metadata": {"name": "c"}, "data": {"a": "1"}}
    assert (await made.post(f"{HERE}?fieldManager=one", body)).code == 201
    return made


async def test_unknown_fields_are_dropped_and_told(client: Client) -> None:
    reply = await client.patch(f"{HERE}/c", {"dataa": {"a": "2"}})
    assert (reply.code, "dataa" in reply.json) == (200, False)
    assert reply.warnings == ['299 - "unknown field \\"dataa\\""']
    reply = await client.patch(f"{HERE}/c?fieldValidation=Ignore", {"dataa": {"a": "2"}})
    assert (reply.code, reply.warnings) == (200, [])


async def test_unknown_fields_are_refused_when_strict(client: Client) -> None:
    reply = await client.patch(f"{HERE}/c?fieldValidation=Strict", {"dataa": {"a": "2"}}, STRATEGIC)
    assert reply.code == 422
    assert reply.json["message"] == (
        ' "" is invalid: patch: Invalid value: "map[dataa:map[a:2]]": strict decoding error: unknown field "dataa"'
    )
    reply = await client.patch(f"{HERE}/c?fieldValidation=Strict", {"dataa": {"a": "2"}}, MERGE)
    message: str = reply.json["message"]
    assert message.startswith(' "" is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"v1\\",\\"data\\":')
    assert message.endswith('strict decoding error: unknown field "dataa"')


async def test_what_stands_twice_is_told(client: Client) -> None:
    reply = await client.patch(f"{HERE}/c", b'{"data": {"a": "2", "a": "3"}}')
    assert reply.json["data"] == {"a": "3"}
    assert reply.warnings == ['299 - "duplicate field \\"data.a\\""']


async def test_the_change_is_whose_it_is(client: Client) -> None:
    reply = await client.patch(f"{HERE}/c", {"data": {"a": "2"}}, user_agent="tool/1.0 (linux)")
    owners = {each["manager"]: each["fieldsV1"] for each in reply.json["metadata"]["managedFields"]}
    assert owners == {"one": {"f:data": {}}, "tool": {"f:data": {"f:a": {}}}}
    again = await client.patch(f"{HERE}/c", {"data": {"a": "2"}}, user_agent="other/1.0")
    assert again.json["metadata"] == reply.json["metadata"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "fieldManager: Required value: is required for apply patch"),
        (f"?fieldManager={'x' * 129}", "fieldManager: Too long: may not be more than 128 bytes"),
        ("?fieldManager=a%07b", "invalid character U+0007 (at position 1)"),
    ],
)
async def test_who_applies_says_who_they_are(client: Client, query: str, message: str) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}
    reply = await client.patch(f"{HERE}/c{query}", body, "application/apply-patch+yaml")
    assert reply.code == 422
    assert message in reply.json["message"]


async def test_applying_creates_and_says_so(client: Client) -> None:
    body = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\ndata: {a: b}\n"
    reply = await client.patch(f"{HERE}/new?fieldManager=one", body, "application/apply-patch+yaml")
    assert (reply.code, reply.json["data"]) == (201, {"a": "b"})
    reply = await client.patch(f"{HERE}/new?fieldManager=one", body, "application/apply-patch+yaml")
    assert reply.code == 200
    dry = body.replace(b"a: b", b"a: c")
    reply = await client.patch(f"{HERE}/new?fieldManager=one&dryRun=All", dry, "application/apply-patch+yaml")
    assert reply.json["data"] == {"a": "c"}
    assert (await client.get(f"{HERE}/new")).json["data"] == {"a": "b"}


async def test_a_body_may_be_so_long_and_no_longer(client: Client) -> None:
    reply = await client.patch(f"{HERE}/c", b'{"data": {"a": "' + b"x" * (3 * 1024 * 1024) + b'"}}')
    assert (reply.code, reply.json["reason"]) == (413, "RequestEntityTooLarge")
    assert reply.json["message"] == "Request entity too large: limit is 3145728"
