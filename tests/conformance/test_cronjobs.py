"""CronJobs, as the suite's tests of sig-apps ask for them; a minute of the cluster's clock is a second here."""

from __future__ import annotations

import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.suite import Obj, Suite
from tests.server import Server

SPEED = 60
MINUTE = 60


@pytest.fixture(autouse=True, scope="module")
def fast(server: Server) -> Iterator[None]:
    _clock(server, verb="speed", speed=SPEED)
    yield
    _clock(server, verb="speed", speed=1)


def _clock(server: Server, **act: object) -> None:
    body = urllib.parse.urlencode(act).encode()
    with urllib.request.urlopen(f"{server.web}/clusters/demo/clock", body) as answer:
        answer.read()


def _now(server: Server) -> float:
    found: float = server.get("/clusters/demo/clock")["time"]
    return found


def _cron(name: str, policy: str, seconds: int, **spec: Any) -> Obj:
    container = {"name": "c", "image": "busybox:1.36", "command": ["sleep", str(seconds)]}
    pod = {"containers": [container], "restartPolicy": "OnFailure", "terminationGracePeriodSeconds": 0}
    return {
        "metadata": {"name": name},
        "spec": {
            "schedule": "*/1 * * * *",
            "concurrencyPolicy": policy,
            "jobTemplate": {"spec": {"template": {"spec": pod}}},
            **spec,
        },
    }


def _jobs(suite: Suite) -> list[str]:
    return sorted(job.metadata.name for job in suite.batch.list_namespaced_job(suite.namespace).items)


def _active(suite: Suite, name: str) -> list[str]:
    found = suite.batch.read_namespaced_cron_job(name, suite.namespace).status.active or []
    return sorted(each.name for each in found)


def test_should_not_schedule_jobs_when_suspended(suite: Suite, server: Server) -> None:
    began = _now(server)
    suite.batch.create_namespaced_cron_job(suite.namespace, _cron("suspended", "Allow", 1, suspend=True))
    suite.until(lambda: _now(server) > began + 3 * MINUTE)
    assert _jobs(suite) == []
    assert suite.batch.read_namespaced_cron_job("suspended", suite.namespace).spec.suspend is True


def test_should_not_schedule_new_jobs_when_forbid_concurrent(suite: Suite, server: Server) -> None:
    suite.batch.create_namespaced_cron_job(suite.namespace, _cron("forbid", "Forbid", 30 * MINUTE))
    first = suite.until(lambda: _active(suite, "forbid"))
    began = _now(server)
    suite.until(lambda: _now(server) > began + 3 * MINUTE)
    assert _active(suite, "forbid") == first
    assert _jobs(suite) == first


def test_should_replace_jobs_when_replace_concurrent(suite: Suite) -> None:
    suite.batch.create_namespaced_cron_job(suite.namespace, _cron("replace", "Replace", 30 * MINUTE))
    first = suite.until(lambda: _active(suite, "replace"))
    second = suite.until(lambda: [name for name in _active(suite, "replace") if name not in first])
    assert len(first) == len(second) == 1
    suite.gone(lambda: suite.batch.read_namespaced_job(first[0], suite.namespace))


def test_should_schedule_multiple_jobs_concurrently(suite: Suite) -> None:
    suite.batch.create_namespaced_cron_job(suite.namespace, _cron("concurrent", "Allow", 30 * MINUTE))
    suite.until(lambda: len(_active(suite, "concurrent")) >= 2)


def test_should_remove_from_active_list_jobs_that_have_been_deleted(suite: Suite) -> None:
    suite.batch.create_namespaced_cron_job(suite.namespace, _cron("forbid", "Forbid", 30 * MINUTE))
    [first] = suite.until(lambda: _active(suite, "forbid"))
    suite.batch.delete_namespaced_job(first, suite.namespace, propagation_policy="Background")
    suite.gone(lambda: suite.batch.read_namespaced_job(first, suite.namespace))
    suite.until(lambda: first not in _active(suite, "forbid"))


def test_should_delete_successful_finished_jobs_with_limit_of_one_successful_job(suite: Suite) -> None:
    body = _cron("limit", "Allow", 1, successfulJobsHistoryLimit=1, failedJobsHistoryLimit=0)
    suite.batch.create_namespaced_cron_job(suite.namespace, body)
    first = suite.until(lambda: _jobs(suite))[0]
    suite.gone(lambda: suite.batch.read_namespaced_job(first, suite.namespace))
