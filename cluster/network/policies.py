"""That a NetworkPolicy changes nothing here. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.machinery.objects import NETWORK_POLICIES, Key
from cluster.plan import Reason
from cluster.world import World

IDLE = "It has no effect on traffic here: no network plugin carries it out."


def reasons(world: World, where: Key) -> Iterator[Reason]:
    """Of the NetworkPolicy at `where`."""
    if where.kind == NETWORK_POLICIES and where in world:
        yield Reason(where, "info", IDLE, "not-carried-out")
