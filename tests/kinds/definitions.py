"""A CustomResourceDefinition for tests: CronTabs, as Kubernetes' own examples have them."""

from __future__ import annotations

from typing import Any

from cluster.machinery.objects import Obj
from tests.kinds.sandbox import Sandbox

GROUP = "stable.example.com"


def version(schema: dict[str, Any] | None = None, name: str = "v1", **fields: Any) -> dict[str, Any]:
    whole = {"type": "object", **(schema or {})}
    return {"name": name, "served": True, "storage": True, "schema": {"openAPIV3Schema": whole}, **fields}


def definition(*versions: dict[str, Any], scope: str = "Namespaced", **names: Any) -> Obj:
    called = {"plural": "crontabs", "singular": "crontab", "kind": "CronTab", **names}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{called['plural']}.{GROUP}"},
        "spec": {"group": GROUP, "scope": scope, "names": called, "versions": list(versions) or [version()]},
    }


def established(sandbox: Sandbox, defined: Obj) -> Obj:
    """Stored, and served at once."""
    made = sandbox.create(defined)
    conditions = [{"type": "Established", "status": "True"}]
    told = {**made["status"], "acceptedNames": made["spec"]["names"], "conditions": conditions}
    return sandbox.update({**made, "status": told}, "status")


def crontab(name: str = "my", api: str = "v1", **parts: Any) -> Obj:
    return {
        "apiVersion": f"{GROUP}/{api}",
        "kind": "CronTab",
        "metadata": {"name": name, "namespace": "default"},
        **parts,
    }
