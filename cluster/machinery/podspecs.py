"""What a pod spec is made of, whoever has it: its containers; and where what makes pods keeps their template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.machinery.objects import (
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    STATEFUL_SETS,
    GroupResource,
    Obj,
)

PARTS = ("initContainers", "containers")
EVERY_PART = (*PARTS, "ephemeralContainers")
TEMPLATES = {
    GroupResource("", "podtemplates"): "template",
    CRON_JOBS: "spec.jobTemplate.spec.template",
    **dict.fromkeys(
        (DAEMON_SETS, DEPLOYMENTS, JOBS, REPLICA_SETS, REPLICATION_CONTROLLERS, STATEFUL_SETS), "spec.template"
    ),
}
"""Kinds that have the template of a pod, and the path to it."""


def containers_of(given: Mapping[str, Any]) -> list[Obj]:
    """A pod spec's containers in the order of their beginnings: those that prepare first."""
    return [each for part in PARTS for each in given.get(part) or ()]


def every_container(given: Mapping[str, Any]) -> list[Obj]:
    """With those that somebody added to look at it."""
    return [each for part in EVERY_PART for each in given.get(part) or ()]


def container_named(given: Mapping[str, Any], name: str) -> Obj | None:
    """The one of them all with that name."""
    return next((each for each in every_container(given) if each.get("name") == name), None)


def template_of(kind: GroupResource, obj: Mapping[str, Any]) -> Obj:
    """The template of its pods; empty where there is none."""
    if kind not in TEMPLATES:
        return {}
    found: Any = obj
    for step in TEMPLATES[kind].split("."):
        found = found.get(step) or {}
    return dict(found)
