"""How a person drives a cluster with their own kubectl: a kubeconfig to take home, and the keys they have."""

from __future__ import annotations

from typing import cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cluster.api import tokens
from cluster.api.kubeconfig import address_of, kept_addresses
from cluster.management import credentials
from cluster.models import ApiToken
from dashboard.aside import aside
from dashboard.clusters.page import find_cluster, frame, mirror_of


@require_http_methods(["GET", "HEAD", "POST"])
async def page(request: HttpRequest, slug: str) -> HttpResponse:
    """By POST: a new token in a kubeconfig, as a file. It is shown that once."""
    cluster = await find_cluster(request, slug)
    account = await _account(request)
    if request.method == "POST":
        made = await sync_to_async(tokens.make)(account, cluster, "kubeconfig from the site")
        addresses = kept_addresses(settings.DATA_DIR)
        text = await sync_to_async(credentials.text)(slug, account.get_username(), made, addresses)
        file = HttpResponse(text, content_type="application/yaml")
        file["Content-Disposition"] = f'attachment; filename="kubarium-{slug}.yaml"'
        return file
    addresses = kept_addresses(settings.DATA_DIR)
    server = address_of(addresses.bind, addresses.api, settings.PUBLIC_HOST) if addresses else ""
    keys = [each async for each in ApiToken.objects.filter(user=account, cluster=cluster)]
    context = await frame(
        request, cluster, await mirror_of(cluster), "kubectl", server=server, keys=keys, now=timezone.now()
    )
    return await aside(render, request, "clusters/kubectl.html", context)


@require_POST
async def end(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One of the person's own keys opens nothing any more."""
    cluster = await find_cluster(request, slug)
    account = await _account(request)
    gone, _ = await ApiToken.objects.filter(pk=number, user=account, cluster=cluster).adelete()
    if not gone:
        raise Http404("You have no such key.")
    messages.success(request, "The key opens nothing any more.")
    return redirect("kubectl", slug)


async def _account(request: HttpRequest) -> User:
    """Who asks; everybody here is signed in."""
    return cast("User", await request.auser())
