"""What a check looks at: the cluster as it is, and what the person did that leaves no trace in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cluster.config import ClusterConfig
from cluster.deeds import Deed
from cluster.world import World


class Chosen(NamedTuple):
    """An answer that was chosen, and whether it was right when it was."""

    value: str
    right: bool


class Sight(NamedTuple):
    world: World
    config: ClusterConfig
    now: float
    before: frozenset[str] = frozenset()
    """Uids of what was there when the step began, of all that its checks want to be made anew."""
    deeds: tuple[Deed, ...] = ()
    """What was asked and sent, the oldest first."""
    chosen: Mapping[str, Chosen] = {}
    """By the id of the check that asked."""
