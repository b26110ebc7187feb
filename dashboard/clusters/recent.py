"""What happened to a cluster, in few words a change: for the strip at the foot of the page, for an object's history,
for programs. The whole of the kept log at a glance is counted, not told.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from cluster.change import Fact
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import (
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    STATEFUL_SETS,
    Key,
    Obj,
    spec,
)
from cluster.store import looked_back, past, rows
from cluster.watch.moments import NotKept, revision_of
from dashboard.clusters.page import find_cluster
from dashboard.clusters.past import fact
from dashboard.frames import is_sent, parse_key
from dashboard.podstate import pod_state

USUAL, MOST = 400, 1000
FURTHEST = 20_000
"""Revisions that are looked through for those: of thousands of pods that start, most only tell of events."""
SHOWN = frozenset({PODS, STATEFUL_SETS, DEPLOYMENTS, REPLICA_SETS, REPLICATION_CONTROLLERS})
"""Kinds of which something is told besides the name."""
BINS = 240
MOST_ACTS = 200
OF_MACHINES = ("reconcile", "expire")
"""What controllers say they do it for."""


@require_safe
async def recent(request: HttpRequest, slug: str) -> JsonResponse:
    """The newest changes up to `upto`, at most `limit`; with `object` (group/resource/namespace/name) of that one."""
    cluster = await find_cluster(request, slug, "watch")
    given = request.GET
    limit = revision_of(given.get("limit", str(USUAL)))
    if not 0 < limit <= MOST:
        raise BadRequest(f"1 to {MOST} changes are told at once. This asks for {limit}.")
    upto = revision_of(given["upto"]) if given.get("upto") else None
    try:
        of = parse_key(given["object"]) if given.get("object") else None
    except ValueError as error:
        raise BadRequest(str(error)) from error
    return JsonResponse(await looked_back(_told, cluster.pk, upto, limit, of))


@require_safe
async def overview(request: HttpRequest, slug: str) -> JsonResponse:
    """All that is kept: how many changes in each of a few hundred spans of time, and what people did."""
    cluster = await find_cluster(request, slug, "watch")
    return JsonResponse(await looked_back(_overview, cluster.pk))


def _told(cluster: int, upto: int | None, limit: int, of: Key | None) -> dict[str, Any]:
    head = past.head_of(cluster)
    floor, newest = (head.floor, head.revision) if head is not None else (0, 0)
    end = newest if upto is None else upto
    if not floor <= end <= newest:
        raise NotKept(end, floor, newest)
    if of is not None:
        found = [fact(each) for each in rows.facts_of(cluster, of, limit) if each.revision <= end]
        return {"floor": floor, "head": newest, "from": floor, "changes": found}
    begun = max(floor, end - FURTHEST)
    facts = [each for each in rows.facts(cluster, begun, end) if is_sent(each.key)]
    if len(facts) > limit:
        facts = facts[-limit:]
        begun = facts[0].revision - 1
    objects = rows.objects_at(cluster, [each.revision for each in facts if each.key.kind in SHOWN])
    changes = [told(each, objects.get(each.revision)) for each in facts]
    return {"floor": floor, "head": newest, "from": begun, "changes": changes}


def _overview(cluster: int) -> dict[str, Any]:
    head = past.head_of(cluster)
    floor, newest = (head.floor, head.revision) if head is not None else (0, 0)
    facts = [each for each in rows.facts(cluster, floor, newest) if is_sent(each.key)]
    if not facts:
        return {"floor": floor, "head": newest, "bins": [], "acts": []}
    first, last = facts[0].time, facts[-1].time
    width = max((last - first) / BINS, 0.001)
    bins: dict[int, dict[str, Any]] = {}
    for each in facts:
        place = min(BINS - 1, int((each.time - first) / width))
        held = bins.setdefault(place, {"at": first + place * width, "r": each.revision, "count": 0})
        held["count"] += 1
    people = [each for each in facts if each.cause not in OF_MACHINES]
    return {
        "floor": floor,
        "head": newest,
        "from": first,
        "to": last,
        "bins": list(bins.values()),
        "acts": [fact(each) for each in people[-MOST_ACTS:]],
    }


def told(change: Fact, obj: Obj | None) -> dict[str, Any]:
    """A change in few words: the object is named, not shown."""
    found = fact(change)
    if obj is None:
        return found
    if change.key.kind == PODS:
        found["state"] = pod_state(obj).state
    elif isinstance(wanted := spec(obj).get("replicas"), int):
        found["wanted"] = wanted
    return found
