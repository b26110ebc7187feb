"""How an object goes: at once, after a grace period, or held by its finalizers until they are gone.

Decides only; the store removes. Garbage collection and the emptying of namespaces are controllers' work.
"""

from __future__ import annotations

from typing import Any

from cluster.intents import Propagation
from cluster.kinds.custom import ending
from cluster.kinds.kind import Admission, Kind
from cluster.machinery.errors import Conflict, Forbidden
from cluster.machinery.objects import CUSTOM_DEFINITIONS, NAMESPACES, PODS, Obj, seconds, spec, status, timestamp

_KEPT_NAMESPACES = frozenset({"default", "kube-system", "kube-public"})
_COLLECTION = ("orphan", "foregroundDeletion")


def begin_delete(
    kind: Kind,
    old: Obj,
    admission: Admission,
    *,
    uid: str = "",
    resource_version: str = "",
    propagation: Propagation | None = None,
    grace_seconds: int | None = None,
) -> Obj | None:
    """None: remove it now. Else the object with what holds it (deletionTimestamp, finalizers), or `old` itself when it
    is on its way already. Raises Conflict and Forbidden."""
    _check(kind, old, uid, resource_version)
    if kind.group_resource == NAMESPACES:
        return _end_namespace(old, admission, propagation)
    if kind.group_resource == CUSTOM_DEFINITIONS:
        return ending.begun(old, admission.now)
    held = old["metadata"].get("finalizers") or ()
    if propagation is None and kind.orphans_by_default and not any(each in held for each in _COLLECTION):
        propagation = "Orphan"
    grace, pending = _grace(kind, old, grace_seconds)
    if pending:
        return old
    metadata = dict(old["metadata"])
    finalizers = _finalizers(metadata.get("finalizers") or [], propagation)
    if finalizers:
        metadata["finalizers"] = finalizers
    else:
        metadata.pop("finalizers", None)
    if grace is None:
        if not finalizers:
            return None
        grace = 0
    elif grace == 0 and not finalizers:
        return None
    if not old["metadata"].get("deletionTimestamp"):
        metadata["deletionTimestamp"] = timestamp(admission.now + grace)
        if metadata.get("generation"):
            metadata["generation"] += 1
    elif kind.group_resource == PODS:
        # A shorter grace than before: count back from the time that was set.
        was = int(metadata.get("deletionGracePeriodSeconds") or 0)
        metadata["deletionTimestamp"] = timestamp(seconds(metadata["deletionTimestamp"]) - was + grace)
    metadata["deletionGracePeriodSeconds"] = grace
    return old if metadata == old["metadata"] else {**old, "metadata": metadata}


def _check(kind: Kind, old: Obj, uid: str, resource_version: str) -> None:
    metadata = old["metadata"]
    name = str(metadata["name"])
    if kind.group_resource == NAMESPACES and name in _KEPT_NAMESPACES:
        raise Forbidden(kind.resource, name, "this namespace may not be deleted")
    if uid and uid != metadata.get("uid"):
        detail = (
            f"the UID in the precondition ({uid}) does not match the UID in record ({metadata.get('uid')}). "
            "The object might have been deleted and then recreated"
        )
        raise Conflict(kind.resource, name, detail, kind.group)
    if resource_version and resource_version != str(metadata.get("resourceVersion") or ""):
        detail = (
            f"the ResourceVersion in the precondition ({resource_version}) does not match the ResourceVersion in "
            f"record ({metadata.get('resourceVersion')}). The object might have been modified"
        )
        raise Conflict(kind.resource, name, detail, kind.group)


def _grace(kind: Kind, old: Obj, asked: int | None) -> tuple[int | None, bool]:
    """(seconds, it is on its way already). None: this kind, or this object, knows no grace period."""
    metadata = old["metadata"]
    if metadata.get("deletionTimestamp"):
        was = metadata.get("deletionGracePeriodSeconds")
        if was is None:
            return None, False
        if asked is not None and asked < was:
            return max(asked, 0), False
        return None, True
    if kind.group_resource != PODS:
        return None, False
    grace = asked if asked is not None else int(spec(old).get("terminationGracePeriodSeconds") or 0)
    if not spec(old).get("nodeName") or status(old).get("phase") in ("Succeeded", "Failed"):
        return 0, False
    return (1 if grace < 0 else grace), False


def _finalizers(present: list[str], propagation: Propagation | None) -> list[str]:
    """The finalizers with the one that tells the garbage collector what to do with dependents."""
    wanted = {"Orphan": "orphan", "Foreground": "foregroundDeletion", "Background": ""}
    if propagation is None:
        return present
    kept = [each for each in present if each not in _COLLECTION]
    word = wanted[propagation]
    return [*kept, word] if word else kept


def _end_namespace(old: Obj, admission: Admission, propagation: Propagation | None) -> Obj | None:
    metadata: dict[str, Any] = old["metadata"]
    if metadata.get("deletionTimestamp"):
        return old if spec(old).get("finalizers") or metadata.get("finalizers") else None
    finalizers = _finalizers(metadata.get("finalizers") or [], propagation)
    marked = {**metadata, "deletionTimestamp": timestamp(admission.now)}
    if finalizers:
        marked["finalizers"] = finalizers
    return {**old, "metadata": marked, "status": {**status(old), "phase": "Terminating"}}
