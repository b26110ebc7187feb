"""placeholder"""

from __future__ import annotations

from cluster.world import World


def draw(world: World, slug: str) -> object:
    return None
