"""Every kind as a table, with kubectl's columns. The page's script lists and watches through the API; this is what
stands there before it, and without it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cluster.kinds import Kind, custom
from cluster.kinds.registry import Registry
from cluster.machinery.errors import Forbidden
from cluster.machinery.objects import Obj, name, namespace
from cluster.watch import Mirror
from dashboard.access import authorize
from dashboard.actions import kubectl
from dashboard.aside import aside
from dashboard.clusters.page import find_cluster, frame, mirror_of

MOST_ROWS = 200
USUAL = "pods"


@require_safe
async def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`?kind=pods` or `statefulsets.apps`, `&namespace=` of one alone. 404 for a kind that is not served."""
    cluster = await find_cluster(request, slug)
    mirror = await mirror_of(cluster)
    registry = custom.of(mirror.world)
    wanted, where = request.GET.get("kind", USUAL).strip().lower() or USUAL, request.GET.get("namespace", "").strip()
    kind = kind_called(wanted, registry)
    if kind is None:
        raise Http404(f"There is no kind {wanted} in {slug}.")
    refused = ""
    try:
        authorize(await request.auser(), cluster, "list", kind.resource, group=kind.group, namespace=where)
    except Forbidden as error:
        refused = str(error)
    told = {} if refused else table(kind, where if kind.namespaced else "", mirror)
    more = {
        "kind": kind.resource,
        "title": kind.kind,
        "kinds": sorted({each.resource for each in registry.kinds if each.stored}),
        "refused": refused,
        "command": _command(kind, where),
        **told,
    }
    context = await frame(request, cluster, mirror, "tables", **more)
    return await aside(render, request, "clusters/tables.html", context, status=403 if refused else 200)


def kind_called(text: str, registry: Registry) -> Kind | None:
    """The first stored kind whose plural, singular or short name it is; with a group behind a dot, that one's."""
    plural, _, group = text.partition(".")
    listed = (kind for kind in registry.kinds if kind.stored and (not group or kind.group == group))
    return next((kind for kind in listed if plural in {kind.resource, kind.singular, *kind.short_names}), None)


def table(kind: Kind, where: str, mirror: Mirror) -> dict[str, Any]:
    """The usual columns and the first rows, in order of namespace and name."""
    now, found = mirror.now(), sorted(_objects(kind, where, mirror), key=lambda obj: (namespace(obj), name(obj)))
    shown = [column for column in kind.columns if column.priority == 0]
    with_namespace = kind.namespaced and not where
    return {
        "columns": [*(("Namespace",) if with_namespace else ()), *(column.name for column in shown)],
        "rows": [
            [*((namespace(obj),) if with_namespace else ()), *(_text(column.cell(obj, now)) for column in shown)]
            for obj in found[:MOST_ROWS]
        ],
        "more": max(0, len(found) - MOST_ROWS),
    }


def _objects(kind: Kind, where: str, mirror: Mirror) -> list[Obj]:
    bucket = mirror.world.bucket(kind.group_resource, where) if where else mirror.world.bucket(kind.group_resource)
    return list(bucket.values())


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _command(kind: Kind, where: str) -> str:
    return kubectl("get", kind.resource, *(() if where or not kind.namespaced else ("-A",)), namespace=where)
