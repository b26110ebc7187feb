"""Doing a step for a person comes to its end also when they deleted what it stands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.intents import Delete
from cluster.kinds import key_of
from cluster.lessons import doing
from cluster.lessons.loading import OURS
from cluster.lessons.lost import made_again
from cluster.lessons.rehearsal import Stage
from cluster.machinery.objects import Key
from tests.lessons.test_anew import applied, carry_out, reached, steps, unmet


@pytest.mark.parametrize(("folder", "number"), steps("patch", "scale", "exec", "ask"))
def test_after_all_that_the_manifests_made_was_deleted(folder: Path, number: int) -> None:
    stage, step = reached(folder, number)
    assert unmet(stage, step) != []
    for where in standing(stage, number):
        if where.namespace:
            deleted(stage, where)
    stage.settle()
    carry_out(stage, step)
    assert unmet(stage, step) == []


def standing(stage: Stage, number: int) -> list[Key]:
    """What was applied before the step, to begin with or in a step."""
    found = [key_of(obj) for obj in doing.beginning(stage.lesson)]
    return found + [key_of(obj) for step in stage.lesson.steps[:number] for obj in applied(stage, step)]


def deleted(stage: Stage, where: Key) -> None:
    if stage.world.get(where) is not None:
        stage.do(Delete(where, propagation="Background", grace_seconds=0))


SET = "statefulsets/web"
IMAGE = "kubectl set image sts/web nginx=nginx:1.29"
PARTITION = """kubectl patch statefulset/web -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":4}}}}'"""
ONE = "was gone: it was made again, and what the steps before did to it was done again."
TOLD = {
    # lesson, step, what was deleted: what is said, and the commands of it
    "only what came before": ("rollout", 1, [SET], f"StatefulSet web {ONE}", ["kubectl apply -f start.yaml"]),
    "step by step": ("rollout", 3, [SET], f"StatefulSet web {ONE}", ["kubectl apply -f start.yaml", PARTITION, IMAGE]),
    "by the step that made it": (
        "pods",
        4,
        ["deployments/web"],
        f"Deployment web {ONE}",
        ["kubectl apply -f web.yaml", "kubectl delete $(kubectl get pod -l app=web -o name | head -n 1)"],
    ),
    "two": (
        "clusterip",
        5,
        ["services/shop", "deployments/shop"],
        "Deployment shop and Service shop were gone: they were made again, and what the steps before did to them was"
        " done again.",
        ["kubectl apply -f start.yaml", "kubectl apply -f shop.yaml"],
    ),
    "what the step does not speak of": ("debugging", 2, ["services/cart"], "", []),
    "nothing": ("rollout", 3, [], "", []),
}


@pytest.mark.parametrize(("slug", "step", "gone", "said", "commands"), TOLD.values(), ids=TOLD.keys())
def test_what_is_told(slug: str, step: int, gone: list[str], said: str, commands: list[str]) -> None:
    stage, _ = reached(OURS / slug, step - 1)
    for where in standing(stage, step - 1):
        if f"{where.resource}/{where.name}" in gone:
            deleted(stage, where)
    stage.settle()
    _, notes = made_again(stage.lesson, step - 1, stage.world)
    assert [note.command for note in notes] == commands
    assert [note.said for note in notes if note.said] == ([said] if said else [])
