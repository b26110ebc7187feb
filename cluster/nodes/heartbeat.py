"""What a kubelet says of its own node: registers it, goes on saying that it is well, and is silent while it is lost.

A Node that somebody creates comes to life here: what it lacks of an address, a size and conditions it is given. The
heartbeat is written every five minutes, as a kubelet writes its status when nothing changes, and its Lease with it:
one written every ten seconds would fill the log with nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster import faults, machines
from cluster.change import Change
from cluster.config import ClusterConfig, patience
from cluster.intents import Create, Patch, Update
from cluster.machinery.objects import (
    CSI_NODES,
    LEASES,
    NAMESPACES,
    NODES,
    Key,
    Obj,
    condition,
    key,
    labels,
    meta,
    micro_timestamp,
    name,
    owner_reference,
    seconds,
    status,
    timestamp,
)
from cluster.plan import NOTHING, Action, Controller, Note, Plan, Reason
from cluster.world import World

NAME = "kubelet"
HEARTBEAT_SECONDS = 300.0
LEASE_NAMESPACE = "kube-node-lease"
_MIGRATED = ",".join(
    f"kubernetes.io/{each}"
    for each in (
        "aws-ebs", "azure-disk", "azure-file", "cinder", "gce-pd", "portworx-volume", "vsphere-volume",
    )
)  # fmt: skip
"""Volume plugins that a kubelet leaves to drivers."""
STARTS_IN = 10.0
"""Seconds after its creation in which a node's kubelet is up, network and all."""


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    return (change.key,) if change.key.kind == NODES and change.type != "DELETED" else ()


def every(world: World) -> Iterable[Key]:
    return sorted(world.bucket(NODES))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """One report about one node, when one is due."""
    node = world.get(where)
    if node is None:
        return NOTHING
    if faults.is_lost(node):
        text = f"{where.name} is lost ({faults.LOST} is set): its kubelet is not heard of."
        return Plan(reasons=(Reason(where, "fail", text, "lost"),))
    up_at = seconds(meta(node).get("creationTimestamp")) + patience(config.pace, STARTS_IN)
    if condition(node, "Ready") is None and now < up_at:
        reason = Reason(where, "wait", f"Not ready yet: {where.name} starts.", "starts")
        return Plan(reasons=(reason,), again_at=up_at)
    reasons: tuple[Reason, ...] = ()
    if faults.is_unready(node):
        reasons = (Reason(where, "fail", f"Not ready: {faults.NOT_READY} is set.", "not-ready"),)
    report = reported(node, now)
    if report == status(node) and machines.labels(where.name).items() <= labels(node).items():
        is_new = key(LEASES, LEASE_NAMESPACE, where.name) not in world
        first = (*_lease(world, node, now), *_drivers(world, node)) if is_new else ()
        return Plan(first, reasons, again_at=_beat_at(node))
    metadata = {**meta(node), "labels": {**labels(node), **_missing_labels(node)}}
    action = Action(Update({**node, "metadata": metadata, "status": report}, "status"), succeeded=_notes(node, report))
    return Plan((action, *_lease(world, node, now), *_drivers(world, node)), reasons)


CONTROLLER = Controller(NAME, keys, every, plan)


def reported(node: Obj, now: float) -> Obj:
    """The node's status as its kubelet would write it now; the very same while no heartbeat is due."""
    before = status(node)
    capacity = {**machines.CAPACITY, **(before.get("capacity") or {})}
    wanted = [machines.UNREADY if faults.is_unready(node) and each[0] == "Ready" else each for each in machines.WELL]
    changed = any(_differs(node, each) for each in wanted)
    beats = changed or now >= _beat_at(node)
    ours = [_condition(node, each, now, beats=beats) for each in wanted]
    types = {each["type"] for each in ours}
    foreign = [each for each in before.get("conditions") or () if each.get("type") not in types]
    return {
        **before,
        "addresses": before.get("addresses") or machines.addresses(name(node)),
        "allocatable": {**capacity, **(before.get("allocatable") or {})},
        "capacity": capacity,
        "conditions": [*ours, *foreign],
        "daemonEndpoints": before.get("daemonEndpoints") or {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": {**machines.software(), **(before.get("nodeInfo") or {})},
    }


def _lease(world: World, node: Obj, now: float) -> Iterator[Action]:
    """The node's Lease, made with the first heartbeat and renewed with each. It goes with its Node."""
    if world.find(NAMESPACES, "", LEASE_NAMESPACE) is None:
        return
    held = {
        "holderIdentity": name(node),
        "leaseDurationSeconds": round(2 * HEARTBEAT_SECONDS),
        "renewTime": micro_timestamp(now),
    }
    where = key(LEASES, LEASE_NAMESPACE, name(node))
    if where in world:
        yield Action(Patch(where, "merge", {"spec": held}), may_fail=True)
        return
    owner = owner_reference(node, controller=False, block=False)
    metadata = {"name": name(node), "namespace": LEASE_NAMESPACE, "ownerReferences": [owner]}
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": held}
    yield Action(Create(lease), succeeded=_first_notes(node), may_fail=True)


def _first_notes(node: Obj) -> tuple[Note, ...]:
    """A node that was ready from the start, as a cluster's first, is told of with its first lease."""
    if (condition(node, "Ready") or {}).get("status") != "True":
        return ()
    unheard = {**node, "status": {**status(node), "conditions": []}}
    registered = f"Node {name(node)} event: Registered Node {name(node)} in Controller"
    return (*_notes(unheard, status(node)), Note(node, "Normal", "RegisteredNode", registered, "node-controller"))


def _drivers(world: World, node: Obj) -> Iterator[Action]:
    """The node's CSINode, which has no drivers to tell of. It goes with its Node."""
    if key(CSI_NODES, "", name(node)) in world:
        return
    metadata = {
        "name": name(node),
        "annotations": {"storage.alpha.kubernetes.io/migrated-plugins": _MIGRATED},
        "ownerReferences": [owner_reference(node, controller=False, block=False)],
    }
    made = {"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": metadata, "spec": {"drivers": None}}
    yield Action(Create(made), may_fail=True)


def _beat_at(node: Obj) -> float:
    return seconds((condition(node, "Ready") or {}).get("lastHeartbeatTime")) + HEARTBEAT_SECONDS


def _differs(node: Obj, wanted: tuple[str, str, str, str]) -> bool:
    present = condition(node, wanted[0]) or {}
    return (present.get("status"), present.get("reason"), present.get("message")) != wanted[1:]


def _condition(node: Obj, wanted: tuple[str, str, str, str], now: float, *, beats: bool) -> Obj:
    type_, value, reason, message = wanted
    before = condition(node, type_) or {}
    if not beats and before:
        return before
    since = before.get("lastTransitionTime") if before.get("status") == value else None
    return {
        "type": type_,
        "status": value,
        "lastHeartbeatTime": timestamp(now),
        "lastTransitionTime": since or timestamp(now),
        "reason": reason,
        "message": message,
    }


def _missing_labels(node: Obj) -> dict[str, str]:
    return {label: value for label, value in machines.labels(name(node)).items() if label not in labels(node)}


def _notes(node: Obj, report: Obj) -> tuple[Note, ...]:
    """What is told when the node comes up, comes back, or is not ready any more."""
    was = (condition(node, "Ready") or {}).get("status")
    now_is = next(each["status"] for each in report["conditions"] if each["type"] == "Ready")
    if was == now_is:
        return ()
    found: list[tuple[str, str]] = [] if was else [("Starting", "Starting kubelet.")]
    words = [] if now_is != "True" else ["NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID"]
    words.append("NodeReady" if now_is == "True" else "NodeNotReady")
    found += [(word, f"Node {name(node)} status is now: {word}") for word in words]
    if not was:
        found.insert(-1, ("NodeAllocatableEnforced", "Updated Node Allocatable limit across pods"))
    return tuple(Note(node, "Normal", reason, message, NAME, name(node)) for reason, message in found)
