"""The recorded rollouts of a Deployment: same ReplicaSets and sizes, same statuses and conditions, same events."""

from __future__ import annotations

from functools import cache

from cluster.controllers.deployment import CONTROLLER
from tests.controllers.replay import Replay, is_subsequence


@cache
def played() -> Replay:
    external = frozenset({"Pod", "ReplicaSet"})
    return Replay("deploy-rollout", (CONTROLLER,), external, frozenset({"Pod"})).run("Deployment")


def test_it_makes_and_sizes_the_same_replica_sets_in_the_same_order() -> None:
    ours = [line for line in played().ours if "ReplicaSet" in line and not line.startswith("status")]
    theirs = [line for line in played().theirs if not line.startswith("status")]
    assert ours == theirs
    assert len(theirs) > 20


def test_it_tells_every_recorded_status_and_condition_in_order() -> None:
    ours = [line for line in played().ours if line.startswith("status Deployment")]
    theirs = [line for line in played().theirs if line.startswith("status Deployment")]
    assert is_subsequence(theirs, ours) is None
    assert len(theirs) > 50
    assert len(ours) <= len(theirs) + 2


def test_it_tells_the_recorded_events() -> None:
    assert played().our_notes == played().their_notes
