"""When an object goes at once, when it lingers, and what keeps it."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.errors import Conflict, Forbidden, NotFound
from cluster.machinery.objects import Obj, timestamp
from tests.kinds.sandbox import NOW, Sandbox

CONFIG: Obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}


def _pod(**spec: Any) -> Obj:
    containers = [{"name": "c", "image": "nginx"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers, **spec}}


AT_ONCE = [
    ("not scheduled", {}, {}, {}),
    ("asked for", {"nodeName": "node-1"}, {}, {"grace_seconds": 0}),
    ("has ended", {"nodeName": "node-1"}, {"phase": "Succeeded"}, {}),
    ("has failed", {"nodeName": "node-1"}, {"phase": "Failed"}, {}),
    ("no grace of its own", {"nodeName": "node-1", "terminationGracePeriodSeconds": 0}, {}, {}),
]


@pytest.mark.parametrize(("why", "spec", "status", "options"), AT_ONCE, ids=[case[0] for case in AT_ONCE])
def test_pods_that_go_at_once(why: str, spec: Obj, status: Obj, options: dict[str, Any]) -> None:
    sandbox = Sandbox()
    pod = sandbox.create(_pod(**spec))
    if status:
        pod = sandbox.change(pod, "status", status=status)
    assert sandbox.delete(pod, **options) is None


def test_a_running_pod_has_its_time() -> None:
    sandbox = Sandbox()
    pod = sandbox.create(_pod(nodeName="node-1"))
    marked = sandbox.delete(pod)
    assert marked is not None
    assert marked["metadata"]["deletionGracePeriodSeconds"] == 30
    assert marked["metadata"]["deletionTimestamp"] == timestamp(NOW + 30)
    assert sandbox.delete(marked) is marked
    assert sandbox.delete(marked, grace_seconds=60) is marked
    shorter = sandbox.delete(marked, grace_seconds=5)
    assert shorter is not None
    assert shorter["metadata"]["deletionTimestamp"] == timestamp(NOW + 5)
    assert sandbox.delete(shorter, grace_seconds=0) is None


def test_finalizers_hold_an_object() -> None:
    sandbox = Sandbox()
    made = sandbox.create({**CONFIG, "metadata": {"name": "c", "finalizers": ["a.example/x"]}})
    held = sandbox.delete(made)
    assert held is not None
    assert held["metadata"]["deletionTimestamp"] == timestamp(NOW)
    assert held["metadata"]["deletionGracePeriodSeconds"] == 0
    assert sandbox.delete(held, propagation="Background") is held


def test_a_pod_whose_time_is_up_is_still_held_by_finalizers() -> None:
    sandbox = Sandbox()
    pod = sandbox.create({**_pod(nodeName="node-1"), "metadata": {"name": "p", "finalizers": ["a.example/x"]}})
    held = sandbox.delete(pod, grace_seconds=0)
    assert held is not None
    assert (held["metadata"]["deletionGracePeriodSeconds"], held["metadata"]["finalizers"]) == (0, ["a.example/x"])


PROPAGATION = [("Foreground", ["foregroundDeletion"]), ("Orphan", ["orphan"])]


@pytest.mark.parametrize(("propagation", "finalizers"), PROPAGATION)
def test_dependents_first(propagation: str, finalizers: list[str]) -> None:
    sandbox = Sandbox()
    held = sandbox.delete(sandbox.create(CONFIG), propagation=propagation)
    assert held is not None
    assert held["metadata"]["finalizers"] == finalizers


def test_in_the_background_it_goes_at_once() -> None:
    sandbox = Sandbox()
    assert sandbox.delete(sandbox.create(CONFIG), propagation="Background") is None


def test_marking_counts_as_a_generation() -> None:
    sandbox = Sandbox()
    endpoints = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4"}
    made = sandbox.create({**endpoints, "metadata": {"name": "s", "finalizers": ["a.example/x"]}})
    held = sandbox.delete(made)
    assert held is not None
    assert held["metadata"]["generation"] == 2


PRECONDITIONS = [
    ({"uid": "other"}, "the UID in the precondition (other) does not match the UID in record"),
    ({"resource_version": "1"}, "the ResourceVersion in the precondition (1) does not match the ResourceVersion in"),
]


@pytest.mark.parametrize(("options", "words"), PRECONDITIONS)
def test_preconditions(options: dict[str, Any], words: str) -> None:
    sandbox = Sandbox()
    made = sandbox.create(CONFIG)
    with pytest.raises(Conflict) as refused:
        sandbox.delete(made, **options)
    assert words in refused.value.message


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
def test_some_namespaces_stay(name: str) -> None:
    sandbox = Sandbox(name)
    with pytest.raises(Forbidden) as refused:
        sandbox.delete(sandbox.stored({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}))
    assert refused.value.message == f'namespaces "{name}" is forbidden: this namespace may not be deleted'


def test_a_namespace_ends_when_it_is_empty() -> None:
    sandbox = Sandbox("team", "default")
    stored = sandbox.stored({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}})
    ending = sandbox.delete(stored)
    assert ending is not None
    assert (ending["status"]["phase"], ending["spec"]) == ("Terminating", {"finalizers": ["kubernetes"]})
    assert sandbox.delete(ending) is ending
    with pytest.raises(Forbidden) as refused:
        sandbox.create({**CONFIG, "metadata": {"name": "c", "namespace": "team"}})
    assert refused.value.message == (
        'configmaps "c" is forbidden: unable to create new content in namespace team because it is being terminated'
    )
    assert refused.value.status()["details"]["causes"][0]["reason"] == "NamespaceTerminating"
    emptied = sandbox.update({**ending, "spec": {"finalizers": []}}, "finalize")
    assert sandbox.delete(emptied) is None
    with pytest.raises(NotFound):
        sandbox.create({**CONFIG, "metadata": {"name": "c", "namespace": "team"}})
