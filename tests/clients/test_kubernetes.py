"""The official Python client."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config, watch
from kubernetes.client.exceptions import ApiException
from kubernetes.dynamic import DynamicClient
from kubernetes.stream import portforward, stream


@pytest.fixture
def api(kubeconfig: Path) -> Any:
    return config.new_client_from_config(str(kubeconfig))


@pytest.fixture
def core(api: Any) -> Any:
    return client.CoreV1Api(api)


def pod(name: str, **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "labels": labels}
    return {"metadata": metadata, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def ready(core: Any, name: str) -> Any:
    end = time.monotonic() + 20
    for event in watch.Watch().stream(
        core.list_namespaced_pod, "default", field_selector=f"metadata.name={name}", timeout_seconds=20
    ):
        conditions = event["object"].status.conditions or []
        if any(each.type == "Ready" and each.status == "True" for each in conditions):
            return event["object"]
        assert time.monotonic() < end
    raise AssertionError(f"{name} never became Ready")


def test_versions_and_lists(api: Any, core: Any) -> None:
    assert client.VersionApi(api).get_code().git_version == "v1.32.13"
    assert "kube-system" in [each.metadata.name for each in core.list_namespace().items]
    assert core.list_node().items[0].status.node_info.kubelet_version == "v1.32.13"


def test_an_object_from_beginning_to_end(core: Any) -> None:
    made = core.create_namespaced_config_map("default", {"metadata": {"name": "lives"}, "data": {"a": "1"}})
    assert made.metadata.uid
    patched = core.patch_namespaced_config_map("lives", "default", {"data": {"b": "2"}})
    assert patched.data == {"a": "1", "b": "2"}
    patched.data = {"c": "3"}
    assert core.replace_namespaced_config_map("lives", "default", patched).data == {"c": "3"}
    with pytest.raises(ApiException) as stale:
        core.replace_namespaced_config_map("lives", "default", made)
    assert (stale.value.status, stale.value.reason) == (409, "Conflict")
    core.delete_namespaced_config_map("lives", "default")
    with pytest.raises(ApiException) as gone:
        core.read_namespaced_config_map("lives", "default")
    assert gone.value.status == 404


def test_pods_run_and_are_watched(core: Any) -> None:
    core.create_namespaced_pod("default", pod("watched"))
    assert ready(core, "watched").status.pod_ip.startswith("10.244.")
    assert "start worker process" in core.read_namespaced_pod_log("watched", "default")
    core.delete_namespaced_pod("watched", "default")


def test_pages(core: Any) -> None:
    for number in range(5):
        core.create_namespaced_config_map("default", {"metadata": {"name": f"page-{number}", "labels": {"p": "1"}}})
    first = core.list_namespaced_config_map("default", label_selector="p=1", limit=2)
    assert [each.metadata.name for each in first.items] == ["page-0", "page-1"]
    rest = core.list_namespaced_config_map("default", label_selector="p=1", _continue=first.metadata._continue)
    assert [each.metadata.name for each in rest.items] == ["page-2", "page-3", "page-4"]
    core.delete_collection_namespaced_config_map("default", label_selector="p=1")
    assert not core.list_namespaced_config_map("default", label_selector="p=1").items


def test_the_dynamic_client(api: Any) -> None:
    dynamic = DynamicClient(api)
    deployments = dynamic.resources.get(api_version="apps/v1", kind="Deployment")
    body: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "dynamic", "namespace": "default"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "dynamic"}},
            "template": {
                "metadata": {"labels": {"app": "dynamic"}},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]},
            },
        },
    }
    assert deployments.create(body=body).spec.replicas == 2
    applied = deployments.server_side_apply(
        body={**body, "spec": {**body["spec"], "replicas": 3}}, field_manager="test", force_conflicts=True
    )
    assert applied.spec.replicas == 3
    scaled = client.AppsV1Api(api).patch_namespaced_deployment_scale("dynamic", "default", {"spec": {"replicas": 1}})
    assert scaled.spec.replicas == 1
    deployments.delete(name="dynamic", namespace="default")


def test_exec(core: Any) -> None:
    core.create_namespaced_pod("default", pod("executed"))
    ready(core, "executed")
    said = stream(
        core.connect_get_namespaced_pod_exec,
        "executed",
        "default",
        command=["sh", "-c", "echo $HOSTNAME; echo wrong >&2"],
        stdin=False,
        stdout=True,
        stderr=True,
        tty=False,
    )
    assert sorted(said.split()) == ["executed", "wrong"]


def test_port_forward(core: Any) -> None:
    core.create_namespaced_pod("default", pod("forwarded"))
    ready(core, "forwarded")
    forwarded = portforward(core.connect_get_namespaced_pod_portforward, "forwarded", "default", ports="80")
    socket = forwarded.socket(80)
    socket.setblocking(True)
    socket.settimeout(10)
    socket.sendall(b"GET / HTTP/1.1\r\nHost: forwarded\r\nConnection: close\r\n\r\n")
    answer = b""
    while piece := socket.recv(4096):
        answer += piece
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"Welcome to nginx!" in answer
