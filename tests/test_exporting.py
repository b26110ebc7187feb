"""A cluster as manifests: what is in them, and what of each object."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from cluster.exporting import written
from cluster.kinds import BUILT_IN
from cluster.machinery.objects import Key, Obj
from cluster.world import World

OWNED = {"ownerReferences": [{"kind": "ReplicaSet", "name": "web-1", "uid": "u", "controller": True}]}


def made(kind: str, name: str, space: str = "default", more: dict[str, Any] | None = None, **fields: Any) -> Obj:
    found = next(each for each in BUILT_IN.kinds if each.kind == kind and each.stored)
    metadata = {"name": name, **({"namespace": space} if found.namespaced else {}), "uid": "1", "resourceVersion": "7"}
    return {"apiVersion": found.api_version, "kind": kind, "metadata": {**metadata, **(more or {})}, **fields}


def world_of(*objects: Obj) -> World:
    world = World()
    for obj in objects:
        kind = next(each for each in BUILT_IN.kinds if each.kind == obj["kind"] and each.stored)
        metadata = obj["metadata"]
        world.put(Key(kind.group, kind.resource, metadata.get("namespace", ""), metadata["name"]), obj)
    return world


@pytest.mark.parametrize(
    "obj",
    [
        made("Pod", "web-1-x", more=OWNED),
        made("Deployment", "coredns", "kube-system"),
        made("Namespace", "default"),
        made("ConfigMap", "kube-root-ca.crt", "shop"),
        made("ServiceAccount", "default", "shop"),
        made("ClusterRole", "view", more={"labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}}),
        made("EndpointSlice", "web-x", more={"labels": {"endpointslice.kubernetes.io/managed-by": "staff.k8s.io"}}),
        made("PersistentVolume", "pvc-1", more={"annotations": {"pv.kubernetes.io/provisioned-by": "x"}}),
        made("Secret", "token", type="kubernetes.io/service-account-token"),
        made("Event", "web.1"),
        made("Pod", "leaving", more={"deletionTimestamp": "2026-01-01T00:00:00Z"}),
    ],
    ids=lambda obj: f"{obj['kind']} {obj['metadata']['name']}",
)
def test_what_the_cluster_itself_made_is_left_out(obj: Obj) -> None:
    assert written(world_of(obj), {("Namespace", "", "default")}, with_secrets=True) == []


@pytest.mark.parametrize(
    ("obj", "plain"),
    [
        (
            made("Service", "web", spec={"clusterIP": "10.96.0.9", "clusterIPs": ["10.96.0.9"], "ports": []}),
            {"ports": []},
        ),
        (made("Service", "own", spec={"clusterIP": "None", "clusterIPs": ["None"]}),
         {"clusterIP": "None", "clusterIPs": ["None"]}),
        (
            made("Pod", "lone", spec={
                "nodeName": "node-1",
                "volumes": [{"name": "kube-api-access-x1"}],
                "containers": [{"name": "c", "volumeMounts": [{"name": "kube-api-access-x1", "mountPath": "/t"}]}],
            }, status={"phase": "Running"}),
            {"containers": [{"name": "c"}]},
        ),
        (
            made("Job", "sums", spec={
                "selector": {"matchLabels": {"batch.kubernetes.io/controller-uid": "1"}},
                "template": {"metadata": {"labels": {"controller-uid": "1", "job-name": "sums", "app": "sums"}}},
            }),
            {"template": {"metadata": {"labels": {"app": "sums"}}}},
        ),
        (made("PersistentVolumeClaim", "disk", spec={"volumeName": "pvc-1"}), None),
    ],
    ids=["clusterip", "headless", "pod", "job", "claim"],
)  # fmt: skip
def test_what_the_server_added_is_left_out(obj: Obj, plain: Any) -> None:
    [found] = written(world_of(obj), set(), with_secrets=True)
    assert found.get("spec") == plain
    assert "status" not in found
    assert found["metadata"] == {"name": obj["metadata"]["name"], "namespace": "default"}


def test_claims_of_a_statefulset_are_made_by_it() -> None:
    templates = {"volumeClaimTemplates": [{"metadata": {"name": "disk"}}]}
    objects = [made("StatefulSet", "db", spec=templates), made("PersistentVolumeClaim", "disk-db-0", spec={})]
    assert [each["kind"] for each in written(world_of(*objects), set(), with_secrets=True)] == ["StatefulSet"]


def test_the_order_is_one_to_apply_in_and_secrets_may_stay_away() -> None:
    world = world_of(made("Deployment", "web", "shop"), made("Secret", "key", "shop"), made("Namespace", "shop"))
    assert [each["kind"] for each in written(world, set(), with_secrets=True)] == ["Namespace", "Secret", "Deployment"]
    assert [each["kind"] for each in written(world, set(), with_secrets=False)] == ["Namespace", "Deployment"]
    assert yaml.safe_dump(written(world, set(), with_secrets=False))
