"""Dry runs: told as they would be, stored nowhere, at the revision there was."""

from __future__ import annotations

from tests.api.asking import Client
from tests.objects import config_map

PATH = "/api/v1/namespaces/default/configmaps"
APPLY = "application/apply-patch+yaml"


async def test_what_would_be_made_has_no_revision(client: Client) -> None:
    made = await client.post(f"{PATH}?dryRun=All", config_map("a"))
    assert (made.code, made.json["metadata"].get("resourceVersion")) == (201, None)
    applied = await client.patch(f"{PATH}/a?dryRun=All&fieldManager=t", config_map("a"), APPLY)
    assert (applied.code, applied.json["metadata"].get("resourceVersion")) == (201, None)
    assert (await client.get(f"{PATH}/a")).code == 404


async def test_what_would_be_changed_keeps_the_revision_it_has(client: Client) -> None:
    stored = (await client.post(PATH, config_map("a"))).json
    version = stored["metadata"]["resourceVersion"]
    change = {"data": {"k": "v"}}
    replies = [
        await client.patch(f"{PATH}/a?dryRun=All", change),
        await client.put(f"{PATH}/a?dryRun=All", {**stored, **change}),
        await client.patch(f"{PATH}/a?dryRun=All&fieldManager=t&force=true", {**config_map("a"), **change}, APPLY),
    ]
    assert [reply.json["data"]["k"] for reply in replies] == ["v", "v", "v"]
    assert {reply.json["metadata"]["resourceVersion"] for reply in replies} == {version}
    assert (await client.get(f"{PATH}/a")).json == stored
