"""ResourceQuota and LimitRange, as the suite's tests of sig-api-machinery and sig-scheduling ask for them."""

from __future__ import annotations

from typing import Any

from tests.conformance.suite import Obj, Suite

HARD = {
    "pods": "5",
    "services": "10",
    "services.nodeports": "1",
    "services.loadbalancers": "1",
    "replicationcontrollers": "10",
    "resourcequotas": "1",
    "secrets": "10",
    "configmaps": "10",
    "cpu": "1",
    "memory": "500Mi",
    "count/replicasets.apps": "5",
}


def _quota(suite: Suite, name: str = "test-quota", **hard: str) -> None:
    body = {"metadata": {"name": name}, "spec": {"hard": hard or HARD}}
    suite.core.create_namespaced_resource_quota(suite.namespace, body)


def _used(suite: Suite, resource: str, amount: str, name: str = "test-quota") -> None:
    def counted() -> bool:
        found = suite.core.read_namespaced_resource_quota(name, suite.namespace).status.used or {}
        return bool(found.get(resource) == amount)

    suite.until(counted)


def _pod(name: str, cpu: str = "500m", memory: str = "252Mi", **spec: Any) -> Obj:
    resources = {"requests": {"cpu": cpu, "memory": memory}}
    container = {"name": "pause", "image": "registry.k8s.io/pause:3.10", "resources": resources}
    return {"metadata": {"name": name}, "spec": {"containers": [container], **spec}}


def test_the_status_is_calculated_at_once(suite: Suite) -> None:
    _quota(suite)
    _used(suite, "resourcequotas", "1")
    _used(suite, "pods", "0")


def test_the_life_of_a_pod(suite: Suite) -> None:
    _quota(suite)
    _used(suite, "pods", "0")
    suite.core.create_namespaced_pod(suite.namespace, _pod("test-pod"))
    for resource, amount in (("pods", "1"), ("cpu", "500m"), ("memory", "252Mi")):
        _used(suite, resource, amount)
    with suite.refused(403, "exceeded quota: test-quota, requested: cpu=600m, used: cpu=500m, limited: cpu=1"):
        suite.core.create_namespaced_pod(suite.namespace, _pod("fail-pod", "600m", "100Mi"))
    with suite.refused(422):
        body = _pod("test-pod", "100m", "100Mi")["spec"]
        suite.core.patch_namespaced_pod("test-pod", suite.namespace, {"spec": body})
    suite.core.delete_namespaced_pod("test-pod", suite.namespace, grace_period_seconds=0)
    for resource, amount in (("pods", "0"), ("cpu", "0"), ("memory", "0")):
        _used(suite, resource, amount)


def test_the_life_of_a_secret_a_service_and_a_replica_set(suite: Suite) -> None:
    _quota(suite)
    _used(suite, "secrets", "0")
    suite.core.create_namespaced_secret(suite.namespace, {"metadata": {"name": "s"}, "stringData": {"a": "b"}})
    _used(suite, "secrets", "1")
    suite.core.delete_namespaced_secret("s", suite.namespace)
    _used(suite, "secrets", "0")
    ports = [{"port": 80}]
    for name, type_ in (("c", "ClusterIP"), ("n", "NodePort")):
        body = {"metadata": {"name": name}, "spec": {"type": type_, "ports": ports}}
        suite.core.create_namespaced_service(suite.namespace, body)
    _used(suite, "services", "2")
    _used(suite, "services.nodeports", "1")
    with suite.refused(403, "exceeded quota: test-quota, requested: services.nodeports=1"):
        body = {"metadata": {"name": "l"}, "spec": {"type": "LoadBalancer", "ports": ports}}
        suite.core.create_namespaced_service(suite.namespace, body)
    for name in ("c", "n"):
        suite.core.delete_namespaced_service(name, suite.namespace)
    _used(suite, "services", "0")
    template = {"metadata": {"labels": {"a": "b"}}, "spec": _pod("x")["spec"]}
    spec = {"replicas": 0, "selector": {"matchLabels": {"a": "b"}}, "template": template}
    suite.apps.create_namespaced_replica_set(suite.namespace, {"metadata": {"name": "r"}, "spec": spec})
    _used(suite, "count/replicasets.apps", "1")
    suite.apps.delete_namespaced_replica_set("r", suite.namespace)
    _used(suite, "count/replicasets.apps", "0")


def test_scopes_choose_pods(suite: Suite) -> None:
    for name, scope in (("best", "BestEffort"), ("not-best", "NotBestEffort"), ("ends", "Terminating")):
        body = {"metadata": {"name": name}, "spec": {"hard": {"pods": "5"}, "scopes": [scope]}}
        suite.core.create_namespaced_resource_quota(suite.namespace, body)
    plain = {"metadata": {"name": "plain"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    suite.core.create_namespaced_pod(suite.namespace, plain)
    _used(suite, "pods", "1", "best")
    _used(suite, "pods", "0", "not-best")
    suite.core.create_namespaced_pod(suite.namespace, _pod("asks", activeDeadlineSeconds=3600))
    _used(suite, "pods", "1", "not-best")
    _used(suite, "pods", "1", "ends")


def test_it_is_updated_patched_and_its_status_too(suite: Suite) -> None:
    _quota(suite, "q", cpu="500m", memory="500Mi")
    _used(suite, "cpu", "0", "q")
    suite.core.patch_namespaced_resource_quota("q", suite.namespace, {"spec": {"hard": {"memory": "750Mi"}}})
    found = suite.core.read_namespaced_resource_quota("q", suite.namespace)
    assert found.spec.hard == {"cpu": "500m", "memory": "750Mi"}
    suite.until(
        lambda: suite.core.read_namespaced_resource_quota_status("q", suite.namespace).status.hard["memory"] == "750Mi"
    )
    status = {"status": {"hard": {"cpu": "9", "memory": "1Gi"}}}
    patched = suite.core.patch_namespaced_resource_quota_status("q", suite.namespace, status)
    assert patched.status.hard == {"cpu": "9", "memory": "1Gi"}
    suite.until(
        lambda: suite.core.read_namespaced_resource_quota_status("q", suite.namespace).status.hard["cpu"] == "500m"
    )
    suite.core.delete_collection_namespaced_resource_quota(suite.namespace)
    assert suite.core.list_namespaced_resource_quota(suite.namespace).items == []


def test_a_limit_range_gives_defaults_and_keeps_bounds(suite: Suite) -> None:
    limit = {
        "type": "Container",
        "min": {"cpu": "50m", "memory": "100Mi"},
        "max": {"cpu": "500m", "memory": "500Mi"},
        "default": {"cpu": "500m", "memory": "500Mi"},
        "defaultRequest": {"cpu": "100m", "memory": "200Mi"},
    }
    made = suite.core.create_namespaced_limit_range(
        suite.namespace, {"metadata": {"name": "l", "labels": {"a": "b"}}, "spec": {"limits": [limit]}}
    )
    kinds = [(kind, obj.metadata.name) for kind, obj in _first(suite, made)]
    assert kinds == [("ADDED", "l")]
    plain = {"metadata": {"name": "plain"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    found = suite.core.create_namespaced_pod(suite.namespace, plain).spec.containers[0].resources
    assert found.requests == {"cpu": "100m", "memory": "200Mi"}
    assert found.limits == {"cpu": "500m", "memory": "500Mi"}
    with suite.refused(403, "minimum memory usage per Container is 100Mi, but request is 50Mi"):
        suite.core.create_namespaced_pod(suite.namespace, _pod("low", "50m", "50Mi"))
    with suite.refused(403, "maximum cpu usage per Container is 500m, but limit is 600m"):
        pod = _pod("high", "500m", "200Mi")
        pod["spec"]["containers"][0]["resources"]["limits"] = {"cpu": "600m"}
        suite.core.create_namespaced_pod(suite.namespace, pod)
    suite.core.patch_namespaced_limit_range("l", suite.namespace, {"metadata": {"labels": {"l": "patched"}}})
    suite.core.delete_collection_namespaced_limit_range(suite.namespace, label_selector="l=patched")
    assert suite.core.list_limit_range_for_all_namespaces(label_selector="l=patched").items == []


def _first(suite: Suite, made: Any) -> list[tuple[str, Any]]:
    before = str(int(made.metadata.resource_version) - 1)
    for event in suite.events(suite.core.list_namespaced_limit_range, before):
        return [event]
    return []
