"""The variables a container is started with."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.objects import Obj, timestamp
from cluster.nodes.environment import environment, expanded
from tests.shell.containers import NOW, pod, world_of

WEB: Obj = {
    "kind": "Service",
    "metadata": {"name": "my-web.x", "namespace": "default", "creationTimestamp": timestamp(NOW - 100)},
    "spec": {"clusterIP": "10.96.0.7", "ports": [{"name": "http-x", "port": 80}, {"port": 53, "protocol": "UDP"}]},
}
LATER: Obj = {
    "kind": "Service",
    "metadata": {"name": "later", "namespace": "default", "creationTimestamp": timestamp(NOW - 10)},
    "spec": {"clusterIP": "10.96.0.8", "ports": [{"port": 80}]},
}
HEADLESS: Obj = {
    "kind": "Service",
    "metadata": {"name": "headless", "namespace": "default"},
    "spec": {"clusterIP": "None", "ports": [{"port": 80}]},
}
SETTINGS: Obj = {
    "kind": "ConfigMap",
    "metadata": {"name": "settings", "namespace": "default"},
    "data": {"LEVEL": "debug", "not a name": "x"},
}


def made(**container: Any) -> dict[str, str]:
    one = pod(**container)
    world = world_of(one, WEB, LATER, HEADLESS, SETTINGS)
    return environment(world, one, one["spec"]["containers"][0])


def test_services_that_were_there_when_it_was_started() -> None:
    found = {key: value for key, value in made().items() if "MY_WEB_X" in key}
    assert found == {
        "MY_WEB_X_SERVICE_HOST": "10.96.0.7",
        "MY_WEB_X_SERVICE_PORT": "80",
        "MY_WEB_X_SERVICE_PORT_HTTP_X": "80",
        "MY_WEB_X_PORT": "tcp://10.96.0.7:80",
        "MY_WEB_X_PORT_80_TCP": "tcp://10.96.0.7:80",
        "MY_WEB_X_PORT_80_TCP_PROTO": "tcp",
        "MY_WEB_X_PORT_80_TCP_PORT": "80",
        "MY_WEB_X_PORT_80_TCP_ADDR": "10.96.0.7",
        "MY_WEB_X_PORT_53_UDP": "udp://10.96.0.7:53",
        "MY_WEB_X_PORT_53_UDP_PROTO": "udp",
        "MY_WEB_X_PORT_53_UDP_PORT": "53",
        "MY_WEB_X_PORT_53_UDP_ADDR": "10.96.0.7",
    }
    assert not any(key.startswith(("LATER", "HEADLESS")) for key in made())


def test_without_service_links_only_the_api_server_is_told() -> None:
    found = made(spec={"enableServiceLinks": False})
    assert {key for key in found if "SERVICE" in key} == {
        "KUBERNETES_SERVICE_HOST",
        "KUBERNETES_SERVICE_PORT",
        "KUBERNETES_SERVICE_PORT_HTTPS",
    }


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ({"value": "plain"}, "plain"),
        ({"value": "$(KUBERNETES_SERVICE_HOST):$(NOBODY) $$(HOME)"}, "10.96.0.1:$(NOBODY) $(HOME)"),
        ({"valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}, "web-0"),
        ({"valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}, "10.244.0.10"),
        ({"valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}, "node-1"),
        ({"valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}}, ""),
        ({"valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}, "4"),
        ({"valueFrom": {"resourceFieldRef": {"resource": "requests.memory", "divisor": "1Mi"}}}, "64"),
        ({"valueFrom": {"configMapKeyRef": {"name": "settings", "key": "LEVEL"}}}, "debug"),
    ],
)
def test_what_the_pod_says_of_a_variable(entry: Obj, value: str) -> None:
    assert made(env=[{"name": "X", **entry}], resources={"requests": {"memory": "64Mi"}})["X"] == value


def test_all_keys_that_can_be_names_come_from_a_config_map() -> None:
    found = made(envFrom=[{"prefix": "APP_", "configMapRef": {"name": "settings"}}])
    assert {key: value for key, value in found.items() if key.startswith("APP_")} == {"APP_LEVEL": "debug"}


def test_the_image_s_own_and_the_runtime_s() -> None:
    found = made(image="nginx:1.27.5")
    assert (found["NGINX_VERSION"], found["HOSTNAME"], found["HOME"]) == ("1.27.5", "web-0", "/root")
    assert made(image="curlimages/curl")["HOME"] == "/home/curl_user"
    assert expanded("$(A) $$(A) $A", {"A": "1"}) == "1 $(A) $A"
