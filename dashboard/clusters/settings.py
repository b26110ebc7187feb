"""A cluster's own page: what it is called, how fast its pods are, and its end, which its owner or staff may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cluster.models import Cluster
from cluster.store import delete_cluster, written
from dashboard.clusters.asking import other_server
from dashboard.clusters.page import find_owned, frame, mirror_of
from dashboard.clusters.people import given

if TYPE_CHECKING:
    ClusterForm = forms.ModelForm[Cluster]
else:
    ClusterForm = forms.ModelForm


class Settings(ClusterForm):
    class Meta:
        model = Cluster
        fields = ("title", "pace")


@require_http_methods(["GET", "HEAD", "POST"])
async def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Title and pace. The name in addresses stays: it is in everybody's bookmarks and DNS."""
    cluster = await find_owned(request, slug)
    form = Settings(request.POST or None, instance=cluster)
    if request.method == "POST" and await sync_to_async(form.is_valid)():
        await cluster.asave(update_fields=["title", "pace"])
        messages.success(request, f"The settings of {slug} are stored.")
        return redirect("settings", slug)
    return await _page(request, slug, form, 422 if request.method == "POST" else 200)


@require_POST
async def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """The cluster with all its objects and history, for whoever writes its name once more."""
    cluster = await find_owned(request, slug)
    written_name = request.POST.get("confirm", "").strip()
    if written_name != slug:
        said = f"This says {written_name}." if written_name else "It is empty."
        return await _page(request, slug, None, 422, f"Write {slug} into the field to delete it. {said}")
    await written(delete_cluster, cluster)
    messages.success(request, f"{slug} is deleted, with all its objects and its history.")
    return redirect("landing")


async def _page(request: HttpRequest, slug: str, form: Settings | None, status: int, refused: str = "") -> HttpResponse:
    cluster = await Cluster.objects.aget(slug=slug)  # what is stored, not what a form made of it
    served = other_server()
    mirror = await mirror_of(cluster)
    context = await frame(
        request,
        cluster,
        mirror,
        "settings",
        people=given(mirror.world),
        form=form or Settings(instance=cluster),
        refused=refused,
        served=served["address"] if served and served["cluster"] == slug else "",
    )
    return render(request, "clusters/settings.html", context, status=status)
