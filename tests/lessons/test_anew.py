"""Doing a step for a person comes to its end whatever they tried before: an object of the same name that cannot become
what the step wants, or one that they deleted already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.intents import Apply, Delete
from cluster.kinds import key_of
from cluster.lessons import Step, doing, judge_all, load
from cluster.lessons.anew import Note
from cluster.lessons.loading import OURS
from cluster.lessons.lost import to_do
from cluster.lessons.rehearsal import Stage
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import PODS, Obj, copy, key


def steps(*kinds: str) -> list[Any]:
    """Every step of every lesson in which something is done in one of those ways."""
    return [
        pytest.param(folder, number, id=f"{folder.name}-{number + 1}")
        for folder in sorted(path.parent for path in OURS.glob("*/lesson.yaml"))
        for number, step in enumerate(load(folder).steps)
        if any(act.kind in kinds for act in step.do)
    ]


def _service(obj: Obj) -> None:
    """The other sort of Service: with an address where there is to be none, and the other way round."""
    given = obj["spec"]
    if given.pop("clusterIP", None) is None:
        given["clusterIP"] = "None"
    given["selector"] = {"app": "another"}


def _stateful_set(obj: Obj) -> None:
    obj["spec"]["serviceName"] = "another"


def _labelled(obj: Obj) -> None:
    obj["spec"]["selector"] = {"matchLabels": {"app": "another"}}
    obj["spec"]["template"]["metadata"]["labels"] = {"app": "another"}


def _pod(obj: Obj) -> None:
    obj["spec"]["containers"][0]["name"] = "another"


def _config_map(obj: Obj) -> None:
    obj.update(data={"another": "text"}, immutable=True)


def _budget(obj: Obj) -> None:
    obj["spec"] = {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "another"}}}


def _node(obj: Obj) -> None:
    obj.setdefault("spec", {})["unschedulable"] = True


WRONG: dict[str, Callable[[Any], None]] = {
    "Service": _service,
    "StatefulSet": _stateful_set,
    "Deployment": _labelled,
    "Pod": _pod,
    "ConfigMap": _config_map,
    "PodDisruptionBudget": _budget,
    "Node": _node,
}


def wrong(obj: Obj) -> Obj:
    """A plausible one of the same name that is not what was meant."""
    made = copy(obj)
    WRONG[obj["kind"]](made)
    return made


def reached(folder: Path, number: int) -> tuple[Stage, Step]:
    """The lesson at that step, the ones before it done."""
    stage = Stage(load(folder))
    stage.begin()
    for step in stage.lesson.steps[:number]:
        stage.enter(step)
        carry_out(stage, step)
    step = stage.lesson.steps[number]
    stage.enter(step)
    return stage, step


def carry_out(stage: Stage, step: Step) -> None:
    acts, _ = to_do(stage.lesson, stage.lesson.steps.index(step), stage.sight())
    for act in acts:
        stage.act(act, step, mending=True)
    stage.settle()
    stage.answer(step)


def unmet(stage: Stage, step: Step) -> list[str]:
    return [each.text for each in judge_all(step.checks, stage.sight()) if not each.met]


@pytest.mark.parametrize(("folder", "number"), steps("apply"))
def test_after_a_wrong_object_of_the_same_name(folder: Path, number: int) -> None:
    stage, step = reached(folder, number)
    for obj in applied(stage, step):
        try:
            stage.do(Apply(wrong(obj)))
        except ApiError:  # it stands already: a person deletes it, and makes it wrongly
            stage.do(Delete(key_of(obj), propagation="Background", grace_seconds=0))
            stage.do(Apply(wrong(obj)))
    stage.settle()
    carry_out(stage, step)
    assert unmet(stage, step) == []


@pytest.mark.parametrize(("folder", "number"), steps("delete"))
def test_after_it_was_deleted_by_hand(folder: Path, number: int) -> None:
    stage, step = reached(folder, number)
    for act in step.do:
        stage.act(act, step)
        if act.kind == "delete":
            break
    stage.settle()
    carry_out(stage, step)
    assert unmet(stage, step) == []


def applied(stage: Stage, step: Step) -> Iterator[Obj]:
    for act in step.do:
        if act.kind == "apply":
            yield from doing.objects(stage.lesson, act.given["files"])


def bare(stage: Stage, names: Iterable[str], labels: dict[str, str]) -> None:
    for each in names:
        metadata = {"name": each, "namespace": "default", "labels": labels}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}
        stage.do(Apply({**pod, "spec": {"containers": [{"name": "one", "image": "nginx:1.27"}]}}))


@pytest.mark.parametrize("labels", [{"app": "db"}, {"app": "other"}], ids=["taken over", "in the way"])
@pytest.mark.parametrize("by_hand", [True, False], ids=["applied by hand", "done for them"])
def test_after_pods_were_made_by_hand_in_the_seats_of_a_stateful_set(labels: dict[str, str], *, by_hand: bool) -> None:
    stage = Stage(load(OURS / "statefulsets"))
    stage.begin()
    bare(stage, ("db-0", "db-1", "db-2"), labels)
    stage.settle()
    first, third = stage.lesson.steps[0], stage.lesson.steps[2]
    stage.enter(first)
    if by_hand:
        for obj in applied(stage, first):
            stage.do(Apply(obj))
        stage.settle()
        stage.enter(third)
        stage.do(Delete(key(PODS, "default", "db-1"), grace_seconds=0))
        carry_out(stage, third)
        assert unmet(stage, third) == []
    carry_out(stage, first)
    assert unmet(stage, first) == []


def test_what_is_told_of_them() -> None:
    stage, _ = reached(OURS / "statefulsets", 2)
    for each in ("db-0", "db-1"):
        stage.do(Delete(key(PODS, "default", each), grace_seconds=0))
        bare(stage, [each], {"app": "db"})
    _, notes = to_do(stage.lesson, 2, stage.sight())
    said = "db-0 and db-1 were in seats of StatefulSet db and not made by it: deleted, and made anew by it."
    assert notes == (Note(said, "kubectl delete pod db-0 db-1", ""),)
