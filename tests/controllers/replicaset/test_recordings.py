"""A recorded ReplicaSet's first pods: their objects, the statuses on the way up, the events."""

from __future__ import annotations

from typing import Any

from cluster.controllers.replicaset import CONTROLLER
from cluster.intents import Create, Update
from cluster.machinery.objects import Obj
from tests.controllers.recorded import Event, timeline
from tests.controllers.simulator import Simulator, where

ADMITTED = ("uid", "resourceVersion", "creationTimestamp", "generation", "name")


def recorded() -> list[Event]:
    return sorted(timeline("deploy-rollout"), key=lambda each: int(each.object["metadata"]["resourceVersion"]))


def objects(kind: str) -> list[Obj]:
    return [each.object for each in recorded() if each.object["kind"] == kind]


def test_a_pod_has_the_recorded_metadata() -> None:
    owner, theirs = objects("ReplicaSet")[0], objects("Pod")[0]
    sim = Simulator(CONTROLLER)
    sim.world.put(where(owner), owner)
    plan = CONTROLLER.plan(sim.world, where(owner), sim.now, sim.config)
    made = [action for action in plan.actions if isinstance(action.intent, Create)]
    assert len(made) == 3
    assert isinstance(made[0].intent, Create)
    ours = made[0].intent.obj
    assert _without(ours["metadata"]) == _without(theirs["metadata"])
    assert len(ours["metadata"]["name"]) == len(theirs["metadata"]["name"])
    assert made[0].succeeded[0].message == f"Created pod: {ours['metadata']['name']}"
    last = plan.actions[-1].intent
    assert isinstance(last, Update) and last.obj["status"] == {"replicas": 0, "observedGeneration": 1}


def _without(metadata: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in metadata.items() if field not in ADMITTED}


def test_its_statuses_on_the_way_up_are_the_recorded_ones() -> None:
    owner = objects("ReplicaSet")[0]
    same = [each for each in objects("ReplicaSet") if each["metadata"]["uid"] == owner["metadata"]["uid"]]
    sim = Simulator(CONTROLLER)
    sim.do(Create({**owner, "metadata": {"name": owner["metadata"]["name"], "namespace": "default"}}))
    sim.run()
    for pod in sim.pods():
        sim.set_ready(pod["metadata"]["name"])
        sim.run()
    ours = [obj["status"] for obj in sim.history if obj["kind"] == "ReplicaSet"]
    assert ours[1:] == [each["status"] for each in same[1:6]]
