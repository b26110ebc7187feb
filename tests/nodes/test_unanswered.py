"""Ports of a Service behind which nobody listens."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.objects import SERVICES, Obj, key
from cluster.nodes import unanswered
from tests.network import town
from tests.network.town import pod, service

NAMED: dict[str, Any] = {"container": {"ports": [{"name": "http", "containerPort": 80}]}}
OTHER: dict[str, Any] = {"container": {"name": "cache", "image": "redis"}}


def said(address: str, *pods: Obj, **spec: Any) -> list[str]:
    world = town.world(services=[service("web", address, **spec)], pods=pods)
    found = unanswered.reasons(world, key(SERVICES, "default", "web"))
    return [f"{each.level} {each.code}: {each.text}" for each in found]


@pytest.mark.parametrize(
    ("address", "pods", "spec", "reasons"),
    [
        ("10.96.1.2", [pod("app-stateful-0", "10.244.0.10")], {}, []),
        (
            "10.96.1.2",
            [pod("app-stateful-0", "10.244.0.10")],
            {"target": 8080},
            [
                "fail answers-nothing: web answers nothing on port 80: targetPort 8080, "
                "but the container of app-stateful-0 listens on 80."
            ],
        ),
        ("10.96.1.2", [pod("a-0", "10.244.0.10", **OTHER), pod("a-1", "10.244.0.11")], {}, []),
        (
            "10.96.1.2",
            [pod("a-0", "10.244.0.10", container={"image": "busybox", "args": ["httpd", "-f", "-p", "127.0.0.1:80"]})],
            {},
            ["fail answers-nothing: web answers nothing on port 80: targetPort 80, "
             "but the container of a-0 listens on 127.0.0.1:80."],
        ),
        ("10.96.1.2", [pod("a-0", "10.244.0.10", **NAMED)], {"target": "http"}, []),
        ("10.96.1.2", [pod("a-0", "10.244.0.10")], {"target": "http"}, []),
        (
            "10.96.1.2",
            [pod("a-0", "10.244.0.10", container={"image": "redis", "ports": NAMED["container"]["ports"]})],
            {"target": "http"},
            ["fail answers-nothing: web answers nothing on port 80: targetPort http (80), "
             "but the container of a-0 listens on 6379."],
        ),
        (
            "None",
            [pod("a-0", "10.244.0.10")],
            {"target": 8080},
            ["info target-port-unused: targetPort 8080 plays no part: clients come straight to the pods on the port "
             "they name, and the container of a-0 listens on 80."],
        ),
        (
            "None",
            [pod("a-0", "10.244.0.10", container={"image": "busybox"})],
            {},
            ["info target-port-unused: Clients come straight to the pods, where port 80 is refused: "
             "the container of a-0 listens on no port."],
        ),
        ("10.96.1.2", [pod("a-0", "10.244.0.10", status={"phase": "Succeeded"})], {"target": 8080}, []),
        ("10.96.1.2", [], {"target": 8080}, []),
    ],
)  # fmt: skip
def test_reasons(address: str, pods: list[Obj], spec: dict[str, Any], reasons: list[str]) -> None:
    assert said(address, *pods, **spec) == reasons
