"""Whole lives: the scheduler's and the kubelet's plans applied to a world, at every pace, with the clock in hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.change import Change
from cluster.config import ClusterConfig, Pace
from cluster.controllers import scheduler
from cluster.intents import Bind, Delete, Update
from cluster.ipam import NEXT_ADDRESS
from cluster.machinery.objects import (
    CLAIMS,
    EVENTS,
    NODES,
    PODS,
    STORAGE_CLASSES,
    Obj,
    copy,
    is_pod_ready,
    key,
    micro_timestamp,
    timestamp,
)
from cluster.nodes import kubelet, restarts
from cluster.plan import Note, Plan
from cluster.world import World

POD = key(PODS, "default", "web-0")
START = 1_795_000_000.3
WAITING_CLASS = {"provisioner": "kubarium.dev/simulated", "volumeBindingMode": "WaitForFirstConsumer"}


def node(name: str = "node-1", *, lost: bool = False) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "uid": f"uid-{name}", "annotations": {"kubarium.dev/lost": "true"} if lost else {}},
        "status": {
            "addresses": [{"type": "InternalIP", "address": "172.18.0.2"}],
            "conditions": [{"type": "Ready", "status": "True"}],
            "capacity": {"pods": "110"},
        },
    }


def pod(uid: str = "uid-0", **container: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "web-0",
            "namespace": "default",
            "uid": uid,
            "creationTimestamp": timestamp(START),
            "resourceVersion": "1",
        },
        "spec": {
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 10,
            "containers": [{"name": "nginx", "image": "nginx:alpine", "ports": [{"containerPort": 80}], **container}],
        },
        "status": {"phase": "Pending", "qosClass": "BestEffort"},
    }


class Life:
    """One pod in a world of one node; `live` runs plans until nothing is due any more."""

    def __init__(self, first: Obj, pace: Pace, *, world: World | None = None, events_after: float = 0.0) -> None:
        self.world = World() if world is None else world
        self.config = ClusterConfig(pace=pace)
        self.now = START
        self.told: list[str] = []
        self.events_after = events_after
        self.unwritten: list[tuple[float, Obj]] = []
        self.stages: list[tuple[float, str]] = []
        if world is None:
            self.world.put(key(NODES, "", "node-1"), node())
            self.world.put(POD, first)

    def live(self, *, until: float = START + 600) -> None:
        for _ in range(50):
            self.write_events()
            plan = scheduler.plan(self.world, POD, self.now, self.config)
            if not plan.actions:
                plan = kubelet.plan(self.world, POD, self.now, self.config)
            self.carry_out(plan)
            if plan.actions and POD in self.world:
                continue
            if plan.again_at is None or plan.again_at > until:
                return
            self.now = plan.again_at
        raise AssertionError("never comes to rest")

    def carry_out(self, plan: Plan) -> None:
        for note in plan.notes:
            self.tell(note)
        for action in plan.actions:
            intent = action.intent
            stored = copy(self.world.get(POD) or {})
            if isinstance(intent, Bind):
                stored["spec"]["nodeName"] = intent.node
                condition = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
                stored["status"]["conditions"] = [condition | {"lastTransitionTime": timestamp(self.now)}]
            elif isinstance(intent, Update):
                assert intent.subresource == "status"
                stored = copy(intent.obj)
                if stored["status"].get("podIP") == NEXT_ADDRESS:
                    stored["status"].update(podIP="10.244.0.10", podIPs=[{"ip": "10.244.0.10"}])
            elif isinstance(intent, Delete):
                assert intent.grace_seconds == 0 and intent.uid == "uid-0"
                self.world.drop(POD)
                self.stages.append((self.now, "gone"))
                continue
            stored["metadata"]["resourceVersion"] = str(int(stored["metadata"]["resourceVersion"]) + 1)
            self.world.put(POD, stored)
            self.stages.append((self.now, self.shown(stored)))
            for note in action.succeeded:
                self.tell(note)

    def tell(self, note: Note) -> None:
        self.told.append(f"{note.reason}: {note.message}")
        event = {
            "involvedObject": {"uid": note.regarding["metadata"]["uid"], "fieldPath": note.field_path},
            "reason": note.reason,
            "message": note.message,
            "eventTime": micro_timestamp(self.now),
            "firstTimestamp": timestamp(self.now),
            "lastTimestamp": timestamp(self.now),
        }
        self.unwritten.append((self.now + self.events_after, event))

    def write_events(self) -> None:
        for due, event in self.unwritten:
            if due <= self.now:
                name = f"e{len(self.world.bucket(EVENTS))}"
                event["metadata"] = {"name": name, "namespace": "default"}
                self.world.put(key(EVENTS, "default", name), event)
        self.unwritten = [each for each in self.unwritten if each[0] > self.now]

    def delete(self, seconds: int = 10) -> None:
        stored = copy(self.world.get(POD) or {})
        stored["metadata"].update(deletionTimestamp=timestamp(self.now + seconds), deletionGracePeriodSeconds=seconds)
        self.world.put(POD, stored)

    @staticmethod
    def shown(stored: Obj) -> str:
        containers = stored["status"].get("containerStatuses")
        if not containers:
            return "bound"
        if stored["status"]["phase"] == "Running":
            return "ready" if is_pod_ready(stored) else "running"
        return "creating" if stored["status"]["phase"] == "Pending" else str(stored["status"]["phase"])


def names(life: Life) -> list[str]:
    return [stage for _, stage in life.stages]


@pytest.mark.parametrize(
    ("pace", "stages"),
    [
        ("instant", ["bound", "running", "ready"]),
        ("brisk", ["bound", "creating", "running", "ready"]),
        ("real", ["bound", "creating", "running", "ready"]),
    ],
)
def test_every_stage_is_one_write(pace: Pace, stages: list[str]) -> None:
    life = Life(pod(), pace)
    life.live()
    assert names(life) == stages


def test_instant_takes_no_time() -> None:
    life = Life(pod(), "instant")
    life.live()
    assert life.now == START


@given(st.uuids())
def test_brisk_takes_about_a_second(uid: object) -> None:
    life = Life(pod(str(uid)), "brisk")
    life.live()
    assert 0.6 <= life.now - START <= 1.4


@given(st.uuids(), st.floats(0.0, 0.999), st.sampled_from([0.05, 0.25]))
def test_brisk_takes_about_a_second_also_when_events_are_written_late(uid: object, begin: float, late: float) -> None:
    life = Life(pod(str(uid)), "brisk", events_after=late)
    life.now = int(START) + begin
    first = life.now
    life.live()
    assert names(life) == ["bound", "creating", "running", "ready"]
    assert 0.5 <= life.now - first <= 2.0
    assert all(one < other for (one, _), (other, _) in pairwise(life.stages)), "each stage is seen"


@given(st.integers(min_value=0, max_value=3))
def test_a_restart_of_the_worker_continues_the_same_life(stopped_after: int) -> None:
    whole = Life(pod(), "brisk")
    whole.live()
    first = Life(pod(), "brisk")
    moments = [moment for moment, _ in whole.stages]
    first.live(until=moments[stopped_after])
    second = Life(pod(), "brisk", world=first.world)
    second.now = first.now
    second.live()
    assert [*first.stages, *second.stages] == whole.stages


def test_the_events_of_a_life_in_their_order() -> None:
    life = Life(pod(), "brisk")
    life.live()
    life.now += 5.0
    life.delete()
    life.live()
    assert [told.split(":")[0] for told in life.told] == [
        "Scheduled",
        "Pulling",
        "Pulled",
        "Created",
        "Started",
        "Killing",
    ]
    assert life.told[0] == "Scheduled: Successfully assigned default/web-0 to node-1"
    assert names(life)[-2:] == ["Succeeded", "gone"]
    assert 0 < life.stages[-1][0] - (START + 5) <= 3


def test_ready_waits_for_the_real_probe() -> None:
    life = Life(pod(readinessProbe={"tcpSocket": {"port": 80}, "initialDelaySeconds": 20}), "real")
    life.live()
    at = {stage: moment for moment, stage in life.stages}
    assert 20 <= at["ready"] - at["running"] < 21


def test_a_slow_start_is_waited_for_at_any_pace() -> None:
    slow = pod()
    slow["metadata"]["annotations"] = {"kubarium.dev/slow-start": "5s"}
    life = Life(slow, "instant")
    life.live()
    assert names(life)[-1] == "ready"
    assert 4 <= life.now - START <= 5


def test_a_crashing_pod_backs_off_for_longer_and_longer() -> None:
    crashing = pod()
    crashing["metadata"]["annotations"] = {"kubarium.dev/crash": "true"}
    life = Life(crashing, "instant")
    life.live(until=START + 200)
    waits = [told for told in life.told if told.startswith("BackOff")]
    stored = life.world.get(POD)
    assert stored is not None
    state = stored["status"]["containerStatuses"][0]
    assert state["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert state["restartCount"] == 5
    assert len(waits) == 5
    assert "Back-off restarting failed container nginx in pod web-0_default(uid-0)" in waits[0]
    (why,) = restarts.reasons(stored)
    assert why[1] == "Back-off restarting nginx: it ended with exit code 1, since kubarium.dev/crash is set."


@pytest.mark.parametrize(
    ("container", "said"),
    [
        ({"command": ["sh", "-c", "exit 3"]}, "it ended with exit code 3 of its command sh -c exit 3."),
        (
            {
                "image": "nginx",
                "livenessProbe": {
                    "httpGet": {"path": "/healthz", "port": 80},
                    "periodSeconds": 1,
                    "failureThreshold": 1,
                },
            },
            "it ended with exit code 0, killed as its liveness probe fails: /healthz answers 404.",
        ),
        ({"image": "busybox"}, "it ended with exit code 0: busybox has nothing to do without a command."),
    ],
)
def test_a_pod_that_ends_again_and_again_says_how(container: dict[str, Any], said: str) -> None:
    life = Life(pod(**container), "instant")
    life.live(until=START + 60)
    stored = life.world.get(POD)
    assert stored is not None
    assert [text for _, text, _ in restarts.reasons(stored)] == [f"Back-off restarting nginx: {said}"]


def test_a_pod_waits_for_its_claim() -> None:
    claiming = pod()
    claiming["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}}]
    life = Life(claiming, "instant")
    claim = key(CLAIMS, "default", "data-web-0")
    life.world.put(key(STORAGE_CLASSES, "", "standard"), {"metadata": {"name": "standard"}, **WAITING_CLASS})
    unbound = {"metadata": {"name": "data-web-0", "namespace": "default"}, "spec": {"storageClassName": "standard"}}
    life.world.put(claim, unbound)
    life.live()
    assert names(life) == ["bound"]
    reasons = kubelet.plan(life.world, POD, life.now, life.config).reasons
    assert [reason.text for reason in reasons] == ["Waits for claim data-web-0 to be bound."]
    bound = {**unbound, "status": {"phase": "Bound"}}
    change = Change(9, "MODIFIED", claim, bound, -1, 0, "", "", 0.0, 0.0)
    life.world.put(claim, bound)
    assert list(kubelet.keys(change, unbound, life.world)) == [POD]
    life.live()
    assert names(life) == ["bound", "running", "ready"]


def test_a_node_that_does_not_answer_moves_nothing() -> None:
    life = Life(pod(), "instant")
    life.live()
    life.world.put(key(NODES, "", "node-1"), node(lost=True))
    plan = kubelet.plan(life.world, POD, life.now, life.config)
    assert (plan.actions, [reason.code for reason in plan.reasons]) == ((), ["node-lost"])
    life.delete()
    plan = kubelet.plan(life.world, POD, life.now, life.config)
    assert (plan.actions, [reason.code for reason in plan.reasons]) == ((), ["hangs"])


def test_the_image_is_pulled_once_a_node() -> None:
    life = Life(pod(), "brisk")
    life.live()
    second = pod("uid-1")
    second["metadata"]["name"] = "web-1"
    second["spec"]["nodeName"] = "node-1"
    where = key(PODS, "default", "web-1")
    life.world.put(where, second)
    accepted = kubelet.plan(life.world, where, life.now + 1, life.config)
    assert [note.reason for action in accepted.actions for note in action.succeeded] == []
    creating = accepted.actions[0].intent
    assert isinstance(creating, Update)
    life.world.put(where, creating.obj)
    plan = kubelet.plan(life.world, where, life.now + 3, life.config)
    messages = [note.message for action in plan.actions for note in action.succeeded]
    assert messages[0] == 'Container image "nginx:alpine" already present on machine'


def test_keys_are_bound_pods_and_those_of_a_node_that_comes_or_goes() -> None:
    life = Life(pod(), "instant")
    new = life.world.get(POD)
    assert new is not None
    added = Change(1, "ADDED", POD, new, -1, 0, "", "", 0.0, 0.0)
    assert list(kubelet.keys(added, None, life.world)) == []
    life.live()
    bound = life.world.get(POD)
    assert bound is not None
    assert list(kubelet.keys(added._replace(type="MODIFIED", object=bound), new, life.world)) == [POD]
    assert list(kubelet.keys(added._replace(type="DELETED", object=bound), bound, life.world)) == []
    there = key(NODES, "", "node-1")
    lost = added._replace(type="MODIFIED", key=there, object=node(lost=True))
    assert list(kubelet.keys(lost, node(), life.world)) == [POD]
    assert list(kubelet.keys(lost._replace(object=node()), node(), life.world)) == []
    assert list(kubelet.every(life.world)) == [POD]
