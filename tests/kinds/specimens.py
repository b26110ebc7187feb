"""One object of each kind that nothing lives by: as small as it may be with every part there that is looked at."""

from __future__ import annotations

import base64

from cluster.machinery.objects import Obj, copy

_PEM = b"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"
_RBAC = "rbac.authorization.k8s.io"
_ALL = {"apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*/*"], "operations": ["*"]}
_HOOK = {
    "name": "check.example.com",
    "clientConfig": {"service": {"name": "web", "namespace": "default", "path": "/check"}},
    "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE", "UPDATE"]}],
    "sideEffects": "None",
    "admissionReviewVersions": ["v1"],
    "matchConditions": [{"name": "mine", "expression": "true"}],
}

SPECIMENS: list[tuple[str, str, Obj]] = [
    ("v1", "PodTemplate", {"template": {"metadata": {"labels": {"app": "web"}}, "spec": {
        "containers": [{"name": "c", "image": "nginx"}]}}}),
    (f"{_RBAC}/v1", "Role", {"rules": [
        {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["web-0"]}]}),
    (f"{_RBAC}/v1", "ClusterRole", {
        "rules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz"]}],
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}}),
    (f"{_RBAC}/v1", "RoleBinding", {
        "roleRef": {"apiGroup": _RBAC, "kind": "Role", "name": "web"},
        "subjects": [{"kind": "User", "apiGroup": _RBAC, "name": "ann"}, {"kind": "Group", "name": "devs"},
                     {"kind": "ServiceAccount", "name": "default", "namespace": "default"}]}),
    (f"{_RBAC}/v1", "ClusterRoleBinding", {
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}]}),
    ("networking.k8s.io/v1", "Ingress", {"spec": {
        "ingressClassName": "nginx",
        "tls": [{"hosts": ["a.example.com"], "secretName": "tls"}],
        "rules": [
            {"host": "a.example.com", "http": {"paths": [
                {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}},
            {"host": "*.example.com", "http": {"paths": [
                {"pathType": "ImplementationSpecific", "backend": {"resource": {
                    "apiGroup": "a.example", "kind": "Bucket", "name": "b"}}}]}}]}}),
    ("networking.k8s.io/v1", "IngressClass", {"spec": {
        "controller": "example.com/ingress",
        "parameters": {"apiGroup": "a.example", "kind": "Parameters", "name": "p", "scope": "Cluster"}}}),
    ("networking.k8s.io/v1", "NetworkPolicy", {"spec": {
        "podSelector": {"matchLabels": {"app": "web"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [{"podSelector": {}}, {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}],
                     "ports": [{"port": 80, "endPort": 90}, {"port": "http"}]}],
        "egress": [{"to": [{"namespaceSelector": {"matchLabels": {"a": "b"}}}]}]}}),
    ("node.k8s.io/v1", "RuntimeClass", {
        "handler": "gvisor", "overhead": {"podFixed": {"cpu": "10m"}},
        "scheduling": {"nodeSelector": {"a": "b"}, "tolerations": [{"key": "a", "operator": "Exists"}]}}),
    ("storage.k8s.io/v1", "CSIDriver", {"spec": {"tokenRequests": [{"audience": "a"}, {"audience": "b"}]}}),
    ("storage.k8s.io/v1", "CSINode", {"spec": {
        "drivers": [{"name": "a.example.com", "nodeID": "1", "topologyKeys": ["a"], "allocatable": {"count": 3}}]}}),
    ("storage.k8s.io/v1", "CSIStorageCapacity", {
        "storageClassName": "standard", "capacity": "1Gi", "nodeTopology": {"matchLabels": {"a": "b"}}}),
    ("storage.k8s.io/v1", "VolumeAttachment", {"spec": {
        "attacher": "a.example.com", "nodeName": "node-1", "source": {"persistentVolumeName": "pv"}}}),
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", {"spec": {
        "distinguisherMethod": {"type": "ByUser"}, "priorityLevelConfiguration": {"name": "web"},
        "rules": [{
            "subjects": [{"kind": "User", "user": {"name": "ann"}}, {"kind": "Group", "group": {"name": "devs"}},
                         {"kind": "ServiceAccount", "serviceAccount": {"name": "*", "namespace": "default"}}],
            "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "namespaces": ["default"]}],
            "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz/*"]}]}]}}),
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", {"spec": {
        "type": "Limited", "limited": {"limitResponse": {"type": "Queue", "queuing": {"queues": 16, "handSize": 4}}}}}),
    ("certificates.k8s.io/v1", "CertificateSigningRequest", {"spec": {
        "request": base64.b64encode(_PEM).decode(), "signerName": "example.com/web", "expirationSeconds": 7200,
        "usages": ["client auth"], "username": "ann"}}),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", {"webhooks": [_HOOK]}),
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", {"webhooks": [
        {**_HOOK, "clientConfig": {"url": "https://example.com/check"}}]}),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", {"spec": {
        "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
        "matchConstraints": {"resourceRules": [{**_ALL, "resourceNames": ["web"]}]},
        "matchConditions": [{"name": "mine", "expression": "true"}],
        "variables": [{"name": "size", "expression": "1"}],
        "validations": [{"expression": "variables.size > 0", "message": "no", "reason": "Invalid"}],
        "auditAnnotations": [{"key": "size", "valueExpression": "'1'"}]}}),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", {"spec": {
        "policyName": "web", "paramRef": {"name": "limits", "namespace": "default", "parameterNotFoundAction": "Deny"},
        "matchResources": {"namespaceSelector": {"matchLabels": {"a": "b"}}}, "validationActions": ["Deny"]}}),
    ("apiregistration.k8s.io/v1", "APIService", {"metadata": {"name": "v1.a.example"}, "spec": {
        "group": "a.example", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 10,
        "service": {"name": "web", "namespace": "default"}, "insecureSkipTLSVerify": True}}),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition", {"metadata": {"name": "buckets.a.example"}, "spec": {
        "group": "a.example", "scope": "Namespaced",
        "names": {"kind": "Bucket", "plural": "buckets", "shortNames": ["bu"], "categories": ["all"]},
        "versions": [{
            "name": "v1", "served": True, "storage": True,
            "schema": {"openAPIV3Schema": {"type": "object"}},
            "additionalPrinterColumns": [{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}]}]}}),
]  # fmt: skip


def specimen(kind: str) -> Obj:
    """That kind's object, to be changed as one likes."""
    api_version, _, rest = next(each for each in SPECIMENS if each[1] == kind)
    metadata = {"name": "web", **rest.get("metadata", {})}
    return copy({"apiVersion": api_version, "kind": kind, **rest, "metadata": metadata})
