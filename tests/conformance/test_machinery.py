"""Reading and writing as the suite's tests of sig-api-machinery do it: watches, tables, pages, server-side apply."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.suite import Obj, Suite, client

TABLE = "application/json;as=Table;v=v1beta1;g=meta.k8s.io"
POD = {"containers": [{"name": "nginx", "image": "nginx:1.27"}]}


def _config_map(suite: Suite, name: str, **labels: str) -> Any:
    return suite.core.create_namespaced_config_map(suite.namespace, {"metadata": {"name": name, "labels": labels}})


def _watched(suite: Suite, version: str, selector: str = "") -> list[Obj]:
    query = f"watch=1&timeoutSeconds=1&resourceVersion={version}&labelSelector={selector}"
    return suite.ask("GET", f"/api/v1/namespaces/{suite.namespace}/configmaps?{query}").lines


def test_who_leaves_a_selection_is_deleted_for_its_watchers(suite: Suite) -> None:
    made = _config_map(suite, "c", watched="yes")
    changes: list[Obj] = [
        {"data": {"mutation": "1"}},
        {"metadata": {"labels": {"watched": "no"}}},
        {"data": {"mutation": "2"}},
        {"metadata": {"labels": {"watched": "yes"}}},
        {"data": {"mutation": "3"}},
    ]
    for change in changes:
        suite.core.patch_namespaced_config_map("c", suite.namespace, change)
    suite.core.delete_namespaced_config_map("c", suite.namespace)
    seen = _watched(suite, made.metadata.resource_version, "watched%3Dyes")
    assert [(each["type"], each["object"]["data"]["mutation"]) for each in seen] == [
        ("MODIFIED", "1"),
        ("DELETED", "1"),
        ("ADDED", "2"),
        ("MODIFIED", "3"),
        ("DELETED", "3"),
    ]


def test_watches_from_any_moment_tell_the_same_in_the_same_order(suite: Suite) -> None:
    version = suite.core.list_namespaced_config_map(suite.namespace).metadata.resource_version
    for number in range(12):
        _config_map(suite, f"cm-{number % 5}-{number}")
    first = [each["object"]["metadata"]["resourceVersion"] for each in _watched(suite, version)]
    assert len(first) >= 12
    for at in (0, 5, 10):
        again = _watched(suite, first[at])
        assert [each["object"]["metadata"]["resourceVersion"] for each in again] == first[at + 1 :]


def test_tables_come_in_pages_and_not_of_what_has_no_metadata(suite: Suite) -> None:
    for number in range(6):
        body = {"metadata": {"name": f"template-{number:04}"}, "template": {"spec": POD}}
        suite.core.create_namespaced_pod_template(suite.namespace, body)
    path = f"/api/v1/namespaces/{suite.namespace}/podtemplates"
    table = suite.ask("GET", f"{path}?limit=2", accept=TABLE).body
    assert (table["kind"], table["apiVersion"]) == ("Table", "meta.k8s.io/v1beta1")
    assert [row["cells"][0] for row in table["rows"]] == ["template-0000", "template-0001"]
    rest = suite.ask("GET", f"{path}?continue={table['metadata']['continue']}", accept=TABLE).body
    assert [row["cells"][0] for row in rest["rows"]] == [f"template-{number:04}" for number in range(2, 6)]
    nodes = suite.ask("GET", "/api/v1/nodes", accept=TABLE).body
    assert len(nodes["rows"][0]["cells"]) == len(nodes["columnDefinitions"])
    assert nodes["metadata"]["resourceVersion"]
    review: Obj = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
    review |= {"spec": {"nonResourceAttributes": {"path": "/", "verb": "get"}}}
    asked = suite.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, accept=TABLE)
    assert asked.code == 406


def test_a_list_in_pages_is_one_of_a_moment(suite: Suite) -> None:
    for number in range(20):
        _config_map(suite, f"cm-{number:04}", paged="yes")
    path = f"/api/v1/namespaces/{suite.namespace}/configmaps?labelSelector=paged%3Dyes&limit=6"
    page = suite.ask("GET", path).body
    version, names, left = page["metadata"]["resourceVersion"], [], []
    suite.core.delete_namespaced_config_map("cm-0019", suite.namespace)
    while True:
        assert page["metadata"]["resourceVersion"] == version
        names += [each["metadata"]["name"] for each in page["items"]]
        left.append(page["metadata"].get("remainingItemCount"))
        if not page["metadata"].get("continue"):
            break
        page = suite.ask("GET", f"{path}&continue={page['metadata']['continue']}").body
    assert names == [f"cm-{number:04}" for number in range(20)]


@pytest.mark.parametrize(
    ("resource", "kind", "spec", "owned"),
    [
        ("pods", "Pod", {"containers": [{"name": "c", "image": "i"}]},
         {"f:containers": {'k:{"name":"c"}': {".": {}, "f:image": {}, "f:name": {}}}}),
        ("services", "Service", {"ports": [{"port": 8080, "protocol": "UDP"}]},
         {"f:ports": {'k:{"port":8080,"protocol":"UDP"}': {".": {}, "f:port": {}, "f:protocol": {}}}}),
    ],
)  # fmt: skip
def test_two_who_apply_the_same_own_it_both(suite: Suite, resource: str, kind: str, spec: Obj, owned: Obj) -> None:
    path = f"/api/v1/namespaces/{suite.namespace}/{resource}/test"
    body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "test"}, "spec": spec}
    for manager, code in (("apply_test", 201), ("apply_test_2", 200)):
        applied = suite.apply(f"{path}?fieldManager={manager}", body)
        assert applied.code == code, applied.body
    fields = {each["manager"]: each["fieldsV1"] for each in applied.body["metadata"]["managedFields"]}
    assert fields["apply_test"] == fields["apply_test_2"] == {"f:spec": owned}


def test_a_status_is_applied_at_its_own_path_alone(suite: Suite) -> None:
    path = f"/api/v1/namespaces/{suite.namespace}/pods/test"
    api = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "test"}}
    assert suite.apply(f"{path}?fieldManager=one", {**api, "spec": POD}).code == 201
    mine = {**api, "status": {"conditions": [{"type": "MyStatus", "status": "True"}]}}

    def told() -> bool:
        found = suite.core.read_namespaced_pod("test", suite.namespace).status.conditions or []
        return any(each.type == "MyStatus" for each in found)

    assert suite.apply(f"{path}?fieldManager=two", mine).code == 200
    assert not told()
    assert suite.apply(f"{path}/status?fieldManager=two", mine).code == 200
    assert told()


def test_what_is_applied_no_more_goes_unless_another_owns_it(suite: Suite) -> None:
    path = f"/apis/apps/v1/namespaces/{suite.namespace}/deployments/d"

    def apply(manager: str, pod: Obj, query: str = "", **spec: int) -> Any:
        labels = {"app": "nginx"}
        template = {"metadata": {"labels": labels}, "spec": {**POD, **pod}}
        body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "labels": labels}}
        given = {**body, "spec": {**spec, "selector": {"matchLabels": labels}, "template": template}}
        return suite.apply(f"{path}?fieldManager={manager}{query}", given)

    assert apply("one", {"hostname": "h", "subdomain": "s"}, replicas=3).code == 201
    assert apply("two", {"hostname": "h"}, replicas=3).code == 200
    left = apply("one", {}).body["spec"]
    assert (left["replicas"], left["template"]["spec"]["hostname"]) == (3, "h")
    assert "subdomain" not in left["template"]["spec"]
    assert suite.ask("PATCH", path, {"spec": {"replicas": 5}}, "application/merge-patch+json").code == 200
    refused = apply("two", {"hostname": "h"}, replicas=3)
    assert (refused.code, [each["field"] for each in refused.body["details"]["causes"]]) == (409, [".spec.replicas"])
    assert apply("two", {"hostname": "h"}, "&force=true", replicas=3).body["spec"]["replicas"] == 3


def test_a_policy_has_variables_and_tells_what_its_expressions_get_wrong(suite: Suite) -> None:
    admission = client.AdmissionregistrationV1Api(suite.api)
    suite.core.patch_namespace(suite.namespace, {"metadata": {"labels": {"judged": suite.namespace}}})
    rule = {"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}
    constraints = {"resourceRules": [rule]}
    variables = [
        {"name": "replicas", "expression": "object.spec.replicas"},
        {"name": "odd", "expression": "variables.replicas % 2 == 1"},
    ]
    message = "'wants replicas > 1, got ' + string(variables.replicas)"
    validations = [
        {"expression": "variables.replicas > 1", "messageExpression": message},
        {"expression": "variables.odd"},
    ]
    spec: Obj = {"matchConstraints": constraints, "variables": variables, "validations": validations}
    admission.create_validating_admission_policy({"metadata": {"name": suite.namespace}, "spec": spec})
    matches = {"namespaceSelector": {"matchLabels": {"judged": suite.namespace}}}
    bound = {"policyName": suite.namespace, "validationActions": ["Deny"], "matchResources": matches}
    admission.create_validating_admission_policy_binding({"metadata": {"name": suite.namespace}, "spec": bound})

    def create(replicas: int) -> None:
        labels = {"a": "b"}
        template = {"metadata": {"labels": labels}, "spec": POD}
        given = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
        suite.apps.create_namespaced_deployment(suite.namespace, {"metadata": {"name": f"d{replicas}"}, "spec": given})

    with suite.refused(422, "wants replicas > 1, got 1"):
        create(1)
    with suite.refused(422, "variables.odd"):
        create(2)
    create(3)
    wrong = [{"expression": "object.spec.replicas > '1'"}, {"expression": "object.spec.maxReplicas > 1"}]
    body = {"metadata": {"name": f"{suite.namespace}-wrong"}, "spec": {**spec, "validations": wrong}}
    admission.create_validating_admission_policy(body)

    def warned() -> Any:
        checked = admission.read_validating_admission_policy(f"{suite.namespace}-wrong").status
        return checked and checked.type_checking and checked.type_checking.expression_warnings

    fields = [each.field_ref for each in suite.until(warned)]
    assert fields == ["spec.validations[0].expression", "spec.validations[1].expression"]
    admission.delete_validating_admission_policy_binding(suite.namespace)
    admission.delete_validating_admission_policy(suite.namespace)
