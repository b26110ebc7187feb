"""Whose an address is."""

from __future__ import annotations

import pytest

from cluster.machinery.objects import SERVICES, key
from cluster.network.addresses import node_at, owner
from tests.network import town


@pytest.mark.parametrize(
    ("address", "sort"),
    [
        ("10.96.1.2", "service"),
        ("203.0.113.9", "door"),
        (town.NODE_1, "node"),
        ("10.244.0.10", "pod"),
        ("10.96.200.1", "unused service"),
        ("10.244.9.9", "unused pod"),
        ("8.8.8.8", "outside"),
    ],
)
def test_whose_it_is(address: str, sort: str) -> None:
    world = town.world(services=[town.service("web", "10.96.1.2", externalIPs=["203.0.113.9"])])
    assert owner(world, town.CONFIG, address).sort == sort


def test_what_changes_is_seen_at_once() -> None:
    world = town.world(services=[town.service("web", "10.96.1.2", externalIPs=["203.0.113.9"])])
    assert owner(world, town.CONFIG, "203.0.113.9").keys == (key(SERVICES, "default", "web"),)
    assert node_at(world, town.NODE_2) == "node-2"
    world.put(key(SERVICES, "default", "web"), town.service("web", "10.96.1.2", externalIPs=["203.0.113.10"]))
    assert owner(world, town.CONFIG, "203.0.113.9").sort == "outside"
    assert owner(world, town.CONFIG, "203.0.113.10").sort == "door"
