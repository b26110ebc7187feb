"""Revisions and roll-outs, as the suite's tests of sig-apps ask for them."""

from __future__ import annotations

from typing import Any

from tests.conformance.suite import MERGE_PATCH, Obj, Suite

OLD, NEW = "nginx:1.26", "nginx:1.27"


def _template(label: str, image: str = OLD, **pod: Any) -> Obj:
    return {"metadata": {"labels": {"name": label}}, "spec": {"containers": [{"name": label, "image": image}], **pod}}


def _workload(name: str, **spec: Any) -> Obj:
    given = {"selector": {"matchLabels": {"name": name}}, "template": _template(name), **spec}
    return {"metadata": {"name": name, "labels": {"name": name}}, "spec": given}


def _pods(suite: Suite, label: str) -> list[Any]:
    found: list[Any] = suite.core.list_namespaced_pod(suite.namespace, label_selector=f"name={label}").items
    return found


def _running(suite: Suite, label: str, images: list[str]) -> list[Any]:
    def all_run() -> list[Any]:
        pods = _pods(suite, label)
        right = sorted(each.spec.containers[0].image for each in pods) == images
        return pods if right and all(each.status.phase == "Running" for each in pods) else []

    found: list[Any] = suite.until(all_run)
    return found


def test_the_life_of_a_controller_revision(suite: Suite) -> None:
    made = suite.apps.create_namespaced_daemon_set(suite.namespace, _workload("ds"))
    _running(suite, "ds", [OLD])

    def revisions() -> list[Any]:
        found = suite.apps.list_controller_revision_for_all_namespaces(label_selector="name=ds").items
        return [each for each in found if each.metadata.namespace == suite.namespace]

    (first,) = suite.until(revisions)
    assert first.metadata.owner_references[0].uid == made.metadata.uid
    labels = {"metadata": {"labels": {first.metadata.name: "patched"}}}
    suite.apps.patch_namespaced_controller_revision(first.metadata.name, suite.namespace, labels)
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "ds", "uid": made.metadata.uid, "controller": True}
    metadata = {"name": "ds-other", "labels": {"name": "ds"}, "ownerReferences": [owner]}
    body = {"metadata": metadata, "data": first.data, "revision": first.revision + 1}
    suite.apps.create_namespaced_controller_revision(suite.namespace, body)
    assert len(revisions()) == 2
    suite.apps.delete_namespaced_controller_revision(first.metadata.name, suite.namespace)
    suite.until(lambda: [each.metadata.name for each in revisions()] == ["ds-other"])
    (other,) = revisions()
    other.metadata.labels["updated"] = "yes"
    suite.apps.replace_namespaced_controller_revision("ds-other", suite.namespace, other)
    change = {"spec": {"template": {"spec": {"terminationGracePeriodSeconds": 1}}}}
    suite.apps.patch_namespaced_daemon_set("ds", suite.namespace, change)
    suite.until(lambda: len(revisions()) == 2)
    suite.apps.delete_collection_namespaced_controller_revision(suite.namespace, label_selector="updated=yes")
    suite.until(lambda: [each.revision for each in revisions()] == [3])


def test_daemons_follow_the_labels_of_nodes(suite: Suite) -> None:
    body = _workload("ds", template=_template("ds", nodeSelector={"color": "blue"}))
    suite.apps.create_namespaced_daemon_set(suite.namespace, body)

    def status() -> Any:
        return suite.apps.read_namespaced_daemon_set("ds", suite.namespace).status

    def paint(color: str | None) -> None:
        suite.core.patch_node("node-1", {"metadata": {"labels": {"color": color}}})

    suite.until(lambda: status().observed_generation == 1)
    assert not _pods(suite, "ds")
    paint("blue")
    _running(suite, "ds", [OLD])
    suite.until(lambda: (status().desired_number_scheduled, status().number_available) == (1, 1))
    paint("green")
    suite.until(lambda: not _pods(suite, "ds"))
    change = {"spec": {"template": {"spec": {"nodeSelector": {"color": "green"}}}}}
    suite.apps.patch_namespaced_daemon_set("ds", suite.namespace, change)
    _running(suite, "ds", [OLD])
    paint(None)
    suite.until(lambda: not _pods(suite, "ds"))


def test_daemons_are_replaced_when_they_are_deleted_or_at_once(suite: Suite) -> None:
    suite.apps.create_namespaced_daemon_set(suite.namespace, _workload("ds", updateStrategy={"type": "OnDelete"}))
    (first,) = _running(suite, "ds", [OLD])
    suite.apps.patch_namespaced_daemon_set("ds", suite.namespace, {"spec": {"template": _template("ds", NEW)}})
    suite.until(lambda: suite.apps.read_namespaced_daemon_set("ds", suite.namespace).status.observed_generation == 2)
    assert [each.metadata.uid for each in _pods(suite, "ds")] == [first.metadata.uid]
    suite.core.delete_namespaced_pod(first.metadata.name, suite.namespace, grace_period_seconds=0)
    _running(suite, "ds", [NEW])
    change = {"spec": {"updateStrategy": {"type": "RollingUpdate"}, "template": _template("ds", "nginx:1.28")}}
    suite.apps.patch_namespaced_daemon_set("ds", suite.namespace, change)
    _running(suite, "ds", ["nginx:1.28"])


def test_a_deployment_that_recreates_never_has_both(suite: Suite) -> None:
    suite.apps.create_namespaced_deployment(suite.namespace, _workload("d", strategy={"type": "Recreate"}))
    (first,) = _running(suite, "d", [OLD])
    version = suite.core.list_namespaced_pod(suite.namespace).metadata.resource_version
    suite.apps.patch_namespaced_deployment("d", suite.namespace, {"spec": {"template": _template("d", NEW)}})
    _running(suite, "d", [NEW])
    path = f"/api/v1/namespaces/{suite.namespace}/pods?watch=1&timeoutSeconds=1&resourceVersion={version}"
    seen = [(each["type"], each["object"]["metadata"]["uid"]) for each in suite.ask("GET", path).lines]
    gone = seen.index(("DELETED", first.metadata.uid))
    assert {uid for _, uid in seen[:gone]} == {first.metadata.uid}


def test_a_deployment_adopts_what_another_left(suite: Suite) -> None:
    suite.apps.create_namespaced_deployment(suite.namespace, _workload("d"))
    _running(suite, "d", [OLD])

    def owners() -> list[list[str]]:
        found = suite.apps.list_namespaced_replica_set(suite.namespace, label_selector="name=d").items
        return [[each.name for each in one.metadata.owner_references or ()] for one in found]

    (name,) = (each.metadata.name for each in suite.apps.list_namespaced_replica_set(suite.namespace).items)
    suite.apps.patch_namespaced_replica_set(name, suite.namespace, {"metadata": {"ownerReferences": None}})
    suite.until(lambda: owners() == [["d"]])
    suite.apps.delete_namespaced_deployment("d", suite.namespace, propagation_policy="Orphan")
    suite.gone(lambda: suite.apps.read_namespaced_deployment("d", suite.namespace))
    suite.until(lambda: owners() == [[]])
    suite.apps.create_namespaced_deployment(suite.namespace, _workload("d"))
    suite.until(lambda: owners() == [["d"]])


def test_the_life_of_a_deployment_and_its_status(suite: Suite) -> None:
    suite.apps.create_namespaced_deployment(suite.namespace, _workload("d"))
    change = {"metadata": {"labels": {"step": "patched"}}, "spec": {"replicas": 2, "template": _template("d", NEW)}}
    suite.apps.patch_namespaced_deployment("d", suite.namespace, change)
    suite.until(lambda: suite.apps.read_namespaced_deployment("d", suite.namespace).status.ready_replicas == 2)
    _running(suite, "d", [NEW, NEW])
    path = f"/apis/apps/v1/namespaces/{suite.namespace}/deployments/d/status"
    patch = {"metadata": {"annotations": {"patched": "yes"}}, "status": {"readyReplicas": 0, "availableReplicas": 0}}
    patched = suite.ask("PATCH", path, patch, MERGE_PATCH)
    assert (patched.code, patched.body["metadata"]["annotations"]["patched"]) == (200, "yes")
    suite.until(lambda: suite.apps.read_namespaced_deployment("d", suite.namespace).status.ready_replicas == 2)
    listed = suite.apps.list_deployment_for_all_namespaces(label_selector="step=patched").items
    assert [each.metadata.name for each in listed] == ["d"]
    suite.apps.delete_collection_namespaced_deployment(suite.namespace, label_selector="step=patched")
    suite.gone(lambda: suite.apps.read_namespaced_deployment("d", suite.namespace))


def test_a_stateful_set_rolled_back_is_at_its_first_revision_again(suite: Suite) -> None:
    suite.apps.create_namespaced_stateful_set(suite.namespace, _workload("ss", replicas=3, serviceName="ss"))
    _running(suite, "ss", [OLD] * 3)

    def revisions() -> tuple[str, str]:
        found = suite.apps.read_namespaced_stateful_set("ss", suite.namespace).status
        return found.current_revision, found.update_revision

    first, _ = revisions()
    suite.apps.patch_namespaced_stateful_set("ss", suite.namespace, {"spec": {"template": _template("ss", NEW)}})
    pods = _running(suite, "ss", [NEW] * 3)
    suite.until(lambda: first not in revisions() and len(set(revisions())) == 1)
    assert {each.metadata.labels["controller-revision-hash"] for each in pods} == {revisions()[0]}
    suite.apps.patch_namespaced_stateful_set("ss", suite.namespace, {"spec": {"template": _template("ss")}})
    _running(suite, "ss", [OLD] * 3)
    suite.until(lambda: revisions() == (first, first))
    scale = suite.apps.read_namespaced_stateful_set_scale("ss", suite.namespace)
    scale.spec.replicas = 2
    suite.apps.replace_namespaced_stateful_set_scale("ss", suite.namespace, scale)
    suite.until(lambda: len(_pods(suite, "ss")) == 2)
    suite.apps.patch_namespaced_stateful_set("ss", suite.namespace, {"spec": {"ordinals": {"start": 2}}})
    suite.until(lambda: sorted(each.metadata.name for each in _pods(suite, "ss")) == ["ss-2", "ss-3"])


def test_an_eviction_waits_until_its_budget_allows_it(suite: Suite) -> None:
    def budget() -> Any:
        return suite.policy.read_namespaced_pod_disruption_budget("foo", suite.namespace)

    spec = {"minAvailable": "3%", "selector": {"matchLabels": {"name": "rs"}}}
    suite.policy.create_namespaced_pod_disruption_budget(suite.namespace, {"metadata": {"name": "foo"}, "spec": spec})
    suite.policy.patch_namespaced_pod_disruption_budget("foo", suite.namespace, {"spec": {"minAvailable": 3}})
    suite.until(lambda: budget().status.observed_generation == 2)
    suite.apps.create_namespaced_replica_set(suite.namespace, _workload("rs", replicas=3))
    called = _running(suite, "rs", [OLD] * 3)[0].metadata.name
    suite.until(lambda: budget().status.current_healthy == 3)
    eviction = {"metadata": {"name": called}}
    with suite.refused(429, "Cannot evict pod as it would violate the pod's disruption budget."):
        suite.core.create_namespaced_pod_eviction(called, suite.namespace, eviction)
    found = budget()
    found.spec.min_available = 2
    suite.policy.replace_namespaced_pod_disruption_budget("foo", suite.namespace, found)
    suite.until(lambda: budget().status.disruptions_allowed == 1)
    suite.core.create_namespaced_pod_eviction(called, suite.namespace, eviction)
    suite.gone(lambda: suite.core.read_namespaced_pod(called, suite.namespace))


def test_owners_in_a_circle_go_together(suite: Suite) -> None:
    spec = _template("x")["spec"]
    made = [
        suite.core.create_namespaced_pod(suite.namespace, {"metadata": {"name": f"pod{n}"}, "spec": spec})
        for n in range(3)
    ]
    for number in range(3):
        other = made[number - 1].metadata
        owner = {"apiVersion": "v1", "kind": "Pod", "name": other.name, "uid": other.uid, "blockOwnerDeletion": True}
        change = {"metadata": {"ownerReferences": [{**owner, "controller": True}]}}
        suite.core.patch_namespaced_pod(f"pod{number}", suite.namespace, change)
    suite.core.delete_namespaced_pod("pod0", suite.namespace, propagation_policy="Foreground")
    suite.until(lambda: not suite.core.list_namespaced_pod(suite.namespace).items)


def test_an_owner_that_is_not_there_takes_its_dependents_and_one_of_no_known_kind_does_not(suite: Suite) -> None:
    absent = {"apiVersion": "v1", "kind": "ConfigMap", "name": "nobody", "uid": "11111111-1111-1111-1111-111111111111"}
    unknown = {**absent, "apiVersion": "nothing.example.com/v1", "kind": "Foo"}
    for name, owner in (("kept", unknown), ("gone", absent)):
        body = {"metadata": {"name": name, "ownerReferences": [owner]}}
        suite.core.create_namespaced_config_map(suite.namespace, body)
    suite.gone(lambda: suite.core.read_namespaced_config_map("gone", suite.namespace))
    assert suite.core.read_namespaced_config_map("kept", suite.namespace)
