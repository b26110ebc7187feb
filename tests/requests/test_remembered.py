"""What the proxies remember from call to call."""

from __future__ import annotations

from cluster.requests import remembered
from cluster.world import World


def test_each_world_has_its_own_memory() -> None:
    one, other = World(), World()
    remembered.keep(one, {("node-1", "KUBE-SEP-A", "10.244.0.10"): 1.0})
    assert remembered.of(one) == {("node-1", "KUBE-SEP-A", "10.244.0.10"): 1.0}
    assert remembered.of(other) == {}


def test_the_oldest_are_forgotten_first() -> None:
    world = World()
    remembered.keep(world, {("node-1", "KUBE-SEP-A", str(n)): float(n) for n in range(remembered.MOST + 10)})
    kept = remembered.of(world)
    assert len(kept) == remembered.MOST
    assert min(kept.values()) == 10.0
