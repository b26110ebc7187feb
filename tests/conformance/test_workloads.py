"""Controllers of pods, as the suite's tests of sig-apps ask for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.conformance.suite import Obj, Suite


def _template(label: str, image: str = "nginx:1.26", **spec: Any) -> Obj:
    return {"metadata": {"labels": {"name": label}}, "spec": {"containers": [{"name": label, "image": image}], **spec}}


def _workload(name: str, replicas: int = 1, image: str = "nginx:1.26", **spec: Any) -> Obj:
    selector = {"matchLabels": {"name": name}}
    return {
        "metadata": {"name": name, "labels": {"name": name}},
        "spec": {"replicas": replicas, "selector": selector, "template": _template(name, image), **spec},
    }


def _controller(name: str, replicas: int = 1) -> Obj:
    spec = {"replicas": replicas, "selector": {"name": name}, "template": _template(name)}
    return {"metadata": {"name": name, "labels": {"name": name}}, "spec": spec}


def _pods(suite: Suite, label: str) -> list[Any]:
    found: list[Any] = suite.core.list_namespaced_pod(suite.namespace, label_selector=f"name={label}").items
    return found


def _running(suite: Suite, label: str, count: int) -> list[Any]:
    def all_run() -> list[Any]:
        pods = _pods(suite, label)
        return pods if len(pods) == count and all(pod.status.phase == "Running" for pod in pods) else []

    found: list[Any] = suite.until(all_run)
    return found


def _equal(asked: Callable[[], object], wanted: object) -> bool:
    return asked() == wanted


def _owner(pod: Any) -> Any:
    references = pod.metadata.owner_references or []
    return next((each for each in references if each.controller), None)


def test_a_replication_controller_adopts_and_releases(suite: Suite) -> None:
    suite.core.create_namespaced_pod(suite.namespace, {**_template("adopted"), "metadata": {
        "name": "orphan", "labels": {"name": "adopted"}}})  # fmt: skip
    suite.core.create_namespaced_replication_controller(suite.namespace, _controller("adopted"))
    suite.until(lambda: _owner(suite.core.read_namespaced_pod("orphan", suite.namespace)))
    suite.core.patch_namespaced_pod("orphan", suite.namespace, {"metadata": {"labels": {"name": "free"}}})
    suite.until(lambda: _owner(suite.core.read_namespaced_pod("orphan", suite.namespace)) is None)
    _running(suite, "adopted", 1)


def test_a_replication_controller_tells_that_the_quota_is_exceeded(suite: Suite) -> None:
    quota = {"metadata": {"name": "two"}, "spec": {"hard": {"pods": "2"}}}
    suite.core.create_namespaced_resource_quota(suite.namespace, quota)
    suite.until(lambda: suite.core.read_namespaced_resource_quota("two", suite.namespace).status.hard)
    suite.core.create_namespaced_replication_controller(suite.namespace, _controller("rc", 3))

    def failing() -> bool:
        conditions = suite.core.read_namespaced_replication_controller("rc", suite.namespace).status.conditions or []
        return any(each.type == "ReplicaFailure" and "exceeded quota" in each.message for each in conditions)

    suite.until(failing)
    suite.core.patch_namespaced_replication_controller_scale("rc", suite.namespace, {"spec": {"replicas": 2}})
    suite.until(lambda: not failing())


def test_the_life_of_a_replication_controller(suite: Suite) -> None:
    suite.core.create_namespaced_replication_controller(suite.namespace, _controller("rc"))
    _running(suite, "rc", 1)
    suite.core.patch_namespaced_replication_controller("rc", suite.namespace, {"metadata": {"labels": {"a": "b"}}})
    status = {"status": {"readyReplicas": 0, "availableReplicas": 0}}
    patched = suite.core.patch_namespaced_replication_controller_status("rc", suite.namespace, status)
    assert not patched.status.ready_replicas
    suite.core.patch_namespaced_replication_controller_scale("rc", suite.namespace, {"spec": {"replicas": 2}})
    _running(suite, "rc", 2)
    assert suite.core.read_namespaced_replication_controller_scale("rc", suite.namespace).status.selector == "name=rc"
    suite.core.delete_collection_namespaced_replication_controller(suite.namespace, label_selector="a=b")
    suite.gone(lambda: suite.core.read_namespaced_replication_controller("rc", suite.namespace))


def test_a_replica_set_adopts_releases_and_scales(suite: Suite) -> None:
    suite.apps.create_namespaced_replica_set(suite.namespace, _workload("rs", 2))
    pods = _running(suite, "rs", 2)
    called = pods[0].metadata.name
    suite.core.patch_namespaced_pod(called, suite.namespace, {"metadata": {"labels": {"name": "free"}}})
    suite.until(lambda: _owner(suite.core.read_namespaced_pod(called, suite.namespace)) is None)
    _running(suite, "rs", 2)
    suite.apps.patch_namespaced_replica_set_scale("rs", suite.namespace, {"spec": {"replicas": 1}})
    _running(suite, "rs", 1)
    conditions = [{"type": "StatusUpdate", "status": "True", "reason": "E2E", "message": "m"}]
    patched = suite.apps.patch_namespaced_replica_set_status(
        "rs", suite.namespace, {"status": {"conditions": conditions}}
    )
    assert patched.status.conditions[0].type == "StatusUpdate"


def test_a_deployment_rolls_over_and_forgets_old_sets(suite: Suite) -> None:
    suite.apps.create_namespaced_deployment(suite.namespace, _workload("d", 2, revisionHistoryLimit=0))
    _running(suite, "d", 2)
    body = {"spec": {"template": _template("d", "nginx:1.27")}}
    suite.apps.patch_namespaced_deployment("d", suite.namespace, body)

    def rolled() -> bool:
        found = suite.apps.read_namespaced_deployment("d", suite.namespace)
        sets = suite.apps.list_namespaced_replica_set(suite.namespace, label_selector="name=d").items
        up_to_date = found.status.observed_generation == found.metadata.generation
        return bool(up_to_date and found.status.updated_replicas == 2 and found.status.replicas == 2 and len(sets) == 1)

    suite.until(rolled)
    assert {pod.spec.containers[0].image for pod in _running(suite, "d", 2)} == {"nginx:1.27"}
    scale = suite.apps.read_namespaced_deployment_scale("d", suite.namespace)
    scale.spec.replicas = 4
    suite.apps.replace_namespaced_deployment_scale("d", suite.namespace, scale)
    _running(suite, "d", 4)


def test_a_deployment_scales_in_proportion(suite: Suite) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
    suite.apps.create_namespaced_deployment(suite.namespace, _workload("d", 10, strategy=strategy))
    _running(suite, "d", 10)
    body = {"spec": {"template": _template("d", "webserver:404")}}
    suite.apps.patch_namespaced_deployment("d", suite.namespace, body)

    def sizes() -> dict[str, int]:
        sets = suite.apps.list_namespaced_replica_set(suite.namespace, label_selector="name=d").items
        return {each.spec.template.spec.containers[0].image: each.spec.replicas for each in sets}

    suite.until(lambda: sizes() == {"nginx:1.26": 8, "webserver:404": 5})
    suite.apps.patch_namespaced_deployment_scale("d", suite.namespace, {"spec": {"replicas": 30}})
    suite.until(lambda: sizes() == {"nginx:1.26": 20, "webserver:404": 13})


def test_a_daemon_set_mends_itself_and_rolls_back(suite: Suite) -> None:
    body = _workload("ds")
    del body["spec"]["replicas"]
    suite.apps.create_namespaced_daemon_set(suite.namespace, body)
    pod = _running(suite, "ds", 1)[0]
    failed = {"status": {"phase": "Failed"}}
    suite.core.patch_namespaced_pod_status(pod.metadata.name, suite.namespace, failed)
    suite.gone(lambda: suite.core.read_namespaced_pod(pod.metadata.name, suite.namespace))
    _running(suite, "ds", 1)
    status = {"metadata": {"annotations": {"a": "b"}}, "status": {"conditions": [{"type": "T", "status": "True"}]}}
    patched = suite.apps.patch_namespaced_daemon_set_status("ds", suite.namespace, status)
    assert patched.status.conditions[0].type == "T"
    suite.apps.delete_collection_namespaced_daemon_set(suite.namespace, label_selector="name=ds")
    suite.until(lambda: not _pods(suite, "ds"))


def test_a_job_adopts_releases_and_is_deleted_with_its_pods(suite: Suite) -> None:
    spec: Obj = {"parallelism": 2, "completions": 4, "template": _template("j", "busybox", restartPolicy="Never")}
    spec["template"]["spec"]["containers"][0]["command"] = ["sleep", "1000000"]
    suite.batch.create_namespaced_job(suite.namespace, {"metadata": {"name": "j"}, "spec": spec})
    called = _running(suite, "j", 2)[0].metadata.name

    def owner() -> Any:
        return _owner(suite.core.read_namespaced_pod(called, suite.namespace))

    suite.core.patch_namespaced_pod(called, suite.namespace, {"metadata": {"ownerReferences": None}})
    suite.until(owner)
    labels = suite.core.read_namespaced_pod(called, suite.namespace).metadata.labels
    suite.core.patch_namespaced_pod(called, suite.namespace, {"metadata": {"labels": dict.fromkeys(labels)}})
    suite.until(lambda: owner() is None)
    suite.batch.delete_namespaced_job("j", suite.namespace, propagation_policy="Foreground")
    suite.gone(lambda: suite.batch.read_namespaced_job("j", suite.namespace))
    suite.until(lambda: not _pods(suite, "j"))


def test_a_stateful_set_rolls_by_partition_and_goes_as_a_collection(suite: Suite) -> None:
    headless = {"metadata": {"name": "test"}, "spec": {"clusterIP": "None", "ports": [{"port": 80}]}}
    suite.core.create_namespaced_service(suite.namespace, headless)
    suite.apps.create_namespaced_stateful_set(suite.namespace, _workload("ss2", 3, serviceName="test"))
    _running(suite, "ss2", 3)

    def images() -> list[str]:
        return [pod.spec.containers[0].image for pod in _pods(suite, "ss2")]

    for partition, wanted in (
        (3, ["nginx:1.26"] * 3),
        (2, ["nginx:1.26"] * 2 + ["nginx:1.27"]),
        (0, ["nginx:1.27"] * 3),
    ):
        strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
        body = {"spec": {"updateStrategy": strategy, "template": _template("ss2", "nginx:1.27")}}
        suite.apps.patch_namespaced_stateful_set("ss2", suite.namespace, body)
        suite.until(partial(_equal, images, wanted))
        _running(suite, "ss2", 3)
    suite.apps.patch_namespaced_stateful_set("ss2", suite.namespace, {"metadata": {"labels": {"a": "b"}}})
    suite.apps.delete_collection_namespaced_stateful_set(suite.namespace, label_selector="a=b")
    assert suite.apps.list_namespaced_stateful_set(suite.namespace, label_selector="a=b").items == []


def test_disruption_budgets_are_observed_and_listed_everywhere(suite: Suite) -> None:
    spec = {"minAvailable": 1, "selector": {"matchLabels": {"name": "rs"}}}
    body = {"metadata": {"name": "foo", "labels": {"mine": suite.namespace}}, "spec": spec}
    suite.policy.create_namespaced_pod_disruption_budget(suite.namespace, body)
    suite.apps.create_namespaced_replica_set(suite.namespace, _workload("rs", 2))
    _running(suite, "rs", 2)

    def allowed() -> Any:
        return suite.policy.read_namespaced_pod_disruption_budget("foo", suite.namespace).status.disruptions_allowed

    suite.until(lambda: allowed() == 1)
    pods = [pod.metadata.name for pod in _pods(suite, "rs")]
    suite.core.create_namespaced_pod_eviction(pods[0], suite.namespace, {"metadata": {"name": pods[0]}})
    suite.apps.patch_namespaced_replica_set_scale("rs", suite.namespace, {"spec": {"replicas": 1}})
    _running(suite, "rs", 1)
    suite.until(lambda: allowed() == 0)
    last = _pods(suite, "rs")[0].metadata.name
    with suite.refused(429, "Cannot evict pod as it would violate the pod's disruption budget."):
        suite.core.create_namespaced_pod_eviction(last, suite.namespace, {"metadata": {"name": last}})
    found = suite.policy.list_pod_disruption_budget_for_all_namespaces(label_selector=f"mine={suite.namespace}").items
    assert [each.metadata.name for each in found] == ["foo"]
    disrupted = {"status": {"disruptedPods": {last: "2026-01-01T00:00:00Z"}}}
    patched = suite.policy.patch_namespaced_pod_disruption_budget_status("foo", suite.namespace, disrupted)
    assert list(patched.status.disrupted_pods) == [last]
    suite.policy.delete_collection_namespaced_pod_disruption_budget(suite.namespace)
    assert suite.policy.list_namespaced_pod_disruption_budget(suite.namespace).items == []
