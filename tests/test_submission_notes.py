"""What an apply of a workload that runs to its end, or on every node, is said to lead to."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.kinds import key_of
from cluster.machinery.objects import NODES, PODS, RESOURCE_QUOTAS, Obj, key
from cluster.submission.notes import notes
from cluster.world import World
from tests.controllers.cronjob.test_cronjob import cron_job
from tests.controllers.daemonset.daemons import daemon_set, node
from tests.controllers.job.jobs import job_of


def _world() -> World:
    world = World()
    for made in (
        node("node-1", disk="ssd"),
        node("node-2"),
        node("node-3", taints=[{"key": "a", "effect": "NoSchedule"}]),
    ):
        world.put(key(NODES, "", made["metadata"]["name"]), made)
    return world


def _job(**spec: Any) -> Obj:
    return job_of(parallelism=spec.pop("parallelism", 1), **spec)


CASES: list[tuple[Obj | None, Obj, list[str]]] = [
    (None, daemon_set(), ["One pod on each node it may stand on: 2 of 3."]),
    (None, daemon_set(pod={"nodeSelector": {"disk": "ssd"}}), ["One pod on each node it may stand on: 1 of 3."]),
    (
        daemon_set(),
        daemon_set("fluentd:2"),
        ["One pod on each node it may stand on: 2 of 3.", "The template changes: pods are replaced node by node."],
    ),
    (
        daemon_set(),
        daemon_set("fluentd:2", updateStrategy={"type": "OnDelete"}),
        [
            "One pod on each node it may stand on: 2 of 3.",
            "The template changes: a pod takes it when somebody deletes the pod.",
        ],
    ),
    (None, _job(completions=1), ["Runs one pod to its end."]),
    (None, _job(completions=6, parallelism=2), ["Runs pods until 6 have ended well, 2 at a time."]),
    (None, _job(parallelism=3), ["Runs 3 pods until one has ended well and all are through."]),
    (None, _job(suspend=True), ["Suspended: makes no pods until it is resumed."]),
    (_job(completions=1), _job(completions=1, backoffLimit=1), []),
    (None, cron_job(), ["Starts a job at each time of */5 * * * *, UTC."]),
    (None, cron_job(timeZone="Asia/Tokyo"), ["Starts a job at each time of */5 * * * *, Asia/Tokyo."]),
    (
        None,
        {
            "kind": "NetworkPolicy",
            "apiVersion": "networking.k8s.io/v1",
            "metadata": {"name": "deny", "namespace": "default"},
        },
        ["It has no effect on traffic here: no network plugin carries it out."],
    ),
    (None, cron_job(suspend=True), ["Suspended: starts no jobs until it is resumed."]),
]


@pytest.mark.parametrize(("old", "new", "said"), CASES)
def test_notes(old: Obj | None, new: Obj, said: list[str]) -> None:
    assert notes(key_of(new), old, new, _world(), ClusterConfig()) == said


def _quota(**hard: str) -> Obj:
    return {"kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": hard}}


def test_nodes_of_the_same_submission_are_counted() -> None:
    made = daemon_set()
    beside = {key(NODES, "", name): node(name) for name in ("node-4", "node-1")}
    said = notes(key_of(made), None, made, _world(), ClusterConfig(), beside=beside)
    assert said == ["One pod on each node it may stand on: 3 of 4."]


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize(
    ("hard", "said"),
    [
        ({"pods": "2"}, ["ResourceQuota q lets only 1 of them be made: its limit of pods is 2, and 1 is in use."]),
        ({"pods": "1"}, ["ResourceQuota q lets none of them be made: its limit of pods is 1, and 1 is in use."]),
        (
            {"pods": "9", "requests.cpu": "1200m"},
            ["ResourceQuota q lets only 2 of them be made: its limit of requests.cpu is 1200m, and 0 is in use."],
        ),
        ({"pods": "5", "services": "0"}, []),
    ],
)
def test_a_quota_lets_only_so_many_be_made(hard: dict[str, str], said: list[str], stored: bool) -> None:
    container = {"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "500m"}}}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    made: Obj = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "wide", "namespace": "default"},
        "spec": {"replicas": 4, "template": template},
    }
    world, quota = _world(), _quota(**hard)
    pod = {"metadata": {"name": "old", "namespace": "default"}, "spec": {"containers": [{"name": "c"}]}}
    world.put(key(PODS, "default", "old"), pod)
    where = key(RESOURCE_QUOTAS, "default", "q")
    if stored:
        world.put(where, quota)
    beside = {} if stored else {where: quota}
    assert notes(key_of(made), None, made, world, ClusterConfig(), beside=beside) == ["Makes 4 pods.", *said]
