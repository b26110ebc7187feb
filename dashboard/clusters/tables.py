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
from cluster.models import Cluster
from cluster.watch import Mirror
from cluster.watch.moments import Moment
from dashboard.actions import kubectl
from dashboard.aside import aside
from dashboard.clusters.moment import spoken_of, then
from dashboard.clusters.objects import listed_then
from dashboard.clusters.page import check, find_cluster, frame, mirror_of

MOST_ROWS, MOST_ROWS_THEN = 200, 2000
"""Of the present the page's script shows all."""
USUAL = "pods"


@require_safe
async def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`?kind=pods` or `statefulsets.apps`, `&namespace=` of one alone, `&at=` a revision. 404 for a kind that is not
    served."""
    cluster = await find_cluster(request, slug)
    async with spoken_of(request, cluster) as source:
        context, status = await _shown(request, cluster, source)
    return await aside(render, request, "clusters/tables.html", context, status=status)


async def _shown(request: HttpRequest, cluster: Cluster, source: Mirror | Moment) -> tuple[dict[str, Any], int]:
    registry, slug = custom.of(source.world), cluster.slug
    wanted, where = request.GET.get("kind", USUAL).strip().lower() or USUAL, request.GET.get("namespace", "").strip()
    kind = kind_called(wanted, registry)
    if kind is None:
        raise Http404(f"There is no kind {wanted} in {slug}.")
    refused = ""
    try:
        await check(request, cluster, "list", kind.resource, group=kind.group, namespace=where)
    except Forbidden as error:
        refused = str(error)
    told = {} if refused else table(kind, where if kind.namespaced else "", source)
    past = isinstance(source, Moment)
    more = {
        "kind": kind.resource,
        "title": kind.kind,
        "kinds": sorted({each.resource for each in registry.kinds if each.stored}),
        "refused": refused,
        "command": listed_then(kind, where, source.revision) if past else _command(kind, where),
        **then(source, {"kind": wanted, "namespace": where}, on_map={}),
        **told,
    }
    context = await frame(request, cluster, await mirror_of(cluster), "tables", **more)
    return context, 403 if refused else 200


def kind_called(text: str, registry: Registry) -> Kind | None:
    """The first stored kind whose plural, singular or short name it is; with a group behind a dot, that one's."""
    plural, _, group = text.partition(".")
    listed = (kind for kind in registry.kinds if kind.stored and (not group or kind.group == group))
    return next((kind for kind in listed if plural in {kind.resource, kind.singular, *kind.short_names}), None)


def table(kind: Kind, where: str, mirror: Mirror | Moment) -> dict[str, Any]:
    """The usual columns and the first rows, in order of namespace and name."""
    now, found = mirror.now(), sorted(_objects(kind, where, mirror), key=lambda obj: (namespace(obj), name(obj)))
    shown = [column for column in kind.columns if column.priority == 0]
    with_namespace = kind.namespaced and not where
    most = MOST_ROWS if isinstance(mirror, Mirror) else MOST_ROWS_THEN
    return {
        "columns": [*(("Namespace",) if with_namespace else ()), *(column.name for column in shown)],
        "rows": [
            [*((namespace(obj),) if with_namespace else ()), *(_text(column.cell(obj, now)) for column in shown)]
            for obj in found[:most]
        ],
        "more": max(0, len(found) - most),
    }


def _objects(kind: Kind, where: str, mirror: Mirror | Moment) -> list[Obj]:
    bucket = mirror.world.bucket(kind.group_resource, where) if where else mirror.world.bucket(kind.group_resource)
    return list(bucket.values())


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _command(kind: Kind, where: str) -> str:
    return kubectl("get", kind.resource, *(() if where or not kind.namespaced else ("-A",)), namespace=where)
