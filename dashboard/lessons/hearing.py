"""Keeps what people ask and send in the clusters of their lessons, and tells who shows those lessons.

A loop in a shell may ask a thousand times a second: what waits to be stored is gathered, and equal deeds are counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import structlog
from django.db import DatabaseError, transaction

from cluster.deeds import Deed, Make
from cluster.store import written
from dashboard.lessons.models import Attempt

log = structlog.get_logger()

PREFIX = "lesson-"
"""How the names of lessons' clusters begin: what happens in others is not listened to."""
MOST = 60
"""Deeds that are kept of an attempt."""
GATHER = 0.03
"""Seconds that deeds may wait for one another."""

AGAIN = 1.0
"""Seconds until what the database would not take is tried again."""

Same = tuple[object, ...]
_waiting: dict[str, dict[Same, Deed]] = {}
_storing: set[asyncio.Task[None]] = set()
_followers: dict[str, set[Callable[[], None]]] = {}


def heard(cluster: str, make: Make) -> None:
    """Something was done in a cluster."""
    if not cluster.startswith(PREFIX):
        return
    waiting = _waiting.setdefault(cluster, {})
    for deed in make():
        add(waiting, deed)
    if all(task.done() for task in _storing):
        task = asyncio.get_running_loop().create_task(_store(), name="deeds")
        _storing.add(task)
        task.add_done_callback(_storing.discard)


def add(kept: dict[Same, Deed], deed: Deed) -> None:
    """Put a deed last; an equal one counts with it."""
    same = deed._replace(times=0, at=0.0)
    before = kept.pop(same, None)
    kept[same] = deed if before is None else deed._replace(times=before.times + deed.times)


def follow(cluster: str, call: Callable[[], None]) -> Callable[[], None]:
    """Call when something of a lesson in that cluster was stored by this process; returns the way to stop."""
    _followers.setdefault(cluster, set()).add(call)
    return partial(_unfollow, cluster, call)


def _unfollow(cluster: str, call: Callable[[], None]) -> None:
    followers = _followers.get(cluster, set())
    followers.discard(call)
    if not followers:
        _followers.pop(cluster, None)


def stir(cluster: str) -> None:
    """An attempt in that cluster is another than it was."""
    for call in tuple(_followers.get(cluster, ())):
        call()


async def settled() -> None:
    """Until all that was heard is stored."""
    while _storing:
        await asyncio.gather(*_storing)


async def _store() -> None:
    while _waiting:
        await asyncio.sleep(GATHER)
        found = dict(_waiting)
        _waiting.clear()
        for cluster, deeds in found.items():
            try:
                await written(keep, cluster, list(deeds.values()))
            except DatabaseError as error:
                log.warning("deeds_not_stored", cluster=cluster, error=str(error))
                for deed in _waiting.pop(cluster, {}).values():
                    add(deeds, deed)
                _waiting[cluster] = deeds
                await asyncio.sleep(AGAIN)
            else:
                stir(cluster)


def keep(cluster: str, deeds: list[Deed]) -> None:
    """Add them to the attempt in that cluster, if there is one."""
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update().filter(cluster__slug=cluster).first()
        if attempt is None:
            return
        kept: dict[Same, Deed] = {}
        for deed in (*attempt.told, *deeds):
            add(kept, deed)
        attempt.deeds = [list(deed) for deed in list(kept.values())[-MOST:]]
        attempt.changed += 1
        attempt.save(update_fields=["deeds", "changed", "updated"])
