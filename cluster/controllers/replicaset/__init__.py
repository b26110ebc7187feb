"""The ReplicaSet controller: so many pods of one template, all missing ones at once, by the rules of v1.32.

Pods that leave or have finished no longer count: a replacement starts at once (R-DEP-8), unlike a StatefulSet's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.claiming import adopt, concerned, release
from cluster.controllers.creation_failure import creation_failure
from cluster.controllers.draft import Draft
from cluster.controllers.fresh_names import fresh_names
from cluster.controllers.label_selector import matcher, narrowest
from cluster.controllers.pod_facts import PodFacts, facts, known
from cluster.controllers.pod_template import pod_metadata
from cluster.controllers.replicaset.status import new_status
from cluster.controllers.replicaset.victims import victims
from cluster.intents import Create, Delete, Update
from cluster.machinery.objects import (
    PODS,
    REPLICA_SETS,
    Key,
    Obj,
    controller_of,
    is_terminating,
    name,
    namespace,
    owner_reference,
    spec,
    status,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

COMPONENT = "replicaset-controller"
BURST = 500
"""So many pods are created or deleted in one pass; the rest in the next."""


def plan(world: World, key: Key, now: float, config: ClusterConfig) -> Plan:
    """One pass over the ReplicaSet at `key`."""
    owner = world.get(key)
    return NOTHING if owner is None else keep(owner, key, world, now, config, COMPONENT, spec(owner).get("selector"))


def keep(
    owner: Obj,
    key: Key,
    world: World,
    now: float,
    config: ClusterConfig,
    component: str,
    selector: Mapping[str, Any] | None,
) -> Plan:
    """One pass over whatever keeps so many pods of one template: a ReplicationController does it alike."""
    draft = Draft(key, owner, component)
    active, claims = _active_pods(owner, world, selector)
    draft.actions += claims
    wanted = replicas_of(owner)
    if not is_terminating(owner):
        if len(active) < wanted:
            room = config.most_pods - world.count(PODS)
            _create(draft, owner, world, min(BURST, wanted - len(active), max(1, room)))
            if room <= 0:
                text = "No further pod is created: the cluster holds as many as it may."
                draft.because("fail", "cluster-full", text)
        elif len(active) > wanted:
            _delete(draft, owner, world, active, min(BURST, len(active) - wanted), now)
    failure = creation_failure(owner, world) if len(active) < wanted else ""
    if failure:
        draft.because("fail", "cannot-create", f"Pods cannot be created: {failure}.")
    told = new_status(owner, active, now, failure)
    if told != status(owner):
        draft.act_regardless(Update({**owner, "status": told}, "status"))
    _reasons(draft, owner, active, now)
    return draft.plan()


def replicas_of(owner: Obj) -> int:
    wanted = spec(owner).get("replicas")
    return 1 if wanted is None else int(wanted)


def _active_pods(owner: Obj, world: World, selector: Mapping[str, Any] | None) -> tuple[list[PodFacts], list[Action]]:
    """The set's pods that neither leave nor have finished, by name, with orphans it adopts; and the patches."""
    memory, set_uid = known(world), uid(owner)
    holds, leaving = matcher(selector), is_terminating(owner)
    mine: list[PodFacts] = []
    actions: list[Action] = []
    owned, held = world.owned_by(set_uid), 0
    for where, pod in owned.items():
        if where[1] != PODS.resource:
            continue
        read = facts(memory, where, pod)
        matches = holds(read.labels)
        held += matches
        if read.controller != set_uid or not read.active:
            continue
        if matches:
            mine.append(read)
        elif not leaving:
            actions.append(Action(release(PODS, pod, set_uid)))
    strangers = narrowest(world, PODS, namespace(owner), selector)
    for where in sorted(strangers.keys() - owned.keys()) if len(strangers) > held and not leaving else ():
        read = facts(memory, where, strangers[where])
        if not read.controller and read.active and holds(read.labels):
            actions.append(Action(adopt(PODS, read.pod, owner)))
            mine.append(read)
    mine.sort(key=lambda each: each.where)
    return mine, actions


def _create(draft: Draft, owner: Obj, world: World, missing: int) -> None:
    template: dict[str, Any] = spec(owner).get("template") or {}
    shared = pod_metadata(template, namespace(owner), f"{name(owner)}-", [owner_reference(owner)])
    failed = (draft.note("FailedCreate", "Error creating: {error}", "Warning"),)
    for called in fresh_names(owner, f"{name(owner)}-", world, missing):
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": called, **shared},
            "spec": template.get("spec") or {},
        }
        draft.act(Create(pod), (draft.note("SuccessfulCreate", f"Created pod: {called}"),), failed)


def _delete(draft: Draft, owner: Obj, world: World, active: list[PodFacts], excess: int, now: float) -> None:
    for pod in victims(active, _related(owner, world, active), excess, now):
        draft.act(
            Delete(pod.where, uid=uid(pod.pod)),
            (draft.note("SuccessfulDelete", f"Deleted pod: {pod.name}"),),
            (draft.note("FailedDelete", "Error deleting: {error}", "Warning"),),
        )


def _related(owner: Obj, world: World, active: list[PodFacts]) -> list[PodFacts]:
    """Active pods of all ReplicaSets under the same controller, a Deployment's old and new ones."""
    above = controller_of(owner)
    if above is None:
        return active
    memory = known(world)
    return [
        read
        for sibling, each in world.owned_by(above["uid"]).items()
        if sibling.kind == REPLICA_SETS
        for where, pod in world.owned_by(uid(each)).items()
        if where.kind == PODS and (read := facts(memory, where, pod)).active
    ]


def _reasons(draft: Draft, owner: Obj, active: list[PodFacts], now: float) -> None:
    wanted, min_ready = replicas_of(owner), int(spec(owner).get("minReadySeconds") or 0)
    ready = sum(pod.ready for pod in active)
    if is_terminating(owner):
        draft.because("info", "deleting", "Being deleted: pods are neither created nor removed any more.")
        return
    early = [pod.available_at(min_ready) for pod in active if pod.ready and not pod.is_available(min_ready, now)]
    if early:
        left = max(1, round(min(early) - now))
        text = f"{len(early)} of {wanted} Ready for less than {min_ready} s: the next counts in {left} s."
        draft.because("wait", "waits-for-min-ready", text)
        draft.look_again(min(early))
    if ready < wanted:
        draft.because("wait", "filling", f"{ready} of {wanted} ready.")
    elif not early:
        draft.because("ok", "settled", f"{ready} of {wanted} ready.")


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """ReplicaSets that a change of a ReplicaSet or a pod concerns."""
    if change.key.kind == REPLICA_SETS:
        return (change.key,)
    if change.key.kind == PODS:
        return concerned(change, old, REPLICA_SETS, "ReplicaSet", world)
    return ()


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(REPLICA_SETS))


CONTROLLER = Controller("replicaset-controller", keys, every, plan)
