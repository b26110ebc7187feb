"""What a held cluster needs now and then: Events expire after an hour, the log forgets what nobody will ask for, and
files go with their pods and volumes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog
from django.db import DatabaseError

from cluster.intents import Delete
from cluster.keeping import orphans
from cluster.machinery.objects import EVENTS, PODS, Key, seconds, uid
from cluster.store import Group, commit_groups, contents, logs, mainprocesses, read, written
from cluster.store.lease import Fence
from cluster.store.log import Retention, compact
from cluster.watch import Hub
from cluster.world import World

log = structlog.get_logger()

EVENT_SECONDS = 3600.0
EVERY = 60.0
BATCH = 200


def expired_events(world: World, now: float) -> list[Key]:
    """Events last seen more than an hour ago by the cluster's clock, oldest first. Pure."""
    found: list[tuple[float, Key]] = []
    for key, event in world.bucket(EVENTS).items():
        last = event.get("lastTimestamp") or event.get("eventTime") or event["metadata"].get("creationTimestamp")
        seen = seconds(last)
        if seen + EVENT_SECONDS < now:
            found.append((seen, key))
    return [key for _, key in sorted(found)]


async def keep_house(
    hub: Hub, cluster: int, fence: Fence, wall: Callable[[], float] = time.time, keep: Retention | None = None
) -> None:
    """Until cancelled, once a minute."""
    mirror = await hub.mirror(cluster)
    gone_before = frozenset[str]()
    while True:
        await asyncio.sleep(EVERY)
        try:
            doomed = expired_events(mirror.world, mirror.now())
            for start in range(0, len(doomed), BATCH):
                groups = [Group([Delete(key)]) for key in doomed[start : start + BATCH]]
                await written(commit_groups, cluster, groups, author="event-ttl", cause="expire", fence=fence)
            await written(compact, cluster, wall(), keep or Retention())
            for kept in (logs, mainprocesses):
                known = await read(kept.pods, cluster)
                if without := known - {uid(pod) for pod in mirror.world.bucket(PODS).values()}:
                    await written(kept.forget, cluster, without)
            gone = frozenset(orphans(mirror.world, await read(contents.layers, cluster)))
            # Twice: what another process has written may be stored before its pod is known here.
            if doomed_files := gone & gone_before:
                await written(contents.drop, cluster, doomed_files)
            gone_before = gone
        except DatabaseError as error:
            log.warning("housekeeping_put_off", cluster=cluster, error=str(error))
