"""Requests that a real control plane refused (or, surprisingly, took): same code, same Status, to the character."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from cluster.config import ClusterConfig
from cluster.kinds import by_resource
from cluster.kinds.admission import admit_create, admit_update, begin_delete, check_fields
from cluster.kinds.kind import Kind
from cluster.machinery import patch, schema
from cluster.machinery.errors import ApiError, NotFound
from cluster.machinery.objects import GroupResource, Key, Obj
from tests.kinds.recorded import recording, stable
from tests.kinds.sandbox import Sandbox

_CASES: list[dict[str, Any]] = [case for case in recording("errors.json")["cases"] if case["via"] == "http"]

_HTTP = "decided by the HTTP layer before or after admission"
_APPLY = "server-side apply"
_READ = "a question, not a change"
LATER = {
    "svc-get-404": _READ,
    "sts-get-404": _READ,
    "sts-scale-404": _READ,
    "pod-log-nocontainer": _READ,
    "list-bad-labelselector": _READ,
    "list-bad-labelselector2": _READ,
    "list-bad-fieldselector": _READ,
    "list-bad-rv": _READ,
    "list-future-rv": _READ,
    "list-rvmatch-bad": _READ,
    "watch-old-rv": _READ,
    "accept-bad": _READ,
    "svc-put-404": "a PUT that creates is the HTTP layer's choice",
    "ep-put-404": "a PUT that creates is the HTTP layer's choice",
    "svc-namespace-mismatch": _HTTP,
    "unknown-resource": _HTTP,
    "unknown-group": _HTTP,
    "unknown-path": _HTTP,
    "unknown-version": _HTTP,
    "put-name-mismatch": _HTTP,
    "put-collection": _HTTP,
    "delete-bad-propagation": _HTTP,
    "bad-json": _HTTP,
    "empty-body": _HTTP,
    "wrong-kind": _HTTP,
    "wrong-apiversion": _HTTP,
    "no-apiversion-yaml": _HTTP,
    "bad-yaml": _HTTP,
    "content-type-bad": _HTTP,
    "patch-type-bad": _HTTP,
    "duplicate-field-strict": "found while JSON is parsed",
    "fieldValidation-bad": _HTTP,
    "dryrun-bad": _HTTP,
    "unknown-field-warn": "what a kind does not know passes through here; there it is dropped with a warning",
    "sts-scale-negative": "the scale subresource comes with the API",
    "pod-bind-again": "binding is the store's intent, see tests/store",
    "apply-no-manager": _APPLY,
    "apply-conflict": _APPLY,
    "apply-conflict-label": _APPLY,
    "apply-managedfields": _APPLY,
    "apply-unknown-field": _APPLY,
    "apply-name-mismatch": _APPLY,
    "apply-force-with-merge": _APPLY,
    "apply-after-forced": _APPLY,
    **{
        case["name"]: "who may do what comes with the API"
        for case in _CASES
        if case["name"].startswith(("anonymous", "bad-token"))
    },
}
"""Cases that other parts decide, with the reason."""

FIRST_LINE_ONLY = {
    "pod-immutable-name": "behind the sentence stands Go's own diff of two structs",
    "pod-immutable-container": "behind the sentence stands Go's own diff of two structs",
}

OURS = [case for case in _CASES if case["name"] not in LATER]

_LABELS = {"app": "web"}


def _sandbox() -> Sandbox:
    """What the recording's namespace held before it."""
    sandbox = Sandbox("g-err2", "kube-system", config=ClusterConfig(service_range="10.96.0.0/16"))
    base = {"name": "base", "namespace": "g-err2", "labels": {"app": "base"}}
    port = {"port": 80, "name": "http"}
    container = {"name": "c", "image": "nginx"}
    sandbox.create(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": base,
            "spec": {"clusterIP": "None", "selector": _LABELS, "ports": [port]},
        }
    )
    sandbox.create(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "cip", "namespace": "g-err2", "labels": {"app": "cip"}},
            "spec": {"clusterIP": "10.96.145.118", "selector": _LABELS, "ports": [{"port": 80}]},
        }
    )
    template = {"metadata": {"labels": _LABELS}, "spec": {"containers": [container]}}
    for kind in ("StatefulSet", "Deployment"):
        sandbox.create(
            {
                "apiVersion": "apps/v1",
                "kind": kind,
                "metadata": base,
                "spec": {"selector": {"matchLabels": _LABELS}, "template": template},
            }
        )
    sandbox.create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "base", "namespace": "g-err2"},
            "spec": {"containers": [container], "nodeName": "node-b"},
        }
    )
    return sandbox


class _Address:
    """A request's path, taken apart."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        steps = parts.path.strip("/").split("/")
        group = "" if steps[0] == "api" else steps[1]
        rest = steps[2:] if steps[0] == "api" else steps[3:]
        self.namespace = ""
        if rest[0] == "namespaces" and len(rest) > 2:
            self.namespace, rest = rest[1], rest[2:]
        self.resource = GroupResource(group, rest[0])
        self.name = rest[1] if len(rest) > 1 else ""
        self.subresource = rest[2] if len(rest) > 2 else ""

    @property
    def key(self) -> Key:
        return Key(*self.resource, self.namespace, self.name)


_WAYS = {"merge": patch.merge, "json": patch.json_patch}


def _patched(kind: Kind, old: Obj, content_type: str, body: Any) -> Obj:
    way = content_type.removeprefix("application/").split("-")[0]
    if way == "strategic":
        return patch.strategic(old, body, schema.patch_schema(kind.api_version, kind.kind))
    return _WAYS[way](old, body)


def _carry_out(sandbox: Sandbox, case: dict[str, Any]) -> Obj | None:
    address = _Address(case["path"])
    kind = by_resource(address.resource)
    assert kind is not None
    body = case["request"]
    if case["method"] == "POST":
        if address.namespace:
            body = {**body, "metadata": {**(body.get("metadata") or {}), "namespace": address.namespace}}
        if address.query.get("fieldValidation") == "Strict":
            check_fields(kind, body)
        return admit_create(kind, body, sandbox.admission)
    old = sandbox.world.get(address.key)
    if old is None:
        raise NotFound(kind.resource, address.name, kind.group)
    if case["method"] == "DELETE":
        return begin_delete(kind, old, sandbox.admission)
    if case["method"] == "PATCH":
        body = _patched(kind, old, case["content_type"], body)
    else:
        body = {**body, "metadata": {**body["metadata"], "resourceVersion": ""}}
        if case["code"] == 200:
            body["metadata"]["uid"] = old["metadata"]["uid"]
    return admit_update(kind, body, old, sandbox.admission, address.subresource)


def test_each_case_is_ours_or_named_as_later() -> None:
    names = [case["name"] for case in _CASES]
    assert len(names) == len(set(names)) == 156
    assert set(names) >= LATER.keys() | FIRST_LINE_ONLY.keys()
    assert len(OURS) >= 100


@pytest.mark.parametrize("case", OURS, ids=[case["name"] for case in OURS])
def test_a_recorded_request(case: dict[str, Any]) -> None:
    sandbox = _sandbox()
    expected = case["response"]
    if case["code"] < 300:
        made = _carry_out(sandbox, case)
        assert made is not None
        assert stable(made) == stable(expected)
        return
    with pytest.raises(ApiError) as refused:
        _carry_out(sandbox, case)
    found = refused.value.status()
    if case["name"] == "put-uid-mismatch":
        expected = _with_uid_of(sandbox, expected)
    if case["name"] in FIRST_LINE_ONLY:
        assert found["code"] == expected["code"]
        assert found["message"].partition("\n")[0] == expected["message"].partition("\n")[0]
        return
    assert found == expected


def _with_uid_of(sandbox: Sandbox, expected: dict[str, Any]) -> dict[str, Any]:
    """The recorded Service `cip` had another uid than ours."""
    ours = sandbox.world.get(Key("", "services", "g-err2", "cip"))
    assert ours is not None
    message = expected["message"].rpartition(" ")[0] + " " + ours["metadata"]["uid"]
    return {**expected, "message": message}
