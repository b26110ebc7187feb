"""The form of tables and partial objects over HTTP, of a cluster with the recorded objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cluster.store import written
from cluster.watch import Hub
from tests.api.asking import Client
from tests.api.conftest import cluster, hub
from tests.fidelity.over_http import cluster_of
from tests.fidelity.test_tables import PARTIALS, RECORDED, TABLES, facts, kind_of, needs_recording
from tests.fidelity.wholes import identity, wholes

__all__ = ["cluster", "hub"]

AS_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
AS_PARTIAL = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
TIMES = ("Age", "Last Seen", "First Seen")


@pytest.fixture
async def client(hub: Hub, cluster: Any) -> AsyncIterator[Client]:
    """Of a cluster with the objects that were there when the tables were asked for, as far as they are known whole."""
    rows = [row for body in TABLES.values() for row in body["rows"] or () if row["object"] is not None]
    there = {identity(row["object"]): wholes().get(identity(row["object"])) for row in rows}
    made = await written(cluster_of, "recorded", [obj for obj in there.values() if obj is not None])
    yield Client(made.slug)


def path_of(title: str) -> str:
    """Where it was asked for: a kind's word, then which one or how."""
    kind, rest = kind_of(title), title.split()[1:]
    here = _namespace() if kind.namespaced else ""
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.api_version}"
    query = "?" + rest[0] if rest and "=" in rest[0] else ""
    return f"{root}/namespaces/{here}/{kind.resource}{query}" if here else f"{root}/{kind.resource}{query}"


def _namespace() -> str:
    """The one that the tables were asked of: most of the objects in them are there."""
    rows = [row for body in TABLES.values() for row in body["rows"] or () if row["object"] is not None]
    spaces = Counter(row["object"]["metadata"].get("namespace") for row in rows)
    return str(next(name for name, _ in spaces.most_common() if name))


@needs_recording
@pytest.mark.parametrize("title", TABLES)
async def test_a_table_has_that_form(client: Client, title: str) -> None:
    wanted = TABLES[title]
    path = path_of(title)
    if title.endswith(" one"):
        path += "/" + wanted["rows"][0]["cells"][0]
    found = (await client.get(path, accept=AS_TABLE)).json
    assert list(found) == list(wanted)
    assert facts(found["columnDefinitions"]) == facts(wanted["columnDefinitions"])
    assert list(found["metadata"]) == list(wanted["metadata"])
    if not wanted["rows"]:
        assert found["rows"] == wanted["rows"]
        return
    if all(row["object"] is None or identity(row["object"]) in wholes() for row in wanted["rows"]):
        titles = [column["name"] for column in wanted["columnDefinitions"]]
        assert _rows(found, titles, wanted) == _rows(wanted, titles, wanted)


def _rows(table: dict[str, Any], titles: list[str], wanted: dict[str, Any]) -> list[Any]:
    """Without ages, and of the objects' metadata what kubectl reads: what they are called."""
    names = {row["cells"][titles.index("Name")] for row in wanted["rows"]}
    return [
        (
            sorted(row),
            row.get("conditions"),
            [cell for title, cell in zip(titles, row["cells"], strict=True) if title not in TIMES],
            row["object"] and _form(row["object"]),
        )
        for row in table["rows"]
        if row["cells"][titles.index("Name")] in names
    ]


def _form(obj: dict[str, Any]) -> Any:
    about = {field: obj["metadata"].get(field) for field in ("name", "namespace", "labels")}
    return (*((field, obj[field]) for field in ("kind", "apiVersion")), sorted(obj), about)


@needs_recording
@pytest.mark.parametrize("title", [title for title in RECORDED if title.endswith(" scale")])
async def test_a_scale_is_a_table_of_its_own(client: Client, title: str) -> None:
    wanted = RECORDED[title]
    about = wanted["rows"][0]["object"]["metadata"]
    found = (await client.get(f"{path_of(title.split()[0])}/{about['name']}/scale", accept=AS_TABLE)).json
    assert list(found) == list(wanted)
    assert facts(found["columnDefinitions"]) == facts(wanted["columnDefinitions"])
    (row,), (like,) = found["rows"], wanted["rows"]
    assert row["cells"][:-1] == like["cells"][:-1]
    assert {**row["object"], "metadata": list(row["object"]["metadata"])} == {
        **like["object"],
        "metadata": list(about),
    }


@needs_recording
@pytest.mark.parametrize("title", PARTIALS)
async def test_metadata_alone_has_that_form(client: Client, title: str) -> None:
    wanted = PARTIALS[title]
    found = (await client.get(path_of(title.split()[0]), accept=AS_PARTIAL)).json
    assert list(found) == list(wanted)
    assert (found["kind"], found["apiVersion"]) == (wanted["kind"], wanted["apiVersion"])
    assert list(found["metadata"]) == list(wanted["metadata"])
    if wanted["items"] is None:
        assert found["items"] is None
    elif all(identity(item) in wholes() for item in wanted["items"]):
        assert [_form(item) for item in found["items"]] == [_form(item) for item in wanted["items"]]
