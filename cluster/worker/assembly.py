"""Which controllers there are. The list is the order in which equal due keys are planned.

Also `explain`: the reasons of every plan that says something about an object, recomputed wherever they are shown.
"""

from __future__ import annotations

from cluster.config import ClusterConfig
from cluster.controllers import (
    deployment,
    endpoints,
    endpointslice,
    garbage,
    namespace,
    replicaset,
    scheduler,
    serviceaccounts,
    statefulset,
    volumes,
)
from cluster.machinery.objects import Key
from cluster.nodes import kubelet
from cluster.plan import Controller, Reason
from cluster.world import World

CONTROLLERS: tuple[Controller, ...] = (
    namespace.CONTROLLER,
    serviceaccounts.CONTROLLER,
    deployment.CONTROLLER,
    replicaset.CONTROLLER,
    statefulset.CONTROLLER,
    volumes.CONTROLLER,
    scheduler.CONTROLLER,
    kubelet.CONTROLLER,
    endpoints.CONTROLLER,
    endpointslice.CONTROLLER,
    garbage.CONTROLLER,
)


def explain(world: World, key: Key, now: float, config: ClusterConfig) -> list[Reason]:
    """Why the object at `key` is as it is, by every controller that has it as a key."""
    found: list[Reason] = []
    for controller in CONTROLLERS:
        found.extend(reason for reason in controller.plan(world, key, now, config).reasons if reason not in found)
    return found
