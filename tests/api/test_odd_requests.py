"""Whatever body comes to whatever path: an answer in words, never an error of the server's own."""

from __future__ import annotations

import pytest

from cluster.kinds import KINDS
from cluster.kinds.kind import Kind
from tests.api.asking import Client
from tests.api.test_every_kind import IDS, INDEXES, manifest, path_of

ODD = (
    b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}", b'{"metadata":[]}', b'{"metadata":{"name":7}}', b'{"spec":"x"}',
    b'{"spec":[]}', b'{"spec":null,"status":null,"metadata":null}', b'{"metadata":{"name":"x","labels":[]}}',
    b'{"metadata":{"name":"x"},"spec":{},"status":"x"}', b'{"kind":"Pod","apiVersion":"v1"}', b'\xff\xfe', b"[{}]",
    b'[{"op":"add","path":"/metadata","value":7}]', b'[{"op":"remove","path":""}]',
    b'[{"op":"test","path":"/spec","value":[]}]', b'[{"op":"add","path":"/spec","value":"x"}]',
    b'{"a":' * 300 + b"1" + b"}" * 300,
)  # fmt: skip
FEW = (b"{", b"null", b'{"metadata":[]}', b'{"spec":"x"}', b'{"metadata":{"name":"x"},"spec":{},"status":"x"}')
"""Enough for what lies below an object."""
PATCHES = (
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/json-patch+json",
    "application/apply-patch+yaml",
)
STREAMS = {"exec", "attach", "portforward", "proxy", "log"}


@pytest.mark.parametrize("index", INDEXES, ids=IDS)
async def test_odd_bodies(client: Client, index: int) -> None:
    kind, made = manifest(index)
    path = path_of(kind, made["apiVersion"])
    assert (await client.post(path, made)).code == 201
    at = f"{path}/{made['metadata']['name']}"
    below = [f"{at}/{each.name}" for each in kind.all_subresources if each.name not in STREAMS]
    for body in ODD:
        few = below if body in FEW else []
        for where in (path, *few):
            await _answered(client, "POST", where, body, "application/json")
        await _answered(client, "POST", path, body, "application/yaml")
        for where in (at, *few):
            await _answered(client, "PUT", where, body, "application/json")
            for how in PATCHES:
                await _answered(client, "PATCH", f"{where}?fieldManager=me", body, how)
    for body in ODD:
        await _answered(client, "DELETE", at, body, "application/json")
    for query in (
        "labelSelector=%21%21",
        "fieldSelector=a",
        "limit=x",
        "resourceVersion=x",
        "continue=x",
        "watch=maybe",
    ):
        await _answered(client, "GET", f"{path}?{query}&timeoutSeconds=1", None, "application/json")


UNSTORED = [kind for kind in KINDS if not kind.stored]


@pytest.mark.parametrize("kind", UNSTORED, ids=[kind.kind for kind in UNSTORED])
async def test_odd_questions(client: Client, kind: Kind) -> None:
    for body in ODD:
        await _answered(client, "POST", path_of(kind, kind.api_version), body, "application/json")


async def _answered(client: Client, method: str, path: str, body: bytes | None, media: str) -> None:
    answer = await client.ask(method, path, body, content_type=media)
    told = f"{method} {path} {body!r}: {answer.body[:300]!r}"
    # A version that is no number is the real server's own error, told in its words.
    assert answer.code < 500 or "resourceVersion=x" in path, told
