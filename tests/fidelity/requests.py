"""Recorded HTTP requests carried out by the store's own decision (`effect_of`), in a world as it must have been.

A recording says what was asked and answered, not what was there before; that follows from the answers: an object that
"already exists" was there, so was one that was changed or could not be changed, and what an accepted change answers
with shows the parts that it did not touch. Nothing here knows a recorded name.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from cluster.config import ClusterConfig
from cluster.intents import Bind, Create, Delete, Intent, Patch, Update
from cluster.kinds import by_kind, by_resource
from cluster.kinds.admission import check_fields
from cluster.kinds.kind import Kind
from cluster.machinery.objects import GroupResource, Key, Obj, copy
from cluster.store.effects import effect_of
from tests.kinds.sandbox import Sandbox

Case = dict[str, Any]

_PATCHES = {
    "application/merge-patch+json": "merge",
    "application/json-patch+json": "json",
    "application/strategic-merge-patch+json": "strategic",
}
_TELLS_NOTHING = ("kubectl's own words", "server-side apply", "who may do what")
_FIELD_VALIDATION = ("Strict", "Warn", "Ignore")


class Address(NamedTuple):
    """A request's path, taken apart; `key.resource` is "" where it is none of the API's."""

    key: Key
    version: str
    subresource: str
    query: dict[str, str]

    @property
    def kind(self) -> Kind | None:
        kind = by_resource(GroupResource(self.key.group, self.key.resource))
        return kind if kind is not None and kind.version == self.version else None


def address(path: str) -> Address:
    parts = urlsplit(path)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    steps = parts.path.strip("/").split("/")
    if steps[0] not in ("api", "apis") or len(steps) < 3:
        return Address(Key("", "", "", ""), "", "", query)
    group, steps = ("", steps[1:]) if steps[0] == "api" else (steps[1], steps[2:])
    version, rest = steps[0], steps[1:]
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    name, subresource = [*rest[1:], "", ""][:2]
    return Address(Key(group, rest[0], namespace, name), version, subresource, query)


def why_not(case: Case) -> str:
    """Why this request is not for the store to decide; "" when it is. Read off the request's form alone."""
    if case.get("via") != "http":
        return "kubectl's own words"
    if "request" not in case:
        return "who may do what"
    asked, body, method = address(case["path"]), case["request"], case["method"]
    if method == "GET":
        return "a question, not a change"
    if not asked.key.resource or not _is_resource(asked):
        return "a path or version that the API does not have"
    if "apply" in str(case["content_type"]) or asked.query.keys() & {"fieldManager", "force"}:
        return "server-side apply"
    if isinstance(body, str) or _unreadable(case):
        return "the body's encoding"
    if asked.subresource and asked.subresource not in ("status", "binding"):
        return f"the subresource {asked.subresource}"
    validation = asked.query.get("fieldValidation")
    if validation not in (None, *_FIELD_VALIDATION) or asked.query.get("dryRun", "All") != "All":
        return "an option that does not exist"
    if method == "DELETE" and body:
        return "options of a deletion in its body"
    if method == "PUT" and (not asked.key.name or case["code"] == 201):
        return "a PUT to where nothing is"
    if isinstance(body, dict) and _elsewhere(asked, body, method):
        return "a body that is for another address"
    if isinstance(body, dict) and validation in ("Warn", "Ignore") and asked.kind and _unknown(asked.kind, body):
        return "unknown fields that are dropped before the store sees them"
    return ""


def _is_resource(asked: Address) -> bool:
    kind = by_resource(asked.key.kind)
    return kind is None or kind.version == asked.version


def _unreadable(case: Case) -> bool:
    sent = case["content_type"]
    if case["method"] == "PATCH":
        return sent not in _PATCHES
    return case["method"] in ("POST", "PUT") and sent != "application/json"


def _elsewhere(asked: Address, body: Obj, method: str) -> bool:
    """Its type, name or namespace is not the address's."""
    if method == "PATCH" or asked.kind is None or asked.subresource == "binding":
        return False
    given, kind = body.get("metadata") or {}, asked.kind
    return (
        body.get("kind", kind.kind) != kind.kind
        or body.get("apiVersion", kind.api_version) not in (kind.api_version, *kind.served_versions)
        or (asked.key.namespace and given.get("namespace", asked.key.namespace) != asked.key.namespace)
        or (bool(asked.key.name) and given.get("name", asked.key.name) != asked.key.name)
    )


def _unknown(kind: Kind, body: Obj) -> list[str]:
    return check_fields(kind, body, "Warn")


# -- what must have been there -------------------------------------------------------------------------------


def prior(cases: list[Case]) -> Sandbox:
    """The world before the requests: every namespace and object that their answers speak of as there."""
    http = [case for case in cases if case.get("via", "http") == "http"]
    present: dict[Key, list[Case]] = {}
    for case in http:
        key = _there_before(case)
        if key is not None:
            present.setdefault(key, []).append(case)
    sandbox = Sandbox(*_namespaces(http, present), config=ClusterConfig(service_range="10.96.0.0/16"))
    for key, speaking in present.items():
        if key.kind != ("", "namespaces"):
            _seed(sandbox, key, speaking, http)
    return sandbox


def _there_before(case: Case) -> Key | None:
    """The object that a request changed, or could not change for another reason than that it was not there."""
    asked = address(case["path"])
    if by_resource(asked.key.kind) is None or why_not(case) in _TELLS_NOTHING:
        return None
    answer = case["response"] if isinstance(case["response"], dict) else {}
    if case["method"] == "POST" and answer.get("reason") == "AlreadyExists" and not asked.subresource:
        return asked.key._replace(name=case["request"]["metadata"]["name"])
    if not asked.key.name or case["method"] == "GET" or case["code"] in (201, 404):
        return None
    return asked.key


def _namespaces(cases: list[Case], present: dict[Key, list[Case]]) -> list[str]:
    named = {key.name: None for key in present if key.kind == ("", "namespaces")}
    for case in cases:
        asked, answer = address(case["path"]).key, case["response"]
        missing = isinstance(answer, dict) and (answer.get("details") or {}).get("kind") == "namespaces"
        if asked.namespace and not (missing and answer.get("reason") == "NotFound"):
            named[asked.namespace] = None
    return list(named)


def _seed(sandbox: Sandbox, key: Key, speaking: list[Case], cases: list[Case]) -> None:
    kind = by_resource(key.kind)
    assert kind is not None
    body = _first_state(kind, key, speaking, cases)
    obj = sandbox.create({**body, "apiVersion": kind.api_version, "kind": kind.kind})
    known = {field: body["metadata"][field] for field in ("uid", "resourceVersion") if field in body["metadata"]}
    sandbox.world.put(key, {**obj, "metadata": {**obj["metadata"], **known}})


def _first_state(kind: Kind, key: Key, speaking: list[Case], cases: list[Case]) -> Obj:
    answers = [case["response"] for case in speaking if case["code"] == 200 and case["response"].get("metadata")]
    sent = [case["request"] for case in speaking if case["method"] == "POST" and not address(case["path"]).subresource]
    whole = [
        case["request"]
        for case in cases
        if isinstance(case.get("request"), dict)
        and case["request"].get("kind") == kind.kind
        and case["code"] in (201, 404, 409)
    ]
    found = copy([*answers, *sent, *whole][0])
    found["metadata"] = {**found["metadata"], "name": key.name, "namespace": key.namespace}
    found.pop("status", None)
    for case in speaking:
        if bound := re.search(r'is already assigned to node "([^"]+)"', str(case["response"])):
            found["spec"]["nodeName"] = bound[1]
    return found


# -- carrying out --------------------------------------------------------------------------------------------


def intent_of(case: Case) -> Intent:
    """What the request asks of the store."""
    asked, body = address(case["path"]), case["request"]
    kind = asked.kind
    assert kind is not None
    match case["method"]:
        case "POST" if asked.subresource == "binding":
            return Bind(asked.key, "", body["target"]["name"])
        case "POST":
            if asked.query.get("fieldValidation") == "Strict":
                check_fields(kind, {"apiVersion": kind.api_version, "kind": kind.kind, **body})
            return Create(_placed(kind, asked, body))
        case "PUT":
            return Update(_placed(kind, asked, body), "status" if asked.subresource == "status" else "")
        case "PATCH":
            how = _PATCHES[case["content_type"]]
            return Patch(asked.key, how, body, asked.subresource)  # type: ignore[arg-type]
        case "DELETE":
            return Delete(asked.key)
    raise AssertionError(f"{case['method']} is no change")


def _placed(kind: Kind, asked: Address, body: Obj) -> Obj:
    metadata = {**(body.get("metadata") or {})}
    if asked.key.namespace:
        metadata["namespace"] = asked.key.namespace
    return {"apiVersion": kind.api_version, "kind": kind.kind, **body, "metadata": metadata}


def carry_out(sandbox: Sandbox, case: Case) -> Obj | None:
    """What is stored afterwards, None when it is gone. Raises ApiError."""
    return effect_of(intent_of(case), sandbox.admission).new


def is_known(obj: Obj) -> bool:
    return by_kind(obj["apiVersion"], obj["kind"]) is not None


def words_of(cases: list[Case]) -> set[str]:
    """The names that a recording's objects, namespaces and nodes bear."""
    sandbox = prior(cases)
    words = set()
    for where, obj in sandbox.world.items():
        words |= {where.namespace, where.name, (obj.get("spec") or {}).get("nodeName") or ""}
    return words - {"", "default", "kube-system"}
