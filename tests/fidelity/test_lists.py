"""Recorded lists asked of a cluster with the recorded objects: names and order, pages and their tokens, the items."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from cluster.api import pages
from cluster.machinery.objects import Obj
from cluster.store import written
from cluster.watch import Hub
from tests.api.asking import Client
from tests.api.conftest import cluster, hub
from tests.fidelity import golden
from tests.fidelity.over_http import cluster_of
from tests.fidelity.wholes import LISTS as FILE
from tests.fidelity.wholes import of_answer
from tests.kinds.recorded import stable

needs_recording = pytest.mark.skipif(bool(golden.absent(FILE)), reason=golden.absent(FILE))

__all__ = ["cluster", "hub"]

LISTED: list[dict[str, Any]] = [case for case in golden.cases(FILE) if "response" in case]


def chains() -> list[list[dict[str, Any]]]:
    """The requests one by one, but a list's pages together: each goes on where the one before it stopped."""
    found: list[list[dict[str, Any]]] = []
    for case in LISTED:
        before = found[-1][-1]["response"]["metadata"].get("continue") if found else None
        if before is not None and query(case["path"]).get("continue") == before:
            found[-1].append(case)
        else:
            found.append([case])
    return found


def query(path: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


def asked(path: str, **own: str) -> str:
    """The path with our own token or revision where the recorded request had one."""
    given = query(path)
    given.update({name: value for name, value in own.items() if name in given and given[name] != "0"})
    return f"{urlsplit(path).path}?{urlencode(given)}"


@pytest.fixture
async def client(hub: Hub, cluster: Any) -> AsyncIterator[Client]:
    """Of a cluster with every object that the lists show, each once."""
    seen: dict[tuple[str, str, str], Obj] = {}
    for case in LISTED:
        for obj in of_answer(case["response"]):
            seen[obj["kind"], obj["metadata"]["namespace"], obj["metadata"]["name"]] = obj
    made = await written(cluster_of, "recorded", seen.values())
    yield Client(made.slug)


@needs_recording
@pytest.mark.parametrize("chain", chains(), ids=lambda chain: chain[0]["name"])
async def test_it_is_listed_as_recorded(client: Client, chain: list[dict[str, Any]]) -> None:
    now = (await client.get(urlsplit(chain[0]["path"]).path)).json["metadata"]["resourceVersion"]
    token = ""
    for case in chain:
        reply = await client.get(asked(case["path"], resourceVersion=now, **{"continue": token}))
        wanted, found = case["response"], reply.json
        assert reply.code == case["code"]
        assert list(found) == list(wanted)
        assert (found["kind"], found["apiVersion"]) == (wanted["kind"], wanted["apiVersion"])
        assert [_name(item) for item in found["items"]] == [_name(item) for item in wanted["items"]]
        assert [_item(found, item) for item in found["items"]] == [_item(wanted, item) for item in wanted["items"]]
        assert _about(found, now) == _about(wanted, wanted["metadata"]["resourceVersion"])
        token = found["metadata"].get("continue", "")


def _name(item: Obj) -> str:
    return str(item["metadata"]["name"])


def _item(answer: dict[str, Any], item: Obj) -> Obj:
    """What runs have in common, and that an item does not say what it is."""
    return {**stable({**item, "kind": answer["kind"].removesuffix("List")}), "kind": item.get("kind")}


def _about(answer: dict[str, Any], now: str) -> dict[str, Any]:
    """A list's metadata in its order, its revision as whether it is the asked one, its token taken apart."""
    about = dict(answer["metadata"])
    about["resourceVersion"] = about["resourceVersion"] == now
    if token := about.get("continue"):
        assert re.fullmatch(r"[\w-]+", token), "base64 for addresses, without padding"
        revision, after, _ = pages.place(token, namespace="", across=False)
        about["continue"] = (str(revision) == now, after)
    return {"order": list(about), **about}
