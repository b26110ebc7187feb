"""APIService objects: one for each version of each group that the API serves by itself, in the order of v1.32."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.machinery.objects import Obj

AUTO_MANAGED = "kube-aggregator.kubernetes.io/automanaged"
"""A label: "onstart" of what the server makes when it starts, "true" of what follows a definition."""

_PRIORITIES: Mapping[str, tuple[int, int]] = {
    "v1": (18_000, 1),
    "apps/v1": (17_800, 15),
    "events.k8s.io/v1": (17_750, 15),
    "authentication.k8s.io/v1": (17_700, 15),
    "authorization.k8s.io/v1": (17_600, 15),
    "autoscaling/v2": (17_500, 30),
    "autoscaling/v1": (17_500, 15),
    "batch/v1": (17_400, 15),
    "certificates.k8s.io/v1": (17_300, 15),
    "networking.k8s.io/v1": (17_200, 15),
    "policy/v1": (17_100, 15),
    "rbac.authorization.k8s.io/v1": (17_000, 15),
    "storage.k8s.io/v1": (16_800, 15),
    "apiextensions.k8s.io/v1": (16_700, 15),
    "admissionregistration.k8s.io/v1": (16_700, 15),
    "scheduling.k8s.io/v1": (16_600, 15),
    "coordination.k8s.io/v1": (16_500, 15),
    "node.k8s.io/v1": (16_300, 15),
    "discovery.k8s.io/v1": (16_200, 15),
    "flowcontrol.apiserver.k8s.io/v1": (16_100, 21),
    "metrics.k8s.io/v1beta1": (100, 100),
}
"""apiVersion -> priority of the group, of the version in it. Metrics are measured here, so they are local, too."""
_CUSTOM = (1000, 100)


def name_of(api_version: str) -> str:
    """apps/v1 -> v1.apps"""
    group, _, version = api_version.rpartition("/")
    return f"{version}.{group}"


def _made(api_version: str, managed: str, priorities: tuple[int, int]) -> Obj:
    group, _, version = api_version.rpartition("/")
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": name_of(api_version), "labels": {AUTO_MANAGED: managed}},
        "spec": {
            **({"group": group} if group else {}),
            "version": version,
            "groupPriorityMinimum": priorities[0],
            "versionPriority": priorities[1],
        },
    }


def api_services() -> list[Obj]:
    """Those of the API's own groups."""
    return [_made(each, "onstart", priorities) for each, priorities in _PRIORITIES.items()]


def of_custom_kinds(api_version: str) -> Obj:
    """That of a version that definitions of custom kinds serve."""
    return _made(api_version, "true", _CUSTOM)
