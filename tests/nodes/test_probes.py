"""What a readiness probe finds."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.nodes import probes


def pod(container: dict[str, Any], annotations: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "metadata": {"name": "web-0", "annotations": annotations or {}},
        "spec": {"containers": [{"name": "app", "image": "team/app", **container}]},
        "status": {"podIP": "10.244.0.10"},
    }


def find(container: dict[str, Any], annotations: dict[str, str] | None = None) -> probes.Finding:
    made = pod(container, annotations)
    return probes.find(made, made["spec"]["containers"][0])


PORTS = [{"name": "http", "containerPort": 80}]


@pytest.mark.parametrize(
    ("container", "failure"),
    [
        ({}, ""),
        ({"ports": PORTS, "readinessProbe": {"tcpSocket": {"port": 80}}}, ""),
        ({"ports": PORTS, "readinessProbe": {"httpGet": {"port": "http"}}}, ""),
        ({"image": "nginx", "readinessProbe": {"httpGet": {"port": 80}}}, ""),
        (
            {"ports": PORTS, "readinessProbe": {"tcpSocket": {"port": 8080}}},
            "Readiness probe failed: dial tcp 10.244.0.10:8080: connect: connection refused",
        ),
        (
            {"readinessProbe": {"httpGet": {"port": 8080, "path": "/ok", "scheme": "HTTPS"}}},
            'Readiness probe failed: Get "https://10.244.0.10:8080/ok": '
            "dial tcp 10.244.0.10:8080: connect: connection refused",
        ),
        ({"readinessProbe": {"exec": {"command": ["cat", "/tmp/ready"]}}}, ""),
        (
            {"readinessProbe": {"exec": {"command": ["sh", "-c", "exit 1"]}}},
            "Readiness probe failed: ",
        ),
        (
            {"readinessProbe": {"grpc": {"port": 5000}}},
            'Readiness probe failed: timeout: failed to connect service "10.244.0.10:5000" within 1s: '
            "context deadline exceeded",
        ),
        (
            {"image": "nginx", "readinessProbe": {"httpGet": {"port": 80, "path": "/healthz"}}},
            "Readiness probe failed: HTTP probe failed with statuscode: 404",
        ),
        (
            {
                "image": "nginx",
                "volumeMounts": [{"name": "conf", "mountPath": "/etc/nginx/conf.d"}],
                "readinessProbe": {"httpGet": {"port": 80, "path": "/healthz"}},
            },
            "",
        ),
        (
            {
                "image": "busybox",
                "command": ["sh", "-c", "touch /tmp/a; sleep 1; rm /tmp/a; sleep 60"],
                "readinessProbe": {"exec": {"command": ["cat", "/tmp/a"]}},
            },
            "Readiness probe failed: cat: can't open '/tmp/a': No such file or directory",
        ),
    ],
)
def test_find(container: dict[str, Any], failure: str) -> None:
    assert find(container).failure == failure


def test_never_ready_is_said_without_an_event() -> None:
    found = find({}, {"kubarium.dev/never-ready": "true"})
    assert (found.failure, found.code) == ("", "never-ready")


@pytest.mark.parametrize(("text", "seconds"), [("5s", 5.0), ("1m30s", 90.0), ("250ms", 0.25), ("", 0.0), ("soon", 0.0)])
def test_slow_start(text: str, seconds: float) -> None:
    assert probes.slow_start(pod({}, {"kubarium.dev/slow-start": text})) == seconds
