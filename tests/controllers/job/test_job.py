"""Jobs on a street of one node: to their end, or to where it is clear that they will not get there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.config import Pace
from cluster.controllers import job
from cluster.intents import Delete, Update
from cluster.machinery.errors import Invalid
from cluster.machinery.objects import (
    JOBS,
    PODS,
    controller_of,
    key,
    labels,
    meta,
    name,
    seconds,
    spec,
    status,
    timestamp,
)
from tests.controllers.job.jobs import (
    PI,
    cluster,
    conditions,
    counts,
    edit,
    events,
    finish,
    index,
    job_of,
    phases,
    pods,
    reasons,
    started,
    told,
)


def test_a_pod_runs_and_the_job_is_complete() -> None:
    street = started(job_of("sleep 5"))
    (pod,) = pods(street)
    begun = timestamp(street.now - 1)
    assert told(street) == {
        "startTime": begun,
        "active": 1,
        "terminating": 0,
        "uncountedTerminatedPods": {},
        "ready": 1,
    }
    assert reasons(street) == ["0 of 1 completed, 1 pod at work."]
    assert meta(pod)["finalizers"] == ["batch.kubernetes.io/job-tracking"]
    street.rest()
    assert phases(street) == ["Succeeded"]
    assert conditions(street) == [
        "SuccessCriteriaMet True CompletionsReached",
        "Complete True CompletionsReached",
    ]
    assert list(told(street)) == [
        "conditions",
        "startTime",
        "completionTime",
        "succeeded",
        "terminating",
        "uncountedTerminatedPods",
        "ready",
    ]
    assert counts(street) == {"succeeded": 1}
    assert "finalizers" not in meta(pods(street)[0])
    assert events(street) == [f"Normal SuccessfulCreate Created pod: {name(pod)}", "Normal Completed Job completed"]
    assert reasons(street) == ["Complete: 1 of 1 pods ended well."]


def test_each_pod_is_noted_then_let_go_then_counted() -> None:
    street = started(job_of("sleep 5"))
    street.rest()
    seen: list[tuple[Any, ...]] = []
    for each in street.log:
        if each.key == PI and each.type == "MODIFIED":
            found = status(each.object)
            noted = len((found["uncountedTerminatedPods"]).get("succeeded") or ())
            seen.append((found.get("active", 0), noted, found.get("succeeded", 0), len(found.get("conditions") or ())))
    assert seen == [(1, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 1), (0, 0, 1, 2)]


def test_its_selector_and_labels_are_made_of_its_uid_and_name() -> None:
    street = started(job_of())
    stored = street.world.get(PI)
    assert stored is not None
    uid = meta(stored)["uid"]
    assert spec(stored)["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    (pod,) = pods(street)
    assert labels(pod) == {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": "pi",
        "controller-uid": uid,
        "job-name": "pi",
    }
    assert (controller_of(pod) or {})["kind"] == "Job"


def test_so_many_completions_so_many_side_by_side() -> None:
    street = cluster()
    street.create(job_of("sleep 5", completions=5, parallelism=2))
    most: list[int] = []
    street.rest(each=lambda: most.append(sum(status(pod)["phase"] in ("Pending", "Running") for pod in pods(street))))
    assert max(most) == 2
    assert counts(street) == {"succeeded": 5}
    assert len(pods(street)) == 5


def test_a_queue_of_work_ends_when_one_pod_ended_well_and_the_others_are_through() -> None:
    street = started(job_of("sleep 100", parallelism=3))
    finish(street, pods(street)[0], "Succeeded")
    street.rest(10)
    assert counts(street) == {"active": 2, "succeeded": 1}
    assert reasons(street) == ["2 pods at work: one pod has ended well."]
    finish(street, pods(street)[1], "Failed", 1)
    street.rest(50)
    assert counts(street) == {"active": 1, "succeeded": 1, "failed": 1}
    street.rest()
    assert conditions(street)[-1] == "Complete True CompletionsReached"
    assert counts(street) == {"succeeded": 2, "failed": 1}


# -- failures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pace", "spans"), [("real", (10, 20, 40)), ("brisk", (1, 2, 4))])
def test_failed_pods_are_made_again_after_a_pause_that_doubles(pace: Pace, spans: tuple[int, ...]) -> None:
    street = cluster(pace)
    street.create(job_of("exit 3", backoffLimit=3))
    while not reasons(street) or "is made in" not in reasons(street)[0]:
        street.rest(0.5)
    street.rest()
    made = sorted(seconds(meta(pod)["creationTimestamp"]) for pod in pods(street))
    over = [each for pod in pods(street) for each in status(pod)["containerStatuses"]]
    ended = sorted(seconds(each["state"]["terminated"]["finishedAt"]) for each in over)
    gaps = [after - before for before, after in zip(ended, made[1:], strict=False)]
    assert all(span <= gap <= span + 1 for span, gap in zip(spans, gaps, strict=True)), gaps


def test_failed_pods_are_made_again_until_the_limit() -> None:
    street = started(job_of("exit 3", backoffLimit=3), seconds=30)
    assert phases(street) == ["Failed"] * 4
    assert conditions(street) == ["FailureTarget True BackoffLimitExceeded", "Failed True BackoffLimitExceeded"]
    assert counts(street) == {"failed": 4}
    assert "completionTime" not in told(street)
    assert events(street)[-1] == "Warning BackoffLimitExceeded Job has reached the specified backoff limit"
    assert reasons(street) == ["Failed after 4 failed pods: Job has reached the specified backoff limit."]


def test_with_on_failure_the_restarts_count() -> None:
    street = started(job_of("exit 1", restart="OnFailure", backoffLimit=2), seconds=120)
    assert conditions(street)[-1] == "Failed True BackoffLimitExceeded"
    assert pods(street) == []


def test_a_deadline_ends_it_with_its_pods() -> None:
    street = started(job_of("sleep 1000", completions=3, parallelism=3, activeDeadlineSeconds=30), pace="brisk")
    until = timestamp(street.now + 29)
    assert reasons(street)[-1] == f"Fails at {until} unless it is done by then: activeDeadlineSeconds."
    street.rest(29.5)
    assert conditions(street) == ["FailureTarget True DeadlineExceeded"]
    assert reasons(street) == ["Fails: Job was active longer than specified deadline. Waiting for 3 pods to be gone."]
    street.rest()
    assert conditions(street)[-1] == "Failed True DeadlineExceeded"
    assert counts(street) == {"failed": 3}
    assert pods(street) == []


def test_a_pod_that_somebody_deletes_counts_as_failed_and_is_replaced() -> None:
    street = started(job_of("sleep 20", completions=1), pace="brisk")
    (pod,) = pods(street)
    street.do(Delete(key(PODS, "default", name(pod))))
    street.rest()
    assert counts(street) == {"succeeded": 1, "failed": 1}
    assert conditions(street)[-1] == "Complete True CompletionsReached"


def test_where_only_failed_pods_are_replaced_the_next_waits_until_one_is_gone() -> None:
    street = started(job_of("sleep 20", podReplacementPolicy="Failed"), pace="brisk")
    (pod,) = pods(street)
    street.do(Delete(key(PODS, "default", name(pod))))
    most: list[int] = []
    street.rest(each=lambda: most.append(len(pods(street))))
    assert max(most) == 1
    assert counts(street) == {"succeeded": 1, "failed": 1}


def test_a_failure_policy_fails_the_job_at_an_exit_code_and_ignores_a_disruption() -> None:
    rules = [
        {"action": "FailJob", "onExitCodes": {"containerName": "pi", "operator": "In", "values": [42]}},
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
    ]
    street = started(job_of("sleep 50", backoffLimit=0, podFailurePolicy={"rules": rules}))
    (first,) = pods(street)
    finish(street, first, "Failed", 1, conditions=[{"type": "DisruptionTarget", "status": "True"}])
    street.rest(20)
    assert counts(street) == {"active": 1}
    (second,) = [each for each in pods(street) if name(each) != name(first)]
    finish(street, second, "Failed", 42)
    street.rest()
    assert conditions(street) == ["FailureTarget True PodFailurePolicy", "Failed True PodFailurePolicy"]
    assert events(street)[-1] == (
        f"Warning PodFailurePolicy Container pi for pod default/{name(second)} failed with exit code 42 matching "
        "FailJob rule at index 0"
    )
    assert counts(street) == {"failed": 1}


# -- indexes -------------------------------------------------------------------------------------------------------


def test_indexed_pods_know_their_index_and_each_is_completed_once() -> None:
    street = started(job_of("sleep 5", completions=4, parallelism=2, completionMode="Indexed"))
    first, second = sorted(pods(street), key=index)
    assert [index(first), index(second)] == ["0", "1"]
    assert name(first).startswith("pi-0-") and len(name(first)) == len("pi-0-") + 5
    (variable,) = spec(first)["containers"][0]["env"]
    assert variable["name"] == "JOB_COMPLETION_INDEX"
    path = "metadata.labels['batch.kubernetes.io/job-completion-index']"
    assert variable["valueFrom"]["fieldRef"]["fieldPath"] == path
    street.rest(5)
    assert told(street)["completedIndexes"] == "0,1"
    street.rest()
    assert told(street)["completedIndexes"] == "0-3"
    assert counts(street) == {"succeeded": 4}


def test_an_index_that_failed_is_tried_again_under_the_same_number() -> None:
    street = started(job_of("sleep 5", completions=2, parallelism=2, completionMode="Indexed"))
    failing = next(pod for pod in pods(street) if index(pod) == "1")
    finish(street, failing, "Failed", 1)
    street.rest()
    assert sorted(index(pod) for pod in pods(street)) == ["0", "1", "1"]
    assert (counts(street), told(street)["completedIndexes"]) == ({"succeeded": 2, "failed": 1}, "0,1")


def test_limits_of_each_index() -> None:
    fields: dict[str, Any] = {
        "completions": 3,
        "parallelism": 3,
        "completionMode": "Indexed",
        "backoffLimitPerIndex": 1,
    }
    street = started(job_of("sleep 100", **fields))
    for _ in range(2):
        failing = next(pod for pod in pods(street) if index(pod) == "1" and status(pod)["phase"] == "Running")
        finish(street, failing, "Failed", 1)
        street.rest(30)
    assert told(street)["failedIndexes"] == "1"
    tries = [meta(pod)["annotations"]["batch.kubernetes.io/job-index-failure-count"] for pod in pods(street)]
    assert sorted(tries) == ["0", "0", "0", "1"]
    assert "1 index is given up." in reasons(street)
    street.rest()
    assert conditions(street) == ["FailureTarget True FailedIndexes", "Failed True FailedIndexes"]
    assert told(street)["completedIndexes"] == "0,2"


def test_a_success_policy_ends_it_early() -> None:
    policy = {"rules": [{"succeededIndexes": "0"}]}
    fields: dict[str, Any] = {"completions": 3, "parallelism": 3, "completionMode": "Indexed", "successPolicy": policy}
    street = started(job_of("sleep 100", **fields), pace="brisk", seconds=5)
    leader = next(pod for pod in pods(street) if index(pod) == "0")
    finish(street, leader, "Succeeded")
    street.rest()
    assert conditions(street) == ["SuccessCriteriaMet True SuccessPolicy", "Complete True SuccessPolicy"]
    assert counts(street) == {"succeeded": 1}
    assert [index(pod) for pod in pods(street)] == ["0"]


# -- suspended, scaled, deleted ------------------------------------------------------------------------------------


def test_suspended_it_has_no_pods_and_resumed_it_starts_anew() -> None:
    street = started(job_of("sleep 50", suspend=True))
    assert (pods(street), conditions(street)) == ([], ["Suspended True JobSuspended"])
    assert "startTime" not in told(street)
    assert reasons(street) == ["Suspended: no pods run until spec.suspend is false."]
    edit(street, suspend=False)
    street.rest(10)
    assert counts(street) == {"active": 1}
    assert conditions(street) == ["Suspended False JobResumed"]
    edit(street, suspend=True)
    street.rest(10)
    assert (pods(street), counts(street)) == ([], {})
    edit(street, suspend=False)
    street.rest()
    assert conditions(street)[-1] == "Complete True CompletionsReached"
    said = [each for each in events(street) if "uspended" in each or "esumed" in each]
    assert said == [
        "Normal Suspended Job suspended",
        "Normal Resumed Job resumed",
        "Normal Suspended Job suspended",
        "Normal Resumed Job resumed",
    ]


def test_less_parallelism_removes_pods_without_counting_them_as_failed() -> None:
    street = started(job_of("sleep 50", completions=6, parallelism=4))
    edit(street, parallelism=1)
    street.rest(5)
    assert (counts(street), len(pods(street))) == ({"active": 1}, 1)
    assert sum("SuccessfulDelete" in each for each in events(street)) == 3
    edit(street, parallelism=0)
    street.rest(5)
    assert counts(street) == {}
    assert "Makes no pods: its parallelism is 0." in reasons(street)


@pytest.mark.parametrize(("propagation", "left"), [("Background", 0), ("Foreground", 0), ("Orphan", 2), (None, 2)])
def test_deleting_it(propagation: Any, left: int) -> None:
    street = started(job_of("sleep 500", parallelism=2, completions=2), pace="brisk", seconds=5)
    street.do(Delete(PI, propagation=propagation))
    street.rest(60)
    assert street.world.get(PI) is None
    assert len(pods(street)) == left
    assert not any(meta(pod).get("finalizers") or meta(pod).get("ownerReferences") for pod in pods(street))


def test_it_is_cleared_away_some_time_after_its_end() -> None:
    street = started(job_of("sleep 5", ttlSecondsAfterFinished=60), seconds=20)
    ended = next(each for each in told(street)["conditions"] if each["type"] == "Complete")["lastTransitionTime"]
    until = timestamp(seconds(ended) + 60)
    assert reasons(street)[-1] == f"Deleted at {until}: ttlSecondsAfterFinished."
    street.rest(40)
    assert street.world.get(PI) is not None
    street.rest()
    assert (street.world.get(PI), pods(street)) == (None, [])


def test_one_that_somebody_else_manages_is_left_alone() -> None:
    street = started(job_of(managedBy="example.org/runner"))
    assert (pods(street), told(street)) == ([], {})
    assert reasons(street) == ["Left to example.org/runner, which spec.managedBy names."]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"completions": 2}, "spec.completions: Invalid value: 2: field is immutable"),
    ({"completionMode": "Indexed"}, 'spec.completionMode: Invalid value: "Indexed": field is immutable'),
    ({"backoffLimit": -1}, "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_what_may_not_change(change: dict[str, Any], message: str) -> None:
    street = started(job_of("sleep 500"))
    with pytest.raises(Invalid) as refused:
        edit(street, **change)
    assert message in refused.value.message


@given(
    completions=st.integers(1, 4),
    parallelism=st.integers(1, 4),
    indexed=st.booleans(),
    ends=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["Succeeded", "Failed", "gone"])), max_size=10),
)
@settings(max_examples=25, deadline=None)
def test_whatever_becomes_of_its_pods_none_is_counted_twice_or_forgotten(
    completions: int, parallelism: int, indexed: bool, ends: list[tuple[int, str]]
) -> None:
    mode = "Indexed" if indexed else "NonIndexed"
    street = started(job_of("sleep 30", completions=completions, parallelism=parallelism, completionMode=mode,
                            backoffLimit=20))  # fmt: skip
    for place, end in ends:
        running = [pod for pod in pods(street) if status(pod)["phase"] == "Running"]
        if place >= len(running):
            street.rest(7)
        elif end == "gone":
            street.do(Delete(key(PODS, "default", name(running[place]))))
        else:
            finish(street, running[place], end, int(end == "Failed"))
        active = [pod for pod in pods(street) if status(pod)["phase"] in ("Pending", "Running")]
        assert len(active) <= parallelism
        street.rest(1)
    street.rest(10_000)
    assert conditions(street)[-1] == "Complete True CompletionsReached"
    assert counts(street)["succeeded"] == completions
    made = sum(each.type == "ADDED" and each.key.kind == PODS for each in street.log)
    assert counts(street)["succeeded"] + counts(street).get("failed", 0) == made
    assert not any(meta(pod).get("finalizers") for pod in pods(street))
    assert street.refused == []


def test_an_orphan_is_adopted_and_counted_and_one_whose_labels_differ_is_let_go() -> None:
    street = started(job_of("sleep 50", completions=2, parallelism=2))
    first, second = pods(street)
    for pod in (first, second):
        bare = {**meta(pod), "ownerReferences": [], "finalizers": []}
        street.do(Update({**pod, "metadata": bare}))
    street.rest(1)
    adopted = pods(street)
    assert [name(pod) for pod in adopted] == [name(first), name(second)]
    assert all((controller_of(pod) or {})["name"] == "pi" for pod in adopted)
    assert all(meta(pod)["finalizers"] == ["batch.kubernetes.io/job-tracking"] for pod in adopted)
    street.do(Update({**adopted[0], "metadata": {**meta(adopted[0]), "labels": {"app": "other"}}}))
    street.rest(1)
    released = street.world.get(key(PODS, "default", name(first)))
    assert released is not None and "ownerReferences" not in meta(released) and "finalizers" not in meta(released)
    street.rest()
    assert counts(street) == {"succeeded": 2}
    assert len(pods(street)) == 3


def test_all_keys_are_the_jobs() -> None:
    assert list(job.every(started(job_of()).world)) == [PI]
    assert [each.kind for each in job.every(started(job_of()).world)] == [JOBS]
