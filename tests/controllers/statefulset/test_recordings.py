"""The recorded StatefulSet scenarios: people and nodes act as recorded, our controller must write what was written."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cluster.controllers.statefulset import CONTROLLER
from cluster.intents import Create
from cluster.machinery.objects import Obj
from tests.controllers.recorded import timeline
from tests.controllers.replay import Replay, is_subsequence
from tests.controllers.simulator import Simulator, where

SCENARIOS = ["sts-ordered", "sts-parallel", "sts-rolling-partition", "sts-stuck", "sts-pvc-ordinals"]
# What the real controller stumbled over in a race with the volume controller, and so told otherwise.
RACES = {"sts-pvc-ordinals": ["create Pod web-7 in StatefulSet web successful"]}


def played(scenario: str) -> Replay:
    return Replay(scenario, (CONTROLLER,), frozenset({"Pod", "PersistentVolumeClaim"})).run("StatefulSet")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_it_writes_the_same_objects_in_the_same_order(scenario: str) -> None:
    replay = played(scenario)
    theirs = [line for line in replay.theirs if not line.startswith("status")]
    ours = [line for line in replay.ours if line.split()[0] not in ("status", "orphan") and " StatefulSet " not in line]
    assert ours == theirs
    assert len(theirs) > 5


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_it_tells_every_recorded_status_in_order(scenario: str) -> None:
    """The real one is slower and leaves out some in-between ones; it never tells one that ours does not."""
    replay = played(scenario)
    theirs = [line for line in replay.theirs if line.startswith("status StatefulSet")]
    ours = [line for line in replay.ours if line.startswith("status StatefulSet")]
    assert is_subsequence(theirs, ours) is None
    assert len(theirs) > 10
    assert len(ours) <= len(theirs) + 3


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_it_tells_the_recorded_events(scenario: str) -> None:
    """Compared as a set with counts: events of one moment are recorded in any order."""
    replay = played(scenario)
    ours = replay.our_notes
    for message in RACES.get(scenario, []):
        ours.remove(message)
    assert sorted(ours) == sorted(replay.their_notes)


def first(scenario: str, kind: str) -> Obj:
    return next(each.object for each in timeline(scenario) if each.object["kind"] == kind)


def without(metadata: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {field: value for field, value in metadata.items() if field not in fields}


ADMITTED = ("uid", "resourceVersion", "creationTimestamp", "generation")


@pytest.mark.parametrize(
    ("scenario", "kind"),
    [
        ("sts-ordered", "ControllerRevision"),
        ("sts-ordered", "Pod"),
        ("sts-pvc-ordinals", "ControllerRevision"),
        ("sts-pvc-ordinals", "PersistentVolumeClaim"),
        ("sts-pvc-ordinals", "Pod"),
    ],
)
def test_it_makes_objects_with_the_recorded_contents(scenario: str, kind: str) -> None:
    """Names of revisions are hashes of ours; what admission adds later is left out."""
    owner = first(scenario, "StatefulSet")
    sim = Simulator(CONTROLLER)
    sim.world.put(where(owner), owner)
    plan = CONTROLLER.plan(sim.world, where(owner), sim.now, sim.config)
    made = [action.intent.obj for action in plan.actions if isinstance(action.intent, Create)]
    ours = next(each for each in made if each["kind"] == kind)
    hashed = next(each for each in made if each["kind"] == "ControllerRevision")["metadata"]["name"]
    theirs = _renamed(first(scenario, kind), first(scenario, "ControllerRevision")["metadata"]["name"], hashed)
    assert without(ours["metadata"], *ADMITTED) == without(theirs["metadata"], *ADMITTED, "finalizers")
    if kind == "ControllerRevision":
        assert (ours["data"], ours["revision"]) == (theirs["data"], 1)
    if kind == "Pod":
        plain = [field for field in ours["spec"] if field not in ("containers", "volumes")]
        assert {field: ours["spec"][field] for field in plain} == {field: theirs["spec"][field] for field in plain}
        mounted = [each for each in theirs["spec"]["volumes"] if not each["name"].startswith("kube-api-access")]
        assert ours["spec"].get("volumes", []) == mounted
        assert {"hostname", "subdomain", "terminationGracePeriodSeconds"} <= set(plain)


def _renamed(obj: Obj, theirs: str, ours: str) -> Obj:
    """The recorded object with our hash in place of the real one."""
    text = orjson.dumps(obj).decode().replace(theirs, ours)
    text = text.replace(theirs.removeprefix("web-"), ours.removeprefix("web-"))
    renamed: Obj = orjson.loads(text)
    return renamed
