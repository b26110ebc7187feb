"""Whose log is meant, and the words where there is none."""

from __future__ import annotations

import pytest

from cluster.containers import instances
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import Obj, timestamp

START = 1_795_000_000.0


def pod(*names: str, inits: tuple[str, ...] = (), **status: Obj) -> Obj:
    def containers(called: tuple[str, ...]) -> list[Obj]:
        return [{"name": each, "image": "nginx"} for each in called]

    return {
        "metadata": {"name": "web-0", "namespace": "default", "uid": "uid-0"},
        "spec": {"containers": containers(names or ("a",)), "initContainers": containers(inits)},
        "status": {"containerStatuses": [{"name": name, **each} for name, each in status.items()]},
    }


def ran(code: int = 0, since: float = START) -> Obj:
    return {"exitCode": code, "startedAt": timestamp(since), "finishedAt": timestamp(since + 5), "containerID": "c"}


RUNS = {"running": {"startedAt": timestamp(START)}}

CHOSEN = [
    (pod("a"), "", "a"),
    (pod("a", "b"), "b", "b"),
    (pod("a", inits=("first",)), "first", "first"),
]
NOT_CHOSEN = [
    (pod("a", "b"), "", "a container name must be specified for pod web-0, choose one of: [a b]"),
    (pod("a", "b", inits=("c",)), "",
     "a container name must be specified for pod web-0, choose one of: [a b] or one of the init containers: [c]"),
    (pod("a"), "x", "container x is not valid for pod web-0"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "wanted", "name"), CHOSEN)
def test_which_container(given: Obj, wanted: str, name: str) -> None:
    assert instances.chosen(given, wanted) == name


@pytest.mark.parametrize(("given", "wanted", "words"), NOT_CHOSEN)
def test_none_or_several(given: Obj, wanted: str, words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        instances.chosen(given, wanted)
    assert refused.value.message == words


LOGGED: list[tuple[str, Obj, bool, tuple[int, float, float | None]]] = [
    ("running", {"state": RUNS, "restartCount": 0}, False, (0, START, None)),
    ("the one before", {"state": RUNS, "restartCount": 2, "lastState": {"terminated": ran(1, START - 9)}}, True,
     (1, START - 9, START - 4)),
    ("over", {"state": {"terminated": ran()}, "restartCount": 0}, False, (0, START, START + 5)),
    ("held back", {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 3,
                   "lastState": {"terminated": ran(1)}}, False, (3, START, START + 5)),
    ("held back, the one before", {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 3,
                                   "lastState": {"terminated": ran(1)}}, True, (3, START, START + 5)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "state", "previous", "expected"), LOGGED, ids=[case[0] for case in LOGGED])
def test_which_start(why: str, state: Obj, previous: bool, expected: tuple[int, float, float | None]) -> None:
    found = instances.logged(pod(a=state), "a", previous=previous)
    assert (found.restart, found.started, found.ended) == expected


def waits(reason: str) -> Obj:
    return {"state": {"waiting": {"reason": reason}}, "restartCount": 0}


NOTHING: list[tuple[Obj, bool, str]] = [
    (pod("a"), False, 'container "a" in pod "web-0" is not available'),
    (pod(a=waits("ContainerCreating")), False,
     'container "a" in pod "web-0" is waiting to start: ContainerCreating'),
    (pod(a=waits("PodInitializing")), False, 'container "a" in pod "web-0" is waiting to start: PodInitializing'),
    (pod(a=waits("ErrImagePull")), False,
     'container "a" in pod "web-0" is waiting to start: image can\'t be pulled'),
    (pod(a=waits("ImagePullBackOff")), False,
     'container "a" in pod "web-0" is waiting to start: trying and failing to pull image'),
    (pod(a={"state": RUNS, "restartCount": 0}), True, 'previous terminated container "a" in pod "web-0" not found'),
]  # fmt: skip


@pytest.mark.parametrize(("given", "previous", "words"), NOTHING)
def test_nothing_to_read(given: Obj, previous: bool, words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        instances.logged(given, "a", previous=previous)
    assert refused.value.message == words
