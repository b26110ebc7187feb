from __future__ import annotations

from math import inf

import pytest

from cluster.controllers.pod_facts import facts, known, parse, read
from cluster.machinery.objects import PODS, Obj, key, timestamp
from cluster.world import World

AT = key(PODS, "default", "web-3")


def pod(phase: str = "Running", ready: str = "True", since: float = 1000.0) -> Obj:
    condition = {"type": "Ready", "status": ready, "lastTransitionTime": timestamp(since)}
    return {
        "kind": "Pod",
        "metadata": {"name": "web-3", "namespace": "default"},
        "status": {"phase": phase, "conditions": [{"type": "PodScheduled", "status": "True"}, condition]},
    }


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("web-0", ("web", 0)),
        ("web-12", ("web", 12)),
        ("my-web-3", ("my-web", 3)),
        ("web", ("", -1)),
        ("web-", ("", -1)),
        ("web-x", ("", -1)),
        ("web-03", ("", -1)),
        ("web-٣", ("", -1)),
    ],
)
def test_a_name_and_its_ordinal(name: str, parts: tuple[str, int]) -> None:
    assert parse(name) == parts


@pytest.mark.parametrize(
    ("min_ready", "now", "available", "at"),
    [(0, 0.0, True, 0.0), (5, 1005.0, False, 1005.0), (5, 1005.1, True, 1005.0)],
)
def test_availability_begins_behind_min_ready_seconds(min_ready: int, now: float, available: bool, at: float) -> None:
    found = read(AT, pod())
    assert found.is_available(min_ready, now) is available
    assert found.available_at(min_ready) == at


def test_a_pod_that_is_not_running_is_not_ready_whatever_its_condition_says() -> None:
    found = read(AT, pod(phase="Succeeded"))
    assert not found.ready and not found.active
    assert found.available_at(0) == inf


def test_a_pod_without_status_is_pending() -> None:
    assert read(AT, {"metadata": {"name": "web-3", "namespace": "default"}}).phase == "Pending"


def test_facts_are_read_once_for_each_version_of_a_pod() -> None:
    world = World()
    one, other = pod(), pod(ready="False")
    memory = known(world)
    assert facts(memory, AT, one) is facts(known(world), AT, one)
    assert facts(memory, AT, one).ready and not facts(memory, AT, other).ready


def test_facts_of_pods_that_are_gone_are_forgotten() -> None:
    world = World()
    memory = known(world)
    for number in range(100):
        facts(memory, key(PODS, "default", f"web-{number}"), pod())
    assert known(world) == {}
