"""Which revision a template is, and what is written to make it the newest."""

from __future__ import annotations

import pytest

from cluster.controllers.revision_history import History, data_of, history, surplus
from cluster.intents import Create, Delete, Patch
from cluster.machinery.objects import CONTROLLER_REVISIONS, Obj, key, name, owner_reference
from cluster.world import World

OWNER: Obj = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {
        "name": "web",
        "namespace": "default",
        "uid": "me",
        "annotations": {"kubernetes.io/change-cause": "x"},
    },
    "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {}},
    "status": {},
}


def template(image: str) -> Obj:
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"image": image}]}}


def owner(image: str, **status: object) -> Obj:
    return {**OWNER, "spec": {**OWNER["spec"], "template": template(image)}, "status": status}


def revision(called: str, image: str, number: int, orphan: bool = False) -> Obj:
    metadata: Obj = {"name": called, "namespace": "default", "uid": called, "labels": {"app": "web"}}
    if not orphan:
        metadata["ownerReferences"] = [owner_reference(OWNER)]
    return {"kind": "ControllerRevision", "metadata": metadata, "data": data_of(template(image)), "revision": number}


def world(*revisions: Obj) -> World:
    made = World()
    for each in revisions:
        made.put(key(CONTROLLER_REVISIONS, "default", name(each)), each)
    return made


def written(found: History) -> list[object]:
    return [each.intent for each in found.writes]


def test_a_new_template_makes_a_revision_with_the_sets_annotations() -> None:
    found = history(owner("b"), world(revision("web-a", "a", 4)))
    [made] = written(found)
    assert isinstance(made, Create)
    assert made.obj["revision"] == 5
    assert made.obj["data"]["spec"]["template"]["$patch"] == "replace"
    assert made.obj["metadata"]["annotations"] == {"kubernetes.io/change-cause": "x"}
    hashed = made.obj["metadata"]["labels"]["controller.kubernetes.io/hash"]
    assert made.obj["metadata"]["name"] == f"web-{hashed}" == found.update.name
    assert found.update.template == template("b")


def test_the_newest_template_writes_nothing() -> None:
    found = history(owner("b"), world(revision("web-a", "a", 1), revision("web-b", "b", 2)))
    assert (written(found), found.update.name) == ([], "web-b")


def test_an_older_template_is_raised_to_be_the_newest() -> None:
    found = history(owner("a"), world(revision("web-a", "a", 1), revision("web-b", "b", 2)))
    [raised] = written(found)
    assert isinstance(raised, Patch)
    assert (raised.key.name, raised.body) == ("web-a", {"revision": 3})
    assert (found.update.name, found.update.number) == ("web-a", 3)


@pytest.mark.parametrize(("named", "current"), [("web-a", "web-a"), ("web-gone", "web-b"), (None, "web-b")])
def test_the_current_revision_is_the_one_the_status_names(named: str | None, current: str) -> None:
    found = history(owner("b", currentRevision=named), world(revision("web-a", "a", 1), revision("web-b", "b", 2)))
    assert found.current.name == current


def test_orphans_are_adopted_and_count() -> None:
    found = history(owner("a"), world(revision("web-a", "a", 1, orphan=True)))
    assert [each.intent.key.name for each in found.adoptions if isinstance(each.intent, Patch)] == ["web-a"]
    assert written(found) == []


def test_a_taken_name_is_hashed_again() -> None:
    first = history(owner("a"), world())
    stranger = revision(first.update.name, "z", 1)
    stranger["metadata"] |= {"labels": {}, "ownerReferences": []}
    found = history(owner("a"), world(stranger))
    assert found.collisions == 1
    assert found.update.name != first.update.name


@pytest.mark.parametrize(("limit", "deleted"), [(0, ["web-a", "web-b"]), (1, ["web-a"]), (2, []), (-1, []), (None, [])])
def test_the_oldest_that_nobody_uses_are_deleted(limit: int | None, deleted: list[str]) -> None:
    kept = [revision(f"web-{letter}", letter, number) for number, letter in enumerate("abcd", 1)]
    found = history(owner("d", currentRevision="web-d"), world(*kept))
    intents = [each.intent for each in surplus(found, {"web-c"}, limit)]
    assert [each.key.name for each in intents if isinstance(each, Delete)] == deleted
