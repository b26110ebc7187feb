"""Whole rollouts: bounds kept at every write, conditions, pause, history, and the reasons given on the way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.change import Change
from cluster.controllers import deployment
from cluster.controllers.deployment.limits import limits
from cluster.intents import Create, Update
from cluster.machinery.objects import REPLICA_SETS, Obj, is_pod_ready
from tests.controllers.deployment.deployments import (
    WEB,
    make,
    progressing,
    replica_sets,
    running,
    set_image,
)
from tests.controllers.simulator import Simulator


def keep_bounds(sim: Simulator) -> None:
    """From now on: never more pods asked for than the surge allows, never fewer available than promised."""

    def check() -> None:
        found = limits(sim.get("Deployment", "web"))
        asked = sum(each["spec"]["replicas"] for each in sim.world.list(REPLICA_SETS, "default"))
        assert asked <= found.most
        staying = [each for each in sim.pods() if not each["metadata"].get("deletionTimestamp")]
        assert sum(is_pod_ready(each) for each in staying) >= found.least_available

    sim.watch = check


@given(
    replicas=st.integers(0, 6),
    surge=st.sampled_from([0, 1, 3, "25%", "100%"]),
    unavailable=st.sampled_from([0, 1, 2, "25%", "100%"]),
    images=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    steps=st.integers(0, 9),
)
@settings(max_examples=60, deadline=None)
def test_a_roll_keeps_its_bounds_and_arrives(
    replicas: int, surge: Any, unavailable: Any, images: list[int], steps: int
) -> None:
    sim = running(make(replicas, surge, unavailable))
    sim.settle()
    keep_bounds(sim)
    for image in images:
        set_image(sim, f"nginx:{image}")
        sim.run()
        for _ in range(steps):  # the next image comes in the middle of the roll
            next((each for each in sim.pods() if sim.advance(each["metadata"]["name"])), None)
            sim.run()
    sim.settle()
    assert_complete(sim)
    assert {each["spec"]["containers"][0]["image"] for each in sim.pods()} <= {f"nginx:{images[-1]}"}


def assert_complete(sim: Simulator) -> None:
    owner = sim.get("Deployment", "web")
    replicas, status = owner["spec"]["replicas"], owner["status"]
    assert len(sim.pods()) == replicas
    assert [status.get(field, 0) for field in ("replicas", "updatedReplicas", "availableReplicas")] == [replicas] * 3
    assert status["observedGeneration"] == owner["metadata"]["generation"]
    assert progressing(sim)["reason"] == "NewReplicaSetAvailable"
    assert [each.code for each in sim.reasons(WEB)] == ["settled"]


def test_recreate_has_no_old_pod_beside_a_new_one() -> None:
    sim = running(make(3, strategy={"type": "Recreate"}))
    sim.settle()

    def check() -> None:
        assert len({each["spec"]["containers"][0]["image"] for each in sim.pods()}) <= 1

    sim.watch = check
    set_image(sim, "nginx:2")
    sim.run()
    assert [each.text for each in sim.reasons(WEB)] == ["Waiting for 3 old pods to be gone: the strategy is Recreate."]
    sim.settle()
    assert_complete(sim)


def test_a_template_that_comes_back_uses_its_replica_set_again() -> None:
    sim = running(make(2))
    sim.settle()
    first = replica_sets(sim)[0]["metadata"]["name"]
    for image in ("nginx:2", "nginx:1"):
        set_image(sim, image)
        sim.settle()
    again = replica_sets(sim)[-1]["metadata"]
    assert again["name"] == first
    assert again["annotations"]["deployment.kubernetes.io/revision"] == "3"
    assert again["annotations"]["deployment.kubernetes.io/revision-history"] == "1"
    assert sim.get("Deployment", "web")["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "3"


def test_the_history_is_cut_to_its_limit() -> None:
    sim = running(make(1, revisionHistoryLimit=2))
    for number in range(2, 7):
        sim.settle()
        set_image(sim, f"nginx:{number}")
    sim.settle()
    revisions = [each["metadata"]["annotations"]["deployment.kubernetes.io/revision"] for each in replica_sets(sim)]
    assert revisions == ["4", "5", "6"]


def test_without_progress_the_deadline_passes_and_a_pod_that_comes_ready_mends_it() -> None:
    sim = running(make(2, progressDeadlineSeconds=60))
    sim.pass_time(61)
    assert progressing(sim)["status"] == "False"
    assert progressing(sim)["reason"] == "ProgressDeadlineExceeded"
    called = replica_sets(sim)[0]["metadata"]["name"]
    assert sim.reasons(WEB)[0].text == f"{called} made no progress for 60 s."
    assert sim.reasons(WEB)[0].level == "fail"
    sim.settle()
    assert_complete(sim)


def test_without_a_deadline_there_is_no_progress_condition() -> None:
    sim = running(make(1, progressDeadlineSeconds=2147483647))
    sim.settle()
    assert [each["type"] for each in sim.get("Deployment", "web")["status"]["conditions"]] == ["Available"]


def test_paused_from_the_start_it_makes_no_pod_and_says_so() -> None:
    sim = running(make(2, paused=True))
    sim.run()
    assert sim.pods() == []
    (why,) = sim.reasons(WEB)
    assert (why.level, why.text) == ("wait", "Paused before its first rollout: no pod is made until it is resumed.")


def test_a_paused_deployment_scales_but_does_not_roll() -> None:
    sim = running(make(2))
    sim.settle()
    sim.edit("Deployment", "web", {"spec": {"paused": True}})
    sim.run()
    assert progressing(sim)["reason"] == "DeploymentPaused"
    set_image(sim, "nginx:2")
    sim.edit("Deployment", "web", {"spec": {"replicas": 4}})
    sim.settle()
    assert [each["spec"]["replicas"] for each in replica_sets(sim)] == [4]
    assert "paused" in {each.code for each in sim.reasons(WEB)}
    sim.edit("Deployment", "web", {"spec": {"paused": None}})
    sim.settle()
    assert_complete(sim)
    assert [each["spec"]["replicas"] for each in replica_sets(sim)] == [0, 4]


def test_its_annotations_go_to_the_new_replica_set_but_for_the_clients_copy() -> None:
    made = make(1)
    made["metadata"]["annotations"] = {
        "kubernetes.io/change-cause": "first",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
    }
    sim = running(made)
    found = replica_sets(sim)[0]["metadata"]["annotations"]
    assert found["kubernetes.io/change-cause"] == "first"
    assert "kubectl.kubernetes.io/last-applied-configuration" not in found


def test_an_orphaned_replica_set_is_adopted_and_not_made_again() -> None:
    sim = running(make(1))
    sim.settle()
    orphan = replica_sets(sim)[0]["metadata"]["name"]
    sim.edit("ReplicaSet", orphan, {"metadata": {"ownerReferences": None}})
    sim.settle()
    assert [each["metadata"]["name"] for each in replica_sets(sim)] == [orphan]
    assert replica_sets(sim)[0]["metadata"]["ownerReferences"][0]["name"] == "web"


def test_a_taken_name_counts_as_a_collision() -> None:
    sim = running(make(1))
    sim.settle()
    taken = replica_sets(sim)[0]
    other = Simulator(deployment.CONTROLLER)
    foreign: Obj = {**taken, "metadata": {"name": taken["metadata"]["name"], "namespace": "default", "labels": {}}}
    other.do(Create(foreign))
    other.do(Create(make(1)))
    other.run()
    assert other.get("Deployment", "web")["status"]["collisionCount"] == 1
    assert len(other.world.list(REPLICA_SETS, "default")) == 2


def test_a_selector_that_selects_everything_is_refused_with_an_event() -> None:
    sim = running(make(1, selector={}))
    text = "This deployment is selecting all pods. A non-empty selector is required."
    assert {(each.type, each.reason, each.message) for each in sim.notes} == {("Warning", "SelectingAll", text)}
    assert sim.get("Deployment", "web")["status"] == {"observedGeneration": 1}
    assert sim.world.list(REPLICA_SETS, "default") == []


def test_the_deployment_is_written_at_most_once_a_pass() -> None:
    sim = running(make(3))
    seen: list[int] = []
    original = deployment.CONTROLLER.plan

    def step() -> None:
        plan = original(sim.world, WEB, sim.now, sim.config)
        seen.append(sum(isinstance(each.intent, Update) for each in plan.actions))

    sim.watch = step
    set_image(sim, "nginx:2")
    sim.settle()
    assert max(seen) == 1


def test_while_it_rolls_it_says_what_it_waits_for() -> None:
    sim = running(make(3))
    sim.settle()
    set_image(sim, "nginx:2")
    sim.run()
    new = replica_sets(sim)[-1]["metadata"]["name"]
    assert [each.text for each in sim.reasons(WEB)] == [
        f"Waiting for {new}: 0 of 3 new pods available. No more than 4 pods may exist at a time.",
        "3 old pods stay for now: at least 3 of 3 have to be available.",
    ]


@pytest.mark.parametrize("strategy", ["RollingUpdate", "Recreate"])
def test_a_pod_that_is_gone_wakes_only_a_deployment_that_waits_for_that(strategy: str) -> None:
    sim = running(make(1, **({"strategy": {"type": "Recreate"}} if strategy == "Recreate" else {})))
    sim.settle()
    gone = sim.pods()[0]
    where = next(each for each, obj in sim.world.items() if obj is gone)
    change = Change(99, "DELETED", where, gone, -1, 0, "t", "t", sim.now, sim.now)
    assert list(deployment.CONTROLLER.keys(change, gone, sim.world)) == ([WEB] if strategy == "Recreate" else [])
