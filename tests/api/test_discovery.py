"""Which form of discovery an Accept header gets, in which order groups and versions come, and what no path has."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

from cluster.api import discovery
from cluster.api.discovery import wanted_form
from cluster.api.discovery.order import group_versions, version_rank
from cluster.api.refusals import NotAcceptable
from cluster.api.request import ANONYMOUS, Request
from cluster.api.response import Response
from cluster.kinds import Kind
from cluster.machinery.errors import ApiError
from cluster.world import World

V2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
BETA = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"


def ask(path: str, *, method: str = "GET", query: tuple[tuple[str, str], ...] = (), **headers: str) -> Response | None:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    mirror: Any = SimpleNamespace(world=World())
    return asyncio.run(discovery.answer(Request(mirror, mirror, method, path, list(query), named, ANONYMOUS)))


def answered(path: str, accept: str = "", if_none_match: str = "") -> Response:
    found = ask(path, accept=accept, if_none_match=if_none_match)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", ""),
        ("*/*", ""),
        ("application/json", ""),
        ("application/json, */*", ""),
        (V2, "v2"),
        (f"{V2},{BETA},application/json", "v2"),
        (f"{BETA},{V2},application/json", "v2beta1"),
        (f"application/json,{V2}", ""),
        (f"application/json;q=0.5,{V2};q=0.4", ""),
        (f"application/json;q=0.5,{V2};q=0.9", "v2"),
        (f"{V2.replace('v=v2', 'v=v9')},application/json", ""),
        ("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", ""),
        ("application/vnd.kubernetes.protobuf", ""),
        ("text/html, application/*;q=0.1", ""),
    ],
)
def test_the_form_follows_the_accept_header(accept: str, form: str) -> None:
    assert wanted_form(accept, aggregates=True) == form


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", V2.replace("v=v2", "v=v9")])
def test_what_nobody_can_write_is_refused(accept: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        wanted_form(accept, aggregates=True)
    assert refused.value.status()["message"] == (
        "only the following media types are accepted: "
        "application/json, application/yaml, application/vnd.kubernetes.protobuf"
    )


def test_a_single_group_has_no_aggregated_form() -> None:
    assert answered("/apis/apps", accept=f"{V2},application/json").content_type == "application/json"
    with pytest.raises(NotAcceptable):
        ask("/apis/apps", accept=V2)


def test_the_aggregated_document_is_sent_once() -> None:
    first = answered("/apis", accept=f"{V2},{BETA}")
    headers = dict(first.headers)
    assert first.content_type == V2
    assert (headers["Cache-Control"], headers["Vary"]) == ("public", "Accept")
    again = answered("/apis", accept=V2, if_none_match=headers["ETag"])
    assert (again.code, again.body, dict(again.headers)["ETag"]) == (304, b"", headers["ETag"])
    older = answered("/apis", accept=BETA, if_none_match=headers["ETag"])
    assert (older.code, older.content_type) == (200, BETA)
    assert orjson.loads(older.body)["apiVersion"] == "apidiscovery.k8s.io/v2beta1"


def made(api_version: str) -> Kind:
    group, _, version = api_version.rpartition("/")
    return Kind(group, version, "Thing", "things", "thing")


def test_groups_and_versions_come_in_order() -> None:
    given = ["zoo.io/v1", "metrics.k8s.io/v1beta1", "art.io/v1", "apps/v1", "v1", "art.io/v2alpha1", "art.io/v10"]
    told = group_versions([made(each) for each in given])
    assert list(told.items()) == [
        ("", ["v1"]),
        ("apps", ["v1"]),
        ("art.io", ["v10", "v1", "v2alpha1"]),
        ("zoo.io", ["v1"]),
        ("metrics.k8s.io", ["v1beta1"]),
    ]


def test_versions_are_ranked_as_kubernetes_ranks_them() -> None:
    told = ["foo10", "v1", "v11alpha2", "v10", "v2", "foo1", "v12alpha1", "v10beta3", "v3beta1", "v11beta2"]
    ranked = ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10"]
    assert sorted(told, key=version_rank) == ranked


@pytest.mark.parametrize("path", ["/apis/nope.io", "/apis/nope.io/v1"])
def test_an_unknown_group_is_plainly_not_found(path: str) -> None:
    found = answered(path)
    assert (found.code, found.body, found.content_type) == (404, b"404 page not found\n", "text/plain; charset=utf-8")


@pytest.mark.parametrize("path", ["/apis/apps/v9", "/api/v9"])
def test_an_unknown_version_of_a_known_group_is_a_status(path: str) -> None:
    with pytest.raises(ApiError) as refused:
        ask(path)
    assert refused.value.status() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "the server could not find the requested resource",
        "reason": "NotFound",
        "details": {},
        "code": 404,
    }


@pytest.mark.parametrize("path", ["/api/v1/pods", "/apis/apps/v1/deployments", "/metrics", "/apisx", "/livezz"])
def test_other_paths_are_left_to_others(path: str) -> None:
    assert ask(path) is None


@pytest.mark.parametrize("path", ["/version/", "/api/", "/apis/", "/readyz/"])
def test_a_slash_at_the_end_changes_nothing(path: str) -> None:
    assert answered(path) == answered(path.rstrip("/"))


def test_discovery_is_only_read() -> None:
    with pytest.raises(ApiError) as refused:
        ask("/apis", method="POST")
    assert (refused.value.code, refused.value.reason) == (405, "MethodNotAllowed")


@pytest.mark.parametrize("path", ["/healthz", "/livez/etcd", "/readyz/poststarthook/rbac/bootstrap-roles"])
def test_health_is_one_word(path: str) -> None:
    assert answered(path).body == b"ok"


def test_health_says_what_was_left_out() -> None:
    query = (("verbose", ""), ("exclude", "etcd"), ("exclude", "moon"))
    lines = cast("Response", ask("/livez", query=query)).body.decode().splitlines()
    assert lines[:4] == [
        "[+]ping ok",
        "[+]log ok",
        "[+]etcd excluded: ok",
        "[+]poststarthook/start-apiserver-admission-initializer ok",
    ]
    assert lines[-2:] == [
        'warn: some health checks cannot be excluded: no matches for "moon"',
        "livez check passed",
    ]
