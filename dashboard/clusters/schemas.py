"""What an editor knows of the cluster's kinds, its own ones too: their names, and the type of one of them."""

from __future__ import annotations

import hashlib

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from cluster.api import openapi
from cluster.kinds import Kind, custom
from cluster.kinds.registry import Registry
from dashboard.aside import aside
from dashboard.clusters.page import find_cluster, mirror_of


async def _registry(request: HttpRequest, slug: str) -> Registry:
    return custom.of((await mirror_of(await find_cluster(request, slug, "list"))).world)


@require_safe
async def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Every kind that can be applied, in each of its versions."""
    registry = await _registry(request, slug)
    told = [
        {"apiVersion": version, "kind": kind.kind, "namespaced": kind.namespaced}
        for kind in registry.kinds
        if _is_written(kind)
        for version in kind.every_version
    ]
    told.sort(key=lambda each: (each["kind"], each["apiVersion"]))
    return _answer(request, orjson.dumps({"kinds": told}))


@require_safe
async def schema(request: HttpRequest, slug: str, version: str, kind: str) -> HttpResponse:
    """{"root": name, "components": {name: OpenAPI schema}}."""
    found = (await _registry(request, slug)).by_kind(version, kind)
    if found is None or not _is_written(found):
        raise Http404(f"There is no kind {kind} in {version}.")
    return _answer(request, await aside(openapi.of_kind, found, version))


def _is_written(kind: Kind) -> bool:
    return kind.stored and "create" in kind.verbs


def _answer(request: HttpRequest, body: bytes) -> HttpResponse:
    tag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type="application/json")
    response["Cache-Control"], response["ETag"] = "private, no-cache", tag
    answer: HttpResponse = get_conditional_response(request, etag=tag, response=response) or response
    return answer
