"""Addresses and ports: where they come from, that none is had twice, and when one comes back."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.config import ClusterConfig
from cluster.controllers.pod_facts import parse
from cluster.ipam import (
    NodePorts,
    claim_service_address,
    next_node_address,
    next_pod_address,
    next_pod_range,
    next_service_address,
    ordinal,
    seat_for,
    static_band,
)
from cluster.kinds import by_resource
from cluster.machinery.objects import NODES, PODS, SERVICES, STATEFUL_SETS, Obj, key
from cluster.world import World
from dashboard.podstate import ordinal_of

SMALL = ClusterConfig(service_range="10.96.0.0/28", node_ports=(30000, 30031), pod_range="10.244.0.0/26")


def _first(size: int) -> int:
    return 0


def _service(world: World, name: str, address: str) -> None:
    obj: Obj = {"metadata": {"name": name, "namespace": "default"}, "spec": {"clusterIP": address}}
    world.put(key(SERVICES, "default", name), obj)


def _pod(world: World, name: str, address: str, phase: str = "Running") -> None:
    obj: Obj = {"metadata": {"name": name, "namespace": "default"}, "status": {"podIP": address, "phase": phase}}
    world.put(key(PODS, "default", name), obj)


BANDS = [(14, 14), (254, 16), (4094, 255), (65534, 256), (1048574, 256)]


@pytest.mark.parametrize(("count", "band"), BANDS)
def test_static_bands(count: int, band: int) -> None:
    assert static_band(count) == band


def test_the_first_dynamic_address_is_behind_the_band() -> None:
    assert next_service_address(World(), ClusterConfig(), _first) == "10.96.1.1"


def test_a_die_chooses_and_a_taken_one_is_passed() -> None:
    world = World()
    _service(world, "a", "10.96.1.8")
    assert next_service_address(world, ClusterConfig(), lambda size: 7) == "10.96.1.9"


@given(st.data())
def test_no_service_address_is_given_twice_and_all_are_given(data: st.DataObject) -> None:
    world = World()
    given_out: list[str] = []
    while address := next_service_address(world, SMALL, lambda size: data.draw(st.integers(0, size - 1))):
        _service(world, f"s{len(given_out)}", address)
        given_out.append(address)
    inside = ipaddress.IPv4Network(SMALL.service_range)
    assert sorted(map(ipaddress.IPv4Address, given_out)) == list(inside.hosts())


CLAIMS = [
    ("10.96.0.10", ""),
    ("10.96.0.9", "provided IP is already allocated"),
    ("10.96.0.0", "the provided IP (10.96.0.0) is not in the valid range. The range of valid IPs is 10.96.0.0/28"),
    ("10.96.0.15", "the provided IP (10.96.0.15) is not in the valid range. The range of valid IPs is 10.96.0.0/28"),
    ("fd00::1", "the provided IP (fd00::1) is not in the valid range. The range of valid IPs is 10.96.0.0/28"),
]


@pytest.mark.parametrize(("address", "wrong"), CLAIMS)
def test_claims(address: str, wrong: str) -> None:
    world = World()
    _service(world, "a", "10.96.0.9")
    assert claim_service_address(world, SMALL, address, key(SERVICES, "default", "b")) == wrong


def test_a_service_may_claim_its_own_address_again() -> None:
    world = World()
    _service(world, "a", "10.96.0.9")
    assert claim_service_address(world, SMALL, "10.96.0.9", key(SERVICES, "default", "a")) == ""


def test_node_ports() -> None:
    world = World()
    obj: Obj = {"metadata": {"name": "a"}, "spec": {"ports": [{"nodePort": 30016}], "healthCheckNodePort": 30017}}
    world.put(key(SERVICES, "default", "a"), obj)
    ports = NodePorts(world, SMALL, key(SERVICES, "default", "b"))
    assert ports.next(_first) == 30018
    assert ports.claim(30016) == "provided port is already allocated"
    assert ports.claim(80) == "provided port is not in the valid range. The range of valid ports is 30000-30031"
    assert ports.claim(30020) == ""
    rest = [ports.next(_first) for _ in range(28)]
    assert len({*rest, 30016, 30017, 30018, 30020}) == 32
    assert ports.next(_first) is None
    assert NodePorts(world, SMALL, key(SERVICES, "default", "a")).claim(30016) == ""


def test_pod_addresses_ascend_and_come_back_last() -> None:
    world = World()
    config = ClusterConfig()
    first = [next_pod_address(world, config, "node-1") for _ in range(3)]
    assert first == ["10.244.0.10", "10.244.0.11", "10.244.0.12"]
    # None of them was kept, yet none comes back.
    assert next_pod_address(world, config, "node-1") == "10.244.0.13"


def test_pod_addresses_start_again_behind_the_last_and_pass_those_in_use() -> None:
    world = World()
    range_ = [str(address) for address in ipaddress.IPv4Network("10.244.0.0/26").hosts()][9:]
    _pod(world, "lives", range_[0])
    _pod(world, "done", range_[1], "Succeeded")
    given_out = [next_pod_address(world, SMALL, "node-1") for _ in range(len(range_))]
    assert given_out == [*range_[1:], range_[1]]


def test_the_clusters_own_pods_have_the_addresses_before_the_first() -> None:
    world = World()
    config = ClusterConfig()
    assert next_pod_address(world, config, "node-1", "kube-system") == "10.244.0.2"
    _pod(world, "dns", "10.244.0.2")
    assert next_pod_address(world, config, "node-1", "kube-system") == "10.244.0.3"
    assert next_pod_address(world, config, "node-1") == "10.244.0.10"
    for index in range(3, 10):
        _pod(world, f"own-{index}", f"10.244.0.{index}")
    assert next_pod_address(world, config, "node-1", "kube-system") == "10.244.0.11"


def test_no_address_is_left() -> None:
    world = World()
    for index, address in enumerate(ipaddress.IPv4Network("10.244.0.0/26").hosts()):
        _pod(world, f"p{index}", str(address))
    assert next_pod_address(world, SMALL, "node-1") is None


def test_each_node_has_a_range_of_its_own() -> None:
    world = World()
    config = ClusterConfig()
    ranges = []
    for index in range(4):
        range_ = next_pod_range(world, config)
        world.put(key(NODES, "", f"n{index}"), {"metadata": {"name": f"n{index}"}, "spec": {"podCIDR": range_}})
        ranges.append(range_)
    assert ranges == ["10.244.0.0/18", "10.244.64.0/24", "10.244.65.0/24", "10.244.66.0/24"]
    world.drop(key(NODES, "", "n2"))
    assert next_pod_range(world, config) == "10.244.65.0/24"
    assert next_pod_address(world, config, "n1") == "10.244.64.10"


def test_nodes_have_addresses_by_age() -> None:
    def node(name: str, *addresses: str) -> Obj:
        listed = [{"type": "InternalIP", "address": address} for address in addresses]
        return {"metadata": {"name": name}, "status": {"addresses": listed}}

    world = World()
    for each in (node("a", "10.0.0.2"), node("b"), node("c"), node("d", "10.0.0.4")):
        world.put(key(NODES, "", each["metadata"]["name"]), each)
    assert next_node_address(world, "10.0.0.2", node("b")) == "10.0.0.3"
    assert next_node_address(world, "10.0.0.2", node("c")) == "10.0.0.5"


ORDINALS = [("web-0", 0), ("a-b-12", 12), ("web", -1), ("web-x", -1), ("web-", -1)]


@pytest.mark.parametrize(("name", "number"), ORDINALS)
def test_ordinals(name: str, number: int) -> None:
    assert ordinal(name) == number


def _owned(name: str, kind: str, uid: str = "u1") -> Obj:
    owner = {"apiVersion": "apps/v1", "kind": kind, "name": "o", "uid": uid, "controller": True}
    return {"metadata": {"name": name, "namespace": "default", "ownerReferences": [owner]}}


def _seat(world: World, obj: Obj) -> int:
    kind = by_resource(PODS)
    seat = seat_for(world, kind, obj)
    world.put(key(PODS, "default", obj["metadata"]["name"]), obj, seat)
    return seat


def test_a_stateful_pod_sits_at_its_ordinal() -> None:
    assert _seat(World(), _owned("web-7", "StatefulSet")) == 7


def test_other_pods_take_the_lowest_free_seat_of_their_set() -> None:
    world = World()
    assert [_seat(world, _owned(f"a-{index}", "ReplicaSet")) for index in range(3)] == [0, 1, 2]
    assert _seat(world, _owned("b-0", "ReplicaSet", "u2")) == 0
    world.drop(key(PODS, "default", "a-1"))
    assert _seat(world, _owned("a-9", "ReplicaSet")) == 1
    assert _seat(world, {"metadata": {"name": "bare", "namespace": "default"}}) == 0


def test_who_leaves_keeps_no_seat_from_who_comes() -> None:
    """A ReplicaSet makes another pod the moment one is deleted, which takes its time to end."""
    world = World()
    for index in range(3):
        _seat(world, _owned(f"a-{index}", "ReplicaSet"))
    ending = _owned("a-1", "ReplicaSet")
    ending["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    world.put(key(PODS, "default", "a-1"), ending)
    assert [_seat(world, _owned(name, "ReplicaSet")) for name in ("a-8", "a-9")] == [1, 3]


def test_workloads_share_one_row_and_services_have_another() -> None:
    world = World()
    seats = []
    for resource, name in ((STATEFUL_SETS, "a"), (STATEFUL_SETS, "b"), (SERVICES, "a"), (NODES, "n")):
        obj: Obj = {"metadata": {"name": name, "namespace": "default"}}
        seat = seat_for(world, by_resource(resource), obj)
        world.put(key(resource, "default", name), obj, seat)
        seats.append(seat)
    assert seats == [0, 1, 0, -1]


@pytest.mark.parametrize(
    ("name", "number"),
    [("web-0", 0), ("web-2147483647", 2147483647), ("web-4294967297", -1), ("web-" + "9" * 60, -1), ("web", -1)],
)
def test_an_ordinal_is_bounded_wherever_it_is_read(name: str, number: int) -> None:
    owner = {"kind": "StatefulSet", "name": "web", "uid": "u", "controller": True}
    pod = {"metadata": {"name": name, "ownerReferences": [owner]}}
    seen = ordinal_of(pod)
    assert (ordinal(name), parse(name)[1], -1 if seen is None else seen) == (number,) * 3
