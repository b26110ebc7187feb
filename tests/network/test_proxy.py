from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery.objects import Obj
from cluster.network import proxy
from cluster.network.endpoints import Endpoint
from cluster.network.proxy import Caught, Client
from cluster.world import World
from tests.dns import made
from tests.dns.made import endpoint
from tests.network import town
from tests.network.town import NODE_1, NODE_2, service


def shares(found: proxy.Route) -> dict[str, float]:
    return {backend.address: round(backend.share, 3) for backend in found.backends}


def test_ready_endpoints_share_alike() -> None:
    found = proxy.route(made.world(), "10.96.1.2", 80)
    assert shares(found) == {"10.244.0.10": 0.5, "10.244.0.11": 0.5}
    assert [(backend.pod and backend.pod.name, backend.port) for backend in found.backends] == [
        ("db-0", 8080),
        ("db-1", 8080),
    ]
    assert found.reason == ""


def only(*endpoints: Obj, **spec: Any) -> World:
    return made.put(World(), made.service("web", "10.96.1.2", **spec), made.slice_of("web", *endpoints))


@pytest.mark.parametrize(
    ("world", "address", "port", "reason"),
    [
        (made.world(), "10.96.7.7", 80, "10.96.7.7 is no Service's address: nothing forwards it."),
        (
            made.world(),
            "10.96.1.2",
            81,
            "web has no port 81/TCP (it has 80/TCP): no rule catches the packet, and nobody else has 10.96.1.2.",
        ),
        (
            made.put(World(), made.service("web", "10.96.1.2", ports=[])),
            "10.96.1.2",
            None,
            "web has no ports: no rule catches the packet, and nobody else has 10.96.1.2.",
        ),
        (
            only(endpoint("10.244.0.1", ready=False)),
            "10.96.1.2",
            80,
            "web has no ready endpoint: a connection is refused.",
        ),
        (
            only(endpoint("10.244.0.1", nodeName="node-2"), internalTrafficPolicy="Local"),
            "10.96.1.2",
            80,
            "web has internalTrafficPolicy Local, and none of its endpoints is on node-1: the packet is dropped.",
        ),
    ],
)
def test_why_there_is_no_backend(world: World, address: str, port: int | None, reason: str) -> None:
    found = proxy.route(world, address, port, node="node-1")
    assert (found.backends, found.reason) == ((), reason)


def test_ending_pods_that_still_serve_are_the_last_resort() -> None:
    ending = endpoint("10.244.0.2", ready=False)
    ending["conditions"].update(serving=True, terminating=True)
    assert shares(proxy.route(only(ending), "10.96.1.2")) == {"10.244.0.2": 1.0}
    assert shares(proxy.route(only(endpoint("10.244.0.1"), ending), "10.96.1.2")) == {"10.244.0.1": 1.0}


def test_local_traffic_stays_on_the_node() -> None:
    world = only(
        endpoint("10.244.0.1", nodeName="node-1"),
        endpoint("10.244.0.2", nodeName="node-2"),
        internalTrafficPolicy="Local",
    )
    assert shares(proxy.route(world, "10.96.1.2", node="node-2")) == {"10.244.0.2": 1.0}


def test_a_repeated_endpoint_counts_once_and_a_silent_one_is_ready() -> None:
    found = proxy.route(
        only(endpoint("10.244.0.1"), endpoint("10.244.0.1"), endpoint("10.244.0.2", ready=None)), "10.96.1.2"
    )
    assert shares(found) == {"10.244.0.1": 0.5, "10.244.0.2": 0.5}


# -- connections -----------------------------------------------------------------------------------------------------

INSIDE, OUTSIDE = Client("10.244.0.50", "node-1"), Client("203.0.113.7")
NODE_PORT = [{"port": 80, "targetPort": 80, "protocol": "TCP", "nodePort": 30080}]
BALANCED = {"loadBalancer": {"ingress": [{"ip": "198.51.100.1"}]}}


def caught(client: Client, address: str, port: int, protocol: str = "TCP", **spec: Any) -> tuple[Caught, ...]:
    made_service = service("web", "10.96.1.2", **spec)
    made_service["status"] = BALANCED if spec.get("type") == "LoadBalancer" else {}
    return proxy.catch(town.world(services=[made_service]), client, address, port, protocol)


def said(found: tuple[Caught, ...]) -> list[str]:
    def whom(each: Caught) -> str:
        return ",".join(e.pod.name for e in each.rule.endpoints if e.pod) or each.rule.target

    return [f"{each.node}: {each.rule.door} -> {whom(each)}" for each in found]


ALL = "web-0,web-1,web-2"


@pytest.mark.parametrize(
    ("client", "address", "port", "spec", "found"),
    [
        (INSIDE, "10.96.1.2", 80, {}, [f"node-1: cluster IP -> {ALL}"]),
        (INSIDE, "10.96.1.2", 81, {}, []),
        (INSIDE, "10.244.0.10", 80, {}, []),
        (OUTSIDE, "10.96.1.2", 80, {}, []),
        (INSIDE, NODE_2, 30080, {"type": "NodePort", "ports": NODE_PORT}, [f"node-2: node port -> {ALL}"]),
        (OUTSIDE, NODE_2, 30080, {"type": "NodePort", "ports": NODE_PORT}, [f"node-2: node port -> {ALL}"]),
        (OUTSIDE, NODE_2, 80, {"type": "NodePort", "ports": NODE_PORT}, []),
        (
            OUTSIDE,
            NODE_1,
            30080,
            {"type": "NodePort", "ports": NODE_PORT, "externalTrafficPolicy": "Local"},
            ["node-1: node port -> web-0,web-1"],
        ),
        (OUTSIDE, "198.51.100.1", 80, {"type": "LoadBalancer"}, [f"node-1: load balancer -> {ALL}"]),
        (
            OUTSIDE,
            "198.51.100.1",
            80,
            {"type": "LoadBalancer", "externalTrafficPolicy": "Local"},
            ["node-1: load balancer -> web-0,web-1", "node-2: load balancer -> web-2"],
        ),
        (
            INSIDE,
            "198.51.100.1",
            80,
            {"type": "LoadBalancer", "externalTrafficPolicy": "Local"},
            [f"node-1: load balancer -> {ALL}"],
        ),
        (
            OUTSIDE,
            "198.51.100.1",
            80,
            {"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"]},
            ["node-1: load balancer -> DROP"],
        ),
        (
            INSIDE,
            "198.51.100.1",
            80,
            {"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"]},
            [f"node-1: load balancer -> {ALL}"],
        ),
        (OUTSIDE, "192.0.2.9", 80, {"externalIPs": ["192.0.2.9"]}, [f"node-1: external IP -> {ALL}"]),
    ],
)
def test_which_rule_catches(client: Client, address: str, port: int, spec: dict[str, Any], found: list[str]) -> None:
    assert said(caught(client, address, port, **spec)) == found


def test_protocols_are_apart() -> None:
    ports = [{"name": "u", "port": 53, "targetPort": 53, "protocol": "UDP"}]
    assert len(caught(INSIDE, "10.96.1.2", 53, "UDP", ports=ports)) == 1
    assert caught(INSIDE, "10.96.1.2", 53, "TCP", ports=ports) == ()
    ports = [{"name": "s", "port": 9, "targetPort": 9, "protocol": "SCTP"}]
    assert len(caught(INSIDE, "10.96.1.2", 9, "SCTP", ports=ports)) == 1


def test_local_nodes_share_alike_however_many_pods_they_have() -> None:
    found = proxy.shares(caught(OUTSIDE, "198.51.100.1", 80, type="LoadBalancer", externalTrafficPolicy="Local"))
    assert {each.pod.name if each.pod else "": share for each, share in found.items()} == {
        "web-0": 0.25,
        "web-1": 0.25,
        "web-2": 0.5,
    }


# -- the choice ------------------------------------------------------------------------------------------------------


def endpoints(count: int) -> tuple[Endpoint, ...]:
    return tuple(Endpoint(f"10.244.0.{n}", 80, None, "node-1", True, True, False) for n in range(count))


CRITICAL = {1: 10.83, 2: 13.82, 3: 16.27, 4: 18.47, 9: 27.88}
"""Chi-square at 0.001, by degrees of freedom."""


@pytest.mark.parametrize("count", [2, 3, 4, 5, 10])
@pytest.mark.parametrize("seed", range(4))
def test_everybody_gets_the_same_share(count: int, seed: int) -> None:
    pick, throws = town.dice(seed), 5000
    got = Counter(proxy.by_chance(endpoints(count), pick).address for _ in range(throws))
    even = throws / count
    assert sum((got[each.address] - even) ** 2 / even for each in endpoints(count)) < CRITICAL[count - 1]


@given(st.integers(1, 200))
def test_the_cascade_of_rules_gives_each_the_same(count: int) -> None:
    left, got = 1.0, []
    for chance in proxy.chances(count):
        got.append(left * chance)
        left -= left * chance
    assert got == pytest.approx([1 / count] * count)


def kept(timeout: int = 100) -> Caught:
    config = {"clientIP": {"timeoutSeconds": timeout}}
    (found,) = caught(INSIDE, "10.96.1.2", 80, sessionAffinity="ClientIP", sessionAffinityConfig=config)
    return found


@given(st.integers(0, 10_000), st.lists(st.floats(0, 99), max_size=20))
def test_a_client_stays_as_long_as_it_comes_back_in_time(seed: int, pauses: list[float]) -> None:
    rule, pick, now = kept(), town.dice(seed), 0.0
    first = proxy.choose(rule, INSIDE, pick, now=now)
    assert not first.kept
    affinity = first.affinity
    for pause in pauses:
        now += pause
        again = proxy.choose(rule, INSIDE, pick, affinity, now)
        assert (again.endpoint, again.kept) == (first.endpoint, True)
        affinity = again.affinity


def test_who_comes_too_late_or_from_elsewhere_is_dealt_anew() -> None:
    rule = kept()
    last = proxy.choose(rule, INSIDE, lambda n: n - 1, now=0)
    assert proxy.choose(rule, INSIDE, town.first, last.affinity, 99.9).endpoint == last.endpoint
    late = proxy.choose(rule, INSIDE, town.first, last.affinity, 100)
    assert (late.kept, late.endpoint.address) == (False, "10.244.0.10")
    other = proxy.choose(rule, Client("10.244.0.51", "node-1"), town.first, last.affinity, 1)
    assert (other.kept, other.endpoint.address) == (False, "10.244.0.10")


def test_who_loses_its_pod_gets_another() -> None:
    rule = kept()
    last = proxy.choose(rule, INSIDE, lambda n: n - 1, now=0)
    fewer = rule._replace(rule=rule.rule._replace(endpoints=rule.rule.endpoints[:2]))
    again = proxy.choose(fewer, INSIDE, town.first, last.affinity, 1)
    assert (again.kept, again.endpoint.address) == (False, "10.244.0.10")
