"""Whatever a manifest says, it is either stored or refused in words: nothing makes admission stumble."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.kinds import conversion
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj, copy
from tests.kinds.sandbox import NOW, Sandbox
from tests.kinds.specimens import SPECIMENS

_CONTAINER = {
    "name": "c",
    "image": "nginx",
    "ports": [{"containerPort": 80, "name": "http", "hostPort": 80}],
    "env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
    "resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "500m"}},
    "readinessProbe": {"httpGet": {"port": "http"}},
    "lifecycle": {"preStop": {"exec": {"command": ["x"]}}},
    "volumeMounts": [{"name": "v", "mountPath": "/v"}],
}
_POD_SPEC = {
    "containers": [_CONTAINER],
    "initContainers": [{"name": "i", "image": "busybox", "restartPolicy": "Always"}],
    "volumes": [
        {"name": "v", "emptyDir": {}},
        {"name": "w", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
    ],
    "tolerations": [{"key": "a", "operator": "Exists"}],
    "dnsPolicy": "None",
    "dnsConfig": {"nameservers": ["10.0.0.1"], "searches": ["a.example"], "options": [{"name": "ndots"}]},
    "readinessGates": [{"conditionType": "a.example/b"}],
    "serviceAccountName": "default",
}
_TEMPLATE = {"metadata": {"labels": {"app": "web"}, "annotations": {"a": "b"}}, "spec": _POD_SPEC}
_SELECTOR = {"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}
_CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "selector": _SELECTOR}
_OWNER = {"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "1", "controller": True}

_MANIFESTS: list[tuple[str, str, Obj]] = [
    ("v1", "Pod", {"spec": _POD_SPEC}),
    ("apps/v1", "StatefulSet", {"spec": {
        "selector": _SELECTOR, "template": _TEMPLATE, "replicas": 2, "ordinals": {"start": 1},
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"},
        "volumeClaimTemplates": [{"metadata": {"name": "v"}, "spec": _CLAIM}]}}),
    ("apps/v1", "Deployment", {"spec": {
        "selector": _SELECTOR, "template": _TEMPLATE, "progressDeadlineSeconds": 600,
        "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}}}}),
    ("apps/v1", "DaemonSet", {"spec": {
        "selector": _SELECTOR, "template": _TEMPLATE, "minReadySeconds": 5, "revisionHistoryLimit": 3,
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}}}),
    ("batch/v1", "Job", {"spec": {
        "completionMode": "Indexed", "completions": 3, "parallelism": 2, "backoffLimitPerIndex": 1,
        "maxFailedIndexes": 1, "activeDeadlineSeconds": 60, "ttlSecondsAfterFinished": 5, "suspend": True,
        "podFailurePolicy": {"rules": [
            {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42], "containerName": "c"}},
            {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]},
        "podReplacementPolicy": "Failed",
        "successPolicy": {"rules": [{"succeededIndexes": "0-1", "succeededCount": 1}]},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {**_POD_SPEC, "restartPolicy": "Never"}}}}),
    ("batch/v1", "CronJob", {"spec": {
        "schedule": "*/5 9-17 * * mon-fri", "timeZone": "Europe/Berlin", "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 100, "successfulJobsHistoryLimit": 1, "failedJobsHistoryLimit": 0, "suspend": True,
        "jobTemplate": {"metadata": {"labels": {"a": "b"}}, "spec": {
            "completions": 1, "template": {"spec": {**_POD_SPEC, "restartPolicy": "Never"}}}}}}),
    ("v1", "ReplicationController", {"spec": {"replicas": 2, "minReadySeconds": 1, "template": _TEMPLATE}}),
    ("autoscaling/v2", "HorizontalPodAutoscaler", {"spec": {
        "minReplicas": 1, "maxReplicas": 5,
        "scaleTargetRef": {"kind": "Deployment", "name": "x", "apiVersion": "apps/v1"},
        "metrics": [
            {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "1"}}},
            {"type": "Pods", "pods": {"metric": {"name": "m"},
                                      "target": {"type": "AverageValue", "averageValue": "1"}}}],
        "behavior": {"scaleUp": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 5}]},
                     "scaleDown": {"stabilizationWindowSeconds": 60, "selectPolicy": "Min"}}}}),
    ("policy/v1", "PodDisruptionBudget", {"spec": {
        "minAvailable": "50%", "selector": _SELECTOR, "unhealthyPodEvictionPolicy": "AlwaysAllow"}}),
    ("apps/v1", "ReplicaSet", {"spec": {"selector": _SELECTOR, "template": _TEMPLATE}}),
    ("v1", "Service", {"spec": {
        "type": "LoadBalancer", "selector": {"app": "web"}, "sessionAffinity": "ClientIP", "clusterIP": "10.96.0.77",
        "clusterIPs": ["10.96.0.77"], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack",
        "externalTrafficPolicy": "Local", "healthCheckNodePort": 30099, "externalIPs": ["198.51.100.7"],
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 5}},
        "ports": [{"port": 80, "name": "a", "nodePort": 30080, "targetPort": "http"}, {"port": 81, "name": "b"}]}}),
    ("discovery.k8s.io/v1", "EndpointSlice", {
        "addressType": "IPv4", "ports": [{"port": 80, "name": "http"}],
        "endpoints": [{"addresses": ["10.0.0.1"], "hostname": "a", "nodeName": "n"}]}),
    ("v1", "Endpoints", {"subsets": [{"addresses": [{"ip": "10.0.0.1", "hostname": "a"}], "ports": [{"port": 80}]}]}),
    ("v1", "ConfigMap", {"data": {"a": "b"}, "binaryData": {"c": "AA=="}}),
    ("v1", "Secret", {"type": "kubernetes.io/tls", "data": {"tls.crt": "AA==", "tls.key": "AA=="},
                      "stringData": {"a": "b"}}),
    ("v1", "PersistentVolumeClaim", {"spec": _CLAIM}),
    ("v1", "PersistentVolume", {"spec": {
        "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}}}),
    ("storage.k8s.io/v1", "StorageClass", {"provisioner": "a.example/b", "parameters": {"a": "b"}}),
    ("v1", "Namespace", {"spec": {"finalizers": ["kubernetes"]}}),
    ("v1", "Node", {"spec": {"podCIDR": "10.244.0.0/18"}, "status": {"capacity": {"cpu": "1"}}}),
    ("v1", "Event", {"involvedObject": {"kind": "Pod", "name": "p", "namespace": "default"}, "message": "m"}),
    ("apps/v1", "ControllerRevision", {"data": {"spec": {}}, "revision": 1}),
    ("v1", "ServiceAccount", {"secrets": [{"name": "s"}], "imagePullSecrets": [{"name": "p"}]}),
    ("v1", "ResourceQuota", {"spec": {"hard": {"pods": "5", "limits.cpu": "2"}, "scopes": ["NotTerminating"]}}),
    ("v1", "LimitRange", {"spec": {"limits": [
        {"type": "Container", "max": {"cpu": "2"}, "min": {"cpu": "10m"}, "default": {"cpu": "1"}}]}}),
    ("coordination.k8s.io/v1", "Lease", {"spec": {"holderIdentity": "a", "leaseDurationSeconds": 40}}),
    ("scheduling.k8s.io/v1", "PriorityClass", {"value": 7, "description": "d"}),
    *SPECIMENS,
]  # fmt: skip

_ODD: list[Any] = [
    None,
    "",
    "x",
    "Bad Name!",
    "é" * 300,
    0,
    -1,
    2**40,
    True,
    [],
    {},
    [None],
    [{}],
    ["x"],
    {"x": None},
    {"x": "y"},
]


def _manifest(index: int) -> Obj:
    api_version, kind, rest = _MANIFESTS[index]
    metadata = {"name": "web", "labels": {"a": "b"}, "annotations": {"a": "b"}, "ownerReferences": [_OWNER]}
    return copy({"apiVersion": api_version, "kind": kind, **rest, "metadata": {**metadata, **rest.get("metadata", {})}})


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path else []
    for step, each in steps:
        found.extend(_places(each, (*path, step)))
    return [place for place in found if place[0] not in ("apiVersion", "kind")]


def _put(obj: Any, place: tuple[Any, ...], value: Any) -> None:
    *steps, last = place
    for step in steps:
        if not isinstance(obj, dict | list) or (isinstance(obj, dict) and step not in obj):
            return
        if isinstance(obj, list) and not (isinstance(step, int) and step < len(obj)):
            return
        obj = obj[step]
    if isinstance(obj, dict) or (isinstance(obj, list) and isinstance(last, int) and last < len(obj)):
        obj[last] = copy({"": value})[""]


@st.composite
def _broken(draw: st.DrawFn) -> Obj:
    obj = _manifest(draw(st.integers(0, len(_MANIFESTS) - 1)))
    for _ in range(draw(st.integers(1, 3))):
        _put(obj, draw(st.sampled_from(_places(obj))), draw(st.sampled_from(_ODD)))
    return obj


def test_unbroken_they_are_all_stored() -> None:
    for index in range(len(_MANIFESTS)):
        Sandbox().create(_manifest(index))


@settings(max_examples=150)
@given(_broken())
def test_created_or_refused(obj: Obj) -> None:
    sandbox = Sandbox()
    before = copy(obj)
    try:
        made = sandbox.create(obj)
    except ApiError as error:
        assert error.message
        assert error.status()["code"] in range(400, 500)
    else:
        kind = sandbox.kind(made)
        assert orjson.dumps([column.cell(made, NOW) for column in kind.columns])
        assert all(conversion.shown(made, version)["kind"] == kind.kind for version in kind.every_version)
        assert sandbox.update(made) is made
        assert sandbox.change(made) is made
    assert obj == before


@settings(max_examples=150)
@given(st.integers(0, len(_MANIFESTS) - 1), st.data())
def test_changed_or_refused(index: int, data: st.DataObject) -> None:
    sandbox = Sandbox()
    stored = sandbox.create(_manifest(index))
    before = copy(stored)
    changed = copy(stored)
    addressed = (("metadata",), ("metadata", "name"), ("metadata", "namespace"))
    places = [place for place in _places(changed) if place not in addressed]
    _put(changed, data.draw(st.sampled_from(places)), data.draw(st.sampled_from(_ODD)))
    try:
        made = sandbox.update(changed, data.draw(st.sampled_from(["", "status"])))
    except ApiError as error:
        assert error.message
    else:
        assert orjson.dumps([column.cell(made, NOW) for column in sandbox.kind(made).columns])
    assert stored == before
