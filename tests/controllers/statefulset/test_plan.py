"""One pass at a time: the pods there are, in YAML, and what the controller does and says about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.controllers.statefulset import CONTROLLER
from cluster.intents import Create, Delete, Patch, Update
from cluster.machinery.objects import CONTROLLER_REVISIONS, Obj
from cluster.plan import Action, Plan
from tests.controllers.simulator import Simulator, where
from tests.controllers.statefulset.sets import WEB, pod, stateful_set, template

TABLE = Path(__file__).parents[2] / "data" / "controllers" / "statefulset.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text())


def world_of(case: dict[str, Any]) -> tuple[Simulator, str]:
    """The case's set at rest in its old template, then changed to the new one, with the pods as told."""
    given = dict(case["set"])
    leaving = given.pop("leaving", False)
    sim = Simulator(CONTROLLER)
    sim.config = sim.config._replace(gates=frozenset(case.get("gates", ())))
    has_old = any("old" in words.split() for words in case["pods"].values()) or any(
        "old" in line for line in case["do"]
    )
    first = stateful_set(**{**given, "replicas": 0})
    if has_old:
        first["spec"]["template"] = template("nginx:1")
    sim.do(Create(first))
    sim.run()
    old_name = sim.get("StatefulSet", "web")["status"]["updateRevision"]
    sim.edit("StatefulSet", "web", {"spec": {"template": template()}})
    plan = CONTROLLER.plan(sim.world, WEB, sim.now, sim.config)
    for action in plan.actions:
        sim.do(action.intent)
    new_name = sim.get("StatefulSet", "web")["status"]["updateRevision"]
    # The roll of an empty set is over at once; a roll with pods has the old template as the current one.
    owner = sim.get("StatefulSet", "web")
    status = {**owner["status"], "currentRevision": old_name}
    metadata = {**owner["metadata"], **({"deletionTimestamp": "2026-11-23T00:00:00Z"} if leaving else {})}
    owner = {**owner, "status": status, "metadata": metadata, "spec": {**owner["spec"], "replicas": given["replicas"]}}
    sim.world.put(WEB, owner)
    for name, words in case["pods"].items():
        made = pod(words, name, owner, old_name if "old" in words.split() else new_name, sim.now)
        sim.world.put(where(made), made)
    return sim, old_name if has_old else ""


def line(action: Action, old_revision: str) -> str | None:
    match action.intent:
        case Create(obj) if obj["kind"] == "Pod":
            old = obj["metadata"]["labels"]["controller-revision-hash"] == old_revision
            return f"create {obj['metadata']['name']}{' old' if old else ''}"
        case Delete(at) if at.resource == "pods":
            return f"delete {at.name}"
        case Patch(at, _, body) if at.resource == "pods":
            if "ownerReferences" in body["metadata"]:
                return f"{'adopt' if body['metadata']['ownerReferences'] else 'release'} {at.name}"
            return f"repair {at.name}"
    return None


def told(plan: Plan) -> list[str]:
    return [f"{each.seat}: {each.text}" if each.seat is not None else each.text for each in plan.reasons]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_pass(case: dict[str, Any]) -> None:
    sim, old_revision = world_of(case)
    plan = CONTROLLER.plan(sim.world, WEB, sim.now, sim.config)
    assert [text for each in plan.actions if (text := line(each, old_revision))] == case["do"]
    if "why" in case:
        assert told(plan) == case["why"]
    if case.get("again") == "never":
        assert plan.again_at is None
    elif "again" in case:
        assert plan.again_at is not None
        assert plan.again_at - sim.now == pytest.approx(case["again"], abs=0.01)
    assert all(each.about == WEB for each in plan.reasons)
    assert all(each.text.endswith(".") for each in plan.reasons)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_wait_has_a_reason(case: dict[str, Any]) -> None:
    """Whatever the pass does or leaves, it says something; what is not at rest is not called so."""
    sim, _ = world_of(case)
    plan = CONTROLLER.plan(sim.world, WEB, sim.now, sim.config)
    codes = {each.code for each in plan.reasons}
    wants_more = any(not isinstance(each.intent, Update) for each in plan.actions)
    assert codes or wants_more
    if wants_more:
        assert "settled" not in codes or codes & {"partition"} or _only_claims(plan)


def _only_claims(plan: Plan) -> bool:
    """Adoption, release and repair change nothing about who runs."""
    return all(isinstance(each.intent, Patch | Update) for each in plan.actions)


def test_the_status_comes_last_and_only_when_it_changed() -> None:
    sim = Simulator(CONTROLLER)
    sim.do(Create(stateful_set(2, "Parallel")))
    plan = CONTROLLER.plan(sim.world, WEB, sim.now, sim.config)
    kinds = [type(each.intent).__name__ for each in plan.actions]
    assert kinds == ["Create", "Create", "Create", "Update"]
    sim.settle()
    assert CONTROLLER.plan(sim.world, WEB, sim.now, sim.config).actions == ()


def test_a_thousand_pods_share_their_template() -> None:
    sim = Simulator(CONTROLLER)
    sim.do(Create(stateful_set(1000, "Parallel")))
    plan = CONTROLLER.plan(sim.world, WEB, sim.now, sim.config)
    pods: list[Obj] = [
        each.intent.obj for each in plan.actions if isinstance(each.intent, Create) and each.intent.obj["kind"] == "Pod"
    ]
    assert [each["metadata"]["name"] for each in pods] == [f"web-{ordinal}" for ordinal in range(1000)]
    containers = sim.get("StatefulSet", "web")["spec"]["template"]["spec"]["containers"]
    assert all(each["spec"]["containers"] is containers for each in pods)
    assert all(each["metadata"]["ownerReferences"] is pods[0]["metadata"]["ownerReferences"] for each in pods)
    assert len({each["spec"]["hostname"] for each in pods}) == 1000


def test_a_set_that_is_gone_is_nothing_to_plan() -> None:
    sim = Simulator(CONTROLLER)
    assert CONTROLLER.plan(sim.world, WEB, sim.now, sim.config) == Plan()


def test_a_set_that_is_being_deleted_makes_no_revisions() -> None:
    """Foreground deletion takes the revisions before the pods are gone: made anew, they would be deleted for ever."""
    sim, _ = world_of({"set": {"replicas": 1}, "pods": {"web-0": "ready"}, "do": []})
    for revision in list(sim.world.bucket(CONTROLLER_REVISIONS)):
        sim.world.drop(revision)
    owner = sim.get("StatefulSet", "web")
    metadata = {**owner["metadata"], "deletionTimestamp": "2026-11-23T00:00:00Z"}
    sim.world.put(WEB, {**owner, "metadata": metadata})
    plan = CONTROLLER.plan(sim.world, WEB, sim.now, sim.config)
    assert [action.intent for action in plan.actions if not isinstance(action.intent, Update)] == []
