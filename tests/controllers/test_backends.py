"""Why a Service sends where it sends: the sentences the page shows."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.controllers import endpointslice
from cluster.machinery.objects import PODS, SERVICES, Obj, key
from cluster.plan import Reason
from cluster.world import World
from tests.controllers.test_endpointslice import pod, service

SERVICE = key(SERVICES, "default", "web")


def reasons(*pods: Obj, **spec: Any) -> list[Reason]:
    world = World()
    world.put(SERVICE, service(**spec))
    for each in pods:
        world.put(key(PODS, "default", each["metadata"]["name"]), each)
    found = endpointslice.plan(world, SERVICE, 0.0, ClusterConfig()).reasons
    assert all(reason.about == SERVICE for reason in found)
    return list(found)


def labelled(index: int, **labels: str) -> Obj:
    return pod(index, metadata={"labels": labels})


@pytest.mark.parametrize(
    ("pods", "spec", "said"),
    [
        ([], {}, ["wait selects-nothing: Selects nothing: no pod has app=web."]),
        (
            [labelled(0, app="web-stateful"), labelled(1, app="db")],
            {},
            ["wait selects-nothing: Selects nothing: no pod has app=web. web-0 has app=web-stateful."],
        ),
        (
            [labelled(0, app="web"), labelled(1, app="web", tier="fronted")],
            {"selector": {"app": "web", "tier": "frontend"}},
            [
                "wait selects-nothing: Selects nothing: no pod has app=web and tier=frontend. web-1 has tier=fronted.",
            ],
        ),
        (
            [labelled(0, app="web")],
            {"selector": {"app": "web", "tier": "frontend"}},
            [
                "wait selects-nothing: Selects nothing: no pod has app=web and tier=frontend. "
                "web-0 has app=web, but no tier."
            ],
        ),
        ([pod(0), pod(1)], {}, ["ok count: 2 of 2 ready."]),
        (
            [pod(0), pod(1, ready=False)],
            {},
            ["wait not-ready: web-1 is left out: not Ready.", "wait count: 1 of 2 ready."],
        ),
        (
            [
                pod(0, status={"podIP": ""}),
                pod(1, status={"phase": "Succeeded"}),
                pod(2, metadata={"deletionTimestamp": "t"}),
            ],
            {},
            [
                "wait no-address: web-0 is left out: it has no address yet.",
                "wait ended: web-1 is left out: it has ended.",
                "wait terminating: web-2 is left out: it is being deleted.",
                "wait count: 0 of 3 ready.",
            ],
        ),
        (
            [pod(0, ready=False)],
            {"publishNotReadyAddresses": True},
            [
                "info published-not-ready: web-0 is published though not Ready: publishNotReadyAddresses is on.",
                "wait count: 0 of 1 ready.",
            ],
        ),
        (
            [pod(0)],
            {"ports": [{"port": 80, "targetPort": 8080}]},
            ["ok count: 1 of 1 ready."],
        ),
        (
            [pod(0)],
            {"ports": [{"name": "https", "port": 443, "targetPort": "tls"}]},
            [
                "ok count: 1 of 1 ready.",
                "fail port-name-unknown: Port https is left out of web-0: no container port is named tls.",
            ],
        ),
        (
            [],
            {"selector": None},
            ["wait no-endpoints: Has no selector, and nobody has written endpoints for it: it leads nowhere."],
        ),
        (
            [],
            {"type": "ExternalName", "externalName": "example.com"},
            ["info external-name: Has no endpoints: it is another name for example.com."],
        ),
    ],
)
def test_reasons(pods: list[Obj], spec: dict[str, Any], said: list[str]) -> None:
    assert [f"{each.level} {each.code}: {each.text}" for each in reasons(*pods, **spec)] == said


def test_many_pods_are_counted_not_listed() -> None:
    found = reasons(*(pod(index, ready=False) for index in range(300)))
    assert len(found) == 22
    assert [each.text for each in found[-2:]] == ["280 more are not Ready.", "0 of 300 ready."]
