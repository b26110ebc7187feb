from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.objects import Obj
from cluster.network import proxy
from cluster.world import World
from tests.dns import made
from tests.dns.made import endpoint


def shares(found: proxy.Route) -> dict[str, float]:
    return {backend.address: round(backend.share, 3) for backend in found.backends}


def test_ready_endpoints_share_alike() -> None:
    found = proxy.route(made.world(), "10.96.1.2", 80)
    assert shares(found) == {"10.244.0.10": 0.5, "10.244.0.11": 0.5}
    assert [(backend.pod, backend.port) for backend in found.backends] == [("db-0", 8080), ("db-1", 8080)]
    assert found.reason == ""


def only(*endpoints: Obj, **spec: Any) -> World:
    return made.put(World(), made.service("web", "10.96.1.2", **spec), made.slice_of("web", *endpoints))


@pytest.mark.parametrize(
    ("world", "address", "port", "reason"),
    [
        (made.world(), "10.96.7.7", 80, "10.96.7.7 is no Service's address: nothing forwards it."),
        (made.world(), "10.96.1.2", 81, "web has no port 81/TCP: a connection is rejected."),
        (
            made.put(World(), made.service("web", "10.96.1.2", ports=[])),
            "10.96.1.2",
            None,
            "web has no ports: a connection is rejected.",
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
            "web takes only pods on the client's node, and none there is ready: the packet is dropped.",
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
