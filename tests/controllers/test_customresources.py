"""CustomResourceDefinitions as they come, meet others of their names, and go."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers import customresources, garbage, namespace
from cluster.intents import Create, Delete, Patch
from cluster.kinds import BUILT_IN, custom
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import CUSTOM_DEFINITIONS, NAMESPACES, GroupResource, Obj, condition, key, name, status
from tests.controllers.street import Street
from tests.kinds.definitions import GROUP, crontab, definition

CRONTABS = GroupResource(GROUP, "crontabs")
WHERE = key(CUSTOM_DEFINITIONS, "", f"crontabs.{GROUP}")


def street(*objects: Obj) -> Street:
    made = Street(customresources.CONTROLLER, namespace.CONTROLLER, garbage.CONTROLLER)
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, *objects)
    made.rest()
    return made


def told(street: Street, called: str, sort: str) -> tuple[str, str, str]:
    found = condition(street.world.get(key(CUSTOM_DEFINITIONS, "", called)) or {}, sort)
    assert found is not None
    return found["status"], found["reason"], found["message"]


def test_a_definition_is_established_and_its_kind_served() -> None:
    made = street(definition(shortNames=["ct"], categories=["all"]))
    assert told(made, WHERE.name, "NamesAccepted") == ("True", "NoConflicts", "no conflicts found")
    assert told(made, WHERE.name, "Established") == (
        "True",
        "InitialNamesAccepted",
        "the initial names have been accepted",
    )
    stored = made.world.get(WHERE)
    assert stored is not None
    assert status(stored)["acceptedNames"] == {
        "plural": "crontabs",
        "singular": "crontab",
        "shortNames": ["ct"],
        "kind": "CronTab",
        "listKind": "CronTabList",
        "categories": ["all"],
    }
    assert status(stored)["storedVersions"] == ["v1"]
    made.do(Create(crontab()))
    assert [name(each) for each in made.world.list(CRONTABS)] == ["my"]


def test_before_that_nobody_knows_the_kind() -> None:
    made = Street()
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, definition())
    with pytest.raises(BadRequest) as refused:
        made.do(Create(crontab()))
    assert refused.value.message == f'no matches for kind "CronTab" in version "{GROUP}/v1"'


@pytest.mark.parametrize(
    ("names", "reason", "message"),
    [
        ({"kind": "CronTab", "listKind": "OtherList"}, "KindConflict", '"CronTab" is already in use'),
        ({"kind": "Other", "singular": "crontab"}, "SingularConflict", '"crontab" is already in use'),
        ({"kind": "Other", "singular": "other", "shortNames": ["ct"]}, "ShortNamesConflict", '"ct" is already in use'),
    ],
)
def test_names_that_others_have_are_not_accepted(names: dict[str, Any], reason: str, message: str) -> None:
    made = street(definition(shortNames=["ct"]), definition(plural="others", **names))
    assert told(made, f"others.{GROUP}", "NamesAccepted") == ("False", reason, message)
    assert told(made, f"others.{GROUP}", "Established") == ("False", "NotAccepted", "not all names are accepted")
    assert GroupResource(GROUP, "others") not in custom.of(made.world).resources
    made.do(Delete(WHERE))
    made.rest()
    assert told(made, f"others.{GROUP}", "Established")[0] == "True"


def test_what_is_defined_goes_before_its_definition() -> None:
    made = street(definition())
    made.create(crontab("a"), crontab("b"))
    made.do(Patch(key(CRONTABS, "default", "b"), "merge", {"metadata": {"finalizers": ["example.com/held"]}}))
    made.do(Delete(WHERE))
    made.rest()
    assert [name(each) for each in made.world.list(CRONTABS)] == ["b"]
    assert told(made, WHERE.name, "Terminating") == (
        "True",
        "InstanceDeletionInProgress",
        "CustomResource deletion is in progress",
    )
    plan = customresources.plan(made.world, WHERE, made.now, made.config)
    assert [reason.text for reason in plan.reasons] == ["Waits for the 1 crontabs that are left to be gone."]
    made.do(Patch(key(CRONTABS, "default", "b"), "merge", {"metadata": {"finalizers": None}}))
    made.rest()
    assert made.world.list(CRONTABS) == made.world.list(CUSTOM_DEFINITIONS) == []
    assert custom.of(made.world) is BUILT_IN


def test_namespaces_take_their_custom_objects_along() -> None:
    made = street(definition())
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    there = crontab()
    there["metadata"]["namespace"] = "team"
    made.create(there, crontab())
    made.do(Delete(key(NAMESPACES, "", "team")))
    made.rest()
    assert [each["metadata"]["namespace"] for each in made.world.list(CRONTABS)] == ["default"]


def test_dependents_of_custom_objects_are_collected() -> None:
    made = street(definition())
    owner = made.do(Create(crontab()))
    assert owner is not None
    reference = {"apiVersion": f"{GROUP}/v1", "kind": "CronTab", "name": "my", "uid": owner["metadata"]["uid"]}
    metadata = {"name": "c", "namespace": "default", "ownerReferences": [reference]}
    made.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    made.rest()
    assert len(made.world.list(GroupResource("", "configmaps"))) == 1
    made.do(Delete(key(CRONTABS, "default", "my")))
    made.rest()
    assert made.world.list(GroupResource("", "configmaps")) == []
