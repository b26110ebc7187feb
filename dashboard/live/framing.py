"""What frames are made of, for the present (a Mirror) and the past (a Moment) alike: the page sees no difference."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from cluster.change import Change
from cluster.watch import Mirror
from cluster.watch.moments import Moment
from cluster.world import World
from dashboard.frames import id_of, item


def opening_facts(source: Mirror | Moment) -> dict[str, Any]:
    """What a snapshot tells beside objects and reasons."""
    config = source.config
    cluster = {
        "uid": uid_of(source),
        "slug": config.slug,
        "domain": config.domain,
        "dns": config.dns_address,
        "pace": config.pace,
    }
    return {
        "t": "snapshot",
        "cluster": cluster,
        "time": source.now(),
        "wall": time.time(),
        "speed": source.clock.speed,
    }


def told(change: Change, world: World) -> dict[str, Any]:
    """A change as the page takes it; `world` has it already."""
    facts = {"r": change.revision, "author": change.author, "cause": change.cause, "at": change.time}
    if change.type == "DELETED":
        return {"op": "drop", "id": id_of(change.key), **facts}
    return {"op": "put", "item": item(change.key, change.object, world), **facts}


def uid_of(source: Mirror | Moment) -> str:
    """The cluster's uid in one spelling: databases differ in theirs."""
    return str(UUID(str(source.uid)))
