"""What every page of a cluster needs: the cluster, the right to see it, its mirror, the frame's context."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from cluster.models import Cluster
from cluster.watch import Mirror, current_hub
from dashboard.access import Verb, authorize, may_write
from dashboard.clusters.asking import other_server


async def find_cluster(
    request: HttpRequest, slug: str, verb: Verb = "get", resource: str = "", **where: str
) -> Cluster:
    """The cluster, if the user may do `verb` to `resource` in it. Http404, Forbidden."""
    cluster = await Cluster.objects.filter(slug=slug).afirst()
    if cluster is None:
        raise Http404(f"There is no cluster {slug}.")
    authorize(await request.auser(), cluster, verb, resource, **where)
    return cluster


async def mirror_of(cluster: Cluster) -> Mirror:
    return await current_hub().mirror(cluster.pk)


async def frame(request: HttpRequest, cluster: Cluster, mirror: Mirror, tab: str, **more: Any) -> dict[str, Any]:
    """Context of base.html on a cluster's page."""
    user = await request.auser()
    return {
        "cluster": cluster,
        "clusters": [each async for each in Cluster.objects.only("slug", "title")],
        "tab": tab,
        "revision": mirror.revision,
        "can_write": may_write(user, cluster),
        "dns_port": other_server(),
        **more,
    }
