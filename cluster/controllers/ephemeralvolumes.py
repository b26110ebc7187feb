"""The claims of pods' `ephemeral` volumes: made from the volume's template, owned by the pod and gone with it."""

from __future__ import annotations

from collections.abc import Iterable

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Create
from cluster.machinery.objects import (
    CLAIMS,
    PODS,
    Key,
    Obj,
    claim_of,
    is_controlled_by,
    is_terminating,
    name,
    namespace,
    owner_reference,
    spec,
)
from cluster.plan import NOTHING, Action, Controller, Plan, Reason
from cluster.world import World

NAME = "ephemeral_volume"


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    kind = change.key.kind
    if kind == PODS and change.type != "DELETED" and _volumes(change.object):
        return (change.key,)
    if kind == CLAIMS and change.type == "DELETED":
        return [
            where
            for where, pod in world.pods_using_claim(change.key.namespace, change.key.name).items()
            if _volumes(pod)
        ]
    return ()


def every(world: World) -> Iterable[Key]:
    return sorted(where for where, pod in world.bucket(PODS).items() if _volumes(pod))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """The claims that a pod lacks."""
    pod = world.get(where)
    if pod is None or is_terminating(pod):
        return NOTHING
    actions: list[Action] = []
    reasons: list[Reason] = []
    for volume in _volumes(pod):
        called = claim_of(pod, volume)
        claim = world.find(CLAIMS, namespace(pod), called)
        if claim is None:
            actions.append(Action(Create(_claim(pod, called, volume["ephemeral"]["volumeClaimTemplate"]))))
        elif not is_controlled_by(claim, pod):
            text = f"Waits for claim {called} to go: it was not made for {name(pod)}."
            reasons.append(Reason(where, "fail", text, "foreign-claim"))
    return Plan(tuple(actions), tuple(reasons))


CONTROLLER = Controller(NAME, keys, every, plan)


def _volumes(pod: Obj) -> list[Obj]:
    return [each for each in spec(pod).get("volumes") or () if (each.get("ephemeral") or {}).get("volumeClaimTemplate")]


def _claim(pod: Obj, called: str, template: Obj) -> Obj:
    given = template.get("metadata") or {}
    kept = {part: dict(given[part]) for part in ("labels", "annotations") if given.get(part)}
    metadata = {"name": called, "namespace": namespace(pod), **kept, "ownerReferences": [owner_reference(pod)]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": metadata,
        "spec": template.get("spec") or {},
    }
