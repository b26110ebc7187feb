"""Pairs of pods, in YAML: which goes first, whichever way round they are given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.controllers.pod_facts import PodFacts, read
from cluster.controllers.replicaset.victims import victims
from cluster.machinery.objects import PODS, Obj, key, timestamp

TABLE = Path(__file__).parents[2] / "data" / "controllers" / "victims.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text())
NOW = 1_000_000.0


def pod(
    state: str, node: str, cost: str = "", ready_for: int = 100, restarts: int = 0, age: int = 5000, uid: str = "u"
) -> PodFacts:
    name = f"{state}-{node}-{cost}-{ready_for}-{restarts}-{age}-{uid}"
    metadata: Obj = {"name": name, "namespace": "default", "uid": uid, "creationTimestamp": timestamp(NOW - age)}
    if cost:
        metadata["annotations"] = {"controller.kubernetes.io/pod-deletion-cost": cost}
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": timestamp(NOW - ready_for)}
    made: Obj = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"nodeName": node} if node else {},
        "status": {
            "phase": "Running" if state == "Ready" else state,
            "conditions": [ready] if state == "Ready" else [],
            "containerStatuses": [{"restartCount": restarts}],
        },
    }
    return read(key(PODS, "default", name), made)


CROWD = [pod("Ready", "crowded", uid=f"crowd-{number}") for number in range(4)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("turned", [False, True])
def test_the_first_to_go(case: dict[str, Any], turned: bool) -> None:
    goes, stays = pod(**case["goes"]), pod(**case["stays"])
    pair = [stays, goes] if turned else [goes, stays]
    assert victims(pair, [*pair, *CROWD], 1, NOW) == [goes]


def test_all_go_when_none_is_wanted() -> None:
    pair = [pod("Ready", "node-1"), pod("Pending", "")]
    assert victims(pair, pair, 2, NOW) == pair
