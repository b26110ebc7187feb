"""Owners through the store's decisions: objects without a record, resets, subresources, what clients send back."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.intents import Apply, Create, Intent, Patch, ServerApply, Update
from cluster.kinds import by_kind, ownership
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Key, Obj, copy
from cluster.store.effects import effect_of
from tests.kinds.sandbox import Sandbox

CONFIG = Key("", "configmaps", "default", "c")


class World:
    def __init__(self) -> None:
        self.sandbox = Sandbox()

    def do(self, intent: Intent, *, trusted: bool = False) -> Obj:
        effect = effect_of(intent, self.sandbox.admission, trusted=trusted)
        assert effect.new is not None
        if effect.changed:
            self.sandbox.world.revision += 1
            version = {"resourceVersion": str(self.sandbox.world.revision)}
            self.sandbox.world.put(effect.key, {**effect.new, "metadata": {**effect.new["metadata"], **version}})
        found = self.sandbox.world.get(effect.key)
        assert found is not None
        return found


def config(**data: str) -> Obj:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "default"}, "data": data}


def names(obj: Obj) -> list[tuple[str, str]]:
    return [(each["manager"], each["operation"]) for each in obj["metadata"].get("managedFields") or ()]


def shown(obj: Obj) -> Obj:
    kind = by_kind(obj["apiVersion"], obj["kind"])
    assert kind is not None
    return ownership.shown(kind, obj)


def test_what_nobody_writes_under_a_name_leaves_no_entries() -> None:
    world = World()
    assert names(world.do(Create(config(a="1")))) == []
    assert names(world.do(Patch(CONFIG, "merge", {"data": {"a": "2"}}))) == []
    assert names(world.do(Update(config(a="3")), trusted=True)) == []


def test_the_first_apply_to_it_begins_the_record() -> None:
    world = World()
    world.do(Create(config(a="1", b="2")))
    with pytest.raises(ApiError, match=r'conflict with "before-first-apply" using v1: \.data\.a'):
        world.do(ServerApply(CONFIG, config(a="9"), "one"))
    made = world.do(ServerApply(CONFIG, config(a="1"), "one"))
    assert names(made) == [("one", "Apply"), ("before-first-apply", "Update")]


def test_client_side_apply_is_known_by_its_annotation() -> None:
    world = World()
    made = world.do(Apply(config(a="1")))
    assert names(made) == []
    assert names(shown(made)) == [("kubectl-client-side-apply", "Update")]
    taken = world.do(ServerApply(CONFIG, config(a="2"), "kubectl"))
    assert taken["data"] == {"a": "2"}
    assert '"a":"2"' in taken["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
    with pytest.raises(ApiError, match=r'conflict with "kubectl": \.data\.a'):
        world.do(ServerApply(CONFIG, config(a="3"), "one"))


@pytest.mark.parametrize("sent", [[], [{}]])
def test_owners_are_forgotten_when_asked_to(sent: Any) -> None:
    world = World()
    made = world.do(Create(config(a="1"), "one"))
    assert names(made) == [("one", "Update")]
    made = world.do(Update({**made, "metadata": {**made["metadata"], "managedFields": sent}}, manager="two"))
    assert names(made) == []


def test_owners_stay_when_a_client_leaves_them_out_or_writes_nonsense() -> None:
    world = World()
    world.do(Create(config(a="1"), "one"))
    assert names(world.do(Update(config(a="1", b="2"), manager="two"))) == [("one", "Update"), ("two", "Update")]
    nonsense = config(a="1", b="2", c="3")
    nonsense["metadata"]["managedFields"] = [{"manager": "x", "operation": "Nope"}]
    assert names(world.do(Update(nonsense, manager="two"))) == [("one", "Update"), ("two", "Update")]


def test_a_client_may_say_who_the_owners_are() -> None:
    world = World()
    made = copy(world.do(Create(config(a="1"), "one")))
    made["metadata"]["managedFields"][0]["manager"] = "another"
    assert names(world.do(Update(made, manager="two"))) == [("another", "Update")]


def test_sending_back_what_was_shown_changes_nothing() -> None:
    world = World()
    made = world.do(Apply(config(a="1")))
    assert world.do(Update(copy(shown(made)), manager="edit")) is made
    changed = copy(shown(made))
    changed["data"]["b"] = "2"
    assert names(world.do(Update(changed, manager="edit"))) == [
        ("edit", "Update"),
        ("kubectl-client-side-apply", "Update"),
    ]


def test_a_name_that_is_too_long_is_refused() -> None:
    world = World()
    made = copy(world.do(Create(config(a="1"), "one")))
    made["metadata"]["managedFields"][0]["manager"] = "x" * 129
    with pytest.raises(
        ApiError, match=r"metadata.managedFields\[0\].manager: Too long: may not be more than 128 bytes"
    ):
        world.do(Update(made, manager="two"))


DEPLOYMENT: Obj = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "d", "namespace": "default"},
    "spec": {
        "selector": {"matchLabels": {"a": "b"}},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "x"}]}},
    },
}
WHERE = Key("apps", "deployments", "default", "d")


def test_the_status_has_owners_of_its_own() -> None:
    world = World()
    world.do(ServerApply(WHERE, DEPLOYMENT, "one"))
    identity = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}}
    made = world.do(ServerApply(WHERE, {**identity, "status": {"replicas": 1}}, "one", subresource="status"))
    entries = made["metadata"]["managedFields"]
    assert [(each["manager"], each.get("subresource", "")) for each in entries] == [("one", ""), ("one", "status")]
    assert entries[1]["fieldsV1"] == {"f:status": {"f:replicas": {}}}
    # What controllers report is followed from here on, and theirs is what they change.
    made = world.do(Update({**made, "status": {"replicas": 2}}, "status"), trusted=True)
    assert [(each["manager"], each.get("subresource", "")) for each in made["metadata"]["managedFields"]] == [
        ("one", ""),
        ("kube-controller-manager", "status"),
    ]


def test_a_controllers_report_is_shown_and_not_stored() -> None:
    world = World()
    made = world.do(Create(DEPLOYMENT, "one"))
    made = world.do(Update({**made, "status": {"replicas": 1, "observedGeneration": 1}}, "status"), trusted=True)
    assert names(made) == [("one", "Update")]
    told = shown(made)["metadata"]["managedFields"]
    assert [each["manager"] for each in told] == ["kube-controller-manager", "one"]
    assert told[0]["fieldsV1"] == {"f:status": {"f:observedGeneration": {}, "f:replicas": {}}}


def test_a_dry_apply_of_what_is_not_there_names_what_is_wrong() -> None:
    world = World()
    for wrong, message in [
        ({**DEPLOYMENT, "apiVersion": "apps/v1beta1"}, "Incorrect version specified in apply patch"),
        ({**DEPLOYMENT, "spec": {"replicas": "x"}}, r"\.spec\.replicas: expected numeric \(int or float\), got string"),
        ({**DEPLOYMENT, "metadata": {"name": "d", "uid": "u"}}, "uid mismatch: the provided object specified uid u"),
    ]:
        with pytest.raises(ApiError, match=message):
            world.do(ServerApply(WHERE, wrong, "one"))
