from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers.label_selector import candidates, matcher
from cluster.machinery.objects import PODS, Obj, key, name
from cluster.world import World

LABELS = {"app": "web", "tier": "front"}

TABLE: list[tuple[Any, bool]] = [
    (None, False),
    ({}, False),
    ({"matchLabels": {"app": "web"}}, True),
    ({"matchLabels": {"app": "db"}}, False),
    ({"matchLabels": {"app": "web", "tier": "front"}}, True),
    ({"matchLabels": {"app": "web", "tier": "back"}}, False),
    ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "db"]}]}, True),
    ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["db"]}]}, False),
    ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["db"]}]}, True),
    ({"matchExpressions": [{"key": "zone", "operator": "NotIn", "values": ["a"]}]}, True),
    ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, True),
    ({"matchExpressions": [{"key": "zone", "operator": "Exists"}]}, False),
    ({"matchExpressions": [{"key": "zone", "operator": "DoesNotExist"}]}, True),
    ({"matchExpressions": [{"key": "app", "operator": "Gt", "values": ["1"]}]}, False),
    ({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "zone", "operator": "Exists"}]}, False),
]


@pytest.mark.parametrize(("selector", "holds"), TABLE)
def test_a_selector_and_labels(selector: Any, holds: bool) -> None:
    assert matcher(selector)(LABELS) is holds


@pytest.mark.parametrize(
    "selector",
    [{"matchLabels": {"app": "web"}}, {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}],
)
def test_candidates_come_by_name(selector: Any) -> None:
    world = World()
    for called, app in (("b", "web"), ("a", "web"), ("c", "db")):
        made: Obj = {"kind": "Pod", "metadata": {"name": called, "namespace": "default", "labels": {"app": app}}}
        world.put(key(PODS, "default", called), made)
    assert [name(each) for each in candidates(world, PODS, "default", selector)] == ["a", "b"]
