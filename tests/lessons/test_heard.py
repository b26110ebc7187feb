"""What a program in a pod asks and sends is told, to whoever listens, and costs nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster import deeds
from cluster.deeds import Deed, Make
from cluster.lessons.rehearsal import Stage
from cluster.machinery.objects import PODS
from tests.lessons.authors import GOOD, lesson


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(lesson(tmp_path, GOOD.replace("steps:", "cluster: {scenario: headless}\nsteps:")))
    made.begin()
    made.settle()
    return made


@pytest.fixture
def told() -> Iterator[list[Deed]]:
    found: list[Deed] = []

    def heard(cluster: str, make: Make) -> None:
        if cluster == "rehearsal":
            found.extend(make())

    stop = deeds.listen(heard)
    yield found
    stop()


def run(stage: Stage, *argv: str) -> None:
    pod = stage.world.find(PODS, "default", "app-stateful-0")
    assert pod is not None
    asyncio.run(stage.machines.run(pod, "nginx", [*argv]))


def test_a_question(stage: Stage, told: list[Deed]) -> None:
    run(stage, "nslookup", "-type=A", "headless-svc-stateful.default.svc.cluster.local")
    asked = [deed for deed in told if deed.kind == "question"]
    assert {(deed.by, deed.what, deed.type, deed.outcome) for deed in asked} == {
        ("default/app-stateful-0", "headless-svc-stateful.default.svc.cluster.local.", "A", "NOERROR")
    }
    assert len(asked[0].addresses) == 3


@pytest.mark.parametrize(
    ("url", "outcome"),
    [("http://web", "connected"), ("http://headless-svc-stateful:8080", "refused")],
)
def test_a_connection(stage: Stage, told: list[Deed], url: str, outcome: str) -> None:
    run(stage, "wget", "-T", "1", "-qO-", url)
    assert {deed.outcome for deed in told if deed.kind == "connection"} == {outcome}
    assert any(deed.kind == "question" for deed in told)
