"""`?at=<revision>` of an address: the moment it speaks of, or the present when it names none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode

from cluster.dns import settings
from cluster.dns.settings import DnsConfig
from cluster.models import Cluster
from cluster.watch import Mirror
from cluster.watch.moments import Moment, moments, revision_of
from dashboard.clusters.page import mirror_of


@asynccontextmanager
async def spoken_of(request: HttpRequest, cluster: Cluster) -> AsyncIterator[Mirror | Moment]:
    """For reading while the block lasts. BadRequest for what is no revision, Gone for one that is not kept."""
    mirror = await mirror_of(cluster)
    wanted = request.GET.get("at", "")
    if not wanted:
        yield mirror
        return
    async with moments().at(mirror, revision_of(wanted)) as moment:
        yield moment


def then(source: Mirror | Moment, here: dict[str, str], *, on_map: dict[str, str] | None = None) -> dict[str, Any]:
    """What a page says of the moment it shows (clusters/_then.html). `here`: what its address asks beside `at`;
    `on_map`: the same where the map's address says it otherwise."""
    if isinstance(source, Mirror):
        return {"at": None}
    asks = {name: value for name, value in here.items() if value}
    shown = {"at": str(source.revision), **(asks if on_map is None else on_map)}
    return {
        "at": source.revision,
        "then": datetime.fromtimestamp(source.now(), UTC),
        "now": f"?{urlencode(asks)}",
        "on_map": urlencode(shown),
    }


def dns_of(source: Mirror | Moment) -> DnsConfig | None:
    """The settings DNS answers by, None: as it does. Of the past nobody knows what a cache had been asked before."""
    if isinstance(source, Moment):
        return settings.of(source.world, source.config)._replace(cache=None)
    return None
