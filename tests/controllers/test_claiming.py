"""Who may count an object as its own: a table of owners and labels."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.change import Change
from cluster.controllers.claiming import claim, concerned
from cluster.intents import Patch
from cluster.machinery.objects import PODS, REPLICA_SETS, Obj, key, labels, name
from cluster.world import World

OWNER: Obj = {
    "apiVersion": "apps/v1",
    "kind": "ReplicaSet",
    "metadata": {"name": "rs", "namespace": "default", "uid": "me"},
}
LEAVING: Obj = {**OWNER, "metadata": {**OWNER["metadata"], "deletionTimestamp": "2026-11-23T00:00:00Z"}}


def pod(controller: str = "", app: str = "web", leaving: bool = False) -> Obj:
    metadata: dict[str, Any] = {"name": "p", "namespace": "default", "uid": "pod", "labels": {"app": app}}
    if controller:
        metadata["ownerReferences"] = [{"kind": "ReplicaSet", "name": "rs", "uid": controller, "controller": True}]
    if leaving:
        metadata["deletionTimestamp"] = "2026-11-23T00:00:00Z"
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}


TABLE = [
    ("ours", OWNER, pod("me"), True, None),
    ("ours, and it leaves", OWNER, pod("me", leaving=True), True, None),
    ("another's", OWNER, pod("other"), False, None),
    ("ours, but labelled otherwise", OWNER, pod("me", app="db"), False, "release"),
    ("an orphan", OWNER, pod(), True, "adopt"),
    ("an orphan that leaves", OWNER, pod(leaving=True), False, None),
    ("an orphan of other labels", OWNER, pod(app="db"), False, None),
    ("the owner leaves: an orphan stays one", LEAVING, pod(), False, None),
    ("the owner leaves: nothing is released", LEAVING, pod("me", app="db"), False, None),
    ("the owner leaves: it keeps its own", LEAVING, pod("me"), True, None),
]


@pytest.mark.parametrize(("what", "owner", "obj", "mine", "write"), TABLE, ids=[each[0] for each in TABLE])
def test_a_claim(what: str, owner: Obj, obj: Obj, mine: bool, write: str | None) -> None:
    found = claim(owner, PODS, [obj], lambda each: labels(each)["app"] == "web")
    assert (found.mine == [obj]) is mine
    bodies = [
        each.intent.body["metadata"]["ownerReferences"] for each in found.actions if isinstance(each.intent, Patch)
    ]
    if write is None:
        assert bodies == []
    elif write == "release":
        assert bodies == [None]
    else:
        assert [each["uid"] for each in bodies[0]] == ["me"]
        assert bodies[0][0]["controller"] and bodies[0][0]["blockOwnerDeletion"]


def test_adopting_keeps_the_other_owners() -> None:
    obj = pod()
    obj["metadata"]["ownerReferences"] = [{"kind": "Node", "name": "n", "uid": "node"}]
    patch = claim(OWNER, PODS, [obj], lambda each: True).actions[0].intent
    assert isinstance(patch, Patch)
    assert [each["uid"] for each in patch.body["metadata"]["ownerReferences"]] == ["node", "me"]
    assert patch.uid == "pod"


def test_a_change_concerns_the_owner_before_and_after_and_who_could_adopt() -> None:
    world = World()
    for called, uid in (("rs", "me"), ("next", "next"), ("blind", "blind")):
        at = key(REPLICA_SETS, "default", called)
        world.put(at, {**OWNER, "metadata": {**OWNER["metadata"], "name": called, "uid": uid}})
    at = key(PODS, "default", "p")

    def found(new: Obj, old: Obj | None) -> set[str]:
        change = Change(1, "MODIFIED", at, new, -1, 0, "t", "t", 0.0, 0.0)
        concerns = concerned(change, old, REPLICA_SETS, "ReplicaSet", world, lambda owner, _: name(owner) != "blind")
        return {each.name for each in concerns}

    assert found(pod("me"), None) == {"rs"}
    assert found(pod("gone"), None) == set()
    assert found(pod(), None) == {"rs", "next"}
    assert found(pod(), pod("me")) == {"rs", "next"}
