"""A small operator, as a kopf user writes one: every Note gets a ConfigMap with its text."""

from __future__ import annotations

from typing import Any

import kopf
from kubernetes import client


@kopf.on.create("test.kubarium.dev", "v1", "notes")  # type: ignore[untyped-decorator]
def created(spec: Any, name: str, namespace: str | None, **_: Any) -> dict[str, str]:
    body: Any = {"metadata": {"name": f"{name}-text"}, "data": {"text": spec["text"]}}
    kopf.adopt(body)
    client.CoreV1Api().create_namespaced_config_map(namespace, body)
    return {"map": f"{name}-text"}


@kopf.on.update("test.kubarium.dev", "v1", "notes", field="spec.text")  # type: ignore[untyped-decorator]
def changed(new: Any, name: str, namespace: str | None, **_: Any) -> None:
    client.CoreV1Api().patch_namespaced_config_map(f"{name}-text", namespace, {"data": {"text": new}})


@kopf.on.delete("test.kubarium.dev", "v1", "notes")  # type: ignore[untyped-decorator]
def deleted(name: str, namespace: str | None, **_: Any) -> None:
    client.CoreV1Api().create_namespaced_config_map(namespace, {"metadata": {"name": f"{name}-was-here"}})
