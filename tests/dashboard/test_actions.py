"""Verbs from the picture: the intent, the right it takes and the kubectl command; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.intents import Delete, Patch
from cluster.machinery.errors import BadRequest
from dashboard.actions import action_of

NOW = 1_784_000_000.0


def test_scaling() -> None:
    action = action_of({"verb": "scale", "key": "apps/statefulsets/shop/db", "replicas": 5}, NOW)
    assert action.intent == Patch(action.key, "merge", {"spec": {"replicas": 5}})
    assert (action.verb, action.subresource, action.cause) == ("patch", "scale", "scale")
    assert action.kubectl == "kubectl scale statefulset/db --replicas=5 -n shop"


def test_restarting() -> None:
    action = action_of({"verb": "restart", "key": "apps/daemonsets/shop/logs"}, NOW)
    annotations = {"kubectl.kubernetes.io/restartedAt": "2026-07-14T03:33:20Z"}
    assert action.intent == Patch(
        action.key, "merge", {"spec": {"template": {"metadata": {"annotations": annotations}}}}
    )
    assert (action.verb, action.kubectl) == ("patch", "kubectl rollout restart daemonset/logs -n shop")


def test_deleting() -> None:
    action = action_of({"verb": "delete", "key": "/pods/default/db-0"}, NOW)
    assert action.intent == Delete(action.key, propagation="Background")
    assert (action.verb, action.kubectl) == ("delete", "kubectl delete pod/db-0")


def test_making_ill_and_well() -> None:
    action = action_of({"verb": "fault", "key": "/pods/shop/db-0", "fault": "kubarium.dev/flap", "on": True}, NOW)
    assert action.intent == Patch(action.key, "merge", {"metadata": {"annotations": {"kubarium.dev/flap": "10s"}}})
    assert (action.verb, action.kubectl) == ("patch", "kubectl annotate pod/db-0 kubarium.dev/flap=10s -n shop")
    action = action_of({"verb": "fault", "key": "/nodes//node-1", "fault": "kubarium.dev/lost", "on": False}, NOW)
    assert action.intent == Patch(action.key, "merge", {"metadata": {"annotations": {"kubarium.dev/lost": None}}})
    assert action.kubectl == "kubectl annotate node/node-1 kubarium.dev/lost-"


def test_cordoning() -> None:
    for on, value, said in ((True, True, "kubectl cordon node-1"), (False, None, "kubectl uncordon node-1")):
        action = action_of({"verb": "cordon", "key": "/nodes//node-1", "on": on}, NOW)
        assert action.intent == Patch(action.key, "merge", {"spec": {"unschedulable": value}})
        assert action.kubectl == said


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "a key is group/resource"),
    ({"verb": "delete", "key": 7}, "a key is group/resource"),
    ({"verb": "burn", "key": "/pods/default/a"}, "scale, delete, restart, fault and cordon"),
    ({"verb": "scale", "key": "/pods/default/a", "replicas": 1}, "can be scaled"),
    ({"verb": "restart", "key": "apps/replicasets/default/a"}, "can be restarted"),
    ({"verb": "fault", "key": "/services/default/a", "fault": "kubarium.dev/crash", "on": True}, "can be made ill"),
    ({"verb": "fault", "key": "/pods/default/a", "fault": "kubarium.dev/lost", "on": True}, "There are the faults"),
    ({"verb": "fault", "key": "/pods/default/a", "fault": ["x"], "on": True}, "This is a list"),
    ({"verb": "fault", "key": "/pods/default/a", "fault": "kubarium.dev/crash", "on": 1}, "on is true or false"),
    ({"verb": "cordon", "key": "/pods/default/a", "on": True}, "A node can be cordoned"),
    ({"verb": "cordon", "key": "/nodes//a"}, "on is true or false"),
    ({"verb": "scale", "key": "apps/statefulsets/default/a"}, "a number from 0 to 10,000"),
    ({"verb": "scale", "key": "apps/statefulsets/default/a", "replicas": -1}, "a number from 0 to 10,000"),
    ({"verb": "scale", "key": "apps/statefulsets/default/a", "replicas": True}, "a number from 0 to 10,000"),
    ({"verb": "scale", "key": "apps/statefulsets/default/a", "replicas": "5"}, "a number from 0 to 10,000"),
    ({"verb": "scale", "key": "apps/statefulsets/default/a", "replicas": 10_001}, "a number from 0 to 10,000"),
]


@pytest.mark.parametrize(("message", "said"), REFUSED)
def test_what_cannot_be_done_is_said(message: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        action_of(message, NOW)
