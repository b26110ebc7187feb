"""Which nodes a pod may stand on: taints, selectors, affinity, one line a case."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.objects import Obj
from cluster.placement.standing import KEEPS_AWAY, matches_node, pinned_to, untolerated

NODE: Obj = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "node-1", "labels": {"disk": "ssd", "cores": "8", "zone": "a"}},
}

DEDICATED = {"key": "dedicated", "value": "db", "effect": "NoSchedule"}
LOST = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}
TOLERATIONS = [
    ([], [DEDICATED], "dedicated"),
    ([{"key": "dedicated", "operator": "Equal", "value": "db", "effect": "NoSchedule"}], [DEDICATED], None),
    ([{"key": "dedicated", "value": "db"}], [DEDICATED], None),
    ([{"key": "dedicated", "value": "web"}], [DEDICATED], "dedicated"),
    ([{"key": "dedicated", "operator": "Exists"}], [DEDICATED], None),
    ([{"key": "dedicated", "operator": "Exists", "effect": "NoExecute"}], [DEDICATED], "dedicated"),
    ([{"operator": "Exists"}], [DEDICATED, LOST], None),
    ([{"operator": "Exists", "effect": "NoSchedule"}], [DEDICATED, LOST], "node.kubernetes.io/unreachable"),
    ([], [{"key": "soft", "effect": "PreferNoSchedule"}], None),
]  # fmt: skip


@pytest.mark.parametrize(("tolerations", "taints", "stops"), TOLERATIONS)
def test_taints(tolerations: list[Obj], taints: list[Obj], stops: str | None) -> None:
    found = untolerated({"tolerations": tolerations}, taints)
    assert (found["key"] if found else None) == stops


def test_only_the_effects_asked_for_count() -> None:
    assert untolerated({}, [DEDICATED], ("NoExecute",)) is None
    assert untolerated({}, [DEDICATED, LOST], ("NoExecute",)) == LOST
    assert untolerated({}, [DEDICATED, LOST], KEEPS_AWAY) == DEDICATED


def _one(key: str, operator: str, *values: str) -> Obj:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


def _named(*names: str, operator: str = "In") -> Obj:
    return {"matchFields": [{"key": "metadata.name", "operator": operator, "values": list(names)}]}


TERMS: list[tuple[list[Obj], bool]] = [
    ([_one("disk", "In", "ssd", "nvme")], True),
    ([_one("disk", "In", "hdd")], False),
    ([_one("disk", "NotIn", "hdd")], True),
    ([_one("gpu", "NotIn", "a100")], True),
    ([_one("disk", "Exists")], True),
    ([_one("gpu", "Exists")], False),
    ([_one("gpu", "DoesNotExist")], True),
    ([_one("cores", "Gt", "4")], True),
    ([_one("cores", "Gt", "8")], False),
    ([_one("cores", "Lt", "16")], True),
    ([_one("disk", "Gt", "4")], False),
    ([_one("disk", "In", "hdd"), _one("zone", "In", "a")], True),
    ([{**_one("disk", "In", "ssd"), **_named("node-2")}], False),
    ([{**_one("disk", "In", "ssd"), **_named("node-1")}], True),
    ([_named("node-1", operator="NotIn")], False),
    ([{}], False),
    ([], False),
]


def _affine(terms: list[Obj]) -> Obj:
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"affinity": {"nodeAffinity": required}}


@pytest.mark.parametrize(("terms", "holds"), TERMS)
def test_affinity(terms: list[Obj], holds: bool) -> None:
    assert matches_node(_affine(terms), NODE) is holds


def test_selector_and_affinity_have_to_hold_both() -> None:
    affine = _affine([_one("disk", "Exists")])
    assert matches_node({}, NODE)
    assert matches_node({**affine, "nodeSelector": {"zone": "a"}}, NODE)
    assert not matches_node({**affine, "nodeSelector": {"zone": "b"}}, NODE)


PINNED: list[tuple[Any, set[str] | None]] = [
    ([_named("node-1")], {"node-1"}),
    ([_named("node-1"), _named("node-2")], {"node-1", "node-2"}),
    ([_named("node-1"), _one("disk", "Exists")], None),
    ([_named("node-1", operator="NotIn")], None),
]


@pytest.mark.parametrize(("terms", "nodes"), PINNED)
def test_a_pod_tied_to_nodes_by_name(terms: list[Obj], nodes: set[str] | None) -> None:
    assert pinned_to(_affine(terms)) == nodes


def test_a_pod_without_affinity_is_tied_to_none() -> None:
    assert pinned_to({}) is None
