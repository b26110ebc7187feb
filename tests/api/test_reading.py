"""Getting and listing: forms, selectors, pages, revisions, and what is refused."""

from __future__ import annotations

import time
from typing import Any

import pytest

from cluster.api.listing import _pages
from tests.api.asking import Client
from tests.objects import config_map

PATH = "/api/v1/namespaces/default/configmaps"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
METADATA = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"


async def make(client: Client, *names: str, **labels: str) -> None:
    for name in names:
        made = await client.post(PATH, config_map(name, labels=labels) if labels else config_map(name))
        assert made.code == 201, made.json


def names(listed: Any) -> list[str]:
    return [item["metadata"]["name"] for item in listed["items"]]


async def test_what_was_created_is_read_at_once_and_whole(client: Client) -> None:
    made = await client.post(PATH, config_map("a"))
    read = await client.get(f"{PATH}/a")
    assert (made.code, read.code) == (201, 200)
    assert read.json == made.json
    assert read.json["kind"] == "ConfigMap"
    assert read.header("content-type") == "application/json"


async def test_a_list_has_its_kind_and_its_items_do_not_repeat_it(client: Client) -> None:
    await make(client, "b", "a")
    listed = (await client.get(PATH)).json
    assert (listed["kind"], listed["apiVersion"]) == ("ConfigMapList", "v1")
    assert names(listed) == sorted(names(listed))
    assert not any("kind" in item or "apiVersion" in item for item in listed["items"])


async def test_pages_show_the_moment_of_the_first_one(client: Client) -> None:
    await make(client, "a", "b", "c", "d")
    first = (await client.get(f"{PATH}?limit=2")).json
    assert names(first) == ["a", "b"]
    assert first["metadata"]["remainingItemCount"] == len(names((await client.get(PATH)).json)) - 2
    await client.delete(f"{PATH}/c")
    await make(client, "bb")
    follow = f"{PATH}?limit=500&continue={first['metadata']['continue']}"
    second = (await client.get(follow)).json
    assert names(second)[:2] == ["c", "d"]
    assert "continue" not in second["metadata"]
    assert second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    _pages.__init__()  # type: ignore[misc]  # another process has none of these pages: it rebuilds them from the log
    assert (await client.get(follow)).json == second


async def test_a_list_that_is_too_old_goes_on_as_it_is_now(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    await make(client, "a", "b", "c", "d")
    first = (await client.get(f"{PATH}?limit=1")).json["metadata"]
    await client.delete(f"{PATH}/c")
    await make(client, "bb")
    later = time.time() + 299
    monkeypatch.setattr("cluster.api.listing.wall", lambda: later)
    second = (await client.get(f"{PATH}?limit=1&continue={first['continue']}")).json
    assert (names(second), second["metadata"]["resourceVersion"]) == (["b"], first["resourceVersion"])
    later += 2  # from the first page on, however many came between
    refused = await client.get(f"{PATH}?limit=1&continue={second['metadata']['continue']}")
    assert (refused.code, refused.json["reason"]) == (410, "Expired")
    assert "too old to display a consistent list result" in refused.json["message"]
    third = (await client.get(f"{PATH}?limit=1&continue={refused.json['metadata']['continue']}")).json
    assert names(third) == ["bb"]
    assert third["metadata"]["resourceVersion"] > first["resourceVersion"]
    rest = f"{PATH}?continue={third['metadata']['continue']}"
    await make(client, "zz")
    assert names((await client.get(rest)).json) == ["d"]  # consistent with the page before it again
    later += 301
    assert (await client.get(rest)).code == 410


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("labelSelector=app%3Dweb", ["b"]),
        ("labelSelector=app", ["b", "c"]),
        ("labelSelector=app!%3Dweb,app", ["c"]),
        ("labelSelector=app in (web,db)", ["b", "c"]),
        ("fieldSelector=metadata.name%3Da", ["a"]),
        ("fieldSelector=metadata.name%3Da&labelSelector=app", []),
        ("fieldSelector=metadata.namespace%3Dother", []),
    ],
)
async def test_selectors(client: Client, query: str, found: list[str]) -> None:
    await make(client, "a")
    await make(client, "b", app="web")
    await make(client, "c", app="db")
    listed = (await client.get(f"{PATH}?{query.replace(' ', '%20')}")).json
    assert [name for name in names(listed) if name != "kube-root-ca.crt"] == found


async def test_a_table_has_the_kinds_columns_and_rows_in_order(client: Client) -> None:
    await make(client, "a")
    table = (await client.get(f"{PATH}?fieldSelector=metadata.name%3Da", accept=TABLE)).json
    assert table["kind"] == "Table"
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Data", "Age"]
    (row,) = table["rows"]
    assert row["cells"][:2] == ["a", 1]
    assert row["object"]["kind"] == "PartialObjectMetadata"
    whole = (await client.get(f"{PATH}/a?includeObject=Object", accept=TABLE)).json
    assert whole["rows"][0]["object"]["data"] == {"value": "1"}
    bare = (await client.get(f"{PATH}/a?includeObject=None", accept=TABLE)).json
    assert bare["rows"][0]["object"] is None


async def test_metadata_alone(client: Client) -> None:
    await make(client, "a")
    listed = (await client.get(f"{PATH}?fieldSelector=metadata.name%3Da", accept=METADATA)).json
    assert listed["kind"] == "PartialObjectMetadataList"
    assert set(listed["items"][0]) == {"kind", "apiVersion", "metadata"}


async def test_yaml_is_given_to_who_asks_for_it(client: Client) -> None:
    await make(client, "a")
    read = await client.get(f"{PATH}/a", accept="application/yaml")
    assert read.header("content-type") == "application/yaml"
    assert b"kind: ConfigMap\n" in read.body


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("/api/v1/namespaces/default/configmaps/nope", 404, 'configmaps "nope" not found'),
        ("/api/v1/namespaces/default/widgets", 404, "the server could not find the requested resource"),
        ("/apis/apps/v9/statefulsets", 404, "the server could not find the requested resource"),
        ("/api/v1/namespaces/default/pods/x/nope", 404, "the server could not find the requested resource"),
        (f"{PATH}?labelSelector=a%3D%3D%3Db", 400, "unable to parse requirement: found '=', expected: identifier"),
        (f"{PATH}?resourceVersion=abc", 500, 'strconv.ParseUint: parsing "abc": invalid syntax'),
        (f"{PATH}?resourceVersion=999999", 504, "Too large resource version: 999999"),
        (f"{PATH}?resourceVersionMatch=Exact", 422, "is forbidden unless resourceVersion is provided"),
        (f"{PATH}?continue=garbage!", 400, "continue key is not valid"),
        (f"{PATH}?limit=x", 400, 'strconv.ParseInt: parsing "x": invalid syntax'),
    ],
)
async def test_refusals_are_statuses(client: Client, path: str, code: int, message: str) -> None:
    reply = await client.get(path)
    assert reply.code == code
    assert reply.json["kind"] == "Status"
    assert message in reply.json["message"]


@pytest.mark.parametrize("path", ["/nope", "/apis/nope.io/v1/widgets"])
async def test_what_nobody_serves_is_no_status(client: Client, path: str) -> None:
    reply = await client.get(path)
    assert (reply.code, reply.body) == (404, b"404 page not found\n")


async def test_a_cluster_that_is_not_there(client: Client) -> None:
    client.slug = "nowhere"
    reply = await client.get(PATH)
    assert (reply.code, reply.json["message"]) == (404, 'there is no cluster "nowhere" here')


async def test_nobody_known_is_refused_by_name(client: Client) -> None:
    client.user = None
    reply = await client.get("/api/v1/pods")
    assert reply.code == 403
    assert reply.json["message"] == (
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope'
    )
    wrong = await client.get("/api/v1/pods", authorization="Bearer nonsense")
    assert (wrong.code, wrong.json["message"]) == (401, "Unauthorized")


async def test_every_answer_has_a_number_of_its_own_or_the_one_that_was_given(client: Client) -> None:
    paths = ("/version", "/api/v1/namespaces/default", "/api/v1/namespaces/none", "/nowhere")
    numbers = [dict((await client.get(path)).headers)["audit-id"] for path in paths]
    assert len(set(numbers)) == len(paths)
    assert dict((await client.get("/version", audit_id="mine")).headers)["audit-id"] == "mine"
