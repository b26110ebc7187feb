"""Disruption budgets: what they count, what they allow, and evictions that ask them."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers import daemonset, deployment, disruption, garbage, job, replicaset, scheduler, statefulset
from cluster.intents import Create, Evict, Patch, Update
from cluster.machinery.errors import ApiError, Conflict, Invalid, NotFound, TooManyRequests
from cluster.machinery.objects import (
    DISRUPTION_BUDGETS,
    PODS,
    STATEFUL_SETS,
    Key,
    Obj,
    condition,
    copy,
    key,
    meta,
    name,
    status,
    timestamp,
)
from cluster.nodes import kubelet
from tests.controllers.daemonset.daemons import node
from tests.controllers.street import Street
from tests.objects import stateful_set

BUDGET = key(DISRUPTION_BUDGETS, "default", "web")
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def budget(called: str = "web", app: str = "web", **fields: Any) -> Obj:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": called, "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": app}}, **fields},
    }


def workload(kind: str, **fields: Any) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE, **fields},
    }


def running(*objects: Obj) -> Street:
    street = Street(
        deployment.CONTROLLER,
        replicaset.CONTROLLER,
        statefulset.CONTROLLER,
        daemonset.CONTROLLER,
        job.CONTROLLER,
        disruption.CONTROLLER,
        scheduler.CONTROLLER,
        kubelet.CONTROLLER,
        garbage.CONTROLLER,
        pace="brisk",
    )
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, node("node-1"))
    street.create(*objects)
    street.rest()
    return street


def told(street: Street) -> dict[str, Any]:
    return status(street.world.get(BUDGET) or {})


def counts(street: Street) -> tuple[int, int, int, int]:
    """(allowed, healthy, needed, expected)."""
    found = told(street)
    return (
        found["disruptionsAllowed"],
        found["currentHealthy"],
        found["desiredHealthy"],
        found["expectedPods"],
    )


def web(number: int) -> Key:
    return key(PODS, "default", f"web-{number}")


SETTINGS: list[tuple[dict[str, Any], int, tuple[int, int, int, int]]] = [
    ({"minAvailable": 2}, 3, (1, 3, 2, 3)),
    ({"minAvailable": 3}, 3, (0, 3, 3, 3)),
    ({"minAvailable": 5}, 3, (0, 3, 5, 3)),
    ({"minAvailable": 0}, 3, (3, 3, 0, 3)),
    ({"minAvailable": "50%"}, 3, (1, 3, 2, 3)),
    ({"minAvailable": "100%"}, 3, (0, 3, 3, 3)),
    ({"maxUnavailable": 1}, 3, (1, 3, 2, 3)),
    ({"maxUnavailable": 0}, 3, (0, 3, 3, 3)),
    ({"maxUnavailable": "34%"}, 3, (2, 3, 1, 3)),
    ({"maxUnavailable": 7}, 3, (3, 3, 0, 3)),
    ({}, 3, (0, 3, 0, 0)),
    ({"minAvailable": 1}, 0, (0, 0, 1, 0)),
]


@pytest.mark.parametrize(("fields", "replicas", "wanted"), SETTINGS)
def test_what_it_counts(fields: dict[str, Any], replicas: int, wanted: tuple[int, int, int, int]) -> None:
    assert counts(running(stateful_set("web", replicas), budget(**fields))) == wanted


def test_its_status_as_a_whole() -> None:
    street = running(stateful_set("web", 3), budget(minAvailable=2))
    found = copy(told(street))
    since = found["conditions"][0].pop("lastTransitionTime")
    assert found == {
        "observedGeneration": 1,
        "disruptionsAllowed": 1,
        "currentHealthy": 3,
        "desiredHealthy": 2,
        "expectedPods": 3,
        "conditions": [
            {
                "type": "DisruptionAllowed",
                "status": "True",
                "observedGeneration": 1,
                "reason": "SufficientPods",
                "message": "",
            }
        ],
    }
    assert since <= timestamp(street.now)
    plan = disruption.plan(street.world, BUDGET, street.now, street.config)
    assert [each.text for each in plan.reasons] == ["Allows 1 disruption: 3 healthy, 2 needed."]


def test_of_a_deployment_s_pods_the_deployment_s_replicas_count() -> None:
    street = running(workload("Deployment", replicas=4), budget(maxUnavailable="25%"))
    assert counts(street) == (1, 4, 3, 4)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (workload("DaemonSet"), "daemonsets.apps does not implement the scale subresource"),
    ],
)
def test_a_share_of_what_has_no_scale_allows_nothing(made: Obj, message: str) -> None:
    street = running(made, budget(maxUnavailable=1))
    (found,) = told(street)["conditions"]
    assert (found["status"], found["reason"], found["message"]) == ("False", "SyncFailed", message)
    assert told(street)["disruptionsAllowed"] == 0
    assert f"Failed to calculate the number of expected pods: {message}" in [each.message for each in street.notes]
    street.do(Patch(BUDGET, "merge", {"spec": {"maxUnavailable": None, "minAvailable": 0}}))
    street.rest()
    assert told(street)["conditions"][0]["reason"] == "SufficientPods"


def test_pods_of_nobody_are_told_of() -> None:
    stray = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "stray", "namespace": "default", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "nginx"}]},
    }
    street = running(stray, budget(maxUnavailable=1))
    assert counts(street) == (0, 1, 0, 0)
    assert any(each.reason == "UnmanagedPods" and "app: web" in each.message for each in street.notes)


# -- evictions -----------------------------------------------------------------------------------------------------


def test_an_eviction_counts_marks_and_deletes_and_the_next_has_to_wait() -> None:
    street = running(stateful_set("web", 3), budget(minAvailable=2))
    first = street.do(Evict(web(1)))
    assert first is not None
    marked = condition(first, "DisruptionTarget") or {}
    assert (marked["status"], marked["reason"], marked["message"]) == (
        "True",
        "EvictionByEvictionAPI",
        "Eviction API: evicting",
    )
    assert meta(first)["deletionTimestamp"]
    assert told(street)["disruptedPods"] == {"web-1": timestamp(street.now)}
    assert told(street)["disruptionsAllowed"] == 0
    assert told(street)["conditions"][0]["reason"] == "InsufficientPods"
    before = street.world.revision
    with pytest.raises(TooManyRequests) as refused:
        street.do(Evict(web(2)))
    assert street.world.revision == before
    assert refused.value.status() == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "Cannot evict pod as it would violate the pod's disruption budget.",
        "reason": "TooManyRequests",
        "details": {
            "causes": [
                {
                    "reason": "DisruptionBudget",
                    "message": "The disruption budget web needs 2 healthy pods and has 3 currently",
                }
            ]
        },
        "code": 429,
    }
    street.rest(0.01)
    with pytest.raises(TooManyRequests, match="violate") as again:
        street.do(Evict(web(2)))
    assert "needs 2 healthy pods and has 2 currently" in str(again.value.details)
    street.rest()
    assert counts(street) == (1, 3, 2, 3)
    assert "disruptedPods" not in told(street)
    street.do(Evict(web(2)))


def test_without_a_budget_it_goes_at_once() -> None:
    street = running(stateful_set("web", 1))
    gone = street.do(Evict(web(0)))
    assert gone is not None and meta(gone)["deletionTimestamp"]


@pytest.mark.parametrize(
    ("policy", "minimum", "allowed"),
    [("IfHealthyBudget", 2, True), ("IfHealthyBudget", 3, False), ("AlwaysAllow", 3, True)],
)
def test_an_unready_pod_is_no_loss_to_a_budget_that_is_met_or_that_lets_it_go(
    policy: str, minimum: int, allowed: bool
) -> None:
    made = budget(minAvailable=minimum, unhealthyPodEvictionPolicy=policy)
    street = running(stateful_set("web", 3, podManagementPolicy="Parallel"), made)
    street.do(Patch(web(1), "merge", {"metadata": {"annotations": {"kubarium.dev/never-ready": "true"}}}))
    street.rest()
    assert told(street)["currentHealthy"] == 2
    if allowed:
        street.do(Evict(web(1)))
        assert "disruptedPods" not in told(street)
    else:
        with pytest.raises(TooManyRequests):
            street.do(Evict(web(1)))


def test_a_budget_the_controller_has_not_looked_at_is_asked_again_later() -> None:
    street = running(stateful_set("web", 3))
    street.create(budget(minAvailable=1))
    with pytest.raises(TooManyRequests) as refused:
        street.do(Evict(web(0)))
    details = refused.value.details or {}
    assert details["retryAfterSeconds"] == 10
    assert details["causes"][0]["message"] == "The disruption budget web is still being processed by the server."


def test_two_budgets_are_one_too_many() -> None:
    street = running(stateful_set("web", 3), budget(minAvailable=1), budget("other", minAvailable=1))
    with pytest.raises(ApiError) as refused:
        street.do(Evict(web(0)))
    found = refused.value.status()
    assert (found["code"], "reason" in found) == (500, False)
    assert found["message"].startswith("This pod has more than one PodDisruptionBudget")


def test_who_asks_for_another_pod_of_that_name_or_for_none_is_told() -> None:
    street = running(stateful_set("web", 1))
    with pytest.raises(Conflict, match="UID in the precondition"):
        street.do(Evict(web(0), "another"))
    with pytest.raises(NotFound):
        street.do(Evict(web(7)))


def test_an_evicted_pod_that_stays_counts_again_after_two_minutes() -> None:
    street = running(stateful_set("web", 3), budget(minAvailable=2))
    found = street.world.get(BUDGET)
    assert found is not None
    noted = {**told(street), "disruptedPods": {"web-1": timestamp(street.now)}}
    street.do(Update({**found, "status": noted}, "status"))
    street.rest(100)
    assert counts(street) == (0, 2, 2, 3)
    street.rest(30)
    assert counts(street) == (1, 3, 2, 3)
    assert [each.reason for each in street.notes if name(each.regarding) == "web-1"][-1] == "NotDeleted"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"minAvailable": -1}, "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"),
    ({"maxUnavailable": "101%"}, "must not be greater than 100%"),
    ({"minAvailable": "half"}, "a valid percent string must be a numeric string followed by an ending '%'"),
    ({"minAvailable": 1, "maxUnavailable": 1}, "minAvailable and maxUnavailable cannot be both set"),
    (
        {"unhealthyPodEvictionPolicy": "Never"},
        'Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ),
]


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_what_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid) as refused:
        running(budget(**fields))
    assert message in refused.value.message


def test_scaling_its_workload_changes_what_it_expects() -> None:
    street = running(stateful_set("web", 3), budget(maxUnavailable=1))
    street.do(Patch(key(STATEFUL_SETS, "default", "web"), "merge", {"spec": {"replicas": 5}}))
    street.rest()
    assert counts(street) == (1, 5, 4, 5)
    street.do(Create(budget("all", minAvailable=1) | {"spec": {"selector": {}, "minAvailable": 1}}))
    street.rest()
    every = street.world.find(DISRUPTION_BUDGETS, "default", "all") or {}
    assert status(every)["expectedPods"] == 5
