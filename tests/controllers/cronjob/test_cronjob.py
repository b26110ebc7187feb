"""CronJobs on a street of one node, by cluster time: what is started when, what is not, what is forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers import cronjob, garbage, job, scheduler
from cluster.controllers.cronjob.due import Due, NeverComes, due
from cluster.intents import Create, Delete, Patch, Update
from cluster.machinery.errors import Invalid
from cluster.machinery.objects import (
    CRON_JOBS,
    JOBS,
    PODS,
    Obj,
    annotations_of,
    key,
    meta,
    name,
    seconds,
    spec,
    status,
    uid,
)
from cluster.nodes import kubelet
from tests.controllers.daemonset.daemons import node
from tests.controllers.street import Street

HELLO = key(CRON_JOBS, "default", "hello")
START = seconds("2026-11-25T10:02:30Z")


def cron_job(script: str = "sleep 5", schedule: str = "*/5 * * * *", **fields: Any) -> Obj:
    container = {"name": "hello", "image": "busybox:1", "command": ["sh", "-c", script]}
    pod = {"restartPolicy": "Never", "containers": [container]}
    template = {"metadata": {"labels": {"app": "hello"}}, "spec": {"template": {"spec": pod}, "backoffLimit": 0}}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "hello", "namespace": "default"},
        "spec": {"schedule": schedule, "jobTemplate": template, **fields},
    }


def started(made: Obj, now: float = START) -> Street:
    street = Street(
        cronjob.CONTROLLER, job.CONTROLLER, scheduler.CONTROLLER, kubelet.CONTROLLER, garbage.CONTROLLER, now=now
    )
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, node("node-1"), made)
    return street


def edit(street: Street, **fields: Any) -> None:
    street.do(Patch(HELLO, "merge", {"spec": fields}))


def jobs(street: Street) -> list[Obj]:
    return sorted(street.world.list(JOBS, "default"), key=lambda each: meta(each)["creationTimestamp"])


def times(street: Street) -> list[str]:
    """For which time each Job there was made: "10:05"."""
    return [annotations_of(each)["batch.kubernetes.io/cronjob-scheduled-timestamp"][11:16] for each in jobs(street)]


def told(street: Street) -> dict[str, Any]:
    return status(street.world.get(HELLO) or {})


def events(street: Street) -> list[str]:
    ours = [each for each in street.notes if each.component == "cronjob-controller"]
    return [f"{each.type} {each.reason} {each.message}" for each in ours]


def reasons(street: Street) -> list[str]:
    return [each.text for each in cronjob.plan(street.world, HELLO, street.now, street.config).reasons]


def test_a_job_is_started_when_its_time_has_come() -> None:
    street = started(cron_job())
    street.rest(60)
    assert (jobs(street), told(street)) == ([], {})
    assert reasons(street) == ["Next job at 2026-11-25T10:05:00Z."]
    street.rest(92)
    (made,) = jobs(street)
    assert name(made) == f"hello-{int(seconds('2026-11-25T10:05:00Z')) // 60}"
    assert meta(made)["labels"] == {"app": "hello"}
    assert annotations_of(made) == {"batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-11-25T10:05:00Z"}
    (active,) = told(street)["active"]
    assert (active["kind"], active["name"], active["uid"]) == ("Job", name(made), uid(made))
    assert told(street)["lastScheduleTime"] == "2026-11-25T10:05:00Z"
    assert reasons(street) == ["Next job at 2026-11-25T10:10:00Z.", f"{name(made)} is at work."]
    street.rest(10)
    assert told(street) == {
        "lastScheduleTime": "2026-11-25T10:05:00Z",
        "lastSuccessfulTime": status(jobs(street)[0])["completionTime"],
    }
    assert events(street) == [
        f"Normal SuccessfulCreate Created job {name(made)}",
        f"Normal SawCompletedJob Saw completed job: {name(made)}, condition: Complete",
    ]


def test_the_last_few_are_kept_those_that_failed_apart() -> None:
    street = started(cron_job())
    street.rest(1800)
    assert times(street) == ["10:20", "10:25", "10:30"]
    edit(street, jobTemplate=cron_job("exit 1")["spec"]["jobTemplate"])
    street.rest(900)
    assert times(street) == ["10:20", "10:25", "10:30", "10:45"]
    edit(street, successfulJobsHistoryLimit=0)
    street.rest(1)
    assert times(street) == ["10:45"]
    assert len(street.world.list(PODS, "default")) == 1
    assert "Normal SuccessfulDelete Deleted job" in events(street)[-1]


@pytest.mark.parametrize(
    ("policy", "after", "active"),
    [("Allow", ["10:05", "10:10"], 2), ("Forbid", ["10:05"], 1), ("Replace", ["10:10"], 1)],
)
def test_when_the_one_before_still_runs(policy: str, after: list[str], active: int) -> None:
    street = started(cron_job("sleep 10000", concurrencyPolicy=policy))
    street.rest(480)
    assert times(street) == after
    assert len(told(street)["active"]) == active
    assert len(street.world.list(PODS, "default")) == active
    if policy == "Forbid":
        assert "JobAlreadyActive" in events(street)[-1]
        assert reasons(street)[1] == f"Not started: {name(jobs(street)[0])} runs and the policy is Forbid."
        street.do(Delete(key(JOBS, "default", name(jobs(street)[0])), propagation="Background"))
        street.rest(1)
        assert times(street) == ["10:10"]
    assert street.refused == []


def test_suspended_it_starts_nothing_and_later_only_the_latest_it_missed() -> None:
    street = started(cron_job(suspend=True))
    street.rest(3600)
    street.now = START + 3600
    assert jobs(street) == []
    assert reasons(street) == ["Suspended: no jobs are started until spec.suspend is false."]
    edit(street, suspend=False)
    street.rest(2)
    assert times(street) == ["11:00"]


def test_what_is_older_than_the_starting_deadline_is_not_started() -> None:
    street = started(cron_job(suspend=True, startingDeadlineSeconds=60))
    street.now = START + 3600
    edit(street, suspend=False)
    street.rest(2)
    assert jobs(street) == []
    street.rest(200)
    assert times(street) == ["11:05"]


def test_many_missed_times_are_told_and_one_is_started() -> None:
    street = started(cron_job(schedule="* * * * *", suspend=True))
    street.now = START + 3 * 3600
    edit(street, suspend=False)
    street.rest(2)
    assert times(street) == ["13:02"]
    assert events(street)[0].startswith("Warning TooManyMissedTimes too many missed start times.")


def test_a_time_zone() -> None:
    street = started(cron_job(schedule="0 6 * * *", timeZone="America/New_York"))
    street.rest(3600)
    stamps = [annotations_of(each)["batch.kubernetes.io/cronjob-scheduled-timestamp"] for each in jobs(street)]
    assert stamps == ["2026-11-25T06:00:00-05:00"]
    assert told(street)["lastScheduleTime"] == "2026-11-25T11:00:00Z"


def test_a_date_that_never_comes_is_said() -> None:
    street = started(cron_job(schedule="0 0 31 2 *"))
    street.rest(10)
    assert reasons(street) == ["Never starts a job: no date meets 0 0 31 2 *."]


def test_a_job_it_did_not_make_and_one_that_went_missing_are_told() -> None:
    street = started(cron_job("sleep 10000"))
    street.rest(200)
    (made,) = jobs(street)
    street.do(Delete(key(JOBS, "default", name(made)), propagation="Background"))
    street.rest(1)
    assert events(street)[-1] == f"Normal MissingJob Active job went missing: {name(made)}"
    owner = street.world.get(HELLO)
    assert owner is not None
    reference = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "hello", "uid": uid(owner), "controller": True}
    strange = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "strange", "namespace": "default", "ownerReferences": [reference]},
        "spec": spec(owner)["jobTemplate"]["spec"],
    }
    street.do(Create(strange))
    street.rest(1)
    text = "Warning UnexpectedJob Saw a job that the controller did not create or forgot: strange"
    assert text in events(street)


def test_deleting_it_takes_its_jobs_and_pods_along() -> None:
    street = started(cron_job("sleep 10000"))
    street.rest(200)
    street.do(Delete(HELLO, propagation="Background"))
    street.rest(100)
    assert (jobs(street), street.world.list(PODS, "default")) == ([], [])


def test_a_job_that_was_noted_nowhere_is_found_again() -> None:
    """The worker died between starting it and noting it."""
    street = started(cron_job("sleep 10000"))
    street.rest(200)
    owner = street.world.get(HELLO)
    assert owner is not None
    street.do(Update({**owner, "status": {}}, "status"))
    street.rest(1)
    assert len(jobs(street)) == 1
    assert told(street)["lastScheduleTime"] == "2026-11-25T10:05:00Z"
    assert [each["name"] for each in told(street)["active"]] == [name(jobs(street)[0])]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"schedule": ""}, "spec.schedule: Required value"),
    ({"schedule": "* * * *"},
     'spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]'),
    ({"schedule": "TZ=UTC 0 * * * *"},
     'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field '
     "instead"),
    ({"timeZone": ""}, 'spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'),
    ({"timeZone": "Local"},
     'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in '
     "https://www.iana.org/time-zones"),
    ({"timeZone": "Nowhere"}, 'spec.timeZone: Invalid value: "Nowhere": unknown time zone Nowhere'),
    ({"concurrencyPolicy": "Sometimes"},
     'spec.concurrencyPolicy: Unsupported value: "Sometimes": supported values: "Allow", "Forbid", "Replace"'),
    ({"startingDeadlineSeconds": -1},
     "spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0"),
    ({"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "i"}]}}}}},
     'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_what_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid) as refused:
        started({**cron_job(), "spec": {**cron_job()["spec"], **fields}})
    assert refused.value.message == f'CronJob.batch "hello" is invalid: {message}'


def test_a_name_that_leaves_no_room_for_its_jobs() -> None:
    with pytest.raises(Invalid, match="must be no more than 52 characters"):
        started({**cron_job(), "metadata": {"name": "h" * 53, "namespace": "default"}})


DUE = [
    ("*/5 * * * *", "10:00:00", "10:04:59", (None, "10:05", 0)),
    ("*/5 * * * *", "10:00:00", "10:05:00", ("10:05", "10:10", 0)),
    ("*/5 * * * *", "10:00:00", "10:12:00", ("10:10", "10:15", 2)),
    ("0 10-16/4 * * *", "01:00:00", "15:00:00", ("14:00", "10:00", 2)),
]


@pytest.mark.parametrize(("schedule", "last", "now", "wanted"), DUE)
def test_what_is_due(schedule: str, last: str, now: str, wanted: tuple[str | None, str, int]) -> None:
    made = {"spec": {"schedule": schedule}, "status": {"lastScheduleTime": f"2026-11-25T{last}Z"}}
    found = due(made, seconds(f"2026-11-25T{now}Z"))
    assert isinstance(found, Due)
    day = 24 * 3600

    def clock(moment: float) -> str:
        return f"{int(moment % day) // 3600:02}:{int(moment % 3600) // 60:02}"

    scheduled = None if found.scheduled is None else clock(found.scheduled)
    assert (scheduled, clock(found.following), found.missed) == wanted


def test_what_is_never_due() -> None:
    with pytest.raises(NeverComes):
        due({"spec": {"schedule": "0 0 30 2 *"}, "status": {"lastScheduleTime": "2026-11-25T10:00:00Z"}}, START)
