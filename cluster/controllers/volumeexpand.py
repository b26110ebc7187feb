"""Claims that ask for more than they have: the volume grows first, as its driver makes it, then the file system, on the
node of a pod that uses it. Whether a claim may grow at all was decided when it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Update
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
    name,
    spec,
    status,
    timestamp,
)
from cluster.machinery.quantity import parse
from cluster.plan import NOTHING, Action, Controller, Note, Plan, Reason
from cluster.world import World

NAME = "volume_expand"
_STORAGE = "storage"
_BY_DRIVER, _ON_NODE = "ControllerResizeInProgress", "NodeResizePending"
_RESIZING, _PENDING = "Resizing", "FileSystemResizePending"
_PENDING_TEXT = "Waiting for user to (re-)start a pod to finish file system resize of volume on node."


def keys(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    kind, place = change.key.kind, change.key.namespace
    if kind == CLAIMS:
        if change.type != "DELETED":
            yield change.key
    elif (
        kind == PODS and status(change.object).get("phase") == "Running" and status(old or {}).get("phase") != "Running"
    ):
        for volume in spec(change.object).get("volumes") or ():
            if claimed := claim_of(change.object, volume):
                yield key(CLAIMS, place, claimed)


def every(world: World) -> Iterable[Key]:
    return sorted(world.bucket(CLAIMS))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """The next step of one claim's growth."""
    claim = world.get(where)
    if claim is None or is_terminating(claim) or status(claim).get("phase") != "Bound":
        return NOTHING
    volume = world.find(VOLUMES, "", str(spec(claim).get("volumeName") or ""))
    wanted = ((spec(claim).get("resources") or {}).get("requests") or {}).get(_STORAGE)
    if volume is None or wanted is None or parse(str(wanted)) <= _amount(status(claim)):
        return NOTHING
    if _amount(spec(volume)) >= parse(str(wanted)):
        return _on_node(world, where, claim, volume, now)
    return _by_driver(world, claim, volume, str(wanted), now)


CONTROLLER = Controller(NAME, keys, every, plan)


def _amount(given: Obj) -> Decimal:
    return parse(str((given.get("capacity") or {}).get(_STORAGE) or "0"))


def _by_driver(world: World, claim: Obj, volume: Obj, wanted: str, now: float) -> Plan:
    """It is told that the volume is made larger, and then that it is."""
    found = world.find(STORAGE_CLASSES, "", str(spec(claim).get("storageClassName") or "")) or {}
    driver = f"external-resizer {found.get('provisioner')}"
    if _stage(claim) != _BY_DRIVER:
        text = f"External resizer is resizing volume {name(volume)}"
        reported = _reported(claim, wanted, _BY_DRIVER, _condition(_RESIZING, now))
        return Plan((Action(reported, succeeded=(Note(claim, "Normal", "Resizing", text, driver),)),))
    grown = {**volume, "spec": {**spec(volume), "capacity": {**spec(volume)["capacity"], _STORAGE: wanted}}}
    reported = _reported(claim, wanted, _ON_NODE, _condition(_PENDING, now, _PENDING_TEXT))
    note = Note(claim, "Normal", "FileSystemResizeRequired", "Require file system resize of volume on node", driver)
    return Plan((Action(Update(grown)), Action(reported, succeeded=(note,))))


def _on_node(world: World, where: Key, claim: Obj, volume: Obj, now: float) -> Plan:
    using = world.pods_using_claim(where.namespace, where.name)
    running = sorted(each for each, pod in using.items() if status(pod).get("phase") == "Running")
    if not running:
        text = f"Its volume has grown to {spec(volume)['capacity'][_STORAGE]}; its file system does once a pod uses it."
        return Plan(reasons=(Reason(where, "wait", text, "waits-for-resize"),))
    node = str(spec(using[running[0]]).get("nodeName"))
    text = f'MountVolume.NodeExpandVolume succeeded for volume "{name(volume)}" {node}'
    capacity = spec(volume)["capacity"]
    report = {part: value for part, value in status(claim).items() if part not in ("conditions", _STATUSES)}
    report |= {"capacity": {**(report.get("capacity") or {}), _STORAGE: capacity[_STORAGE]}}
    if kept := _other_conditions(claim):
        report["conditions"] = kept
    notes = tuple(
        Note(each, "Normal", "FileSystemResizeSuccessful", text, "kubelet", node) for each in (claim, using[running[0]])
    )
    return Plan((Action(Update({**claim, "status": report}, "status"), succeeded=notes),))


_STATUSES = "allocatedResourceStatuses"


def _stage(claim: Obj) -> str:
    return str((status(claim).get(_STATUSES) or {}).get(_STORAGE) or "")


def _other_conditions(claim: Obj) -> list[Obj]:
    return [each for each in status(claim).get("conditions") or () if each.get("type") not in (_RESIZING, _PENDING)]


def _reported(claim: Obj, wanted: str, stage: str, condition: Obj) -> Update:
    report = {
        **status(claim),
        "allocatedResources": {**(status(claim).get("allocatedResources") or {}), _STORAGE: wanted},
        _STATUSES: {**(status(claim).get(_STATUSES) or {}), _STORAGE: stage},
        "conditions": [*_other_conditions(claim), condition],
    }
    return Update({**claim, "status": report}, "status")


def _condition(kind: str, now: float, message: str = "") -> Obj:
    found = {"type": kind, "status": "True", "lastProbeTime": None, "lastTransitionTime": timestamp(now)}
    return {**found, "message": message} if message else found
