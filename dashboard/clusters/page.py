"""What every page of a cluster needs: the cluster, the right to see it, its mirror, the frame's context."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest

from cluster.machinery.errors import Forbidden
from cluster.models import Cluster
from cluster.watch import Mirror, current_hub
from dashboard.access import Verb, authorize, may_write, owns
from dashboard.actions import RESTARTABLE, SCALABLE
from dashboard.clusters.asking import other_server
from dashboard.clusters.lesson import lesson_of


async def find_cluster(
    request: HttpRequest, slug: str, verb: Verb = "get", resource: str = "", **where: str
) -> Cluster:
    """The cluster, if the user may do `verb` to `resource` in it. Http404, Forbidden."""
    cluster = await Cluster.objects.filter(slug=slug).afirst()
    if cluster is None:
        raise Http404(f"There is no cluster {slug}.")
    await check(request, cluster, verb, resource, **where)
    return cluster


async def find_owned(request: HttpRequest, slug: str) -> Cluster:
    """The cluster, if it is the user's own or they are staff. Http404, Forbidden."""
    cluster = await find_cluster(request, slug)
    user = await request.auser()
    if not owns(user, cluster):
        raise Forbidden(
            slug, "", f"Only {slug}'s owner and staff may change its settings. You are {user.get_username()}"
        )
    return cluster


async def check(request: HttpRequest, cluster: Cluster, verb: Verb, resource: str = "", **where: str) -> None:
    """Forbidden, unless whoever asks may do that in the cluster, its roles of now included."""
    user = await request.auser()
    world = None if owns(user, cluster) else (await mirror_of(cluster)).world
    authorize(user, cluster, verb, resource, world=world, **where)


async def mirror_of(cluster: Cluster) -> Mirror:
    return await current_hub().mirror(cluster.pk)


async def frame(request: HttpRequest, cluster: Cluster, mirror: Mirror, tab: str, **more: Any) -> dict[str, Any]:
    """Context of base.html on a cluster's page."""
    user = await request.auser()
    can_write = may_write(user, cluster, mirror.world)
    return {
        "cluster": cluster,
        "clusters": [each async for each in Cluster.objects.only("slug", "title")],
        "tab": tab,
        "revision": mirror.revision,
        "can_write": can_write,
        "owns": owns(user, cluster),
        "lesson_here": await lesson_of(user, cluster),
        "gives": await _who_gives(cluster),
        "dns_port": other_server(),
        "scalable": " ".join(sorted(map(str, SCALABLE))),
        "restartable": " ".join(sorted(map(str, RESTARTABLE))),
        **more,
    }


async def _who_gives(cluster: Cluster) -> str:
    """Who may give a viewer more, for a sentence."""
    owner = await User.objects.filter(cluster=cluster, is_active=True).afirst()
    return f"{owner.get_username()}, who made it," if owner is not None else "Whoever administers this site"
