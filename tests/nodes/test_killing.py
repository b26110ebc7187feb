"""How containers are stopped: hooks that run whoever kills, what is left of the grace, what is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import Pace
from cluster.kinds.podcolumns import status_word
from cluster.machinery import processes
from cluster.machinery.objects import Obj, seconds
from cluster.nodes import killing, programs
from cluster.nodes.killing import Took
from cluster.nodes.programs import Run
from cluster.nodes.script import FOREVER
from tests.nodes.test_kubelet import START, pod
from tests.nodes.test_lives import Answering, Told, with_inits

FAILING = {"httpGet": {"port": 80, "path": "/healthz"}, "periodSeconds": 5}


def _restarted_at(life: Told) -> float:
    found = processes.report(life.pod, "nginx")
    assert found is not None
    assert found["restartCount"] == 1
    return seconds(found["state"]["running"]["startedAt"])


@pytest.mark.parametrize(
    ("hook", "takes"),
    [
        ({"sleep": {"seconds": 4}}, 4),
        ({"exec": {"command": ["sh", "-c", "sleep 3"]}}, 3),
        ({"sleep": {"seconds": 100}}, 10),
    ],
)
@pytest.mark.parametrize("kind", ["livenessProbe", "startupProbe"])
def test_a_probe_that_kills_waits_for_the_hook_within_the_grace(kind: str, hook: Obj, takes: float) -> None:
    probes: dict[str, Any] = {kind: FAILING}
    life = Told(pod(**probes, lifecycle={"preStop": hook}))
    life.live(until=START + 10.5 + takes)
    assert 9 <= _restarted_at(life) - takes - START <= 11
    assert life.count("Killing") == 1


def test_the_probes_own_grace_counts_for_the_hook_too() -> None:
    probe = {**FAILING, "terminationGracePeriodSeconds": 2}
    life = Told(pod(livenessProbe=probe, lifecycle={"preStop": {"sleep": {"seconds": 60}}}))
    life.live(until=START + 14)
    assert 11 <= _restarted_at(life) - START <= 13


def test_a_hook_that_is_carried_out_is_asked_for_when_the_probe_kills() -> None:
    life = Answering("preStop", livenessProbe=FAILING)
    life.begin(until=START + 9)
    assert life.asked == []
    life.live(until=START + 11)
    assert [(each.kind, each.restart) for each in life.asked] == [("preStop", 0)]
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] == 0
    life.answer(3, 0, until=START + 15)
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] == 1


@pytest.mark.parametrize(
    ("stops_after", "hook", "grace", "code"),
    [
        (0.0, 0.0, 30.0, 0),
        (10.0, 0.0, 30.0, 0),
        (10.0, 25.0, 30.0, programs.SIGKILL_EXIT),
        (FOREVER, 0.0, 30.0, programs.SIGKILL_EXIT),
        (1.5, 30.0, 30.0, 0),
        (2.5, 30.0, 30.0, programs.SIGKILL_EXIT),
        (1.5, FOREVER, 30.0, 0),
        (1.5, 0.0, 0.0, 0),
        (3.0, 0.0, 0.0, programs.SIGKILL_EXIT),
    ],
)
def test_two_seconds_are_left_whatever_the_hook_took(stops_after: float, hook: float, grace: float, code: int) -> None:
    assert killing.exit_code(Run(FOREVER, stop_seconds=stops_after), Took(hook), grace) == code


@pytest.mark.parametrize(("pace", "least", "most"), [("instant", 10, 10), ("brisk", 10, 11), ("real", 12, 13)])
def test_after_a_hook_that_used_up_the_grace(pace: Pace, least: float, most: float) -> None:
    life = Told(pod(command=["sleep", "infinity"], lifecycle={"preStop": {"sleep": {"seconds": 60}}}), pace)
    life.live()
    life.now = begun = START + 100
    life.delete()
    life.live(until=begun + 60)
    assert life.stages[-1][1] == "gone"
    assert least - 0.5 <= life.stages[-1][0] - begun <= most + 0.5


def test_a_container_whose_start_hook_failed_is_stopped_with_its_other_hook() -> None:
    hooks = {"postStart": {"exec": {"command": ["false"]}}, "preStop": {"sleep": {"seconds": 4}}}
    life = Told(pod(lifecycle=hooks))
    life.live(until=START + 2)
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] == 0
    assert life.count("FailedPostStartHook") == 1
    life.live(until=START + 6)
    assert 4 <= _restarted_at(life) - START <= 6
    assert status_word(life.pod) == "PostStartHookError"


def test_a_hook_that_fails_is_told_when_a_probe_kills() -> None:
    life = Told(pod(livenessProbe=FAILING, lifecycle={"preStop": {"exec": {"command": ["false"]}}}))
    life.live(until=START + 11)
    assert life.told.index("FailedPreStopHook: PreStopHook failed") > life.told.index(
        "Killing: Container nginx failed liveness probe, will be restarted"
    )


def test_the_hook_of_a_sidecar_begins_with_those_of_the_others() -> None:
    sidecar = {"restartPolicy": "Always", "image": "nginx", "lifecycle": {"preStop": {"sleep": {"seconds": 4}}}}
    life = Told(with_inits(sidecar, lifecycle={"preStop": {"sleep": {"seconds": 2}}}))
    life.live()
    life.now = begun = START + 100
    life.delete()
    life.live(until=begun + 60)
    assert 3 <= life.stages[-1][0] - begun <= 5
    assert [each for each in life.told if each.startswith("Killing")] == [
        "Killing: Stopping container nginx",
        "Killing: Stopping container init-0",
    ]
