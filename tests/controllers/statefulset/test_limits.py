"""Numbers that no cluster can hold: a pass costs what there is, not what is asked for."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from cluster.config import ClusterConfig
from cluster.controllers.statefulset import CONTROLLER
from cluster.controllers.statefulset.ordering import BURST
from cluster.controllers.statefulset.seating import Seats
from cluster.intents import Create
from cluster.plan import Plan
from tests.controllers.simulator import Simulator
from tests.controllers.statefulset.sets import WEB, pod, stateful_set

MOST = 2**31 - 1


@pytest.fixture
def flat() -> Iterator[None]:
    """Ten megabytes are enough for the whole test."""
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def created(plan: Plan) -> list[str]:
    return [
        str(each.intent.obj["metadata"]["name"])
        for each in plan.actions
        if isinstance(each.intent, Create) and each.intent.obj["kind"] == "Pod"
    ]


def planned(policy: str, *, most_pods: int = 12_000) -> tuple[Simulator, Plan]:
    sim = Simulator(CONTROLLER)
    sim.config = ClusterConfig(most_pods=most_pods)
    sim.do(Create(stateful_set(MOST, policy, start=MOST)))
    return sim, CONTROLLER.plan(sim.world, WEB, sim.now, sim.config)


@pytest.mark.usefixtures("flat")
def test_a_parallel_set_gets_so_many_in_one_pass() -> None:
    _, plan = planned("Parallel")
    assert created(plan) == [f"web-{MOST + number}" for number in range(BURST)]


@pytest.mark.usefixtures("flat")
def test_an_ordered_set_waits_for_its_first() -> None:
    _, plan = planned("OrderedReady")
    assert created(plan) == [f"web-{MOST}"]
    assert len(plan.reasons) == 50


@pytest.mark.parametrize("policy", ["Parallel", "OrderedReady"])
def test_a_full_cluster_is_asked_for_one_more_and_says_why(policy: str) -> None:
    _, plan = planned(policy, most_pods=0)
    assert created(plan) == [f"web-{MOST}"]
    text = f"web-{MOST} is not created: the cluster holds as many pods as it may."
    assert (plan.reasons[0].level, plan.reasons[0].code, plan.reasons[0].text) == ("fail", "cluster-full", text)
    (failed,) = [note for action in plan.actions for note in action.failed]
    assert (failed.reason, failed.type) == ("FailedCreate", "Warning")


def test_the_status_is_told_though_no_pod_could_be_made() -> None:
    _, plan = planned("Parallel", most_pods=0)
    assert [each.regardless for each in plan.actions][-1:] == [True]


@pytest.mark.usefixtures("flat")
def test_places_are_walked_upwards_with_no_more_gaps_than_asked_for() -> None:
    seats = Seats(MOST)
    sitting = Simulator(CONTROLLER)
    for index in (1, 4, 2_000_000_000):
        made = pod("Ready orphan", f"web-{index}", {}, "r", sitting.now)
        seats.sit(index, made)  # type: ignore[arg-type]  # a place holds what it is given
    walked = [(index, there is not None) for index, there in seats.walk(3)]
    assert walked == [(0, False), (1, True), (2, False), (3, False), (4, True), (2_000_000_000, True)]
    assert [index for index, _ in Seats(2).walk(9)] == [0, 1]
