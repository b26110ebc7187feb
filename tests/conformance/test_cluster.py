"""Namespaces, garbage, accounts, reviews, services, as the suite's tests of the API and of sig-auth ask for them."""

from __future__ import annotations

from typing import Any

from tests.conformance.suite import Obj, Suite, client


def _namespace(suite: Suite, name: str) -> str:
    called = f"{suite.namespace}-{name}"
    suite.core.create_namespace({"metadata": {"name": called}})
    suite.until(lambda: suite.core.read_namespaced_service_account("default", called))
    return called


def _pod(name: str, **metadata: Any) -> Obj:
    return {"metadata": {"name": name, **metadata}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def test_a_namespace_goes_with_all_that_is_in_it(suite: Suite) -> None:
    where = _namespace(suite, "going")
    suite.core.create_namespaced_pod(where, _pod("p"))
    suite.core.create_namespaced_service(where, {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}})
    suite.core.delete_namespace(where)
    suite.gone(lambda: suite.core.read_namespace(where))
    suite.core.create_namespace({"metadata": {"name": where}})
    assert suite.core.list_namespaced_pod(where).items == []
    assert suite.core.list_namespaced_service(where).items == []


def test_a_namespace_is_held_by_a_finalizer(suite: Suite) -> None:
    where = _namespace(suite, "held")
    found = suite.core.read_namespace(where)
    found.spec.finalizers = [*found.spec.finalizers, "e2e.example.com/finalizer"]
    suite.core.replace_namespace_finalize(where, found)
    suite.core.delete_namespace(where)
    suite.until(lambda: suite.core.read_namespace(where).spec.finalizers == ["e2e.example.com/finalizer"])
    found = suite.core.read_namespace(where)
    found.spec.finalizers = []
    suite.core.replace_namespace_finalize(where, found)
    suite.gone(lambda: suite.core.read_namespace(where))


def test_a_namespaces_status_is_patched_and_updated(suite: Suite) -> None:
    condition = {"type": "StatusPatch", "status": "True", "reason": "E2E", "message": "patched"}
    patched = suite.core.patch_namespace_status(suite.namespace, {"status": {"conditions": [condition]}})
    assert patched.status.conditions[0].type == "StatusPatch"
    patched.status.conditions.append(
        client.V1NamespaceCondition(type="StatusUpdate", status="True", reason="E2E", message="updated")
    )
    updated = suite.core.replace_namespace_status(suite.namespace, patched)
    assert [each.type for each in updated.status.conditions] == ["StatusPatch", "StatusUpdate"]
    assert updated.status.phase == "Active"


def _controller(suite: Suite, name: str, replicas: int) -> Any:
    template = {"metadata": {"labels": {"name": name}}, "spec": _pod("x")["spec"]}
    spec = {"replicas": replicas, "selector": {"name": name}, "template": template}
    suite.core.create_namespaced_replication_controller(suite.namespace, {"metadata": {"name": name}, "spec": spec})
    suite.until(lambda: len(_pods(suite, name)) == replicas)
    return suite.core.read_namespaced_replication_controller(name, suite.namespace)


def _pods(suite: Suite, name: str) -> list[Any]:
    found: list[Any] = suite.core.list_namespaced_pod(suite.namespace, label_selector=f"name={name}").items
    return found


def test_dependents_go_stay_or_come_first_as_is_asked(suite: Suite) -> None:
    _controller(suite, "goes", 2)
    suite.core.delete_namespaced_replication_controller("goes", suite.namespace, propagation_policy="Background")
    suite.until(lambda: not _pods(suite, "goes"))
    _controller(suite, "stays", 2)
    suite.core.delete_namespaced_replication_controller("stays", suite.namespace, propagation_policy="Orphan")
    suite.gone(lambda: suite.core.read_namespaced_replication_controller("stays", suite.namespace))
    suite.until(lambda: all(not pod.metadata.owner_references for pod in _pods(suite, "stays")))
    assert len(_pods(suite, "stays")) == 2


def test_one_with_another_owner_stays_when_its_first_goes_in_the_foreground(suite: Suite) -> None:
    first, second = _controller(suite, "first", 4), _controller(suite, "second", 0)
    reference = {
        "apiVersion": "v1",
        "kind": "ReplicationController",
        "name": "second",
        "uid": second.metadata.uid,
    }
    both = [pod.metadata.name for pod in _pods(suite, "first")[:2]]
    for called in both:
        own = {"apiVersion": "v1", "kind": "ReplicationController", "name": "first", "uid": first.metadata.uid,
               "controller": True, "blockOwnerDeletion": True}  # fmt: skip
        suite.core.patch_namespaced_pod(called, suite.namespace, {"metadata": {"ownerReferences": [own, reference]}})
    suite.core.delete_namespaced_replication_controller("first", suite.namespace, propagation_policy="Foreground")
    suite.gone(lambda: suite.core.read_namespaced_replication_controller("first", suite.namespace))
    left = _pods(suite, "first")
    assert sorted(pod.metadata.name for pod in left) == sorted(both)
    assert [each.name for pod in left for each in pod.metadata.owner_references] == ["second", "second"]


def test_every_namespace_has_the_clusters_certificate(suite: Suite) -> None:
    def certificate() -> str:
        text: str = suite.core.read_namespaced_config_map("kube-root-ca.crt", suite.namespace).data["ca.crt"]
        return text

    text = suite.until(certificate)
    assert text.startswith("-----BEGIN CERTIFICATE-----")
    suite.core.delete_namespaced_config_map("kube-root-ca.crt", suite.namespace)
    assert suite.until(certificate) == text
    suite.core.patch_namespaced_config_map("kube-root-ca.crt", suite.namespace, {"data": {"ca.crt": "x"}})
    suite.until(lambda: certificate() == text)


def test_an_account_and_what_others_ask_about_it(suite: Suite) -> None:
    suite.core.create_namespaced_service_account(suite.namespace, {"metadata": {"name": "sa"}})
    authorization = client.AuthorizationV1Api(suite.api)
    user = f"system:serviceaccount:{suite.namespace}:sa"
    attributes = {"verb": "get", "resource": "pods", "namespace": suite.namespace}
    review = {"spec": {"user": user, "resourceAttributes": attributes}}
    assert authorization.create_subject_access_review(review).status.allowed is False
    metadata = {"metadata": {"namespace": suite.namespace}}
    local = authorization.create_namespaced_local_subject_access_review(suite.namespace, {**metadata, **review})
    assert local.status.allowed is False
    rbac = client.RbacAuthorizationV1Api(suite.api)
    subject = {"kind": "ServiceAccount", "name": "sa", "namespace": suite.namespace}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
    body = {"metadata": {"name": "v"}, "roleRef": reference, "subjects": [subject]}
    rbac.create_namespaced_role_binding(suite.namespace, body)
    assert authorization.create_subject_access_review(review).status.allowed is True
    told = suite.core.create_namespaced_service_account_token("sa", suite.namespace, {"spec": {}}).status
    authentication = client.AuthenticationV1Api(suite.api)
    status = authentication.create_token_review({"spec": {"token": told.token}}).status
    assert (status.authenticated, status.user.username) == (True, user)


def test_services_have_endpoints_that_come_and_go(suite: Suite) -> None:
    ports = [{"name": "portname1", "port": 100, "targetPort": 100}]
    body = {"metadata": {"name": "multi"}, "spec": {"selector": {"name": "multi"}, "ports": ports}}
    suite.core.create_namespaced_service(suite.namespace, body)

    def addresses() -> list[str]:
        subsets = suite.core.read_namespaced_endpoints("multi", suite.namespace).subsets or []
        return [address.target_ref.name for each in subsets for address in each.addresses or []]

    suite.until(lambda: addresses() == [])
    for name in ("pod1", "pod2"):
        suite.core.create_namespaced_pod(suite.namespace, _pod(name, labels={"name": "multi"}))
    suite.until(lambda: sorted(addresses()) == ["pod1", "pod2"])
    slices = client.DiscoveryV1Api(suite.api)
    selector = "kubernetes.io/service-name=multi"

    def names() -> list[str]:
        found: Any = slices.list_namespaced_endpoint_slice(suite.namespace, label_selector=selector)
        return sorted(each.target_ref.name for one in found.items for each in one.endpoints or [])

    suite.until(lambda: names() == ["pod1", "pod2"])
    suite.core.delete_namespaced_pod("pod1", suite.namespace)
    suite.until(lambda: addresses() == ["pod2"])
    suite.core.delete_namespaced_service("multi", suite.namespace)
    suite.gone(lambda: suite.core.read_namespaced_endpoints("multi", suite.namespace))
    suite.until(lambda: names() == [])


def test_endpoints_by_hand_are_mirrored(suite: Suite) -> None:
    suite.core.create_namespaced_service(
        suite.namespace, {"metadata": {"name": "example"}, "spec": {"ports": [{"port": 80, "name": "http"}]}}
    )
    subsets = [{"addresses": [{"ip": "10.1.2.3"}], "ports": [{"port": 80, "name": "http"}]}]
    suite.core.create_namespaced_endpoints(suite.namespace, {"metadata": {"name": "example"}, "subsets": subsets})
    slices = client.DiscoveryV1Api(suite.api)

    def mirrored() -> list[str]:
        found = slices.list_namespaced_endpoint_slice(
            suite.namespace, label_selector="kubernetes.io/service-name=example"
        ).items
        return [address for one in found for each in one.endpoints or [] for address in each.addresses]

    suite.until(lambda: mirrored() == ["10.1.2.3"])
    subsets[0]["addresses"] = [{"ip": "10.2.3.4"}]
    suite.core.patch_namespaced_endpoints("example", suite.namespace, {"subsets": subsets})
    suite.until(lambda: mirrored() == ["10.2.3.4"])
    suite.core.delete_namespaced_endpoints("example", suite.namespace)
    suite.until(lambda: mirrored() == [])


def test_a_services_status_is_patched_and_services_go_as_a_collection(suite: Suite) -> None:
    for name in ("a", "b", "kept"):
        labels = {"e2e": "kept" if name == "kept" else "gone"}
        body = {"metadata": {"name": name, "labels": labels}, "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}
        suite.core.create_namespaced_service(suite.namespace, body)
    balancer = {"loadBalancer": {"ingress": [{"ip": "203.0.113.1"}]}}
    patched = suite.core.patch_namespaced_service_status("a", suite.namespace, {"status": balancer})
    assert patched.status.load_balancer.ingress[0].ip == "203.0.113.1"
    suite.core.delete_collection_namespaced_service(suite.namespace, label_selector="e2e=gone")
    assert [each.metadata.name for each in suite.core.list_namespaced_service(suite.namespace).items] == ["kept"]
    everywhere = suite.core.list_service_for_all_namespaces().items
    assert ("default", "kubernetes") in {(each.metadata.namespace, each.metadata.name) for each in everywhere}


def test_of_an_event_only_its_series_changes_through_the_newer_version(suite: Suite) -> None:
    events = client.EventsV1Api(suite.api)
    body = {
        "metadata": {"name": "e"},
        "regarding": {"kind": "Pod", "name": "p", "namespace": suite.namespace},
        "eventTime": "2017-09-19T13:49:16.123456Z",
        "reportingController": "test-controller",
        "reportingInstance": "test-node",
        "action": "Do",
        "reason": "Test",
        "type": "Normal",
        "note": "first",
    }
    events.create_namespaced_event(suite.namespace, body)
    series = {"count": 2, "lastObservedTime": "2017-09-19T13:49:17.123456Z"}
    assert events.patch_namespaced_event("e", suite.namespace, {"series": series}).series.count == series["count"]
    found = events.read_namespaced_event("e", suite.namespace)
    found.note = "second"
    with suite.refused(422, "message: Invalid value"):
        events.replace_namespaced_event("e", suite.namespace, found)
    with suite.refused(422, "message: Invalid value"):
        events.patch_namespaced_event("e", suite.namespace, {"note": "second"})
    assert suite.core.patch_namespaced_event("e", suite.namespace, {"message": "second"}).message == "second"


def test_the_api_tells_its_metrics(suite: Suite) -> None:
    def told() -> dict[str, float]:
        settings = suite.api.configuration
        headers = {each["key"]: each["value"] for each in settings.auth_settings().values()}
        answer = suite.api.rest_client.request("GET", f"{settings.host}/metrics", headers=headers)
        lines = answer.read().decode().splitlines()
        return {name: float(value) for name, _, value in (each.rpartition(" ") for each in lines if each[:1] != "#")}

    listed = (
        'apiserver_request_total{code="200",component="apiserver",group="",resource="configmaps",scope="namespace",'
        'subresource="",verb="LIST",version="v1"}'
    )
    stored = 'apiserver_storage_objects{resource="configmaps"}'
    before = told()
    suite.core.create_namespaced_config_map(suite.namespace, {"metadata": {"name": "one"}})
    suite.core.list_namespaced_config_map(suite.namespace)
    after = told()
    assert after[listed] == before.get(listed, 0) + 1
    assert after[stored] == before[stored] + 1
    assert after["process_start_time_seconds"] == before["process_start_time_seconds"]
