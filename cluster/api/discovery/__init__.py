"""What the API of a cluster serves: /api, /apis and below them, /version, the health paths, the list of paths.

`answer` gives the response for those paths, and None for any other. Legacy documents and aggregated ones are made from
the same kinds, the registry's and those the cluster's own definitions add; they change only with them, so the bytes
are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import orjson

from cluster.access import openid
from cluster.api.discovery import documents, health
from cluster.api.discovery.negotiation import OFFERED, clauses, refused
from cluster.api.discovery.order import GroupVersion, group_versions
from cluster.api.negotiation import JSON
from cluster.api.refusals import MethodNotAllowed, NotServed
from cluster.api.request import Request
from cluster.api.response import Response, json, text
from cluster.config import KUBERNETES_VERSION
from cluster.kinds import Kind, custom

NOT_FOUND = text("404 page not found\n", 404)
"""For a path that nothing at all lies below."""
_PRIVATE = (("Cache-Control", "no-cache, private"),)
_FORMS = ("v2", "v2beta1")
_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v={};as=APIGroupDiscoveryList"


async def answer(request: Request) -> Response | None:
    """The response for a path that says what is served; None for every other. Raises ApiError."""
    path = request.path.rstrip("/") or "/"
    if (checked := health.answer(path, request.query)) is not None:
        return checked
    if not _ours(path):
        return None
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed
    if path == "/version":
        return _indented(version())
    kinds = kinds_of(request)
    if path == "/":
        return _indented({"paths": paths(kinds)})
    form = wanted_form(request.headers.get("accept", ""), aggregates=path in ("/api", "/apis"))
    if form:
        return _whole(kinds, form, request.headers.get("if-none-match", ""), core=path == "/api")
    if path == "/api":
        return json(documents.api_versions(request.headers.get("host", "")), headers=_PRIVATE)
    body = _document(kinds, path)
    return Response(body, headers=_PRIVATE) if body is not None else _missing(kinds, path)


def kinds_of(request: Request) -> tuple[Kind, ...]:
    """All that the cluster serves."""
    return custom.of(request.world).kinds


def _ours(path: str) -> bool:
    if path in ("/", "/api", "/apis", "/version"):
        return True
    parts = path.split("/")[1:]
    return (parts[0] == "api" and len(parts) == 2) or (parts[0] == "apis" and len(parts) in (2, 3))


def wanted_form(accept: str, *, aggregates: bool) -> str:
    """The version of the aggregated format to answer in, "" for the legacy document. Raises NotAcceptable."""
    alternatives = clauses(accept)
    if not alternatives and not accept.strip():
        return ""
    for each in alternatives:
        if not any(each.takes(readable) for readable in OFFERED):
            continue
        if each.transform is None:
            return ""
        kind, group, form = each.transform
        if aggregates and kind == "APIGroupDiscoveryList" and group == "apidiscovery.k8s.io" and form in _FORMS:
            return form
    raise refused()


def version() -> dict[str, str]:
    """/version: that of the release whose behaviour is simulated."""
    major, minor, _ = KUBERNETES_VERSION.removeprefix("v").split(".")
    return {
        "major": major,
        "minor": minor,
        "gitVersion": KUBERNETES_VERSION,
        "gitCommit": "d4b43f374a5bc0e0f44c07ff773061e27c7f2a08",
        "gitTreeState": "archive",
        "buildDate": "2026-11-23T05:06:48Z",
        "goVersion": "go1.24.11",
        "compiler": "gc",
        "platform": "linux/amd64",
    }


def paths(kinds: Sequence[Kind]) -> list[str]:
    """Every path that is no resource's, by the alphabet."""
    found = {"/api", "/apis", "/apis/", "/metrics", "/version", "/openapi/v2", "/openapi/v3", "/openapi/v3/"}
    found.update(health.paths())
    found |= {openid.CONFIGURATION, openid.KEYS}
    for group, versions in group_versions(kinds).items():
        found.update(GroupVersion(group, each).path for each in versions)
        if group:
            found.add(f"/apis/{group}")
    return sorted(found)


@lru_cache(maxsize=256)
def _document(kinds: tuple[Kind, ...], path: str) -> bytes | None:
    found: documents.Json | None
    parts = path.split("/")[1:]
    match parts:
        case ["apis"]:
            found = documents.group_list(kinds)
        case ["apis", group]:
            found = documents.group(kinds, group)
        case ["api", core]:
            found = documents.resource_list(kinds, GroupVersion("", core))
        case _:
            found = documents.resource_list(kinds, GroupVersion(parts[1], parts[2]))
    return orjson.dumps(found) + b"\n" if found is not None else None


def _missing(kinds: Sequence[Kind], path: str) -> Response:
    parts = path.split("/")[1:]
    if parts[0] == "api" or (len(parts) == 3 and parts[1] in group_versions(kinds)):
        raise NotServed
    return NOT_FOUND


def _whole(kinds: tuple[Kind, ...], form: str, known: str, *, core: bool) -> Response:
    body, tag = _aggregated(kinds, form, core=core)
    headers = (("Cache-Control", "public"), ("ETag", tag), ("Vary", "Accept"))
    if tag in (each.strip().removeprefix("W/") for each in known.split(",")):
        return Response(b"", 304, _AGGREGATED.format(form), headers)
    return Response(body, content_type=_AGGREGATED.format(form), headers=headers)


@lru_cache(maxsize=32)
def _aggregated(kinds: tuple[Kind, ...], form: str, *, core: bool) -> tuple[bytes, str]:
    body = orjson.dumps(documents.aggregated(kinds, form, core=core)) + b"\n"
    return body, f'"{hashlib.sha512(body).hexdigest().upper()}"'


def _indented(value: object) -> Response:
    return Response(orjson.dumps(value, option=orjson.OPT_INDENT_2), content_type=JSON, headers=_PRIVATE)


__all__ = ["NOT_FOUND", "answer", "kinds_of", "paths", "version", "wanted_form"]
