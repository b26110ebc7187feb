"""lightkube: chunked lists, apply patches, watches, waiting for conditions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube import Client, KubeConfig
from lightkube.core.exceptions import ApiError
from lightkube.models.apps_v1 import DeploymentSpec
from lightkube.models.core_v1 import Container, PodSpec, PodTemplateSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Pod


@pytest.fixture
def kube(kubeconfig: Path) -> Iterator[Client]:
    yield Client(KubeConfig.from_file(str(kubeconfig)), field_manager="lightkube-test")


def deployment(name: str, replicas: int) -> Deployment:
    template = PodTemplateSpec(
        metadata=ObjectMeta(labels={"app": name}), spec=PodSpec(containers=[Container(name="c", image="nginx")])
    )
    spec = DeploymentSpec(replicas=replicas, selector=LabelSelector(matchLabels={"app": name}), template=template)
    return Deployment(metadata=ObjectMeta(name=name, namespace="default"), spec=spec)


def test_lists_come_in_chunks(kube: Client) -> None:
    for number in range(7):
        kube.create(ConfigMap(metadata=ObjectMeta(name=f"chunk-{number}", labels={"c": "1"})))
    found = [each.metadata.name for each in kube.list(ConfigMap, chunk_size=3, labels={"c": "1"}) if each.metadata]
    assert found == [f"chunk-{number}" for number in range(7)]


def test_apply_creates_changes_and_conflicts(kube: Client) -> None:
    assert kube.apply(deployment("applied", 1)).spec.replicas == 1
    assert kube.apply(deployment("applied", 2)).spec.replicas == 2
    with pytest.raises(ApiError) as conflict:
        kube.apply(deployment("applied", 3), field_manager="another")
    assert conflict.value.status.code == 409
    assert "Apply failed with 1 conflict" in str(conflict.value.status.message)
    assert kube.apply(deployment("applied", 3), field_manager="another", force=True).spec.replicas == 3
    kube.delete(Deployment, "applied")


def test_a_deployment_becomes_available(kube: Client) -> None:
    kube.create(deployment("available", 2))
    found = kube.wait(Deployment, "available", for_conditions=["Available"])
    assert found.status is not None
    pods = list(kube.list(Pod, labels={"app": "available"}))
    assert len(pods) == 2


def test_a_watch_tells_what_follows(kube: Client) -> None:
    kube.create(ConfigMap(metadata=ObjectMeta(name="watched", labels={"w": "1"})))
    told = []
    for word, each in kube.watch(ConfigMap, labels={"w": "1"}, server_timeout=10):
        told.append((word, (each.data or {}).get("a")))
        if len(told) == 1:
            kube.patch(ConfigMap, "watched", {"data": {"a": "1"}})
        elif len(told) == 2:
            kube.delete(ConfigMap, "watched")
        else:
            break
    assert told == [("ADDED", None), ("MODIFIED", "1"), ("DELETED", "1")]
