"""ReplicationControllers: as many pods as asked for, by a plain selector; left behind when nothing else is said."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers import garbage, replicationcontroller, scheduler
from cluster.intents import Create, Delete, Patch
from cluster.machinery.errors import Invalid
from cluster.machinery.objects import PODS, REPLICATION_CONTROLLERS, Obj, key, labels, meta, name, spec, status
from cluster.nodes import kubelet
from tests.controllers.daemonset.daemons import node
from tests.controllers.street import Street

WEB = key(REPLICATION_CONTROLLERS, "default", "web")
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def controller(**fields: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "ReplicationController",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"replicas": 2, "template": TEMPLATE, **fields},
    }


def running(made: Obj) -> Street:
    street = Street(replicationcontroller.CONTROLLER, scheduler.CONTROLLER, kubelet.CONTROLLER, garbage.CONTROLLER)
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, node("node-1"), made)
    street.rest()
    return street


def pods(street: Street) -> list[Obj]:
    return street.world.list(PODS, "default")


def test_its_pods_and_its_status() -> None:
    street = running(controller())
    stored = street.world.get(WEB)
    assert stored is not None
    assert (spec(stored)["selector"], labels(stored)) == ({"app": "web"}, {"app": "web"})
    assert status(stored) == {
        "replicas": 2,
        "fullyLabeledReplicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "observedGeneration": 1,
    }
    said = {each.message for each in street.notes if each.component == "replication-controller"}
    assert said == {f"Created pod: {name(pod)}" for pod in pods(street)}


def test_scaling_replacing_adopting_and_letting_go() -> None:
    street = running(controller())
    street.do(Patch(WEB, "merge", {"spec": {"replicas": 4}}))
    street.rest()
    assert len(pods(street)) == 4
    first = pods(street)[0]
    street.do(Patch(key(PODS, "default", name(first)), "merge", {"metadata": {"labels": {"app": "other"}}}))
    street.rest()
    assert len(pods(street)) == 5
    released = street.world.get(key(PODS, "default", name(first)))
    assert released is not None and "ownerReferences" not in meta(released)
    street.do(Patch(key(PODS, "default", name(first)), "merge", {"metadata": {"labels": {"app": "web"}}}))
    street.rest()
    assert len(pods(street)) == 4


@pytest.mark.parametrize(("propagation", "left"), [(None, 2), ("Orphan", 2), ("Background", 0), ("Foreground", 0)])
def test_deleting_it(propagation: Any, left: int) -> None:
    street = running(controller())
    street.do(Delete(WEB, propagation=propagation))
    street.rest()
    assert (street.world.get(WEB), len(pods(street))) == (None, left)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"template": None}, "spec.selector: Required value"),
    ({"template": None, "selector": {"app": "web"}}, "spec.template: Required value"),
    ({"selector": {"app": "other"}}, "`selector` does not match template `labels`"),
    ({"replicas": -1}, "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
]


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_what_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid) as refused:
        running(controller(**fields))
    assert message in refused.value.message


def test_two_of_one_selector_do_not_steal() -> None:
    street = running(controller())
    other = controller(selector={"app": "web"})
    street.do(Create({**other, "metadata": {"name": "other", "namespace": "default"}}))
    street.rest()
    owners = sorted(meta(pod)["ownerReferences"][0]["name"] for pod in pods(street))
    assert owners == ["other", "other", "web", "web"]
