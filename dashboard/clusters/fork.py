"""Beginning a new cluster as this one was at a revision: the form, and what comes of it.

Whoever may look at a cluster may fork it, and owns the fork. Secrets come along with their values only for who may read
them here.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cluster.machinery.errors import BadRequest, Forbidden
from cluster.models import Cluster
from cluster.store import fork_cluster, written
from cluster.watch.moments import moments, revision_of
from dashboard.aside import aside
from dashboard.clusters.making import TOO_MANY, cluster_name, free_name, has_room
from dashboard.clusters.page import check, find_cluster, frame, mirror_of
from dashboard.errors import wants_page


class Fork(forms.Form):
    slug = cluster_name()
    paused = forms.BooleanField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
async def fork(request: HttpRequest, slug: str) -> HttpResponse:
    """`at` a revision (the present one when it is not given). A program gets the new cluster's addresses as JSON."""
    cluster = await find_cluster(request, slug, "list")
    mirror = await mirror_of(cluster)
    given = request.POST.get("at") or request.GET.get("at") or str(mirror.revision)
    revision = revision_of(given)
    async with moments().at(mirror, revision) as moment:
        then = moment.now()
    suggested = await free_name(f"{cluster.slug[:30]}-r{revision}")
    form = Fork(request.POST if request.method == "POST" else None, initial={"slug": suggested})
    if request.method != "POST":
        return await _page(request, cluster, form, revision, then)
    if not await has_room(await request.auser()):
        form.add_error(None, TOO_MANY)
    elif form.is_valid():
        name = form.cleaned_data["slug"]
        if await Cluster.objects.filter(slug=name).aexists():
            form.add_error("slug", f"There is a cluster {name} already. Choose another name.")
        else:
            return await _made(request, cluster, revision, name, paused=form.cleaned_data["paused"])
    if not wants_page(request):
        raise BadRequest("; ".join(str(text) for texts in form.errors.values() for text in texts))
    return await _page(request, cluster, form, revision, then)


async def _made(request: HttpRequest, cluster: Cluster, revision: int, name: str, *, paused: bool) -> HttpResponse:
    user = await request.auser()
    secrets = await _reads_secrets(request, cluster)
    made = await written(fork_cluster, cluster, revision, name, with_secrets=secrets, paused=paused, owner=user)
    address = reverse("explorer", args=[made.slug])
    if not wants_page(request):
        return JsonResponse({"slug": made.slug, "page": address, "revision": revision}, status=201)
    blank = "" if secrets else f" Secrets came without their values: you may not read those of {cluster.slug}."
    messages.success(request, f"{made.slug} begins as {cluster.slug} was at revision {revision}.{blank}")
    return redirect("explorer", made.slug)


async def _reads_secrets(request: HttpRequest, cluster: Cluster) -> bool:
    try:
        await check(request, cluster, "get", "secrets")
    except Forbidden:
        return False
    return True


async def _page(request: HttpRequest, cluster: Cluster, form: Fork, revision: int, then: float) -> HttpResponse:
    context = await frame(
        request,
        cluster,
        await mirror_of(cluster),
        "fork",
        form=form,
        at=revision,
        then=datetime.fromtimestamp(then, UTC),
        secrets=await _reads_secrets(request, cluster),
    )
    return await aside(render, request, "clusters/fork.html", context, status=422 if form.errors else 200)
