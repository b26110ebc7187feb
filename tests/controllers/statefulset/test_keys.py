"""Which sets a change wakes."""

from __future__ import annotations

import pytest

from cluster.change import Change
from cluster.controllers.statefulset import CONTROLLER
from cluster.intents import Create
from cluster.machinery.objects import CLAIMS, CONFIG_MAPS, PODS, GroupResource, Obj, key
from tests.controllers.simulator import Simulator
from tests.controllers.statefulset.sets import WEB, claim_template, stateful_set


@pytest.fixture
def sim() -> Simulator:
    sim = Simulator(CONTROLLER)
    sim.do(Create(stateful_set(1, volumeClaimTemplates=[claim_template()])))
    sim.run()
    return sim


def woken(sim: Simulator, kind: GroupResource, name: str, obj: Obj | None = None, old: Obj | None = None) -> list[str]:
    at = key(kind, "default", name)
    made = obj or {"kind": "Thing", "metadata": {"name": name, "namespace": "default"}}
    change = Change(1, "MODIFIED", at, made, -1, 0, "t", "t", 0.0, 0.0)
    return sorted(each.name for each in CONTROLLER.keys(change, old, sim.world))


def loose(name: str, **labels: str) -> Obj:
    return {"kind": "Pod", "metadata": {"name": name, "namespace": "default", "labels": labels}}


def test_the_pods_of_a_set_wake_it(sim: Simulator) -> None:
    pod = sim.pod("web-0")
    assert woken(sim, PODS, "web-0", pod) == ["web"]
    released = {**pod, "metadata": {**pod["metadata"], "ownerReferences": []}}
    assert woken(sim, PODS, "web-0", released, pod) == ["web"]


def test_an_orphan_that_could_be_adopted_wakes_the_set(sim: Simulator) -> None:
    assert woken(sim, PODS, "web-4", loose("web-4", app="web")) == ["web"]


def test_a_stranger_in_a_seat_wakes_the_set(sim: Simulator) -> None:
    assert woken(sim, PODS, "web-1", loose("web-1", app="other")) == ["web"]
    assert woken(sim, PODS, "db-1", loose("db-1", app="other")) == []


@pytest.mark.parametrize(
    ("claim", "wakes"),
    [("data-web-0", ["web"]), ("data-web-77", ["web"]), ("logs-web-0", []), ("data-db-0", []), ("data", [])],
)
def test_claims_wake_the_set_they_are_for(sim: Simulator, claim: str, wakes: list[str]) -> None:
    assert woken(sim, CLAIMS, claim) == wakes


def test_other_things_wake_nothing(sim: Simulator) -> None:
    assert woken(sim, CONFIG_MAPS, "web-0") == []


def test_every_set_is_asked_for_at_a_start(sim: Simulator) -> None:
    assert list(CONTROLLER.every(sim.world)) == [WEB]
