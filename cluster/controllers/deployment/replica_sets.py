"""A Deployment's ReplicaSets: which is the new one, what they are annotated with, and the object of one to be made.

Rules R-DEP-2 and the revision annotations. Decides no sizes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.controllers.deployment.limits import Limits
from cluster.controllers.pod_template import POD_TEMPLATE_HASH, same_template, template_hash
from cluster.machinery.objects import REPLICA_SETS, Obj, key, meta, name, namespace, owner_reference, spec, status
from cluster.world import World

REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"
_NOT_COPIED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "deprecated.deployment.rollback.to",
        REVISION,
        REVISION_HISTORY,
        DESIRED,
        MOST,
    }
)


def annotations_of(obj: Obj) -> dict[str, str]:
    return meta(obj).get("annotations") or {}


def size(replica_set: Obj) -> int:
    wanted = spec(replica_set).get("replicas")
    return 1 if wanted is None else int(wanted)


def told(replica_set: Obj, field: str) -> int:
    """A number of its status; absent is 0."""
    return int(status(replica_set).get(field) or 0)


def by_age(replica_sets: Iterable[Obj]) -> list[Obj]:
    """Oldest first; the name decides within a second."""
    return sorted(replica_sets, key=lambda each: (meta(each).get("creationTimestamp") or "", name(each)))


def find_new(deployment: Obj, replica_sets: Iterable[Obj]) -> Obj | None:
    """The oldest ReplicaSet of the Deployment's template: a template that comes back finds its own again."""
    template = spec(deployment).get("template") or {}
    return next(
        (each for each in by_age(replica_sets) if same_template(spec(each).get("template") or {}, template)), None
    )


def number(obj: Obj, annotation: str = REVISION) -> int | None:
    """An annotation that should be a number; None when it is not."""
    text = annotations_of(obj).get(annotation, "")
    return int(text) if text.isdecimal() else None


def next_revision(old: Iterable[Obj]) -> int:
    return max((number(each) or 0 for each in old), default=0) + 1


def revised(deployment: Obj, replica_set: Obj, revision: int) -> dict[str, str]:
    """The annotations of a ReplicaSet that is the new one: the Deployment's own, its revision raised but never
    lowered, the numbers it had before kept in the history."""
    had = annotations_of(replica_set)
    wanted = {**had, **{key: value for key, value in annotations_of(deployment).items() if key not in _NOT_COPIED}}
    before = number(replica_set) or 0
    if before < revision:
        wanted[REVISION] = str(revision)
        if REVISION in had:
            earlier = had.get(REVISION_HISTORY)
            wanted[REVISION_HISTORY] = f"{earlier},{had[REVISION]}" if earlier else had[REVISION]
    return wanted


def sized(limits: Limits) -> dict[str, str]:
    """What a ReplicaSet notes of the size its Deployment had when it was last scaled."""
    return {DESIRED: str(limits.replicas), MOST: str(limits.most)}


def make(deployment: Obj, world: World, replicas: int, revision: int, limits: Limits) -> tuple[Obj, bool]:
    """The ReplicaSet for the Deployment's template, and whether its name is taken by one of another template."""
    template: dict[str, Any] = spec(deployment).get("template") or {}
    digest = template_hash(template, status(deployment).get("collisionCount"))
    metadata = template.get("metadata") or {}
    pod_labels = {**(metadata.get("labels") or {}), POD_TEMPLATE_HASH: digest}
    selector = spec(deployment).get("selector") or {}
    called = f"{name(deployment)}-{digest}"
    made: Obj = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": called,
            "namespace": namespace(deployment),
            "labels": pod_labels,
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": {
            "replicas": replicas,
            "selector": {
                **selector,
                "matchLabels": {**(selector.get("matchLabels") or {}), POD_TEMPLATE_HASH: digest},
            },
            "template": {**template, "metadata": {**metadata, "labels": pod_labels}},
        },
    }
    if min_ready := spec(deployment).get("minReadySeconds"):
        made["spec"]["minReadySeconds"] = min_ready
    made["metadata"]["annotations"] = {**revised(deployment, made, revision), **sized(limits)}
    return made, key(REPLICA_SETS, namespace(deployment), called) in world
