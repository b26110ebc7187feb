"""The ReplicationController's controller: the ReplicaSet's pass, for a selector that is a plain map."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.claiming import concerned
from cluster.controllers.label_selector import matcher
from cluster.controllers.replicaset import keep
from cluster.machinery.objects import PODS, REPLICATION_CONTROLLERS, Key, Obj, labels, spec
from cluster.plan import NOTHING, Controller, Plan
from cluster.world import World

COMPONENT = "replication-controller"


def plan(world: World, key: Key, now: float, config: ClusterConfig) -> Plan:
    """One pass over the ReplicationController at `key`."""
    owner = world.get(key)
    return NOTHING if owner is None else keep(owner, key, world, now, config, COMPONENT, _selector(owner))


def _selector(owner: Obj) -> dict[str, Any]:
    return {"matchLabels": spec(owner).get("selector") or {}}


def _takes(owner: Obj, pod: Obj) -> bool:
    return matcher(_selector(owner))(labels(pod))


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """ReplicationControllers that a change of one of them or of a pod concerns."""
    if change.key.kind == REPLICATION_CONTROLLERS:
        return (change.key,)
    if change.key.kind == PODS:
        return concerned(change, old, REPLICATION_CONTROLLERS, "ReplicationController", world, _takes)
    return ()


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(REPLICATION_CONTROLLERS))


CONTROLLER = Controller(COMPONENT, keys, every, plan)
