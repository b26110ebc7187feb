"""Ephemeral containers in whole lives: what is told of them, and that the pod beside them goes on as it was."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import Pace
from cluster.intents import Update
from cluster.kinds.podcolumns import COLUMNS, status_word
from cluster.machinery import processes
from cluster.machinery.objects import Obj, copy, is_pod_ready, timestamp
from cluster.nodes import kubelet
from tests.nodes.test_kubelet import POD, START
from tests.nodes.test_kubelet import pod as a_pod
from tests.nodes.test_lives import Told

DEBUGGER = {"name": "debugger-abcde", "image": "busybox:1.28", "command": ["sh"], "stdin": True, "tty": True}


def debugged(pace: Pace = "instant", **container: Any) -> Told:
    """A pod that is ready, and then gets an ephemeral container."""
    life = Told(a_pod(), pace)
    life.live()
    life.told.clear()
    life.stages.clear()
    add(life, {**DEBUGGER, **container})
    life.live()
    return life


def add(life: Told, container: Obj) -> None:
    stored = copy(life.pod)
    stored["spec"].setdefault("ephemeralContainers", []).append(container)
    life.world.put(POD, stored)


def report(life: Told, at: int = 0) -> Obj:
    found: Obj = life.pod["status"]["ephemeralContainerStatuses"][at]
    return found


TOLD = {
    "instant": [
        'Pulled: Container image "busybox:1.28" already present on machine',
        "Created: Created container: debugger-abcde",
        "Started: Started container debugger-abcde",
    ],
    "real": [
        'Pulling: Pulling image "busybox:1.28"',
        "Pulled: Successfully pulled image",
        "Created: Created container: debugger-abcde",
        "Started: Started container debugger-abcde",
    ],
}


@pytest.mark.parametrize("pace", TOLD)
def test_it_is_pulled_and_started(pace: Pace) -> None:
    life = debugged(pace)
    assert [told[: len(words)] for told, words in zip(life.told, TOLD[pace], strict=True)] == TOLD[pace]
    assert report(life)["state"] == {"running": {"startedAt": timestamp(life.now)}}
    assert (report(life)["restartCount"], report(life)["ready"]) == (0, False)


def test_the_pod_is_not_touched() -> None:
    life = debugged()
    assert is_pod_ready(life.pod) and status_word(life.pod) == "Running"
    cells = {column.name: column.cell(life.pod, life.now) for column in COLUMNS}
    assert (cells["Ready"], cells["Restarts"]) == ("1/1", "0")
    assert life.pod["status"]["containerStatuses"][0]["restartCount"] == 0


def test_a_second_look_tells_nothing_new() -> None:
    life = debugged("brisk")
    before, told = life.pod, list(life.told)
    life.live(until=life.now + 600)
    assert (life.pod, life.told) == (before, told)


def test_an_image_that_another_pod_has_is_there() -> None:
    life = debugged("brisk", image="nginx:alpine")
    assert 'Pulled: Container image "nginx:alpine" already present on machine' in life.told


@pytest.mark.parametrize("pace", ["instant", "brisk", "real"])
def test_it_starts_though_the_recorder_has_had_enough_of_the_pod(pace: Pace) -> None:
    life = debugged(pace)
    life.events_after = 1e9
    for n in range(3):
        add(life, {**DEBUGGER, "name": f"debugger-{n}", "image": f"busybox:1.{n}"})
        life.live()
        assert "running" in report(life, n + 1)["state"]
    assert "actual" not in life.pod["status"], "nothing is remembered of one that was started"


def test_two_that_are_pulled_at_once_wait_each_for_its_own_image() -> None:
    life = debugged("brisk")
    for n in range(2):
        add(life, {**DEBUGGER, "name": f"debugger-{n}", "image": f"busybox:1.{n}"})
    life.live(until=life.now)
    assert ["waiting" in report(life, n)["state"] for n in range(3)] == [False, True, True]
    shown = processes.told(life.pod)["status"]
    assert "actual" not in shown and "pulling" not in shown
    life.live()
    assert all("running" in report(life, n)["state"] for n in range(3))


def test_one_whose_command_ends_stays_ended() -> None:
    life = debugged(stdin=False, tty=False, command=["sh", "-c", "sleep 5; exit 3"])
    life.live(until=START + 600)
    ended = report(life)["state"]["terminated"]
    assert (ended["exitCode"], ended["reason"], report(life)["restartCount"]) == (3, "Error", 0)
    assert is_pod_ready(life.pod)


def test_a_second_one_beside_the_first() -> None:
    life = debugged()
    first = report(life)
    add(life, {**DEBUGGER, "name": "debugger-fghij"})
    life.live()
    assert report(life, 0) == first
    assert "running" in report(life, 1)["state"]


@pytest.mark.parametrize("pace", ["instant", "brisk"])
def test_an_image_that_does_not_exist(pace: Pace) -> None:
    life = debugged(pace, image="nowhere.invalid/tools")
    assert report(life)["state"]["waiting"]["reason"] == "ImagePullBackOff"
    assert "Failed: Error: ErrImagePull" in life.told
    assert is_pod_ready(life.pod) and status_word(life.pod) == "Running"


def test_it_goes_with_its_pod() -> None:
    life = debugged()
    life.delete()
    plan = kubelet.plan(life.world, POD, life.now, life.config)
    life.live()
    assert POD not in life.world
    last = plan.actions[0].intent
    assert isinstance(last, Update)
    assert last.obj["status"]["ephemeralContainerStatuses"][0]["state"]["terminated"]["exitCode"] == 137
    assert "Killing: Stopping container debugger-abcde" in life.told
