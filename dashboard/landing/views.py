"""The front page: the demo cluster under its jar, the clusters there are, a form for a new one."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, cast

from asgiref.sync import sync_to_async
from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cluster.machinery.dnsprofiles import DEFAULT
from cluster.machinery.errors import BadRequest, Gone
from cluster.models import Cluster
from cluster.scenarios import load, scenarios
from cluster.store import create_cluster, written
from cluster.watch import current_hub
from cluster.world import World
from dashboard.access import owns
from dashboard.clusters.making import TOO_MANY, cluster_name, free_name, has_room
from dashboard.landing.jar import draw, peoples_pods
from dashboard.lessons.cards import cards, foremost, taught_in
from dashboard.lessons.shelf import lessons
from dashboard.podstate import pod_state

DEMO = "demo"
PACES = (
    (Cluster.Pace.BRISK, "about a second"),
    (Cluster.Pace.INSTANT, "no time at all"),
    (Cluster.Pace.REAL, "as long as real ones"),
)


SHELVES = (("Your clusters", True), ("Others' clusters", False))
SHOWN = 5
"""Lessons on the front page."""
DNS_PROFILES = (
    ("kubeadm", "at once, as kubeadm sets it up"),
    ("kubeadm-old", "from a cache of 30 s, as it did"),
    ("plain", "at once, with a TTL of 5 s"),
)


class NewCluster(forms.Form):
    """A name, a pace and a profile of its DNS; the rest has defaults."""

    slug = cluster_name()
    pace = forms.ChoiceField(choices=Cluster.Pace.choices, initial=Cluster.Pace.BRISK)
    dns = forms.ChoiceField(choices=DNS_PROFILES, initial=DEFAULT, required=False)


async def _page(request: HttpRequest, form: NewCluster, status: int = 200) -> HttpResponse:
    hub = current_hub()
    listed = []
    jar = None
    user = await request.auser()
    async for each in Cluster.objects.select_related("owner"):
        try:
            mirror = await hub.mirror(each.pk)
        except Gone:
            continue  # somebody deleted it meanwhile
        listed.append(_listed(each, user, mirror.world))
        if each.slug == DEMO:
            jar = draw(mirror.world, each.slug)
        await asyncio.sleep(0)  # each may hold thousands of pods to count: others have their turn between
    classrooms = await taught_in()
    taught = await cards(cast("User", user).pk, (await lessons()).lessons)
    context = {
        "tab": "clusters",
        "lessons": foremost(taught, SHOWN),
        "lessons_in_all": len(taught),
        "shelves": [
            _shelf(title, [each for each in listed if each["own"] is own], classrooms) for title, own in SHELVES
        ],
        "jar": jar,
        "form": form,
        "paces": PACES,
        "dns_profiles": DNS_PROFILES,
        "demo": DEMO if jar else None,
        "scenarios": scenarios(),
    }
    return render(request, "landing/landing.html", context, status=status)


def _shelf(title: str, listed: list[dict[str, Any]], classrooms: set[str]) -> dict[str, Any]:
    """Clusters under a title. Those in which somebody else takes a lesson are folded: there may be a dozen for each."""
    folded = [each for each in listed if not each["own"] and each["slug"] in classrooms]
    return {"title": title, "listed": [each for each in listed if each not in folded], "folded": folded}


def _listed(cluster: Cluster, user: Any, world: World) -> dict[str, Any]:
    """A cluster as the front page names it; of another's also whose it is."""
    own = cluster.owner_id == user.pk or (cluster.owner_id is None and owns(user, cluster))
    whose = cluster.owner.get_username() if cluster.owner is not None and not own else ""
    return {"slug": cluster.slug, "title": cluster.title, "own": own, "owner": whose, **health(world)}


def health(world: World) -> dict[str, Any]:
    """Of the pods people made how many run or are to, how many of those are ready, and how many have completed: these
    are no longer either. The worst of it in one word: ready, wait or fail."""
    states = Counter(pod_state(pod).state for pod in peoples_pods(world))
    ready, completed = states["ready"], states["completed"]
    living = states.total() - completed
    worst = "fail" if states["failed"] or states["unknown"] else "ready" if ready == living else "wait"
    return {"all": states.total(), "pods": living, "ready": ready, "completed": completed, "worst": worst}


@require_http_methods(["GET", "HEAD", "POST"])
async def landing(request: HttpRequest) -> HttpResponse:
    return await _made(request) if request.method == "POST" else await _page(request, NewCluster())


@require_http_methods(["GET", "HEAD", "POST"])
async def new_cluster(request: HttpRequest) -> HttpResponse:
    """The address for programs and old links. To look at the clusters one goes to the front page."""
    return await _made(request) if request.method == "POST" else redirect("landing")


async def _made(request: HttpRequest) -> HttpResponse:
    """Make a cluster of the visitor's own, empty or from a scenario, and open it."""
    user = await request.auser()
    scenario = request.POST.get("scenario")
    form = NewCluster(request.POST if not scenario else None)
    if not await has_room(user):
        messages.error(request, TOO_MANY)
        return await _page(request, form, status=422)
    if scenario:
        return await _from_scenario(request, scenario, user)
    if not await sync_to_async(form.is_valid)():
        return await _page(request, form, status=422)
    slug = form.cleaned_data["slug"]
    if await Cluster.objects.filter(slug=slug).aexists():
        form.add_error("slug", f"There is a cluster {slug} already. Choose another name.")
        return await _page(request, form, status=422)
    try:
        await written(
            create_cluster,
            slug,
            author=user.get_username(),
            owner=user,
            pace=form.cleaned_data["pace"],
            dns_profile=form.cleaned_data["dns"] or DEFAULT,
        )
    except BadRequest as error:
        form.add_error("slug", error.message)
        return await _page(request, form, status=422)
    messages.success(request, f"{slug} is made and empty. Apply a manifest to fill it.")
    return redirect("explorer", slug)


async def _from_scenario(request: HttpRequest, scenario: str, user: Any) -> HttpResponse:
    if scenario not in {each.slug for each in scenarios()}:
        raise Http404(f"There is no scenario {scenario}.")
    author = user.get_username()
    slug = await free_name(scenario)
    made = await written(create_cluster, slug, author=author, owner=user)
    await written(load, made.pk, scenario, author=author)
    messages.success(request, f"The cluster {slug} is made.")
    return redirect("explorer", slug)
