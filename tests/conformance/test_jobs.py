"""Jobs, as the suite's tests of sig-apps ask for them: tasks that fail, indexes, policies, suspension."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.suite import MERGE_PATCH, Obj, Suite

FAILS_ONCE = "if [ -r /data/foo ]; then exit 0; else touch /data/foo; exit 1; fi"
FIRST_FAILS = 'if [ "$JOB_COMPLETION_INDEX" = 0 ]; then exit 1; fi; %s'
FIRST_WAITS = "if [ -r /data/$JOB_COMPLETION_INDEX ]; then exit 0; fi; touch /data/$JOB_COMPLETION_INDEX; sleep 100000"
ON_HOST = {"hostPath": {"path": "/tmp/e2e", "type": "DirectoryOrCreate"}}


def _job(name: str, script: str, policy: str = "Never", volume: Obj | None = None, **spec: Any) -> Obj:
    container: Obj = {"name": "c", "image": "busybox:1.36", "command": ["/bin/sh", "-c", script]}
    container |= {"volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    volumes = [{"name": "data", **(volume or {"emptyDir": {}})}]
    pod = {"restartPolicy": policy, "volumes": volumes, "containers": [container], "terminationGracePeriodSeconds": 1}
    template = {"metadata": {"labels": {"name": name}}, "spec": pod}
    defaults = {"parallelism": 2, "completions": 4, "backoffLimit": 6, "template": template}
    return {"metadata": {"name": name, "labels": {"e2e": name}}, "spec": {**defaults, **spec}}


def _made(suite: Suite, body: Obj) -> str:
    suite.batch.create_namespaced_job(suite.namespace, body)
    name: str = body["metadata"]["name"]
    return name


def _reached(suite: Suite, name: str, condition: str) -> str:
    """The reason of that condition, once it holds."""

    def told() -> str | None:
        found = suite.batch.read_namespaced_job(name, suite.namespace).status.conditions or []
        return next((each.reason for each in found if (each.type, each.status) == (condition, "True")), None)

    reason: str = suite.until(told)
    return reason


def _pods(suite: Suite, name: str) -> list[Any]:
    found: list[Any] = suite.core.list_namespaced_pod(suite.namespace, label_selector=f"name={name}").items
    return [each for each in found if not each.metadata.deletion_timestamp]


def _running(suite: Suite, name: str, count: int) -> list[Any]:
    def all_run() -> list[Any]:
        pods = [each for each in _pods(suite, name) if each.status.phase != "Failed"]
        return pods if len(pods) == count and all(each.status.phase == "Running" for each in pods) else []

    found: list[Any] = suite.until(all_run)
    return found


def test_tasks_that_fail_are_tried_again_where_they_are(suite: Suite) -> None:
    name = _made(suite, _job("once", FAILS_ONCE, "OnFailure"))
    assert _reached(suite, name, "Complete") == "CompletionsReached"
    pods = _pods(suite, name)
    assert [each.status.container_statuses[0].restart_count for each in pods] == [1] * 4


def test_pods_of_an_indexed_job_know_their_index(suite: Suite) -> None:
    name = _made(suite, _job("indexed", "exit 0", completionMode="Indexed"))
    _reached(suite, name, "Complete")
    told = {}
    for pod in _pods(suite, name):
        index = pod.metadata.annotations["batch.kubernetes.io/job-completion-index"]
        assert pod.metadata.labels["batch.kubernetes.io/job-completion-index"] == index
        assert "JOB_COMPLETION_INDEX" in [each.name for each in pod.spec.containers[0].env]
        told[index] = pod.spec.hostname
    assert told == {index: f"indexed-{index}" for index in "0123"}


INDEXED: Obj = {"completionMode": "Indexed", "parallelism": 2, "completions": 2}
FAILING: list[tuple[str, str, Obj, str]] = [
    ("policy", FIRST_FAILS % "sleep 100000", {**INDEXED, "podFailurePolicy": {"rules": [
        {"action": "FailJob", "onExitCodes": {"containerName": "c", "operator": "In", "values": [1]}}]}},
     "PodFailurePolicy"),
    ("limit", "exit 1", {"backoffLimit": 0}, "BackoffLimitExceeded"),
    ("deadline", "sleep 100000", {"activeDeadlineSeconds": 1}, "DeadlineExceeded"),
    ("indexes", FIRST_FAILS % "exit 0", {**INDEXED, "backoffLimitPerIndex": 0}, "FailedIndexes"),
    ("most", "exit 1", {**INDEXED, "completions": 4, "backoffLimitPerIndex": 0, "maxFailedIndexes": 1},
     "MaxFailedIndexesExceeded"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "script", "spec", "reason"), FAILING, ids=[each[0] for each in FAILING])
def test_jobs_that_fail_say_why(suite: Suite, name: str, script: str, spec: Obj, reason: str) -> None:
    assert _reached(suite, _made(suite, _job(name, script, **spec)), "Failed") == reason


def test_a_job_that_has_succeeded_enough_ends_early(suite: Suite) -> None:
    script = 'if [ "$JOB_COMPLETION_INDEX" = 0 ]; then exit 0; fi; sleep 100000'
    name = _made(suite, _job("enough", script, **INDEXED, successPolicy={"rules": [{"succeededIndexes": "0"}]}))
    assert _reached(suite, name, "SuccessCriteriaMet") == "SuccessPolicy"
    assert _reached(suite, name, "Complete") == "SuccessPolicy"


def test_a_disruption_is_no_failure_where_a_policy_says_so(suite: Suite) -> None:
    policy = {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]}
    spec = {**INDEXED, "backoffLimit": 0, "podFailurePolicy": policy}
    name = _made(suite, _job("evicted", FIRST_WAITS, volume=ON_HOST, **spec))
    for pod in _running(suite, name, 2):
        called = pod.metadata.name
        suite.core.create_namespaced_pod_eviction(called, suite.namespace, {"metadata": {"name": called}})
    assert _reached(suite, name, "Complete") == "CompletionsReached"


def test_a_job_waits_while_it_is_suspended(suite: Suite) -> None:
    name = _made(suite, _job("waits", "exit 0", suspend=True))
    assert _reached(suite, name, "Suspended") == "JobSuspended"
    assert not _pods(suite, name)
    suite.batch.patch_namespaced_job(name, suite.namespace, {"metadata": {"labels": {"e2e": "patched"}}})
    found = suite.batch.read_namespaced_job(name, suite.namespace)
    found.spec.suspend = False
    suite.batch.replace_namespaced_job(name, suite.namespace, found)
    _reached(suite, name, "Complete")
    listed = suite.batch.list_job_for_all_namespaces(label_selector="e2e=patched").items
    assert [each.metadata.name for each in listed] == [name]
    suite.batch.delete_collection_namespaced_job(suite.namespace, label_selector="e2e=patched")
    suite.gone(lambda: suite.batch.read_namespaced_job(name, suite.namespace))


def test_a_running_job_is_suspended_and_scaled(suite: Suite) -> None:
    name = _made(suite, _job("runs", "sleep 100000", **INDEXED))
    for count in (2, 3, 1):
        body = {"spec": {"parallelism": count, "completions": count}}
        suite.batch.patch_namespaced_job(name, suite.namespace, body)
        _running(suite, name, count)
    suite.batch.patch_namespaced_job(name, suite.namespace, {"spec": {"suspend": True}})
    suite.until(lambda: not _pods(suite, name))
    assert _reached(suite, name, "Suspended") == "JobSuspended"


def test_a_finished_job_goes_after_its_time(suite: Suite) -> None:
    name = _made(suite, _job("short", "exit 0", ttlSecondsAfterFinished=1))
    suite.gone(lambda: suite.batch.read_namespaced_job(name, suite.namespace))


def test_a_jobs_status_is_patched_and_updated(suite: Suite) -> None:
    name = _made(suite, _job("told", "sleep 100000"))
    _running(suite, name, 2)
    path = f"/apis/batch/v1/namespaces/{suite.namespace}/jobs/{name}/status"
    change: Obj = {"metadata": {"annotations": {"patchedstatus": "true"}}}
    change |= {"status": {"conditions": [{"type": "Custom", "status": "True"}]}}
    patched = suite.ask("PATCH", path, change, MERGE_PATCH)
    assert patched.code == 200, patched.body
    assert patched.body["metadata"]["annotations"]["patchedstatus"] == "true"
    assert "Custom" in [each["type"] for each in patched.body["status"]["conditions"]]

    def updated() -> bool:
        found = suite.ask("GET", path).body
        added = {"type": "StatusUpdate", "status": "True", "reason": "E2E", "message": "m"}
        found["status"].setdefault("conditions", []).append(added)
        return suite.ask("PUT", path, found).code == 200

    suite.until(updated)
