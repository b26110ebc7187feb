"""The end of a namespace: everything in it is deleted, then its own finalizer is taken off, then it is gone.

Knows no kind in particular; pods and claims that take their time are waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Delete, Patch, Update
from cluster.kinds import custom
from cluster.machinery.objects import (
    NAMESPACES,
    Key,
    Obj,
    condition,
    is_terminating,
    key,
    meta,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Plan, Reason
from cluster.world import Bucket, World

NAME = "namespace-controller"
FINALIZER = "kubernetes"

# Conditions of a namespace that is going, in the order they are reported: (type, reason and message while all is well).
_FINE = (
    ("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
    ("NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
    (
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    ("NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"),
    ("NamespaceFinalizersRemaining", "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
)


def keys(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    if change.key.kind == NAMESPACES:
        if change.type != "DELETED" and is_terminating(change.object):
            yield change.key
        return
    if change.key.namespace and change.type != "MODIFIED":
        place = key(NAMESPACES, "", change.key.namespace)
        found = world.get(place)
        if found is not None and is_terminating(found):
            yield place


def every(world: World) -> Iterable[Key]:
    return sorted(where for where, obj in world.bucket(NAMESPACES).items() if is_terminating(obj))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Delete what is left in a namespace that is going; with nothing left, let it go."""
    namespace = world.get(where)
    if namespace is None or not is_terminating(namespace):
        return NOTHING
    contents = [
        (f"{kind.resource}.{kind.group}", bucket)
        for kind in custom.of(world).kinds
        if kind.namespaced and (bucket := world.bucket(kind.group_resource, where.name))
    ]
    if not contents:
        if FINALIZER not in (spec(namespace).get("finalizers") or ()):
            return NOTHING
        left = [each for each in spec(namespace)["finalizers"] if each != FINALIZER]
        body = {"spec": {"finalizers": left}}
        return Plan((Action(Patch(where, "merge", body, "finalize", uid(namespace))),))
    actions = [
        Action(Delete(each, uid(obj), propagation="Background"), may_fail=True)
        for _, bucket in contents
        for each, obj in bucket.items()
        if not is_terminating(obj)
    ]
    remaining = [(called, len(bucket)) for called, bucket in contents]
    if reported := _reported(namespace, remaining, _finalizers(contents), now):
        actions.append(Action(Update(reported, "status"), may_fail=True))
    listed = ", ".join(f"{count} {called.split('.')[0]}" for called, count in remaining)
    return Plan(tuple(actions), (Reason(where, "wait", f"Waits for what is left in it: {listed}.", "emptying"),))


CONTROLLER = Controller(NAME, keys, every, plan)


def _finalizers(contents: list[tuple[str, Bucket]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for _, bucket in contents:
        for obj in bucket.values():
            for finalizer in meta(obj).get("finalizers") or ():
                counts[finalizer] = counts.get(finalizer, 0) + 1
    return counts


def _reported(namespace: Obj, remaining: list[tuple[str, int]], finalizers: dict[str, int], now: float) -> Obj | None:
    """The namespace with conditions that say what is left; None when it says so already."""
    listed = ", ".join(f"{called} has {count} resource instances" for called, count in sorted(remaining))
    held = ", ".join(f"{finalizer} in {count} resource instances" for finalizer, count in sorted(finalizers.items()))
    found = {
        "NamespaceContentRemaining": ("SomeResourcesRemain", f"Some resources are remaining: {listed}"),
    }
    if held:
        message = f"Some content in the namespace has finalizers remaining: {held}"
        found["NamespaceFinalizersRemaining"] = ("SomeFinalizersRemain", message)
    conditions = []
    for kind, fine_reason, fine_message in _FINE:
        reason, message = found.get(kind, (fine_reason, fine_message))
        value = "True" if kind in found else "False"
        before = condition(namespace, kind)
        since = before.get("lastTransitionTime") if before is not None and before.get("status") == value else None
        conditions.append(
            {
                "type": kind,
                "status": value,
                "lastTransitionTime": since or timestamp(now),
                "reason": reason,
                "message": message,
            }
        )
    if status(namespace).get("conditions") == conditions:
        return None
    return {**namespace, "status": {**status(namespace), "conditions": conditions}}
