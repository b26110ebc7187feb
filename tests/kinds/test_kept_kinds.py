"""Kinds that nothing lives by: their defaults, their columns and the words for what is wrong with one."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kinds import by_kind
from cluster.kinds.componentstatus import component_statuses
from cluster.kinds.kind import Asker
from cluster.machinery.errors import Forbidden, Invalid
from cluster.machinery.objects import Obj
from tests.kinds.sandbox import NOW, Sandbox
from tests.kinds.specimens import SPECIMENS, specimen

ROWS = {
    "PodTemplate": "web c nginx app=web",
    "Role": "web 2026-11-23T05:19:01Z",
    "ClusterRole": "web 2026-11-23T05:19:01Z",
    "RoleBinding": "web Role/web 0s ann devs default/default",
    "ClusterRoleBinding": "web ClusterRole/view 0s   default/default",
    "Ingress": "web nginx a.example.com,*.example.com  80, 443 0s",
    "IngressClass": "web example.com/ingress Parameters.a.example/p 0s",
    "NetworkPolicy": "web app=web 0s",
    "RuntimeClass": "web gvisor 0s",
    "CSIDriver": "web True False False a,b False Persistent 0s",
    "CSINode": "web 1 0s",
    "CSIStorageCapacity": "web standard 1Gi",
    "VolumeAttachment": "web a.example.com pv node-1 False 0s",
    "FlowSchema": "web web 1000 ByUser 0s ?",
    "PriorityLevelConfiguration": "web Limited 30 16 4 50 0s",
    "CertificateSigningRequest": "web 0s example.com/web  120m Pending",
    "ValidatingWebhookConfiguration": "web 1 0s",
    "MutatingWebhookConfiguration": "web 1 0s",
    "ValidatingAdmissionPolicy": "web 1 v1/ConfigMap 0s",
    "ValidatingAdmissionPolicyBinding": "web web default/limits 0s",
    "APIService": "v1.a.example default/web Unknown 0s",
    "CustomResourceDefinition": "buckets.a.example 2026-11-23T05:19:01Z",
}


def test_every_one_of_them_is_looked_at() -> None:
    assert set(ROWS) == {kind for _, kind, _ in SPECIMENS}


@pytest.mark.parametrize("called", ROWS)
def test_a_row(called: str) -> None:
    made = Sandbox().create(specimen(called))
    kind = by_kind(made["apiVersion"], called)
    assert kind is not None
    assert " ".join(str(column.cell(made, NOW)) for column in kind.columns) == ROWS[called]


def test_the_control_planes_parts_are_well() -> None:
    kind = by_kind("v1", "ComponentStatus")
    assert kind is not None
    rows = [" ".join(str(column.cell(each, NOW)) for column in kind.columns) for each in component_statuses()]
    assert rows == ["controller-manager Healthy ok ", "etcd-0 Healthy ok ", "scheduler Healthy ok "]


DEFAULTS: list[tuple[str, str, Any]] = [
    ("RoleBinding", "subjects.1.apiGroup", "rbac.authorization.k8s.io"),
    ("NetworkPolicy", "spec.ingress.0.ports.0.protocol", "TCP"),
    ("CSIDriver", "spec.fsGroupPolicy", "ReadWriteOnceWithFSType"),
    ("VolumeAttachment", "status", {"attached": False}),
    ("PriorityLevelConfiguration", "spec.limited.lendablePercent", 0),
    ("ValidatingWebhookConfiguration", "webhooks.0.timeoutSeconds", 10),
    ("ValidatingWebhookConfiguration", "webhooks.0.clientConfig.service.port", 443),
    ("ValidatingWebhookConfiguration", "webhooks.0.rules.0.scope", "*"),
    ("MutatingWebhookConfiguration", "webhooks.0.reinvocationPolicy", "Never"),
    ("ValidatingAdmissionPolicy", "spec.failurePolicy", "Fail"),
    ("ValidatingAdmissionPolicy", "spec.matchConstraints.matchPolicy", "Equivalent"),
    ("ValidatingAdmissionPolicyBinding", "spec.matchResources.objectSelector", {}),
    ("APIService", "spec.service.port", 443),
    ("CustomResourceDefinition", "spec.names.listKind", "BucketList"),
    ("CustomResourceDefinition", "spec.conversion", {"strategy": "None"}),
    ("CustomResourceDefinition", "status.storedVersions", ["v1"]),
]


def _at(obj: Any, path: str) -> Any:
    for step in path.split("."):
        obj = obj[int(step)] if isinstance(obj, list) else obj[step]
    return obj


def _with(obj: Obj, path: str, value: Any) -> Obj:
    before, _, last = path.rpartition(".")
    inner: Any = _at(obj, before) if before else obj
    inner[int(last) if isinstance(inner, list) else last] = value
    return obj


@pytest.mark.parametrize(("kind", "path", "value"), DEFAULTS, ids=[f"{each[0]}-{each[1]}" for each in DEFAULTS])
def test_defaults(kind: str, path: str, value: Any) -> None:
    assert _at(Sandbox().create(specimen(kind)), path) == value


FAULTS: list[tuple[str, str, Any, str]] = [
    ("Role", "rules.0.verbs", [], "rules[0].verbs: Required value: verbs must contain at least one value"),
    ("Role", "rules.0.apiGroups", [],
     "rules[0].apiGroups: Required value: resource rules must supply at least one api group"),
    ("Role", "rules.0", {"verbs": ["get"], "nonResourceURLs": ["/x"]},
     'rules[0].nonResourceURLs: Invalid value: []string{"/x"}: namespaced rules cannot apply to non-resource URLs'),
    ("Role", "metadata.name", "a/b", """metadata.name: Invalid value: "a/b": may not contain '/'"""),
    ("ClusterRole", "rules.0.resources", ["pods"],
     'rules[0].nonResourceURLs: Invalid value: []string{"/healthz"}: rules cannot apply to both regular resources and '
     "non-resource URLs"),
    ("RoleBinding", "roleRef.kind", "Pod",
     'roleRef.kind: Unsupported value: "Pod": supported values: "ClusterRole", "Role"'),
    ("RoleBinding", "roleRef.name", "", "roleRef.name: Required value"),
    ("RoleBinding", "subjects.0.kind", "Robot",
     'subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"'),
    ("ClusterRoleBinding", "roleRef.kind", "Role",
     'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'),
    ("ClusterRoleBinding", "subjects.0.namespace", "", "subjects[0].namespace: Required value"),
    ("Ingress", "spec", {},
     "spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified"),
    ("Ingress", "spec.rules.0.host", "10.0.0.1",
     'spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'),
    ("Ingress", "spec.rules.0.http.paths.0.path", "a",
     'spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path'),
    ("Ingress", "spec.rules.0.http.paths.0.pathType", None,
     "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified"),
    ("Ingress", "spec.rules.0.http.paths.0.backend.service.port", {},
     "spec.rules[0].http.paths[0].backend: Required value: port name or number is required"),
    ("Ingress", "spec.rules.0.http.paths.0.backend", {},
     'spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is required'),
    ("IngressClass", "spec.controller", "nginx",
     'spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")'),
    ("IngressClass", "spec.parameters.scope", "Namespace",
     "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"),
    ("NetworkPolicy", "spec.ingress.0.from.0", {}, "spec.ingress[0].from[0]: Required value: must specify a peer"),
    ("NetworkPolicy", "spec.ingress.0.from.1.ipBlock.cidr", "10.0.0.0",
     'spec.ingress[0].from[1].ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value, '
     "(e.g. 10.9.8.0/24 or 2001:db8::/64)"),
    ("NetworkPolicy", "spec.ingress.0.from.1.ipBlock.except.0", "11.0.0.0/16",
     'spec.ingress[0].from[1].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`'),
    ("NetworkPolicy", "spec.ingress.0.ports.0.endPort", 70,
     "spec.ingress[0].ports[0].endPort: Invalid value: 70: must be greater than or equal to `port`"),
    ("NetworkPolicy", "spec.policyTypes", ["Sideways"],
     'spec.policyTypes[0]: Unsupported value: "Sideways": supported values: "Egress", "Ingress"'),
    ("VolumeAttachment", "spec.source", {},
     "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName"),
    ("FlowSchema", "spec.rules.0.subjects.0.user", None,
     "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'"),
    ("FlowSchema", "spec.matchingPrecedence", 1,
     "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"),
    ("PriorityLevelConfiguration", "spec.limited.limitResponse.queuing.handSize", 17,
     "spec.limited.limitResponse.queuing.handSize: Invalid value: 17: should not be greater than queues (16)"),
    ("PriorityLevelConfiguration", "spec.type", "Exempt",
     '[spec.type: Invalid value: "Exempt": type must be \'Exempt\' if and only if name is \'exempt\', spec.limited: '
     "Forbidden: must be nil if the type is not Limited]"),
    ("CertificateSigningRequest", "spec.signerName", "me",
     'spec.signerName: Invalid value: "me": must be a fully qualified domain and path of the form '
     "'example.com/signer-name'"),
    ("CertificateSigningRequest", "spec.request", "AQI=",
     "spec.request: Invalid value: []byte{0x1, 0x2}: PEM block type must be CERTIFICATE REQUEST"),
    ("CertificateSigningRequest", "spec.expirationSeconds", 5,
     "spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 600 seconds (10 minutes)"),
    ("ValidatingWebhookConfiguration", "webhooks.0.name", "check",
     'webhooks[0].name: Invalid value: "check": should be a domain with at least three segments separated by dots'),
    ("ValidatingWebhookConfiguration", "webhooks.0.sideEffects", "Some",
     'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'),
    ("ValidatingWebhookConfiguration", "webhooks.0.rules.0.operations", ["*", "CREATE"],
     'webhooks[0].rules[0].operations: Invalid value: []admissionregistration.OperationType{"*", "CREATE"}: if \'*\' '
     "is present, must not specify other operations"),
    ("MutatingWebhookConfiguration", "webhooks.0.clientConfig.url", "http://example.com",
     'webhooks[0].clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: '
     "https://host[/path]"),
    ("MutatingWebhookConfiguration", "webhooks.0.admissionReviewVersions", ["v2"],
     'webhooks[0].admissionReviewVersions: Invalid value: []string{"v2"}: must include at least one of v1, v1beta1'),
    ("ValidatingAdmissionPolicy", "spec.validations.0.expression", " ",
     "spec.validations[0].expression: Required value: expression is not specified"),
    ("ValidatingAdmissionPolicy", "spec.variables.0.name", "in",
     'spec.variables[0].name: Invalid value: "in": name is not a valid CEL identifier'),
    ("ValidatingAdmissionPolicyBinding", "spec.validationActions", [],
     "spec.validationActions: Required value: at least one validation action is required"),
    ("APIService", "metadata.name", "v2.a.example",
     'metadata.name: Invalid value: "v2.a.example": must be `spec.version+"."+spec.group`: "v1.a.example"'),
    ("CustomResourceDefinition", "metadata.name", "bucket.a.example",
     'metadata.name: Invalid value: "bucket.a.example": must be spec.names.plural+"."+spec.group'),
    ("CustomResourceDefinition", "spec.versions.0.schema", {},
     "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"),
    ("CustomResourceDefinition", "spec.versions.0.storage", False,
     'spec.versions: Invalid value: []string{"v1"}: must have exactly one version marked as storage version'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "path", "value", "message"), FAULTS, ids=[f"{each[0]}-{each[1]}" for each in FAULTS])
def test_faults(kind: str, path: str, value: Any, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        Sandbox().create(_with(specimen(kind), path, value))
    assert refused.value.message.partition(" is invalid: ")[2] == message


KEPT: list[tuple[str, str, Any, str]] = [
    ("RoleBinding", "roleRef.name", "other",
     'roleRef: Invalid value: rbac.RoleRef{APIGroup:"rbac.authorization.k8s.io", Kind:"Role", Name:"other"}: cannot '
     "change roleRef"),
    ("IngressClass", "spec.controller", "a.b/c", 'spec.controller: Invalid value: "a.b/c": field is immutable'),
    ("RuntimeClass", "handler", "kata", 'handler: Invalid value: "kata": field is immutable'),
    ("CSIStorageCapacity", "storageClassName", "x", 'storageClassName: Invalid value: "x": field is immutable'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "path", "value", "message"), KEPT, ids=[f"{each[0]}-{each[1]}" for each in KEPT])
def test_what_may_not_change(kind: str, path: str, value: Any, message: str) -> None:
    sandbox = Sandbox()
    sandbox.create(specimen(kind))
    with pytest.raises(Invalid) as refused:
        sandbox.update(_with(specimen(kind), path, value))
    assert refused.value.message.partition(" is invalid: ")[2] == message


@pytest.mark.parametrize(
    ("classes", "chosen"),
    [({}, None), ({"a": "true"}, "a"), ({"a": "true", "b": "true", "c": "false"}, "a")],
)
def test_an_ingress_without_a_class_gets_the_default_one(classes: dict[str, str], chosen: str | None) -> None:
    sandbox = Sandbox()
    for name, default in classes.items():
        made = specimen("IngressClass")
        made["metadata"] = {"name": name, "annotations": {"ingressclass.kubernetes.io/is-default-class": default}}
        sandbox.create(made)
    ingress = specimen("Ingress")
    del ingress["spec"]["ingressClassName"]
    assert sandbox.create(ingress)["spec"].get("ingressClassName") == chosen


def test_a_signing_request_is_of_the_one_who_made_it() -> None:
    sandbox = Sandbox()
    sandbox.admission = sandbox.admission._replace(asker=Asker("bob", ("devs",)))
    made = sandbox.create(specimen("CertificateSigningRequest"))
    assert (made["spec"]["username"], made["spec"]["groups"]) == ("bob", ["devs"])


def test_a_signing_request_is_approved_or_denied_and_stays_so() -> None:
    sandbox = Sandbox()
    made = sandbox.create(specimen("CertificateSigningRequest"))
    approved = {"type": "Approved", "status": "True"}
    with pytest.raises(Invalid, match='updates may not add a condition of type "Approved"'):
        sandbox.update({**made, "status": {"conditions": [approved]}}, "status")
    made = sandbox.update({**made, "status": {"conditions": [approved]}}, "approval")
    assert made["status"] == {"conditions": [approved]}
    denied = [approved, {"type": "Denied", "status": "True"}]
    for conditions, message in (
        (denied, 'status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually '
                 "exclusive"),
        ([], 'status.conditions: Forbidden: updates may not remove a condition of type "Approved"'),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            sandbox.update({**made, "status": {"conditions": conditions}}, "approval")
        assert refused.value.message.partition(" is invalid: ")[2] == message


@pytest.mark.parametrize("expands", [True, False])
def test_a_bound_claim_grows_where_its_class_allows_it(expands: bool) -> None:
    sandbox = Sandbox()
    sandbox.create(
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": "fast"},
            "provisioner": "example.com/disk",
            "allowVolumeExpansion": expands,
        }
    )
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "default"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "fast",
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    sandbox.create(claim)
    sandbox.change(claim, "status", status={"phase": "Bound"})
    larger = {"resources": {"requests": {"storage": "2Gi"}}}
    if expands:
        assert sandbox.change(claim, spec=larger)["spec"]["resources"] == larger["resources"]
        return
    with pytest.raises(Forbidden) as refused:
        sandbox.change(claim, spec=larger)
    assert refused.value.message == (
        'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the '
        "storageclass that provisions the pvc must support resize"
    )
