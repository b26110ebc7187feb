"""The explorer's page: a shell that the browser fills over the live connection."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.clusters.page import find_cluster, frame, mirror_of


@require_safe
async def explorer(request: HttpRequest, slug: str) -> HttpResponse:
    cluster = await find_cluster(request, slug, "list")
    mirror = await mirror_of(cluster)
    return render(request, "clusters/explorer.html", await frame(request, cluster, mirror, "map"))
