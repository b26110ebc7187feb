"""Pods that end others of lower priority to have their place, and classes that say who is how important."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.controllers.scheduler.preemption import choose
from cluster.controllers.scheduler.round import placement
from cluster.intents import Create, Patch
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import PODS, GroupResource, Obj, condition, key, spec, status
from cluster.worker.assembly import CONTROLLERS
from tests.controllers.street import Street
from tests.placement.ground import CANDIDATE, laid_out

CASES = yaml.safe_load(Path("tests/data/placement/preemption.yaml").read_text())


@pytest.mark.parametrize("case", [pytest.param(each, id=each["case"]) for each in CASES])
def test_who_has_to_go(case: dict[str, Any]) -> None:
    world = laid_out(case)
    if "budget" in case:
        budget = {"spec": {"selector": {"matchLabels": case["budget"]}}, "status": {"disruptionsAllowed": 0}}
        where = key(GroupResource("policy", "poddisruptionbudgets"), "default", "budget")
        world.put(where, {"metadata": {"name": "budget", "namespace": "default"}, **budget})
    pod = world.get(CANDIDATE)
    assert pod is not None
    found = placement(world, CANDIDATE)
    assert not found.node
    choice = choose(world, CANDIDATE, pod, found)
    assert (choice.node, sorted(each.name for each in choice.victims)) == (
        case.get("node", ""),
        case.get("victims", []),
    )
    if "words" in case:
        causes = ", ".join(sorted(f"{count} {words}" for words, count in choice.causes.items()))
        told = choice.ineligible or f"0/{found.nodes} nodes are available: {causes}."
        assert told == case["words"]


def priority_class(name: str, value: int, **more: Any) -> Obj:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": value,
        **more,
    }


def pod(name: str, cpu: str, **more: Any) -> Obj:
    container = {"name": "c", "image": "nginx", "resources": {"requests": {"cpu": cpu}}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"containers": [container], **more},
    }


def cluster() -> Street:
    street = Street(*CONTROLLERS, pace="brisk")
    street.create(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "node-1"},
            "status": {"capacity": {"cpu": "2", "pods": "9"}},
        },
        priority_class("high", 1000),
        priority_class("low", -10, globalDefault=True),
        priority_class("polite", 1000, preemptionPolicy="Never"),
    )
    street.rest(20)
    return street


def test_a_life_of_preemption() -> None:
    street = cluster()
    street.create(pod("first", "2"))
    street.rest(20)
    street.create(pod("second", "1", priorityClassName="high"))
    street.rest(0.2)
    first = street.world.find(PODS, "default", "first") or {}
    target = condition(first, "DisruptionTarget") or {}
    assert (target["reason"], target["message"]) == (
        "PreemptionByScheduler",
        "default-scheduler: preempting to accommodate a higher priority pod",
    )
    second = street.world.find(PODS, "default", "second") or {}
    assert status(second)["nominatedNodeName"] == "node-1"
    street.create(pod("third", "1"))
    street.rest(60)
    assert street.world.find(PODS, "default", "first") is None
    second, third = (street.world.find(PODS, "default", name) or {} for name in ("second", "third"))
    assert spec(second)["nodeName"] == "node-1"
    assert spec(third)["nodeName"] == "node-1", "what is left over is for who comes next"
    told = [(note.reason, note.message) for note in street.notes if note.component == "default-scheduler"]
    assert ("Preempted", f"Preempted by pod {second['metadata']['uid']} on node node-1") in told
    assert ("FailedScheduling", "0/1 nodes are available: 1 Insufficient cpu.") in told


def test_the_room_is_held_meanwhile() -> None:
    street = cluster()
    street.create(pod("first", "2", terminationGracePeriodSeconds=30))
    street.rest(20)
    street.create(pod("second", "2", priorityClassName="high"))
    street.rest(0.1)
    street.create(pod("third", "2"))
    street.rest(60)
    assert spec(street.world.find(PODS, "default", "second") or {})["nodeName"] == "node-1"
    assert "nodeName" not in spec(street.world.find(PODS, "default", "third") or {})


@pytest.mark.parametrize(
    ("given", "value", "policy"),
    [
        ({}, -10, "PreemptLowerPriority"),
        ({"priorityClassName": "high"}, 1000, "PreemptLowerPriority"),
        ({"priorityClassName": "polite"}, 1000, "Never"),
        ({"priorityClassName": "system-node-critical"}, 2_000_001_000, "PreemptLowerPriority"),
    ],
)
def test_what_a_class_gives_a_pod(given: Obj, value: int, policy: str) -> None:
    street = cluster()
    stored = street.do(Create(pod("web", "1", **given)))
    assert stored is not None
    assert (stored["spec"]["priority"], stored["spec"]["preemptionPolicy"]) == (value, policy)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (pod("web", "1", priorityClassName="none"), "no PriorityClass with name none was found"),
        (
            pod("web", "1", priority=7),
            "the integer value of priority (7) must not be provided in pod spec; "
            "priority admission controller computed -10 from the given PriorityClass name",
        ),
        (priority_class("huge", 1_000_000_001), "maximum allowed value of a user defined priority is 1000000000"),
        (priority_class("system-own", 1), "system-own is not a known system priority class"),
        (priority_class("odd", 1, preemptionPolicy="Sometimes"), 'preemptionPolicy: Unsupported value: "Sometimes"'),
    ],
)
def test_what_is_refused(wrong: Obj, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        cluster().do(Create(wrong))
    assert words in refused.value.message


def test_a_class_keeps_its_value() -> None:
    street = cluster()
    where = key(GroupResource("scheduling.k8s.io", "priorityclasses"), "", "high")
    with pytest.raises(ApiError, match="may not be changed in an update"):
        street.do(Patch(where, "merge", {"value": 5}))
