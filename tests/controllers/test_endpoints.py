"""The older Endpoints object: its shape, its order, where it is cut off, and the recorded ones."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers import endpoints
from cluster.intents import Create, Delete, Update
from cluster.machinery.objects import ENDPOINTS, PODS, SERVICES, Obj, copy, key, timestamp
from cluster.world import World
from tests.controllers.recorded import timeline, would_write
from tests.controllers.test_endpointslice import TRIGGER, pod, service

SERVICE = key(SERVICES, "default", "web")
OBJECT = key(ENDPOINTS, "default", "web")
OVER = "endpoints.kubernetes.io/over-capacity"


def world_of(*pods: Obj, **spec: Any) -> World:
    world = World()
    world.put(SERVICE, service(**spec))
    for each in pods:
        world.put(key(PODS, "default", each["metadata"]["name"]), each)
    return world


def settle(world: World) -> Obj:
    """Carry out one plan and check that the next has nothing to do; returns what is stored."""
    for action in endpoints.plan(world, SERVICE, 0.0, ClusterConfig()).actions:
        assert isinstance(action.intent, Create | Update)
        world.put(OBJECT, copy(action.intent.obj))
    assert endpoints.plan(world, SERVICE, 0.0, ClusterConfig()).actions == ()
    stored = world.get(OBJECT)
    assert stored is not None
    return stored


def test_shape() -> None:
    stored = settle(world_of(pod(1), pod(2, ready=False)))
    assert stored == {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {
            "name": "web",
            "namespace": "default",
            "labels": {"team": "blue", "service.kubernetes.io/headless": ""},
            "annotations": {TRIGGER: timestamp(100)},
        },
        "subsets": [
            {
                "addresses": [
                    {
                        "ip": "10.244.0.1",
                        "hostname": "web-1",
                        "nodeName": "node-1",
                        "targetRef": {"kind": "Pod", "namespace": "default", "name": "web-1", "uid": "pod-1"},
                    }
                ],
                "notReadyAddresses": [
                    {
                        "ip": "10.244.0.2",
                        "hostname": "web-2",
                        "nodeName": "node-1",
                        "targetRef": {"kind": "Pod", "namespace": "default", "name": "web-2", "uid": "pod-2"},
                    }
                ],
                "ports": [{"name": "http", "port": 80, "protocol": "TCP"}],
            }
        ],
    }


def test_without_pods_there_are_no_subsets() -> None:
    assert "subsets" not in settle(world_of())


def test_addresses_are_in_the_order_of_their_text() -> None:
    stored = settle(world_of(*(pod(index) for index in (9, 10, 100, 2))))
    found = [address["ip"] for address in stored["subsets"][0]["addresses"]]
    assert found == ["10.244.0.10", "10.244.0.100", "10.244.0.2", "10.244.0.9"]


@pytest.mark.parametrize(("publishes", "count"), [(False, 0), (True, 1)])
def test_a_pod_that_is_being_deleted_stays_only_where_unready_ones_are_published(publishes: bool, count: int) -> None:
    world = world_of(pod(0, metadata={"deletionTimestamp": "t"}), publishNotReadyAddresses=publishes)
    subsets = settle(world).get("subsets") or [{}]
    assert len(subsets[0].get("addresses") or ()) == count


def test_ports_that_not_all_pods_serve_have_a_subset_of_their_own() -> None:
    both = [{"name": "http", "containerPort": 80}, {"name": "tls", "containerPort": 443}]
    world = world_of(
        pod(0),
        pod(1, spec={"containers": [{"name": "nginx", "ports": both}]}),
        ports=[{"name": "a", "port": 1, "targetPort": "http"}, {"name": "b", "port": 2, "targetPort": "tls"}],
    )
    found = [
        ([address["ip"] for address in subset["addresses"]], [port["port"] for port in subset["ports"]])
        for subset in settle(world)["subsets"]
    ]
    assert found == [(["10.244.0.0", "10.244.0.1"], [80]), (["10.244.0.1"], [443])]


@pytest.mark.parametrize(
    ("ready", "waiting", "kept"), [(1000, 0, (1000, 0)), (1001, 5, (1000, 0)), (400, 900, (400, 600))]
)
def test_a_thousand_addresses_at_most_ready_ones_first(ready: int, waiting: int, kept: tuple[int, int]) -> None:
    stored = settle(world_of(*(pod(index, ready=index < ready) for index in range(ready + waiting))))
    subset = stored["subsets"][0]
    assert (len(subset["addresses"]), len(subset.get("notReadyAddresses") or ())) == kept
    annotated = stored["metadata"].get("annotations", {}).get(OVER)
    assert annotated == ("truncated" if ready + waiting > 1000 else None)


def test_it_goes_with_its_service() -> None:
    world = world_of(pod(0))
    settle(world)
    world.drop(SERVICE)
    plan = endpoints.plan(world, SERVICE, 0.0, ClusterConfig())
    assert [action.intent for action in plan.actions] == [Delete(OBJECT)]
    assert list(endpoints.every(world)) == [SERVICE], "also when the worker was away at that moment"


def test_one_without_selector_is_kept_by_hand() -> None:
    world = world_of(selector=None)
    assert endpoints.plan(world, SERVICE, 0.0, ClusterConfig()).actions == ()


def test_a_deleted_one_is_made_again() -> None:
    world = world_of(pod(0))
    stored = settle(world)
    change = Change(1, "DELETED", OBJECT, stored, -1, 0, "sam", "delete", 0.0, 0.0)
    assert list(endpoints.keys(change, stored, world)) == [SERVICE]
    assert list(endpoints.keys(change._replace(type="MODIFIED"), stored, world)) == []


@pytest.mark.parametrize(
    "scenario", ["svc-endpoints", "seed-tutorial", "sts-ordered", "sts-parallel", "sts-pvc-ordinals", "sts-stuck"]
)
def test_every_recorded_object_is_one_we_would_have_written(scenario: str) -> None:
    events = timeline(scenario)
    compared = 0
    for number, event in enumerate(events):
        if event.key.kind == ENDPOINTS and event.type != "DELETED":
            before = next((each.object for each in reversed(events[:number]) if each.key == event.key), None)
            service_key = key(SERVICES, event.key.namespace, event.key.name)
            assert would_write(endpoints.plan, service_key, events, number, before)
            compared += 1
    assert compared
