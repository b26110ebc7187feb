"""A cluster's clock as an address: how it goes and what comes next (GET), and setting it (POST)."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cluster.machinery.errors import BadRequest
from cluster.store import written
from cluster.watch import Mirror
from cluster.worker.assembly import CONTROLLERS
from dashboard.clockwork import clock_act, set_clock
from dashboard.clusters.page import find_cluster, mirror_of
from dashboard.errors import wants_page
from dashboard.live.ahead import Ahead
from dashboard.live.stage import SLICE, slice_of
from dashboard.origin import is_own

_ahead: WeakKeyDictionary[Mirror, Ahead] = WeakKeyDictionary()


@csrf_exempt  # a program sends no token; a page of another site names its origin, and is refused by it
@require_http_methods(["GET", "HEAD", "POST"])
async def clock(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        cluster = await find_cluster(request, slug, "get")
        return JsonResponse(await _told(await mirror_of(cluster)))
    if not is_own({name.lower(): value for name, value in request.headers.items()}):
        raise PermissionDenied("A page of another site may not set a clock here.")
    cluster = await find_cluster(request, slug, "update")
    await written(set_clock, cluster.pk, clock_act(_message(request)))
    if wants_page(request):
        return HttpResponseRedirect(reverse("explorer", args=[slug]))
    await cluster.arefresh_from_db()
    return JsonResponse({"speed": cluster.clock_speed, "paused": cluster.clock.paused, "pace": cluster.pace})


def _message(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as wrong:
        raise BadRequest(f"The body is no JSON: {wrong}.") from wrong
    if not isinstance(body, dict):
        raise BadRequest('The body is {"verb": "pause"}, or the like.')
    return body


async def _told(mirror: Mirror) -> dict[str, Any]:
    """As the live connection tells it; `next` only while the clock rests."""
    ahead = _ahead.setdefault(mirror, Ahead(CONTROLLERS))  # who asks meanwhile has the same look
    ahead.settle(mirror, slice_of(SLICE))
    while ahead.waiting:  # a large cluster takes seconds: everybody else has his turn between
        await asyncio.sleep(SLICE)
        ahead.settle(mirror, slice_of(SLICE))
    clock = mirror.clock
    return {
        "time": mirror.now(),
        "speed": clock.speed,
        "paused": clock.paused,
        "pace": mirror.config.pace,
        "next": ahead.told,
    }
