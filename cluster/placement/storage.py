"""Volumes that a pod brings along: whether its claims are in order, and on which nodes its volumes can be had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.machinery.objects import (
    CLAIMS,
    STORAGE_CLASSES,
    VOLUMES,
    Obj,
    claim_of,
    is_controlled_by,
    is_terminating,
    labels,
    meta,
    name,
    namespace,
    spec,
    status,
)
from cluster.placement.rooms import Room
from cluster.placement.standing import selects
from cluster.world import World

CONFLICT = "node(s) had volume node affinity conflict"
NO_ZONE = "node(s) had no available volume zone"
NOTHING_TO_BIND = "node(s) didn't find available persistent volumes to bind"
VOLUME_GONE = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
IN_USE = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"

UNBOUND = "pod has unbound immediate PersistentVolumeClaims"

_BY_HAND = "kubernetes.io/no-provisioner"
_ZONES = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")


def trouble(world: World, pod: Obj) -> str:
    """What is wrong with the claims, wherever the pod goes; "" when they are bound or will be once it has a place. All
    are looked for before any is asked whether it is bound."""
    own = {claim_of(pod, each) for each in spec(pod).get("volumes") or () if each.get("ephemeral")}
    for claim_name in _claims(pod):
        if wrong := _unusable(world, pod, claim_name, created=claim_name in own):
            return wrong
    return UNBOUND if _unbound(world, pod) else ""


def unbound(world: World, pod: Obj) -> str:
    """What holds a pod up that has `UNBOUND` claims, for a person."""
    claims = _unbound(world, pod)
    names = [name(each) for each in claims]
    wanted = {str(spec(each).get("storageClassName") or "") for each in claims}
    missing = sorted(each for each in wanted if each and world.find(STORAGE_CLASSES, "", each) is None)
    why = f": there is no storage class {missing[0]}" if missing else ""
    who = f"claim {names[0]} is" if len(names) == 1 else f"claims {', '.join(names)} are"
    return f"{who} not bound{why}"


def _unbound(world: World, pod: Obj) -> list[Obj]:
    """Its claims that are to be bound before it has a place, and are not."""
    found = (world.find(CLAIMS, namespace(pod), each) for each in _claims(pod))
    return [each for each in found if each is not None and not _is_bound(each) and not _waits_for_consumer(world, each)]


def _unusable(world: World, pod: Obj, claim_name: str, *, created: bool) -> str:
    """Why this claim can be none of the pod's. `created`: it is to be made for the pod alone."""
    claim = world.find(CLAIMS, namespace(pod), claim_name)
    if claim is None and created:
        return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{claim_name}"'
    if claim is None:
        return f'persistentvolumeclaim "{claim_name}" not found'
    if created and not is_controlled_by(claim, pod):
        both = namespace(pod), claim_name, namespace(pod), name(pod)
        return 'PVC "{}/{}" was not created for pod "{}/{}" (pod is not owner)'.format(*both)
    if meta(claim).get("deletionTimestamp"):
        return f'persistentvolumeclaim "{claim_name}" is being deleted'
    if status(claim).get("phase") == "Lost":
        return f'persistentvolumeclaim "{claim_name}" bound to non-existent persistentvolume "{_volume(claim)}"'
    return ""


class Luggage:
    """The claims of one pod, looked up once for all nodes."""

    def __init__(self, world: World, pod: Obj) -> None:
        self.world = world
        found = (world.find(CLAIMS, namespace(pod), each) for each in _claims(pod))
        claims = [each for each in found if each is not None]
        self.bound = [world.find(VOLUMES, "", _volume(each)) for each in claims if _is_bound(each)]
        self.unbound = [each for each in claims if not _is_bound(each)]
        self.in_use = any(_is_taken(world, pod, each) for each in claims)

    def refusal(self, room: Room) -> str:
        """Why the volumes cannot be had on this node; "" when they can."""
        if self.in_use:
            return IN_USE
        for volume in self.bound:
            if volume is None:
                return VOLUME_GONE
            required = (spec(volume).get("nodeAffinity") or {}).get("required")
            if required and not selects(required, room.node):
                return CONFLICT
        if not all(self._can_be_had(claim, room) for claim in self.unbound):
            return NOTHING_TO_BIND
        if any(volume is not None and not _is_in_zone(volume, room) for volume in self.bound):
            return NO_ZONE
        return ""

    def _can_be_had(self, claim: Obj, room: Room) -> bool:
        """It is made on demand where the class allows it, or one that nobody has lies there already."""
        wanted = str(spec(claim).get("storageClassName") or "")
        storage_class = self.world.find(STORAGE_CLASSES, "", wanted)
        if storage_class is not None and storage_class.get("provisioner") != _BY_HAND:
            return _is_allowed(storage_class, room)
        return any(
            spec(each).get("storageClassName") == wanted
            and status(each).get("phase") == "Available"
            and selects((spec(each).get("nodeAffinity") or {}).get("required") or {}, room.node)
            for each in self.world.bucket(VOLUMES).values()
        )


def _claims(pod: Obj) -> Iterator[str]:
    for volume in spec(pod).get("volumes") or ():
        if claim := claim_of(pod, volume):
            yield claim


def _volume(claim: Obj) -> str:
    return str(spec(claim).get("volumeName") or "")


def _is_bound(claim: Obj) -> bool:
    return status(claim).get("phase") == "Bound"


def _waits_for_consumer(world: World, claim: Obj) -> bool:
    storage_class = world.find(STORAGE_CLASSES, "", str(spec(claim).get("storageClassName") or ""))
    return storage_class is not None and storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def _is_taken(world: World, pod: Obj, claim: Obj) -> bool:
    if "ReadWriteOncePod" not in (spec(claim).get("accessModes") or ()):
        return False
    users = world.pods_using_claim(namespace(pod), name(claim)).values()
    return any(spec(each).get("nodeName") and not is_terminating(each) and each is not pod for each in users)


def _is_in_zone(volume: Obj, room: Room) -> bool:
    """A volume that says a zone is had by nodes that say the same, or none."""
    wanted = {label: labels(volume)[label] for label in _ZONES if label in labels(volume)}
    if not any(label in room.labels for label in _ZONES):
        return True
    return all(room.labels.get(label) in value.split("__") for label, value in wanted.items())


def _is_allowed(storage_class: Mapping[str, Any], room: Room) -> bool:
    terms = storage_class.get("allowedTopologies") or ()
    return not terms or any(
        all(
            room.labels.get(str(each.get("key"))) in (each.get("values") or ())
            for each in term.get("matchLabelExpressions") or ()
        )
        for term in terms
    )
