"""Claims and the volumes they are bound to: matching a volume that is there, making a simulated one, giving it back.

A key is a claim or a volume. A claim of a class that waits for its first consumer is bound once a pod that uses it
is on a node; the kubelet starts no pod before. Holds no contents of volumes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Create, Delete, Update
from cluster.machinery.objects import (
    CLAIMS,
    PODS,
    STORAGE_CLASSES,
    VOLUMES,
    Key,
    Obj,
    claim_of,
    is_terminating,
    key,
    meta,
    name,
    namespace,
    spec,
    status,
    uid,
)
from cluster.machinery.quantity import parse
from cluster.plan import NOTHING, Action, Controller, Note, Plan, Reason
from cluster.world import World

NAME = "persistentvolume-controller"
CLAIM_FINALIZER = "kubernetes.io/pvc-protection"
VOLUME_FINALIZER = "kubernetes.io/pv-protection"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"


def keys(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    kind, place = change.key.kind, change.key.namespace
    if kind == CLAIMS:
        if change.type != "DELETED":
            yield change.key
        if volume := spec(change.object).get("volumeName"):
            yield key(VOLUMES, "", volume)
    elif kind == VOLUMES:
        if change.type != "DELETED":
            yield change.key
            yield from _unbound(world)
        elif called := (spec(change.object).get("claimRef") or {}).get("name"):
            yield key(CLAIMS, str(spec(change.object)["claimRef"].get("namespace")), called)
    elif kind == PODS:
        if old is None or change.type == "DELETED" or spec(old).get("nodeName") != spec(change.object).get("nodeName"):
            for claim in _claims_of(change.object):
                yield key(CLAIMS, place, claim)
    elif kind == STORAGE_CLASSES:
        yield from _unbound(world)


def every(world: World) -> Iterable[Key]:
    return [*sorted(world.bucket(CLAIMS)), *sorted(world.bucket(VOLUMES))]


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Bind one claim, or give one volume back."""
    obj = world.get(where)
    if obj is None:
        return NOTHING
    if where.kind == VOLUMES:
        return _volume(world, where, obj)
    if is_terminating(obj):
        return _released_claim(world, where, obj)
    if status(obj).get("phase") == "Bound":
        return _kept(world, obj)
    return _claim(world, where, obj)


CONTROLLER = Controller(NAME, keys, every, plan)


def _unbound(world: World) -> list[Key]:
    return [where for where, claim in world.bucket(CLAIMS).items() if status(claim).get("phase") != "Bound"]


def _claims_of(pod: Obj) -> Iterator[str]:
    for volume in spec(pod).get("volumes") or ():
        if claim := claim_of(pod, volume):
            yield claim


def _kept(world: World, claim: Obj) -> Plan:
    """One that is bound, as long as its volume is there."""
    called = spec(claim).get("volumeName")
    if not called or world.find(VOLUMES, "", str(called)) is not None:
        return NOTHING
    lost = Update({**claim, "status": {**status(claim), "phase": "Lost"}}, "status")
    text = "Bound claim has lost its PersistentVolume. Data on this volume is lost!"
    return Plan((Action(lost, succeeded=(Note(claim, "Warning", "ClaimLost", text, NAME),)),))


# -- claims ------------------------------------------------------------------------------------------------


def _claim(world: World, where: Key, claim: Obj) -> Plan:
    if (volume := _matching(world, claim)) is not None:
        return Plan(tuple(_bound(claim, volume)))
    wanted = str(spec(claim).get("storageClassName") or "")
    if spec(claim).get("volumeName"):
        text = f"Waits for volume {spec(claim)['volumeName']}, which is not there or is taken."
        return Plan(reasons=(Reason(where, "wait", text, "waits-for-volume"),))
    if not wanted:
        text = "no persistent volumes available for this claim and no storage class is set"
        reason = Reason(where, "fail", "Not bound: no storage class is set and no volume fits.", "no-class")
        return Plan(reasons=(reason,), notes=_once(world, claim, "Normal", "FailedBinding", text))
    storage_class = world.find(STORAGE_CLASSES, "", wanted)
    if storage_class is None:
        text = f'storageclass.storage.k8s.io "{wanted}" not found'
        reason = Reason(where, "fail", f"Not bound: there is no storage class {wanted}.", "class-missing")
        return Plan(reasons=(reason,), notes=_once(world, claim, "Warning", "ProvisioningFailed", text))
    if storage_class.get("volumeBindingMode") == "WaitForFirstConsumer":
        users = world.pods_using_claim(where.namespace, where.name)
        if not users:
            text = "waiting for first consumer to be created before binding"
            reason = Reason(where, "wait", "Waits for a pod that uses it.", "waits-for-consumer")
            return Plan(reasons=(reason,), notes=_once(world, claim, "Normal", "WaitForFirstConsumer", text))
        if not any(spec(pod).get("nodeName") for pod in users.values()):
            first = min(users).name
            reason = Reason(where, "wait", f"Waits for {first} to be scheduled.", "waits-for-scheduling")
            return Plan(reasons=(reason,))
    if storage_class.get("provisioner") == "kubernetes.io/no-provisioner":
        reason = Reason(where, "wait", f"Waits for a volume of class {wanted}: nothing makes them.", "waits-for-volume")
        return Plan(reasons=(reason,))
    return Plan(tuple(_provisioned(claim, storage_class)))


def _matching(world: World, claim: Obj) -> Obj | None:
    """The volume kept for this claim, or the smallest free one that is large enough and of the same class and modes."""
    wanted = spec(claim)
    size = parse(_requested(claim))
    free: list[tuple[Any, str, Obj]] = []
    for where, volume in world.bucket(VOLUMES).items():
        offered = spec(volume)
        if is_terminating(volume) or (wanted.get("volumeName") and wanted["volumeName"] != where.name):
            continue
        reference = offered.get("claimRef") or {}
        if reference:
            mine = reference.get("namespace") == namespace(claim) and reference.get("name") == name(claim)
            if mine and reference.get("uid") in (None, "", uid(claim)):
                return volume
            continue
        if status(volume).get("phase") in ("Released", "Failed"):
            continue
        capacity = parse(str((offered.get("capacity") or {}).get("storage") or "0"))
        if (
            (offered.get("storageClassName") or "") == (wanted.get("storageClassName") or "")
            and set(wanted.get("accessModes") or ()) <= set(offered.get("accessModes") or ())
            and (offered.get("volumeMode") or "Filesystem") == (wanted.get("volumeMode") or "Filesystem")
            and capacity >= size
        ):
            free.append((capacity, where.name, volume))
    return min(free, key=lambda each: each[:2])[2] if free else None


def _requested(claim: Obj) -> str:
    return str(((spec(claim).get("resources") or {}).get("requests") or {}).get("storage") or "0")


def _reference(claim: Obj) -> Obj:
    return {
        "kind": "PersistentVolumeClaim",
        "namespace": namespace(claim),
        "name": name(claim),
        "uid": uid(claim),
        "apiVersion": "v1",
        "resourceVersion": str(meta(claim).get("resourceVersion") or ""),
    }


def _bound(claim: Obj, volume: Obj) -> Iterator[Action]:
    """The volume first, then the claim: its spec, then its status, as the recordings have it."""
    volume_spec = {**spec(volume), "claimRef": {**(spec(volume).get("claimRef") or {}), **_reference(claim)}}
    marked = volume
    if not (spec(volume).get("claimRef") or {}).get("name"):
        kept = {**(meta(volume).get("annotations") or {}), BOUND_BY_CONTROLLER: "yes"}
        marked = {**volume, "metadata": {**volume["metadata"], "annotations": kept}}
    taken = {**marked, "spec": volume_spec}
    yield Action(Update(taken))
    yield Action(Update(_unversioned({**taken, "status": {**status(volume), "phase": "Bound"}}), "status"))
    yield from _claim_bound(claim, taken)


def _claim_bound(claim: Obj, volume: Obj) -> Iterator[Action]:
    kept = {**(meta(claim).get("annotations") or {}), BIND_COMPLETED: "yes"}
    if spec(claim).get("volumeName") != name(volume):
        kept[BOUND_BY_CONTROLLER] = "yes"
    metadata = {**claim["metadata"], "annotations": kept}
    named = {**claim, "metadata": metadata, "spec": {**spec(claim), "volumeName": name(volume)}}
    yield Action(Update(named))
    reported = {
        "phase": "Bound",
        "accessModes": spec(volume).get("accessModes") or [],
        "capacity": spec(volume).get("capacity") or {},
    }
    yield Action(Update(_unversioned({**named, "status": reported}), "status"))


def _provisioned(claim: Obj, storage_class: Obj) -> Iterator[Action]:
    """A simulated volume of the size asked for, named after the claim, and the claim bound to it."""
    volume_name = f"pvc-{uid(claim)}"
    provisioner = str(storage_class.get("provisioner"))
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": volume_name,
            "annotations": {PROVISIONED_BY: provisioner},
            "finalizers": [VOLUME_FINALIZER],
        },
        "spec": {
            "capacity": {"storage": _requested(claim)},
            "accessModes": spec(claim).get("accessModes") or ["ReadWriteOnce"],
            "claimRef": _reference(claim),
            "hostPath": {"path": f"/var/lib/volumes/{volume_name}", "type": "DirectoryOrCreate"},
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy") or "Delete",
            "storageClassName": name(storage_class),
            "volumeMode": spec(claim).get("volumeMode") or "Filesystem",
        },
    }
    text = f"Successfully provisioned volume {volume_name}"
    yield Action(Create(volume), succeeded=(Note(claim, "Normal", "ProvisioningSucceeded", text, provisioner),))
    yield Action(Update({**volume, "status": {"phase": "Bound"}}, "status"))
    yield from _claim_bound(claim, volume)


def _released_claim(world: World, where: Key, claim: Obj) -> Plan:
    """A claim that is being deleted goes once no scheduled pod uses it."""
    finalizers = meta(claim).get("finalizers") or []
    if CLAIM_FINALIZER not in finalizers:
        return NOTHING
    using = world.pods_using_claim(where.namespace, where.name)
    users = [each for each, pod in using.items() if spec(pod).get("nodeName")]
    if users:
        reason = Reason(where, "wait", f"Kept while {min(users).name} uses it.", "in-use")
        return Plan(reasons=(reason,))
    return Plan((Action(Update(_without(claim, CLAIM_FINALIZER))),))


# -- volumes -----------------------------------------------------------------------------------------------


def _volume(world: World, where: Key, volume: Obj) -> Plan:
    reference = spec(volume).get("claimRef") or {}
    claim = world.find(CLAIMS, str(reference.get("namespace")), str(reference.get("name"))) if reference else None
    in_use = claim is not None and reference.get("uid") in (None, "", uid(claim))
    if is_terminating(volume):
        if in_use and status(volume).get("phase") == "Bound":
            reason = Reason(where, "wait", f"Kept while claim {reference.get('name')} is bound to it.", "in-use")
            return Plan(reasons=(reason,))
        if VOLUME_FINALIZER in (meta(volume).get("finalizers") or ()):
            return Plan((Action(Update(_without(volume, VOLUME_FINALIZER))),))
        return NOTHING
    if not reference.get("uid"):
        return _phase(volume, "Available")
    if in_use:
        return NOTHING
    if spec(volume).get("persistentVolumeReclaimPolicy") == "Delete":
        return Plan((Action(Delete(where, uid(volume))),))
    return _phase(volume, "Released")


def _phase(volume: Obj, phase: str) -> Plan:
    if status(volume).get("phase") == phase:
        return NOTHING
    return Plan((Action(Update({**volume, "status": {**status(volume), "phase": phase}}, "status")),))


# -- shapes ------------------------------------------------------------------------------------------------


def _without(obj: Obj, finalizer: str) -> Obj:
    left = [each for each in meta(obj).get("finalizers") or () if each != finalizer]
    metadata = {part: value for part, value in obj["metadata"].items() if part != "finalizers"}
    return {**obj, "metadata": {**metadata, "finalizers": left} if left else metadata}


def _unversioned(obj: Obj) -> Obj:
    """For a second write in one plan: the first has raised the version."""
    return {**obj, "metadata": {part: value for part, value in obj["metadata"].items() if part != "resourceVersion"}}


def _once(world: World, claim: Obj, type_: Any, reason: str, text: str) -> tuple[Note, ...]:
    if any(event.get("reason") == reason for event in world.events_about(uid(claim)).values()):
        return ()
    return (Note(claim, type_, reason, text, NAME),)
