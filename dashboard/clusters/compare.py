"""Two moments of a cluster side by side: what came, went and changed between them, by whom and what for."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cluster.comparing import Difference, differences
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import Key
from cluster.store import looked_back, past
from cluster.watch.moments import NotKept, revision_of
from dashboard.aside import aside
from dashboard.clusters.page import find_cluster, frame, mirror_of
from dashboard.errors import wants_page
from dashboard.frames import id_of, is_sent

MOST = 400
"""Objects told one by one."""
MOST_FIELDS = 60
"""Of one object."""
FIRST = ("services", "statefulsets", "deployments", "daemonsets", "jobs", "cronjobs", "pods", "nodes")
LAST = ("endpoints", "endpointslices", "replicasets", "controllerrevisions")
LONGEST_VALUE = 300
LONGEST = 20_000
"""Changes between the two."""


@require_safe
async def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """`from` one revision `to` another (the present one when it is not given)."""
    cluster = await find_cluster(request, slug, "list")
    mirror = await mirror_of(cluster)
    one = revision_of(request.GET.get("from", ""))
    other = revision_of(request.GET.get("to", "") or str(mirror.revision))
    told = await looked_back(compared, cluster.pk, min(one, other), max(one, other))
    if not wants_page(request):
        return JsonResponse(told)
    moments = {end: datetime.fromtimestamp(told[end]["time"], UTC) for end in ("from", "to")}
    context = await frame(
        request, cluster, mirror, "compare", told=told, moments=moments, cards=_cards(told["objects"])
    )
    return await aside(render, request, "clusters/compare.html", context)


def compared(cluster: int, begun: int, ended: int) -> dict[str, Any]:
    """All differences between two kept revisions. NotKept, or BadRequest where too much lies between."""
    head = past.head_of(cluster)
    floor, newest = (head.floor, head.revision) if head is not None else (0, 0)
    for revision in (begun, ended):
        if not floor <= revision <= newest:
            raise NotKept(revision, floor, newest)
    if ended - begun > LONGEST:
        raise BadRequest(f"At most {LONGEST:,} changes are compared at once. Between these lie {ended - begun:,}.")
    told = past.facts(cluster, begun, ended)
    shown = [fact for fact in told if is_sent(fact.key)]
    found = sorted(differences(shown, past.before_and_after(cluster, shown)), key=_place)
    counts = {what: sum(each.what == what for each in found) for what in ("created", "deleted", "replaced", "changed")}
    return {
        "from": {"revision": begun, "time": past.time_of(cluster, begun)},
        "to": {"revision": ended, "time": past.time_of(cluster, ended)},
        "changes": len(told),
        "counts": counts,
        "objects": [_told(each) for each in found[:MOST]],
        "marks": {id_of(each.key): each.what for each in found},
        "more": max(0, len(found) - MOST),
    }


def _place(each: Difference) -> tuple[int, Key]:
    """What people look for comes before what follows from it."""
    resource = each.key.resource
    return (FIRST.index(resource) if resource in FIRST else len(FIRST) + (resource in LAST)), each.key


def _told(each: Difference) -> dict[str, Any]:
    return {
        "id": id_of(each.key),
        "resource": each.key.resource,
        "kind": each.kind,
        "name": each.key.name,
        "ns": each.key.namespace,
        "what": each.what,
        "changes": each.changes,
        "acts": [act._asdict() for act in each.acts],
        "fields": [field._asdict() for field in each.fields[:MOST_FIELDS]],
        "more": max(0, len(each.fields) - MOST_FIELDS),
    }


def _cards(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a page shows: an object a card, but one for all in a row that only their names tell apart."""
    found: list[dict[str, Any]] = []
    for _, alike in groupby(told, _told_alike):
        rows = [_row(each) for each in alike]
        found.append({**rows[0], "names": [row["name"] for row in rows]})
    return found


def _told_alike(told: dict[str, Any]) -> tuple[object, ...]:
    if told["fields"]:
        return (told["id"],)
    who = tuple((act["author"], act["cause"]) for act in told["acts"])
    return told["kind"], told["ns"], told["what"], who


def _row(told: dict[str, Any]) -> dict[str, Any]:
    """An object for the page, its values as JSON in one line."""
    lines = [
        {"path": each["path"], "before": _short(each["before"]), "after": _short(each["after"])}
        for each in told["fields"]
    ]
    return {**told, "fields": lines}


def _short(value: Any) -> str:
    text = "" if value is None else orjson.dumps(value).decode()
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
