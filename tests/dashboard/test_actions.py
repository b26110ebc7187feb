"""Verbs from the picture: the intent, the right it takes and the kubectl command; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.intents import Delete, Patch
from cluster.machinery.errors import BadRequest
from dashboard.actions import action_of


def test_scaling() -> None:
    action = action_of({"verb": "scale", "key": "apps/statefulsets/shop/db", "replicas": 5})
    assert action.intent == Patch(action.key, "merge", {"spec": {"replicas": 5}})
    assert (action.verb, action.subresource, action.cause) == ("patch", "scale", "scale")
    assert action.kubectl == "kubectl scale statefulset/db --replicas=5 -n shop"


def test_deleting() -> None:
    action = action_of({"verb": "delete", "key": "/pods/default/db-0"})
    assert action.intent == Delete(action.key, propagation="Background")
    assert (action.verb, action.kubectl) == ("delete", "kubectl delete pod/db-0")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "a key is group/resource"),
    ({"verb": "delete", "key": 7}, "a key is group/resource"),
    ({"verb": "burn", "key": "/pods/default/a"}, "scale and delete"),
    ({"verb": "scale", "key": "/pods/default/a", "replicas": 1}, "can be scaled"),
    ({"verb": "scale", "key": "apps/statefulsets/default/a"}, "a number from 0 to 10,000"),
    ({"verb": "scale", "key": "apps/statefulsets/default/a", "replicas": -1}, "a number from 0 to 10,000"),
    ({"verb": "scale", "key": "apps/statefulsets/default/a", "replicas": True}, "a number from 0 to 10,000"),
    ({"verb": "scale", "key": "apps/statefulsets/default/a", "replicas": "5"}, "a number from 0 to 10,000"),
    ({"verb": "scale", "key": "apps/statefulsets/default/a", "replicas": 10_001}, "a number from 0 to 10,000"),
]


@pytest.mark.parametrize(("message", "said"), REFUSED)
def test_what_cannot_be_done_is_said(message: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        action_of(message)
