"""Faults on purpose that will do nothing, and what is said of them."""

from __future__ import annotations

import pytest

from cluster import faults
from cluster.machinery.objects import CRON_JOBS, DEPLOYMENTS, NODES, PODS, SERVICES, GroupResource, Obj

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


def _said(kind: GroupResource, annotations: dict[str, str]) -> list[str]:
    return [each.said for each in faults.idle(kind, {"metadata": {"annotations": annotations}})]


@pytest.mark.parametrize("annotations", QUIET)
def test_what_is_right_or_not_ours_is_left_alone(annotations: dict[str, str]) -> None:
    assert _said(PODS, annotations) == []


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_what_will_do_nothing_is_said(name: str, value: str, said: str) -> None:
    (told,) = _said(PODS, {f"kubarium.dev/{name}": value})
    assert said in told


def test_a_node_has_faults_of_its_own() -> None:
    assert _said(NODES, {"kubarium.dev/lost": "true", faults.LOST_SINCE: "1"}) == []
    (told,) = _said(NODES, {"kubarium.dev/lost": "yes"})
    assert told == 'kubarium.dev/lost does nothing: it takes "true". This is "yes".'


def test_a_workload_is_told_where_faults_of_its_pods_belong() -> None:
    given = {"kubarium.dev/load": "500m", "kubarium.dev/crash": "true", "kubarium.dev/laod": "1", "example.com/x": "1"}
    assert _said(DEPLOYMENTS, given) == [
        "kubarium.dev/crash does nothing here: it belongs into the template's metadata.",
        "kubarium.dev/laod does nothing: there is no such fault. Did you mean kubarium.dev/load?",
    ]


def test_what_the_template_of_a_workload_says_is_judged_as_of_a_pod() -> None:
    template: Obj = {"metadata": {"annotations": {"kubarium.dev/crash": "yes", "kubarium.dev/flap": "5s"}}}
    cron_job: Obj = {"spec": {"jobTemplate": {"spec": {"template": template}}}}
    assert [each.where for each in faults.idle(CRON_JOBS, cron_job)] == [
        "spec.jobTemplate.spec.template.metadata.annotations"
    ]
    assert list(faults.idle(CRON_JOBS, cron_job, old=cron_job)) == []


def test_an_object_that_makes_no_pods_is_left_alone() -> None:
    assert _said(SERVICES, {"kubarium.dev/crash": "yes"}) == []


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("5s", 5.0), ("1m30s", 90.0), ("250ms", 0.25), ("banana", 0.0), ("banana5s", 0.0), ("5", 0.0), ("", 0.0)],
)
def test_only_a_whole_time_counts(given: str, seconds: float) -> None:
    pod: Obj = {"metadata": {"annotations": {faults.SLOW_START: given}}}
    assert faults.seconds(pod, faults.SLOW_START) == seconds
