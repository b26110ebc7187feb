"""The reasons of an object for a page. A reason is a caption: a fault in making one must not take the picture away."""

from __future__ import annotations

import structlog

from cluster.config import ClusterConfig
from cluster.machinery.objects import Key
from cluster.plan import Reason
from cluster.worker.assembly import explain
from cluster.world import World

log = structlog.get_logger()

_told: set[tuple[str, str]] = set()
"""(resource, fault) that were logged already: the same fault would come with every change."""


def reasons_of(world: World, key: Key, now: float, config: ClusterConfig) -> list[Reason]:
    """Why the object at `key` is as it is; none, and a line in the log, when a controller cannot say."""
    try:
        return explain(world, key, now, config)
    except Exception as fault:
        # Any fault at all of any controller: they are many, and what they would say is not needed to go on.
        seen = (key.resource, repr(fault))
        if seen not in _told:
            _told.add(seen)
            log.exception("not_explained", key=str(key), fault=repr(fault))
        return []
