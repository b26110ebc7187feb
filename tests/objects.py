"""Small objects for tests, as short as they can be and still be accepted."""

from __future__ import annotations

from typing import Any

from cluster.machinery.objects import CONFIG_MAPS, Key, Obj, key


def config_map(name: str, value: str = "1", **metadata: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default", **metadata},
        "data": {"value": value},
    }


def config_map_key(name: str) -> Key:
    return key(CONFIG_MAPS, "default", name)


def service(name: str, **spec: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"ports": [{"port": 80}], "selector": {"app": name}, **spec},
    }


def stateful_set(name: str, replicas: int, **spec: Any) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "serviceName": name,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "nginx", "image": "nginx:alpine", "ports": [{"containerPort": 80}]}]},
            },
            **spec,
        },
    }
