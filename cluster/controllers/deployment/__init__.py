"""The Deployment controller: one ReplicaSet per template, rolled from old to new, by the rules of Kubernetes v1.32.

It only ever writes ReplicaSets and its own status; pods are the ReplicaSets' affair.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.claiming import claim, concerned, owner_key
from cluster.controllers.deployment import reasons, scaling
from cluster.controllers.deployment.limits import is_rolling
from cluster.controllers.deployment.passing import Pass
from cluster.controllers.deployment.replica_sets import size, told
from cluster.controllers.deployment.status import (
    calculate,
    deadline,
    is_complete,
    times_out_at,
    with_failure,
    with_progress,
)
from cluster.controllers.draft import Draft
from cluster.controllers.label_selector import matcher
from cluster.intents import Update
from cluster.machinery.objects import (
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    Key,
    Obj,
    condition,
    is_terminating,
    labels,
    meta,
    spec,
    status,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

COMPONENT = "deployment-controller"


def plan(world: World, key: Key, now: float, config: ClusterConfig) -> Plan:
    """One pass over the Deployment at `key`."""
    deployment = world.get(key)
    if deployment is None:
        return NOTHING
    draft = Draft(key, deployment, COMPONENT)
    selector = spec(deployment).get("selector") or {}
    if not any(selector.values()):
        return _selects_all(draft, deployment)
    replica_sets, claims = _replica_sets(deployment, world)
    draft.actions += claims
    current = Pass(draft, deployment, replica_sets, world, now)
    if is_terminating(deployment):
        current.store(calculate(deployment, current.every, current.new, current.limits, now))
        draft.because("info", "deleting", "Being deleted: it rolls and scales no more.")
        return draft.plan()
    _note_pause(current)
    if current.sync_revision():
        if spec(deployment).get("paused") or scaling.was_scaled(current.every, current.limits):
            _scale(current)
        elif is_rolling(deployment):
            _roll(current)
        else:
            _recreate(current)
    reasons.tell(current, 0 if is_rolling(deployment) else _old_pods(current))
    return draft.plan()


def _selects_all(draft: Draft, deployment: Obj) -> Plan:
    text = "This deployment is selecting all pods. A non-empty selector is required."
    draft.notes.append(draft.note("SelectingAll", text, "Warning"))
    draft.because("fail", "selects-all", "Does nothing: its selector is empty.")
    generation = meta(deployment).get("generation") or 0
    if (status(deployment).get("observedGeneration") or 0) < generation:
        told_status = {**status(deployment), "observedGeneration": generation}
        draft.act(Update({**deployment, "status": told_status}, "status"))
    return draft.plan()


def _replica_sets(deployment: Obj, world: World) -> tuple[list[Obj], list[Action]]:
    """The Deployment's ReplicaSets with orphans it adopts, by name."""
    holds = matcher(spec(deployment).get("selector"))
    found = world.list(REPLICA_SETS, meta(deployment)["namespace"])
    claimed = claim(deployment, REPLICA_SETS, found, lambda each: holds(labels(each)))
    return claimed.mine, list(claimed.actions)


def _note_pause(current: Pass) -> None:
    """Progressing turns Unknown when a Deployment is paused and again when it is resumed; the clock starts anew."""
    progress = condition(current.deployment, "Progressing")
    if deadline(current.deployment) is None or (progress and progress["reason"] == "ProgressDeadlineExceeded"):
        return
    paused, noted = (
        bool(spec(current.deployment).get("paused")),
        bool(progress and progress["reason"] == "DeploymentPaused"),
    )
    if paused and not noted:
        current.store(current.with_progress("Unknown", "DeploymentPaused", "Deployment is paused"))
    elif noted and not paused:
        current.store(current.with_progress("Unknown", "DeploymentResumed", "Deployment is resumed"))


def _scale(current: Pass) -> None:
    """Paused or just scaled: follow the replicas, roll nothing."""
    rolling = is_rolling(current.deployment)
    current.resize_all(scaling.follow(current.deployment, current.new, current.old, current.limits, rolling))
    if spec(current.deployment).get("paused"):
        _cut_history(current)
    given = calculate(current.deployment, current.every, current.new, current.limits, current.now)
    current.store(given)


def _roll(current: Pass) -> None:
    """Up as far as the surge allows, else down as far as availability allows."""
    limits, new = current.limits, current.new
    total = sum(size(each) for each in current.every)
    if new is None:
        current.create_new(scaling.new_size(0, total, limits, rolling=True))
        return
    if size(new) > limits.replicas:
        wanted = limits.replicas
    else:
        wanted = scaling.new_size(size(new), total, limits, rolling=True)
    if wanted != size(new):
        current.resize(new, wanted, size(new))
    elif smaller := scaling.shrink_old(current.old, new, limits):
        current.resize_all(smaller)
    else:
        _cut_finished_history(current)
    _tell_progress(current)


def _recreate(current: Pass) -> None:
    """All old pods gone before the first new one."""
    if old := scaling.active(current.old):
        current.resize_all([(each, 0) for each in old])
    elif not _old_pods(current):
        if current.new is None:
            current.create_new(current.limits.replicas)
            return
        if size(current.new) != current.limits.replicas:
            current.resize(current.new, current.limits.replicas, size(current.new))
        _cut_finished_history(current)
    _tell_progress(current)


def _tell_progress(current: Pass) -> None:
    given = calculate(current.deployment, current.every, current.new, current.limits, current.now)
    given = with_progress(current.deployment, given, current.new, current.limits, current.now)
    given = with_failure(given, current.every, current.new)
    current.store(given)
    if (moment := times_out_at(current.deployment, given, current.limits)) is not None:
        current.draft.look_again(moment)


def _old_pods(current: Pass) -> int:
    """Pods of old ReplicaSets that have not finished, leaving ones included."""
    counted = sum(told(each, "replicas") for each in current.old)
    there = sum(
        1
        for each in current.old
        for where, pod in current.world.owned_by(uid(each)).items()
        if where.kind == PODS and status(pod).get("phase") not in ("Failed", "Succeeded")
    )
    return max(counted, there)


def _cut_finished_history(current: Pass) -> None:
    if is_complete(current.deployment, status(current.deployment), current.limits):
        _cut_history(current)


def _cut_history(current: Pass) -> None:
    for each in scaling.outdated(current.old, spec(current.deployment).get("revisionHistoryLimit")):
        current.remove(each)


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """Deployments that a change of a Deployment, of a ReplicaSet, or a pod's end concerns."""
    kind = change.key.kind
    if kind == DEPLOYMENTS:
        return (change.key,)
    if kind == REPLICA_SETS:
        return concerned(change, old, DEPLOYMENTS, "Deployment", world)
    if kind == PODS and change.type == "DELETED":
        # Recreate waits for old pods to be gone, which no ReplicaSet's status tells.
        above = owner_key(change.object, REPLICA_SETS, "ReplicaSet", world)
        owner = owner_key(world.get(above) or {}, DEPLOYMENTS, "Deployment", world) if above else None
        if owner is not None and not is_rolling(world.get(owner) or {}):
            return (owner,)
    return ()


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(DEPLOYMENTS))


CONTROLLER = Controller("deployment-controller", keys, every, plan)
