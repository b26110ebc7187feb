"""Following a cluster: one Hub per process reads the log, keeps mirrors and feeds subscriptions.

hub = current_hub()
mirror = await hub.mirror(cluster.pk)          # mirror.world, mirror.revision, mirror.config, mirror.now()
subscription = await hub.subscribe(cluster.pk, after=revision)
async for batch in subscription: …             # batch.changes, batch.olds; Ended when it overflowed
"""

from __future__ import annotations

from cluster.watch.hub import Hub
from cluster.watch.mirror import Mirror
from cluster.watch.subscription import Batch, Ended, Subscription

_hub: Hub | None = None


class NoHub(Exception):
    """No Hub runs in this process."""


def use(hub: Hub | None) -> None:
    """Make this Hub the process' own (at the start of the server, or of a test)."""
    global _hub
    _hub = hub


def current_hub() -> Hub:
    if _hub is None:
        raise NoHub("no Hub runs in this process; `manage.py up` starts one")
    return _hub


__all__ = ["Batch", "Ended", "Hub", "Mirror", "NoHub", "Subscription", "current_hub", "use"]
