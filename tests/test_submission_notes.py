"""What an apply of a workload that runs to its end, or on every node, is said to lead to."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.kinds import key_of
from cluster.machinery.objects import NODES, Obj, key
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
    (None, cron_job(suspend=True), ["Suspended: starts no jobs until it is resumed."]),
]


@pytest.mark.parametrize(("old", "new", "said"), CASES)
def test_notes(old: Obj | None, new: Obj, said: list[str]) -> None:
    assert notes(key_of(new), old, new, _world(), ClusterConfig()) == said
