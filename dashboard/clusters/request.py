"""Sending requests through a cluster over HTTP: as a page of its own, and as JSON. Nothing that is stored changes."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cluster import deeds
from cluster.dns import forwarder
from cluster.dns.answer import Outside
from cluster.dns.forwarder import settled
from cluster.lessons import doing
from cluster.machinery.errors import ApiError, BadRequest
from cluster.machinery.objects import NAMESPACES, PODS, SERVICES, name, spec
from cluster.models import Cluster
from cluster.network.proxy import NO_AFFINITY
from cluster.requests import GOOD, OUTSIDE, Logged, remembered, send
from cluster.shell.machine import machines
from cluster.store.dice import fresh
from cluster.watch import Mirror
from cluster.watch.moments import Moment
from dashboard.aside import aside
from dashboard.clusters.moment import spoken_of, then
from dashboard.clusters.page import find_cluster, frame, mirror_of
from dashboard.errors import wants_page
from dashboard.podstate import runs

COUNTS = (1, 10, 100, 1000)
MOST_SHOWN = 500
LONGEST_BODY = 16_384
_FIELDS = {"from": "", "to": "", "count": "1", "namespace": "default", "method": "GET"}


@csrf_exempt  # like a DNS question it changes nothing, and a program sends no token
@require_http_methods(["GET", "HEAD", "POST"])
async def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`from` a pod (or "outside") `to` a URL or host:port, `count` times (more than once: by POST).

    A browser gets the page, which works without JavaScript; everybody else the trace as JSON. With `at` in the address
    they go their way at that revision.
    """
    cluster = await find_cluster(request, slug, "get")
    asked = _asked(request)
    async with spoken_of(request, cluster) as source:
        if not wants_page(request):
            return JsonResponse(await _sent(request, source, asked))
        context = await _shown(request, cluster, source, asked)
    return await aside(render, request, "clusters/request.html", context, status=422 if context["refused"] else 200)


async def _shown(
    request: HttpRequest, cluster: Cluster, source: Mirror | Moment, asked: dict[str, str]
) -> dict[str, Any]:
    trace, refused = None, ""
    choices = _choices(source, asked)
    # An address that does not say who sends is sent from the pod that the form shows.
    asked = {**asked, "from": choices["asked"]["source"]}
    if asked["to"] and not _many(request, asked):
        try:
            trace = await _sent(request, source, asked)
        except ApiError as error:
            refused = error.message
    bars = _bars(trace)
    sender = asked["from"] if asked["from"] in ("", OUTSIDE) else f"{asked['namespace']}/{asked['from']}"
    here = {"to": asked["to"], "from": sender, "count": asked["count"]} if asked["to"] else {}
    return await frame(
        request,
        cluster,
        await mirror_of(cluster),
        "request",
        **choices,
        **then(source, here),
        trace=trace,
        refused=refused,
        bars=bars,
        lined=len(bars) > 1 and any(each["fair"] for each in bars),
        missed=trace is not None and _MISSED.issuperset(trace["outcomes"]),
        went_on=trace is not None and _went_on(trace),
    )


def _asked(request: HttpRequest) -> dict[str, str]:
    """The fields of a query, a form or a JSON object; what is given in the body counts before the query."""
    given: dict[str, Any] = dict(request.GET.items())
    if request.method == "POST" and request.content_type == "application/json":
        if len(request.body) > LONGEST_BODY:
            raise BadRequest(f"A request is told in at most {LONGEST_BODY:,} bytes.")
        try:
            body = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            body = None
        if not isinstance(body, dict):
            raise BadRequest('The body is a JSON object, such as {"from": "app-stateful-0", "to": "http://web"}.')
        given |= body
    elif request.method == "POST":
        given |= dict(request.POST.items())
    found = {field: given.get(field, usual) for field, usual in _FIELDS.items()}
    if not all(isinstance(value, (str, int)) and not isinstance(value, bool) for value in found.values()):
        raise BadRequest("from, to, namespace and method are text, and count is a number.")
    asked = {field: str(value).strip() or _FIELDS[field] for field, value in found.items()}
    # The map's addresses name a pod with its namespace.
    match asked["from"].split("/"):
        case [space, pod] if space and pod:
            return {**asked, "from": pod, "namespace": space}
    return asked


def _many(request: HttpRequest, asked: dict[str, str]) -> bool:
    """More than an address alone sends: a person gets the form filled in and its button, a program a sentence."""
    return request.method != "POST" and asked["count"] != "1"


async def _sent(request: HttpRequest, source: Mirror | Moment, asked: dict[str, str]) -> dict[str, Any]:
    if _many(request, asked):
        raise BadRequest("A GET sends one request. Send more by POST.")

    # Of the past nobody is remembered, and nothing is written into its logs.
    present = isinstance(source, Mirror)
    written: list[Logged] = []

    def sent(outside: Outside | None) -> dict[str, Any]:
        found = send(
            source.world,
            source.config,
            source=asked["from"],
            to=asked["to"],
            count=asked["count"],
            namespace=asked["namespace"],
            method=asked["method"],
            pick=fresh.pick,
            now=source.now(),
            affinity=remembered.of(source.world) if present else NO_AFFINITY,
            outside=outside,
        )
        if present:
            remembered.keep(source.world, found.affinity)
            written[:] = found.logged
        return {"revision": source.revision, **found.trace}

    trace = await settled(sent, forwarder.current())
    if not isinstance(source, Mirror):
        return trace
    containers = machines(source)
    for each in written:
        if (pod := source.world.get(each.pod)) is not None:
            await containers.log(pod, each.container, each.line.text, error=each.line.error)
    now = source.now()
    deeds.tell(source.config.slug, lambda: doing.sent(trace, now))
    return trace


_MISSED = frozenset({"refused", "timeout", "no-name"})
"""Outcomes of a request that nobody got."""


def _went_on(trace: dict[str, Any]) -> bool:
    """There are more tries than requests: who is refused at one address goes on to the next."""
    return bool(sum(each["count"] for each in trace["spread"]) > trace["count"])


def _bars(trace: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The spread as bars: widths in percent of the longest there is or should be."""
    if trace is None:
        return []
    times = trace["count"]
    fair = times > 1 and not _went_on(trace)
    longest = max((max(each["count"] / times, each["expected"]) for each in trace["spread"]), default=1) or 1
    return [
        {
            **each,
            "width": round(100 * each["count"] / times / longest, 2),
            "fair": round(min(100 * each["expected"] / longest, 99.5), 2) if fair else 0,
            "mood": "good" if GOOD.issuperset(each["outcomes"]) else "bad",
        }
        for each in trace["spread"]
    ]


def _choices(source: Mirror | Moment, asked: dict[str, str]) -> dict[str, Any]:
    """What the form offers."""
    world, place = source.world, asked["namespace"]
    pods = [name(pod) for pod in world.list(PODS, place) if runs(pod)][:MOST_SHOWN]
    return {
        "asked": {**asked, "source": asked["from"] or next(iter(pods), "")},
        "pods": pods,
        "outside": OUTSIDE,
        "namespaces": [name(each) for each in world.list(NAMESPACES)],
        "goals": [_goal(service) for service in world.list(SERVICES, place)[:MOST_SHOWN]],
        "counts": COUNTS,
    }


def _goal(service: dict[str, Any]) -> str:
    ports = spec(service).get("ports") or [{}]
    port = ports[0].get("port", 80)
    return f"http://{name(service)}{'' if port == 80 else f':{port}'}"
