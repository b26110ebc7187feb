"""What holds for every kind when it is created or changed."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kinds import KINDS, by_kind, by_resource, key_of
from cluster.kinds.admission import admit_create, check_fields
from cluster.machinery.errors import AlreadyExists, ApiError, BadRequest, Conflict, Forbidden, Invalid, NotFound
from cluster.machinery.objects import Key, Obj, copy, timestamp
from tests.kinds.sandbox import NOW, Sandbox

POD: Obj = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}
CONFIG: Obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1"}}


def _set(name: str = "web", **spec: Any) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "serviceName": name,
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": POD["spec"]},
            **spec,
        },
    }


def test_the_registry_knows_each_kind_by_both_names() -> None:
    assert len({kind.group_resource for kind in KINDS}) == len(KINDS) > 17
    for kind in KINDS:
        assert by_resource(kind.group_resource) is kind
        assert by_kind(kind.api_version, kind.kind) is kind
    events = by_kind("events.k8s.io/v1", "Event")
    assert events is not None and events is by_kind("v1", "Event")


KEYS = [
    (POD, Key("", "pods", "default", "p")),
    ({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}}, Key("", "nodes", "", "n")),
    (_set(), Key("apps", "statefulsets", "default", "web")),
]


@pytest.mark.parametrize(("obj", "key"), KEYS)
def test_keys(obj: Obj, key: Key) -> None:
    assert key_of(obj) == key


NO_KEYS = [
    ({}, "error validating data: [apiVersion not set, kind not set]"),
    ({"kind": "Pod"}, "error validating data: apiVersion not set"),
    ({"apiVersion": "v1", "kind": "Widget"}, 'no matches for kind "Widget" in version "v1"'),
]


@pytest.mark.parametrize(("obj", "message"), NO_KEYS)
def test_what_has_no_key(obj: Obj, message: str) -> None:
    with pytest.raises(BadRequest) as refused:
        key_of(obj)
    assert refused.value.message == message


def test_creation_sets_what_is_the_servers() -> None:
    sandbox = Sandbox()
    asked = _set()
    asked["metadata"] |= {"uid": "mine", "resourceVersion": "7", "generation": 9, "creationTimestamp": None}
    before = copy(asked)
    made = sandbox.create(asked)
    assert asked == before
    metadata = made["metadata"]
    assert metadata["uid"].startswith("00000000-")
    assert metadata["creationTimestamp"] == timestamp(NOW)
    assert (metadata["namespace"], metadata["generation"], metadata["resourceVersion"]) == ("default", 1, "2")


def test_names_are_generated_until_one_is_free() -> None:
    sandbox = Sandbox()
    taken = sandbox.create({**CONFIG, "metadata": {"generateName": "c-"}})
    again = Sandbox()
    again.create({**CONFIG, "metadata": {"name": taken["metadata"]["name"]}})
    made = again.create({**CONFIG, "metadata": {"generateName": "c-"}})
    assert taken["metadata"]["name"] == "c-00001"
    assert made["metadata"]["name"] == "c-00002"
    assert made["metadata"]["generateName"] == "c-"


def test_null_is_nothing() -> None:
    made = Sandbox().create({**POD, "spec": {**POD["spec"], "volumes": None, "tolerations": [], "hostname": None}})
    assert "hostname" not in made["spec"]
    assert len(made["spec"]["volumes"]) == 1


REFUSED: list[tuple[str, Obj, type[ApiError], str]] = [
    ("no namespace", {**POD, "metadata": {"name": "p", "namespace": "nope"}}, NotFound, 'namespaces "nope" not found'),
    ("unknown account", {**POD, "spec": {**POD["spec"], "serviceAccountName": "ghost"}}, Forbidden,
     'pods "p" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found'),
    ("namespace of a node", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n", "namespace": "x"}},
     BadRequest, "the namespace of the provided object does not match the namespace sent on the request"),
    ("bad finalizer", {**CONFIG, "metadata": {"name": "c", "finalizers": ["mine"]}}, Invalid,
     'ConfigMap "c" is invalid: metadata.finalizers: Invalid value: "mine": name is neither a standard finalizer name '
     "nor is it fully qualified"),
    ("owner without uid",
     {**CONFIG, "metadata": {"name": "c", "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p"}]}},
     Invalid, 'ConfigMap "c" is invalid: metadata.ownerReferences.uid: Invalid value: "": must not be empty'),
    ("bad key", {**CONFIG, "data": {"a b": "1"}}, Invalid,
     'ConfigMap "c" is invalid: data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric '
     "characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
     "'[-._a-zA-Z0-9]+')"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "obj", "error", "message"), REFUSED, ids=[case[0] for case in REFUSED])
def test_refusals(why: str, obj: Obj, error: type[ApiError], message: str) -> None:
    sandbox = Sandbox()
    before = len(sandbox.world)
    with pytest.raises(error) as refused:
        sandbox.create(obj)
    assert refused.value.message == message
    assert len(sandbox.world) == before


def test_a_name_is_taken_once() -> None:
    sandbox = Sandbox()
    sandbox.create(CONFIG)
    with pytest.raises(AlreadyExists):
        sandbox.create(CONFIG)


def test_unknown_fields() -> None:
    kind = by_kind("v1", "Pod")
    assert kind is not None
    wrong = {**POD, "spec": {**POD["spec"], "hostnam": "x"}}
    with pytest.raises(BadRequest) as refused:
        check_fields(kind, wrong)
    assert refused.value.message == (
        'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.hostnam"'
    )
    assert check_fields(kind, wrong, "Warn") == ['unknown field "spec.hostnam"']
    assert check_fields(kind, wrong, "Ignore") == []
    assert admit_create(kind, wrong, Sandbox().admission)["spec"]["hostnam"] == "x"


def test_an_update_that_says_the_same_gives_the_stored_object_itself() -> None:
    sandbox = Sandbox()
    stored = sandbox.create(_set())
    assert sandbox.update(copy(stored)) is stored
    asked = _set()
    asked["metadata"]["namespace"] = "default"
    assert sandbox.update(asked) is stored


def test_generations_count_changes_of_the_spec() -> None:
    sandbox = Sandbox()
    stored = sandbox.create(_set())
    stored = sandbox.change(stored, metadata={"labels": {"a": "b"}})
    stored = sandbox.change(stored, "status", status={"replicas": 1})
    assert stored["metadata"]["generation"] == 1
    stored = sandbox.change(stored, spec={"replicas": 3})
    assert (stored["metadata"]["generation"], stored["status"]["replicas"]) == (2, 1)


def test_a_deployments_annotations_count_but_not_from_the_status() -> None:
    sandbox = Sandbox()
    asked = _set()
    asked |= {"kind": "Deployment"}
    del asked["spec"]["serviceName"]
    stored = sandbox.create(asked)
    stored = sandbox.change(stored, metadata={"annotations": {"a": "b"}})
    assert stored["metadata"]["generation"] == 2
    stored = sandbox.change(stored, "status", metadata={"annotations": {"a": "c"}}, status={"replicas": 1})
    assert stored["metadata"]["annotations"] == {"a": "c"}
    assert stored["metadata"]["generation"] == 2


def test_status_and_rest_are_written_apart() -> None:
    sandbox = Sandbox()
    stored = sandbox.create(_set())
    changed = copy(stored)
    changed["spec"]["replicas"], changed["status"]["replicas"] = 5, 4
    assert sandbox.update(changed, "status")["spec"]["replicas"] == 1
    again = copy(changed)
    again["metadata"]["resourceVersion"] = ""
    again["status"]["replicas"] = 2
    both = sandbox.update(again)
    assert (both["spec"]["replicas"], both["status"]["replicas"]) == (5, 4)


def test_who_saw_an_older_version_is_refused() -> None:
    sandbox = Sandbox()
    seen = sandbox.create(CONFIG)
    sandbox.change(seen, data={"a": "2"})
    with pytest.raises(Conflict) as refused:
        sandbox.update({**seen, "data": {"a": "3"}})
    assert refused.value.message.endswith("please apply your changes to the latest version and try again")


def test_what_only_the_server_sets_stays() -> None:
    sandbox = Sandbox()
    stored = sandbox.create(CONFIG)
    forged = {"name": "c", "namespace": "default", "creationTimestamp": "2001-01-01T00:00:00Z", "generation": 7}
    assert sandbox.update({**CONFIG, "metadata": forged}) is stored


def test_a_finalizer_cannot_be_added_on_the_way_out() -> None:
    sandbox = Sandbox()
    stored = sandbox.create({**CONFIG, "metadata": {"name": "c", "finalizers": ["a.example/x"]}})
    left = sandbox.delete(stored)
    assert left is not None
    with pytest.raises(Invalid) as refused:
        sandbox.change(left, metadata={"finalizers": ["a.example/x", "a.example/y"]})
    assert 'found new finalizers []string{"a.example/y"}' in refused.value.message
    assert sandbox.change(left, metadata={"finalizers": []})["metadata"].get("finalizers") is None


def test_a_namespace_keeps_the_label_of_its_name() -> None:
    sandbox = Sandbox("team")
    stored = sandbox.stored({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    changed = sandbox.change(stored, metadata={"labels": {"a": "b"}})
    assert changed["metadata"]["labels"] == {"a": "b", "kubernetes.io/metadata.name": "team"}


def test_an_object_may_be_so_large_and_no_larger() -> None:
    sandbox = Sandbox()
    many = {f"a{number}.example.com/x": "v" * 60_000 for number in range(4)}
    containers = [{"name": f"c{number}", "image": "x", "args": ["y" * 100_000]} for number in range(15)]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "big"}, "spec": {"containers": containers}}
    with pytest.raises(ApiError, match="etcdserver: request is too large") as refused:
        sandbox.create({**pod, "metadata": {"name": "big", "annotations": many}})
    assert (refused.value.code, refused.value.reason) == (500, "")
    sandbox.create({**pod, "spec": {"containers": containers[:10]}})
