"""Faults on purpose that will do nothing, and what is said of them."""

from __future__ import annotations

import pytest

from cluster import faults
from cluster.machinery.objects import Obj

QUIET = [
    {},
    {"example.com/never-ready": "yes"},
    {"kubarium.dev/never-ready": "true", "kubarium.dev/crash": "false", "kubarium.dev/slow-start": "1m30s"},
]
WRONG = [
    ("never-ready", "yes", 'kubarium.dev/never-ready does nothing: it takes "true". This is "yes".'),
    ("slow-start", "banana", 'kubarium.dev/slow-start does nothing: it takes a time such as "5s". This is "banana".'),
    ("flap", "5", 'kubarium.dev/flap does nothing: it takes a time such as "5s". This is "5".'),
    ("never-redy", "true", "there is no such fault. Did you mean kubarium.dev/never-ready?"),
    ("lost", "true", "kubarium.dev/lost does nothing here: it is for a Node."),
    ("x", "true", "kubarium.dev/x does nothing: there is no such fault. There are kubarium.dev/never-ready, "),
]


@pytest.mark.parametrize("annotations", QUIET)
def test_what_is_right_or_not_ours_is_left_alone(annotations: dict[str, str]) -> None:
    assert list(faults.misspelt(annotations, faults.OF_PODS)) == []


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_what_will_do_nothing_is_said(name: str, value: str, said: str) -> None:
    (told,) = faults.misspelt({f"kubarium.dev/{name}": value}, faults.OF_PODS)
    assert said in told


def test_a_node_has_faults_of_its_own() -> None:
    assert list(faults.misspelt({"kubarium.dev/lost": "true", faults.LOST_SINCE: "1"}, faults.OF_NODES)) == []
    (told,) = faults.misspelt({"kubarium.dev/lost": "yes"}, faults.OF_NODES)
    assert told == 'kubarium.dev/lost does nothing: it takes "true". This is "yes".'


def test_a_workload_is_told_where_faults_of_its_pods_belong() -> None:
    given = {"kubarium.dev/load": "500m", "kubarium.dev/crash": "true", "kubarium.dev/laod": "1", "example.com/x": "1"}
    assert list(faults.misplaced(given)) == [
        "kubarium.dev/crash does nothing here: it belongs into the template's metadata.",
        "kubarium.dev/laod does nothing: there is no such fault. Did you mean kubarium.dev/load?",
    ]


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("5s", 5.0), ("1m30s", 90.0), ("250ms", 0.25), ("banana", 0.0), ("banana5s", 0.0), ("5", 0.0), ("", 0.0)],
)
def test_only_a_whole_time_counts(given: str, seconds: float) -> None:
    pod: Obj = {"metadata": {"annotations": {faults.SLOW_START: given}}}
    assert faults.seconds(pod, faults.SLOW_START) == seconds
