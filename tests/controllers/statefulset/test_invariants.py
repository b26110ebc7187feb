"""Scenarios walked one write at a time, with what must never happen checked after every single write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.controllers.pod_facts import parse
from cluster.controllers.statefulset import CONTROLLER
from cluster.intents import Create, Delete
from cluster.machinery.objects import CLAIMS, PODS, Obj, is_pod_ready, key
from tests.controllers.simulator import Simulator
from tests.controllers.statefulset.sets import claim_template, stateful_set, template

POLICIES = ["OrderedReady", "Parallel"]
Scenario = Callable[[Simulator], None]


def ordinal(pod: Obj) -> int:
    return parse(pod["metadata"]["name"])[1]


class Watcher:
    """Checks the world after each write."""

    def __init__(self, sim: Simulator, policy: str) -> None:
        self.sim, self.policy = sim, policy
        self.checks = 0
        self._before: set[str] = set()
        self.most = 0
        sim.watch = self.check

    def check(self) -> None:
        self.checks += 1
        pods = self.sim.pods()
        made = {each["metadata"]["name"] for each in pods} - self._before
        self._before |= {each["metadata"]["name"] for each in pods}
        self._before &= {each["metadata"]["name"] for each in pods}
        self.most = max(self.most, len(pods))
        for pod in pods:
            if pod["metadata"]["name"] in made:
                self._created(pod, pods)

    def _created(self, pod: Obj, pods: list[Obj]) -> None:
        volumes = pod["spec"].get("volumes") or []
        for volume in volumes:
            claim = key(CLAIMS, "default", volume["persistentVolumeClaim"]["claimName"])
            assert claim in self.sim.world, f"{pod['metadata']['name']} was made before its claim"
        if self.policy == "OrderedReady":
            start = (self.sim.get("StatefulSet", "web")["spec"].get("ordinals") or {}).get("start", 0)
            lower = {ordinal(each): each for each in pods if start <= ordinal(each) < ordinal(pod)}
            assert set(lower) == set(range(start, ordinal(pod))), (
                f"{pod['metadata']['name']} came before its predecessors"
            )
            for each in lower.values():
                assert is_pod_ready(each), f"{pod['metadata']['name']} came before {each['metadata']['name']} was Ready"
                assert not each["metadata"].get("deletionTimestamp")


def edit(**spec: object) -> Scenario:
    return lambda sim: sim.edit("StatefulSet", "web", {"spec": spec})


def delete_pod(name: str) -> Scenario:
    return lambda sim: (sim.do(Delete(key(PODS, "default", name))), None)[1]


SCENARIOS: dict[str, list[Scenario]] = {
    "up": [edit(replicas=5)],
    "down": [edit(replicas=1)],
    "to nothing and back": [edit(replicas=0), edit(replicas=3)],
    "image": [edit(template=template("nginx:3"))],
    "image and scale at once": [edit(template=template("nginx:3"), replicas=5)],
    "partition, then all": [
        edit(template=template("nginx:3"), updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}),
        edit(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}),
    ],
    "back and forth": [edit(template=template("nginx:3")), edit(template=template())],
    "a pod deleted": [delete_pod("web-1")],
    "all pods deleted": [delete_pod("web-0"), delete_pod("web-1"), delete_pod("web-2")],
    "a pod fails": [lambda sim: sim.fail("web-1")],
    "start raised": [edit(ordinals={"start": 2})],
}


@pytest.mark.parametrize("claims", [False, True], ids=["plain", "claims"])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_keeps_the_invariant_and_arrives(scenario: str, policy: str, claims: bool) -> None:
    sim = Simulator(CONTROLLER)
    watcher = Watcher(sim, policy)
    sim.do(Create(stateful_set(3, policy, volumeClaimTemplates=[claim_template()] if claims else [])))
    sim.settle()
    assert_settled(sim)
    for change in SCENARIOS[scenario]:
        change(sim)
        sim.settle()
        assert_settled(sim)
    assert watcher.checks > 10
    assert watcher.most <= (6 if scenario == "start raised" else 5)


def assert_settled(sim: Simulator) -> None:
    """All wanted pods are there, Ready, of the right template; the status says so; nothing is left to do."""
    owner = sim.get("StatefulSet", "web")
    spec, status = owner["spec"], owner["status"]
    start = (spec.get("ordinals") or {}).get("start", 0)
    pods = sim.pods()
    assert sorted(ordinal(each) for each in pods) == list(range(start, start + spec["replicas"]))
    assert all(is_pod_ready(each) for each in pods)
    partition = spec["updateStrategy"]["rollingUpdate"]["partition"]
    updated = [
        each for each in pods if each["metadata"]["labels"]["controller-revision-hash"] == status["updateRevision"]
    ]
    assert {ordinal(each) - start for each in updated} >= set(range(partition, spec["replicas"]))
    assert status["replicas"] == status.get("readyReplicas", 0) == status["availableReplicas"] == spec["replicas"]
    assert status["observedGeneration"] == owner["metadata"]["generation"]
    if partition == 0:
        assert status["currentRevision"] == status["updateRevision"]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_stuck_roll_stays_stuck_until_the_pod_is_deleted_only_in_order(policy: str) -> None:
    """kubernetes#67250: the fixed template does not reach a broken pod of an OrderedReady set by itself."""
    sim = Simulator(CONTROLLER)
    sim.do(Create(stateful_set(2, policy)))
    sim.settle()
    sim.edit("StatefulSet", "web", {"spec": {"template": template("nginx:broken")}})
    sim.run()
    for _ in range(4):  # web-1 leaves and comes back, and does not become Ready
        if not is_pod_ready(sim.pod("web-1")) and sim.pod("web-1")["status"]["phase"] == "Running":
            break
        sim.advance("web-1")
        sim.run()
    sim.edit("StatefulSet", "web", {"spec": {"template": template()}})
    sim.run()
    leaving = bool(sim.pod("web-1")["metadata"].get("deletionTimestamp"))
    assert leaving is (policy == "Parallel")


def test_no_more_than_the_limit_of_old_revisions_is_kept() -> None:
    sim = Simulator(CONTROLLER)
    sim.do(Create(stateful_set(1, revisionHistoryLimit=2)))
    sim.settle()
    for number in range(5):
        sim.edit("StatefulSet", "web", {"spec": {"template": template(f"nginx:1.{number}")}})
        sim.settle()
    kept = sorted(obj["revision"] for at, obj in sim.world.items() if at.resource == "controllerrevisions")
    assert kept == [4, 5, 6]


def test_a_rollback_uses_the_old_revision_again() -> None:
    sim = Simulator(CONTROLLER)
    sim.do(Create(stateful_set(1)))
    sim.settle()
    first = sim.get("StatefulSet", "web")["status"]["updateRevision"]
    sim.edit("StatefulSet", "web", {"spec": {"template": template("nginx:3")}})
    sim.settle()
    sim.edit("StatefulSet", "web", {"spec": {"template": template()}})
    sim.settle()
    assert sim.get("StatefulSet", "web")["status"]["currentRevision"] == first
    assert sim.get("ControllerRevision", first)["revision"] == 3
