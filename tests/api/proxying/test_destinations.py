"""Where a proxied request goes, and why it goes nowhere."""

from __future__ import annotations

import pytest

from cluster.api.proxying import destinations
from cluster.api.proxying.destinations import Destination
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import ENDPOINTS, NODES, Obj, key
from cluster.world import World
from tests.network import town

SERVICE = town.service("web", "10.96.1.2", ports=[
    {"name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"},
    {"name": "admin", "port": 90, "targetPort": 9090, "protocol": "TCP"},
])  # fmt: skip
SUBSETS: list[Obj] = [
    {
        "addresses": [{"ip": "10.244.0.10"}, {"ip": "10.244.0.11"}],
        "notReadyAddresses": [{"ip": "10.244.0.12"}],
        "ports": [{"name": "http", "port": 8080}, {"name": "admin", "port": 9090}],
    }
]
LOST = town.node("lost", "192.168.49.9", "a")
LOST["metadata"]["annotations"] = {"kubarium.dev/lost": "true"}
BARE = town.pod("bare", "10.244.0.30", container={"ports": []})
NEW = town.pod("new", "")


def world() -> World:
    found = town.world(town.service("empty", "10.96.1.3"), BARE, NEW, services=[SERVICE])
    found.put(key(NODES, "", "lost"), LOST)
    for name, subsets in (("web", SUBSETS), ("empty", [])):
        obj = {"kind": "Endpoints", "metadata": {"name": name, "namespace": "default"}, "subsets": subsets}
        found.put(key(ENDPOINTS, "default", name), obj)
    return found


PODS = [
    ("web-0", Destination("10.244.0.10", 80)),
    ("web-0:8080", Destination("10.244.0.10", 8080)),
    ("https:web-0:8443", Destination("10.244.0.10", 8443, tls=True)),
    ("http:web-0:", Destination("10.244.0.10", 80)),
    ("bare", Destination("10.244.0.30", 80)),
    ("https:bare:", Destination("10.244.0.30", 443, tls=True)),
    ("gone", (404, 'pods "gone" not found')),
    ("new", (400, "address not allowed")),
    ("ftp:web-0:21", (400, 'invalid pod request "ftp:web-0:21"')),
    ("a:b:c:d", (400, 'invalid pod request "a:b:c:d"')),
    (":80", (400, 'invalid pod request ":80"')),
    ("web-0:http", (400, '"http" is no port: a port is a number from 1 to 65535')),
    ("web-0:70000", (400, '"70000" is no port: a port is a number from 1 to 65535')),
]
SERVICES = [
    ("web:http", Destination("10.244.0.10", 8080)),
    ("web:80", Destination("10.244.0.10", 8080)),
    ("web:90", Destination("10.244.0.10", 9090)),
    ("https:web:admin", Destination("10.244.0.10", 9090, tls=True)),
    ("web", (503, 'no endpoints available for service "web"')),
    ("web:81", (503, 'no service port 81 found for service "web"')),
    ("web:²", (503, 'no endpoints available for service "web:²"')),
    ("web:080", (503, 'no service port 080 found for service "web"')),
    ("web:9999999999999999999999", (503, 'no service port 9999999999999999999999 found for service "web"')),
    ("empty", (503, 'no endpoints available for service "empty"')),
    ("gone", (404, 'endpoints "gone" not found')),
    ("gone:80", (404, 'services "gone" not found')),
    ("x:web:80", (400, 'invalid service request "x:web:80"')),
]
ON_NODES = [
    ("node-1", Destination("192.168.49.2", 10250)),
    ("https:node-1:10250", Destination("192.168.49.2", 10250, tls=True)),
    ("node-1:30080", Destination("192.168.49.2", 30080)),
    ("gone", (404, 'nodes "gone" not found')),
    ("lost", (503, "error trying to reach service: dial tcp 192.168.49.9:10250: connect: no route to host")),
]
OF = {"pod": PODS, "service": SERVICES, "node": ON_NODES}
CASES = [(sort, *case) for sort, cases in OF.items() for case in cases]


@pytest.mark.parametrize(("sort", "text", "expected"), CASES)
def test_destinations(sort: str, text: str, expected: Destination | tuple[int, str]) -> None:
    try:
        if sort == "pod":
            found = destinations.of_pod(world(), "default", text)
        elif sort == "service":
            found = destinations.of_service(world(), "default", text, town.first)
        else:
            found = destinations.of_node(world(), text)[1]
    except ApiError as error:
        assert (error.code, error.message) == expected
    else:
        assert found == expected


def test_only_ready_endpoints_and_each_of_them() -> None:
    found = {destinations.of_service(world(), "default", "web:80", town.dice(seed)).address for seed in range(20)}
    assert found == {"10.244.0.10", "10.244.0.11"}
