"""Asking a cluster's DNS: as a page, and as JSON (the walk).

The page is whole without JavaScript; with it, static/js/dns.js takes it over and keeps it up to date.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cluster import deeds
from cluster.dns import forwarder
from cluster.dns.answer import Outside
from cluster.dns.forwarder import settled
from cluster.lessons import doing
from cluster.machinery.errors import ApiError, BadRequest
from cluster.machinery.objects import NAMESPACES, PODS, SERVICES, Key, name, spec
from cluster.models import Cluster
from cluster.questions import ask
from cluster.watch import Mirror
from cluster.watch.moments import Moment
from dashboard.aside import aside
from dashboard.clusters import asking
from dashboard.clusters.moment import dns_of, spoken_of, then
from dashboard.clusters.page import find_cluster, frame, mirror_of
from dashboard.clusters.twins import choose
from dashboard.podstate import runs

TYPES = ("A", "AAAA", "SRV", "CNAME", "TXT", "PTR", "NS", "SOA")
SIDES = ("left", "right")
MOST_SERVICES = 500


def _question(request: HttpRequest) -> dict[str, str]:
    given = request.GET
    return {
        "name": given.get("name", "").strip(),
        "type": given.get("type", "A").strip().upper() or "A",
        "pod": given.get("pod", "").strip(),
        "namespace": given.get("namespace", "").strip() or "default",
    }


async def _walk(source: Mirror | Moment, question: dict[str, str], *, raw: bool = False) -> dict[str, Any]:
    def walk(outside: Outside | None) -> dict[str, Any]:
        now = source.now()
        where = asking.server_of(source.config.slug) if isinstance(source, Mirror) else None
        return ask(
            source.world,
            source.config,
            now=now,
            dns=dns_of(source),
            outside=outside,
            server=where,
            raw=raw,
            **question,  # type: ignore[arg-type]  # text
        )

    return await settled(walk, forwarder.current())


async def _asked(source: Mirror | Moment, question: dict[str, str], *, raw: bool) -> dict[str, Any]:
    """A person's own question. One of now is told to whoever follows what people do."""
    found = await _walk(source, question, raw=raw)
    if isinstance(source, Mirror):
        by, now = f"{question['namespace']}/{question['pod']}", source.now()
        deeds.tell(source.config.slug, lambda: doing.asked(found, by, now))
    return found


def _wants_raw(request: HttpRequest) -> bool:
    return request.GET.get("raw") == "1"


def _rows(walk: dict[str, Any]) -> list[dict[str, Any]]:
    """The records, each with the object its address is of."""
    ids = {target["ip"]: target["id"] for target in walk["targets"]}
    rows = [{**record, "id": ids.get(record["data"]) or ""} for record in walk["records"]]
    return [{**row, "who": row["id"].rsplit("/", 1)[-1], "virtual": row["id"].startswith("services/")} for row in rows]


async def _side(source: Mirror | Moment, side: str, key: Key, question: dict[str, str]) -> dict[str, Any]:
    """The same question put to one of two Services."""
    asked = key.name if key.namespace == question["namespace"] else f"{key.name}.{key.namespace}"
    found: dict[str, Any] = {"side": side, "service": key, "spec": spec(source.world.get(key) or {}), "name": asked}
    try:
        walk = await _walk(source, {**question, "name": asked})
    except ApiError as error:
        return {**found, "refused": error.message}
    return {**found, "walk": {**walk, "rows": _rows(walk)}}


@require_safe
async def resolve(request: HttpRequest, slug: str) -> JsonResponse:
    """The walk through the search list, each answer, and why; with `at`, as it was at that revision."""
    cluster = await find_cluster(request, slug, "get")
    question = _question(request)
    if not question["name"]:
        raise BadRequest("A question has a name: ?name=headless-svc-stateful&pod=app-stateful-0")
    async with spoken_of(request, cluster) as source:
        return JsonResponse(await _asked(source, question, raw=_wants_raw(request)))


@require_safe
async def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The query box as a page of its own. Asks by GET, so a question is an address; works without JavaScript. With `at`
    what would have been answered at that revision."""
    cluster = await find_cluster(request, slug, "get")
    async with spoken_of(request, cluster) as source:
        context = await _shown(request, cluster, source)
    return await aside(render, request, "clusters/dns.html", context, status=422 if context["refused"] else 200)


async def _shown(request: HttpRequest, cluster: Cluster, source: Mirror | Moment) -> dict[str, Any]:
    question = _question(request)
    walk, refused = None, ""
    if question["name"]:
        try:
            walk = await _asked(source, question, raw=_wants_raw(request))
        except ApiError as error:
            refused = error.message
    world = source.world
    twins = choose(world, question["namespace"], question["name"], *(request.GET.get(side, "") for side in SIDES))
    sides = [await _side(source, side, key, question) for side, key in zip(SIDES, twins, strict=True) if key]
    return await frame(
        request,
        cluster,
        await mirror_of(cluster),
        "dns",
        question=question,
        walk=walk and {**walk, "rows": _rows(walk)},
        refused=refused,
        sides=sides,
        services=[f"{key.namespace}/{key.name}" for key in sorted(world.bucket(SERVICES))][:MOST_SERVICES],
        doh=request.build_absolute_uri(reverse("dns-query", args=[cluster.slug])),
        types=TYPES,
        pods=[name(pod) for pod in world.list(PODS, question["namespace"]) if runs(pod)][:500],
        namespaces=[name(each) for each in world.list(NAMESPACES)],
        **then(source, question if question["name"] else {}),
    )
