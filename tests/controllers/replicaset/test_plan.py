"""Passes of the ReplicaSet controller: creation, shrinking, adoption, status."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.controllers.replicaset import BURST, CONTROLLER
from cluster.intents import Create, Delete, Patch
from cluster.machinery.objects import PODS, REPLICA_SETS, Obj, controller_of, is_pod_ready, key
from tests.controllers.simulator import Simulator

AT = key(REPLICA_SETS, "default", "rs")


def replica_set(replicas: int, **spec: Any) -> Obj:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "nginx", "image": "nginx"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": "rs", "namespace": "default"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template, **spec},
    }


def loose_pod(name: str, app: str = "web") -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": app}},
        "spec": {"containers": []},
    }


def running(replicas: int, **spec: Any) -> Simulator:
    sim = Simulator(CONTROLLER)
    sim.do(Create(replica_set(replicas, **spec)))
    sim.run()
    return sim


def test_all_missing_pods_are_made_at_once_under_names_of_their_own() -> None:
    sim = running(4)
    names = [each["metadata"]["name"] for each in sim.pods()]
    assert len(set(names)) == 4
    assert all(name.startswith("rs-") and len(name) == 8 for name in names)
    assert sim.get("ReplicaSet", "rs")["status"] == {"replicas": 4, "fullyLabeledReplicas": 4, "observedGeneration": 1}


def test_the_same_pass_twice_asks_for_the_same_pods() -> None:
    sim = Simulator(CONTROLLER)
    sim.do(Create(replica_set(3)))
    one, other = (CONTROLLER.plan(sim.world, AT, sim.now, sim.config) for _ in range(2))
    assert one.actions == other.actions


def test_a_burst_is_bounded_and_the_rest_follows() -> None:
    sim = Simulator(CONTROLLER)
    sim.do(Create(replica_set(BURST + 10)))
    plan = CONTROLLER.plan(sim.world, AT, sim.now, sim.config)
    assert sum(isinstance(each.intent, Create) for each in plan.actions) == BURST
    sim.run()
    assert len(sim.pods()) == BURST + 10


def test_a_pod_that_leaves_or_has_finished_is_replaced_at_once() -> None:
    sim = running(2)
    sim.settle()
    first, second = (each["metadata"]["name"] for each in sim.pods())
    sim.do(Delete(key(PODS, "default", first)))
    sim.fail(second)
    sim.run()
    active = [each for each in sim.pods() if each["metadata"]["name"] not in (first, second)]
    assert len(active) == 2
    assert sim.get("ReplicaSet", "rs")["status"]["replicas"] == 2


def test_orphans_are_adopted_before_anything_is_made() -> None:
    sim = Simulator(CONTROLLER)
    sim.do(Create(loose_pod("mine")))
    sim.do(Create(loose_pod("other", app="db")))
    sim.do(Create(replica_set(2)))
    sim.run()
    owners = {each["metadata"]["name"]: controller_of(each) for each in sim.pods()}
    assert len(owners) == 3
    assert (owners["mine"] or {}).get("name") == "rs"
    assert owners["other"] is None


def test_a_pod_whose_labels_match_no_more_is_released_and_replaced() -> None:
    sim = running(1)
    called = sim.pods()[0]["metadata"]["name"]
    sim.edit("Pod", called, {"metadata": {"labels": {"app": "debug"}}})
    sim.run()
    assert controller_of(sim.pod(called)) is None
    assert len(sim.pods()) == 2


def test_one_orphan_is_not_adopted_by_two() -> None:
    sim = Simulator(CONTROLLER)
    sim.do(Create(replica_set(1)))
    twin = replica_set(1)
    twin["metadata"]["name"] = "twin"
    sim.do(Create(twin))
    sim.run()
    owners = [(controller_of(each) or {}).get("name") for each in sim.pods()]
    assert sorted(str(each) for each in owners) == ["rs", "twin"]


def test_ready_pods_become_available_after_min_ready_seconds() -> None:
    sim = running(1, minReadySeconds=10)
    name = sim.pods()[0]["metadata"]["name"]
    sim.set_ready(name)
    sim.run()
    plan = CONTROLLER.plan(sim.world, AT, sim.now, sim.config)
    assert plan.again_at == pytest.approx(sim.now + 10, abs=0.01)
    assert [each.text for each in plan.reasons] == ["1 of 1 Ready for less than 10 s: the next counts in 10 s."]
    assert "availableReplicas" not in sim.get("ReplicaSet", "rs")["status"]
    sim.pass_time(11)
    assert sim.get("ReplicaSet", "rs")["status"]["availableReplicas"] == 1


def test_a_set_that_is_being_deleted_makes_nothing() -> None:
    sim = Simulator(CONTROLLER)
    sim.do(Create(replica_set(3)))
    owner = sim.get("ReplicaSet", "rs")
    leaving = {**owner, "metadata": {**owner["metadata"], "deletionTimestamp": "2026-11-23T00:00:00Z"}}
    sim.world.put(AT, leaving)
    plan = CONTROLLER.plan(sim.world, AT, sim.now, sim.config)
    assert not any(isinstance(each.intent, Create | Patch) for each in plan.actions)
    assert [each.code for each in plan.reasons] == ["deleting"]


STEPS = st.lists(
    st.tuples(st.sampled_from(["scale", "delete", "fail", "advance", "relabel"]), st.integers(0, 6)), max_size=20
)


@given(replicas=st.integers(0, 5), steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_it_arrives_from_anywhere(replicas: int, steps: list[tuple[str, int]]) -> None:
    sim = running(replicas)
    for what, number in steps:
        pods = sim.pods()
        if what == "scale":
            sim.edit("ReplicaSet", "rs", {"spec": {"replicas": number}})
        elif number < len(pods):
            name = pods[number]["metadata"]["name"]
            if what == "delete":
                sim.do(Delete(key(PODS, "default", name)))
            elif what == "fail":
                sim.fail(name)
            elif what == "relabel":
                sim.edit("Pod", name, {"metadata": {"labels": {"app": "debug"}}})
            else:
                sim.advance(name)
        sim.run()
        active = [each for each in owned(sim) if not each["metadata"].get("deletionTimestamp")]
        assert len(active) == sim.get("ReplicaSet", "rs")["spec"]["replicas"]
    sim.settle()
    wanted = sim.get("ReplicaSet", "rs")["spec"]["replicas"]
    assert sum(is_pod_ready(each) for each in owned(sim)) == wanted
    assert sim.get("ReplicaSet", "rs")["status"].get("availableReplicas", 0) == wanted


def owned(sim: Simulator) -> list[Obj]:
    """The set's pods that have not finished."""
    return [
        each for each in sim.pods() if controller_of(each) and each["status"]["phase"] not in ("Failed", "Succeeded")
    ]
