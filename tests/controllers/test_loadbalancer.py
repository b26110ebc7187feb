"""Addresses of load balancers: given, kept, shared by nobody, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers import loadbalancer
from cluster.intents import Update
from cluster.ipam import BALANCER_RANGE
from cluster.machinery.objects import SERVICES, Key, Obj, key
from cluster.plan import Plan
from cluster.world import World


def at(name: str) -> Key:
    return key(SERVICES, "default", name)


def service(name: str, *addresses: str, **spec: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"type": "LoadBalancer", **spec},
        "status": {"loadBalancer": {"ingress": [{"ip": each} for each in addresses]} if addresses else {}},
    }


def world_of(*services: Obj) -> World:
    world = World()
    for each in services:
        world.put(at(each["metadata"]["name"]), each)
    return world


def plan(world: World, name: str = "web") -> Plan:
    return loadbalancer.plan(world, at(name), 0.0, ClusterConfig())


def given(found: Plan) -> Any:
    if not found.actions:
        return None
    intent = found.actions[0].intent
    assert isinstance(intent, Update)
    assert intent.subresource == "status"
    return intent.obj["status"]["loadBalancer"]


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ([service("web")], "198.51.100.1"),
        ([service("web"), service("a", "198.51.100.1"), service("b", "198.51.100.3")], "198.51.100.2"),
        ([service("web", loadBalancerIP="198.51.100.77")], "198.51.100.77"),
        ([service("web", loadBalancerIP="10.0.0.1")], "198.51.100.1"),
        ([service("web", loadBalancerIP="198.51.100.7"), service("a", "198.51.100.7")], "198.51.100.1"),
        ([service("web", "198.51.100.9")], None),
        ([service("web", loadBalancerClass="example.org/own")], None),
        ([service("web", type="ClusterIP")], None),
        # two were given one at the same moment: the first by name keeps it
        ([service("web", "198.51.100.1"), service("a", "198.51.100.1")], "198.51.100.2"),
        ([service("web", "198.51.100.1"), service("x", "198.51.100.1")], None),
    ],
)
def test_who_gets_which_address(services: list[Obj], expected: str | None) -> None:
    found = given(plan(world_of(*services)))
    assert found == (None if expected is None else {"ingress": [{"ip": expected, "ipMode": "VIP"}]})


def test_it_is_told_as_a_cloud_does() -> None:
    (action,) = plan(world_of(service("web"))).actions
    assert [(note.reason, note.message) for note in action.succeeded] == [
        ("EnsuringLoadBalancer", "Ensuring load balancer"),
        ("EnsuredLoadBalancer", "Ensured load balancer"),
    ]


def test_it_goes_with_the_type() -> None:
    assert given(plan(world_of(service("web", "198.51.100.1", type="NodePort")))) == {}


def test_when_all_are_taken_it_waits() -> None:
    others = [service(f"a{n}", f"198.51.100.{n}") for n in range(1, 255)]
    found = plan(world_of(service("web"), *others))
    assert found.actions == ()
    assert [reason.text for reason in found.reasons] == [
        f"Waits for an address outside: all of {BALANCER_RANGE} are taken."
    ]


def test_a_freed_address_wakes_who_waits_and_who_shares() -> None:
    others = [service("waits"), service("shares", "198.51.100.1"), service("other", "198.51.100.2")]
    world = world_of(*others, service("plain", type="NodePort"))

    def woken(changed: Obj) -> set[str]:
        change = Change(1, "DELETED", at("a"), changed, -1, 0, "t", "t", 0.0, 0.0)
        return {where.name for where in loadbalancer.keys(change, changed, world)}

    assert woken(service("a", "198.51.100.1")) == {"a", "waits", "shares"}
    assert woken(service("a", type="ClusterIP")) == {"a"}
