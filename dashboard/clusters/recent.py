"""What happened to a cluster before the page was opened: the newest changes of its log, for the strip at the foot."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from cluster.change import Change
from cluster.machinery.objects import PODS, spec
from cluster.store import read
from cluster.store.log import latest
from dashboard.clusters.page import find_cluster
from dashboard.frames import id_of, is_sent
from dashboard.podstate import pod_state

MOST = 400


@require_safe
async def recent(request: HttpRequest, slug: str) -> JsonResponse:
    cluster = await find_cluster(request, slug, "watch")
    changes = await read(latest, cluster.pk, MOST)
    return JsonResponse({"changes": [told(change) for change in changes if is_sent(change.key)]})


def told(change: Change) -> dict[str, Any]:
    """A change in few words: the object is named, not shown."""
    found: dict[str, Any] = {
        "id": id_of(change.key),
        "type": change.type,
        "r": change.revision,
        "author": change.author,
        "cause": change.cause,
        "at": change.time,
    }
    if change.key.kind == PODS:
        found["state"] = pod_state(change.object).state
    elif isinstance(wanted := spec(change.object).get("replicas"), int):
        found["wanted"] = wanted
    return found
