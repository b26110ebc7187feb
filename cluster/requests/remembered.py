"""What the proxies of a cluster remember of clients between calls, for this process: each process has its own nodes'
kernels, so to say. Bounded: the oldest are forgotten first.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from cluster.network.proxy import NO_AFFINITY, Affinity
from cluster.world import World

MOST = 4_096

_REMEMBERED: WeakKeyDictionary[World, Affinity] = WeakKeyDictionary()


def of(world: World) -> Affinity:
    return _REMEMBERED.get(world, NO_AFFINITY)


def keep(world: World, affinity: Affinity) -> None:
    """Remember this from now on."""
    if len(affinity) > MOST:
        newest = sorted(affinity.items(), key=lambda item: -item[1])[:MOST]
        affinity = dict(newest)
    _REMEMBERED[world] = affinity
