"""Sizes of ReplicaSets: after `kubectl scale`, while rolling, and which old ones are cut from the history."""

from __future__ import annotations

import pytest

from cluster.controllers.deployment import scaling
from cluster.controllers.deployment.limits import limits
from cluster.machinery.objects import Obj, name
from tests.controllers.deployment.deployments import make


def sized(called: str, replicas: int, available: int, desired: int, most: int, age: int = 0, revision: int = 1) -> Obj:
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": called,
            "creationTimestamp": f"2026-11-23T05:00:{59 - age:02d}Z",
            "generation": 1,
            "annotations": {
                "deployment.kubernetes.io/desired-replicas": str(desired),
                "deployment.kubernetes.io/max-replicas": str(most),
                "deployment.kubernetes.io/revision": str(revision),
            },
        },
        "spec": {"replicas": replicas},
        "status": {"replicas": replicas, "availableReplicas": available, "observedGeneration": 1},
    }


# before: replicas, {old, new}; after: replicas -> {old, new}
PROPORTIONAL = [
    ("up by half", 10, (8, 5), 15, (11, 7)),
    ("down by half", 10, (8, 5), 5, (5, 3)),
    ("to nothing", 10, (8, 5), 0, (0, 0)),
    ("equal halves, the newer gets the rest", 10, (5, 5), 11, (5, 9)),
]


@pytest.mark.parametrize(("what", "before", "sizes", "after", "wanted"), PROPORTIONAL)
def test_several_active_sets_share(
    what: str, before: int, sizes: tuple[int, int], after: int, wanted: tuple[int, int]
) -> None:
    most = limits(make(before, 3, 2)).most
    old, new = sized("old", sizes[0], sizes[0], before, most, age=9), sized("new", sizes[1], 0, before, most)
    deployment = make(after, 3, 2)
    changed = {
        name(each): replicas for each, replicas in scaling.follow(deployment, new, [old], limits(deployment), True)
    }
    assert (changed["old"], changed["new"]) == wanted
    assert sum(wanted) == (limits(deployment).most if after else 0)


def test_the_one_active_set_takes_all() -> None:
    only = sized("only", 3, 3, 3, 4)
    assert scaling.follow(make(5), only, [], limits(make(5)), True) == [(only, 5)]
    assert scaling.follow(make(3), only, [], limits(make(3)), True) == []


def test_a_full_new_set_ends_the_old_ones() -> None:
    old, new = sized("old", 1, 1, 3, 4), sized("new", 3, 3, 3, 4)
    assert scaling.follow(make(3), new, [old], limits(make(3)), True) == [(old, 0)]


def test_scaling_is_seen_by_the_size_a_set_was_given_for() -> None:
    assert scaling.was_scaled([sized("web", 3, 3, desired=3, most=4)], limits(make(5)))
    assert not scaling.was_scaled([sized("web", 3, 3, desired=5, most=7)], limits(make(5)))
    assert not scaling.was_scaled([sized("web", 0, 0, desired=3, most=4)], limits(make(5)))


def test_unavailable_old_pods_go_first_and_cost_nothing() -> None:
    sick = sized("sick", 2, 0, 4, 5, age=1)
    well = sized("well", 2, 2, 4, 5, age=9)
    new = sized("new", 1, 1, 4, 5)
    changes = scaling.shrink_old([well, sick], new, limits(make(4)))
    assert [(name(each), replicas) for each, replicas in changes] == [("sick", 0)]


def test_nothing_shrinks_while_the_new_pods_are_not_available() -> None:
    old, new = sized("old", 3, 3, 3, 4), sized("new", 1, 0, 3, 4)
    assert scaling.shrink_old([old], new, limits(make(3))) == []


def test_the_oldest_empty_sets_are_cut() -> None:
    old = [sized(f"r{number}", 0, 0, 3, 4, revision=number) for number in range(1, 6)]
    old.append(sized("busy", 1, 1, 3, 4, revision=0))
    assert [name(each) for each in scaling.outdated(old, 3)] == ["r1", "r2"]
    assert scaling.outdated(old, None) == []
