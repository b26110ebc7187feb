"""Keeps the count of every disruption budget: how many of its pods are healthy, how many have to be, how many may go.

Evicting itself is decided in the commit, against this count.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.draft import Draft
from cluster.intents import Update
from cluster.kinds.poddisruptionbudget import allowing, selects, with_condition
from cluster.machinery.objects import (
    DEPLOYMENTS,
    DISRUPTION_BUDGETS,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    STATEFUL_SETS,
    Key,
    Obj,
    controller_of,
    is_pod_ready,
    is_terminating,
    meta,
    name,
    namespace,
    seconds,
    spec,
    status,
)
from cluster.plan import NOTHING, Controller, Plan
from cluster.world import World

NAME = "disruption-controller"
COMPONENT = "controllermanager"
"""By this name the real one signs its events."""
DELETION_SECONDS = 120.0
"""An evicted pod that is not being deleted after so long counts as staying."""
_SCALED = {
    "ReplicaSet": REPLICA_SETS,
    "ReplicationController": REPLICATION_CONTROLLERS,
    "StatefulSet": STATEFUL_SETS,
    "Deployment": DEPLOYMENTS,
}
_RESOURCES = {"DaemonSet": "daemonsets.apps", "Job": "jobs.batch"}


class NoScale(Exception):
    """A pod's controller has no number of replicas to take a share of."""


def plan(world: World, key: Key, now: float, config: ClusterConfig) -> Plan:
    """One pass over the budget at `key`."""
    budget = world.get(key)
    if budget is None:
        return NOTHING
    draft = Draft(key, budget, COMPONENT)
    pods = [pod for pod in world.list(PODS, key.namespace) if selects(budget, pod)]
    if not pods:
        draft.notes.append(draft.note("NoPods", "No matching pods found"))
    try:
        expected, desired = _expected(draft, budget, pods, world)
    except NoScale as error:
        text = f"Failed to calculate the number of expected pods: {error}"
        draft.notes.append(draft.note("CalculateExpectedPodCountFailed", text, "Warning"))
        draft.because("fail", "no-scale", f"Allows no disruption: {error}.")
        told = {**status(budget), "disruptionsAllowed": 0}
        _store(draft, budget, with_condition(budget, told, "False", "SyncFailed", str(error), now))
        return draft.plan()
    disrupted = _still_going(draft, budget, pods, now)
    healthy = sum(is_pod_ready(pod) and not is_terminating(pod) and name(pod) not in disrupted for pod in pods)
    allowed = max(0, healthy - desired) if expected > 0 else 0
    told = {"observedGeneration": int(meta(budget).get("generation") or 0)}
    if disrupted:
        told["disruptedPods"] = disrupted
    told |= {
        "disruptionsAllowed": allowed,
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "expectedPods": expected,
    }
    if conditions := status(budget).get("conditions"):
        told["conditions"] = conditions
    _store(draft, budget, allowing(budget, told, now))
    _tell(draft, allowed, healthy, desired, bool(pods))
    return draft.plan()


def _store(draft: Draft, budget: Obj, told: dict[str, Any]) -> None:
    if told != status(budget):
        draft.act(Update({**budget, "status": told}, "status"))


def _tell(draft: Draft, allowed: int, healthy: int, desired: int, pods: bool) -> None:
    held = f"{healthy} healthy, {desired} needed"
    if not pods:
        draft.because("info", "selects-nothing", "Selects no pod.")
    elif allowed:
        many = "1 disruption" if allowed == 1 else f"{allowed} disruptions"
        draft.because("ok", "allows", f"Allows {many}: {held}.")
    elif healthy < desired:
        draft.because("wait", "allows-none", f"Allows no disruption: {held}.")
    else:
        draft.because("info", "allows-none", f"Allows no disruption: {held}.")


def _expected(draft: Draft, budget: Obj, pods: list[Obj], world: World) -> tuple[int, int]:
    """(how many pods there should be, how many of them have to be healthy)."""
    most, least = spec(budget).get("maxUnavailable"), spec(budget).get("minAvailable")
    if most is not None:
        expected = _scale(draft, budget, pods, world)
        return expected, max(0, expected - _share(most, expected))
    if isinstance(least, str):
        expected = _scale(draft, budget, pods, world)
        return expected, _share(least, expected)
    return (len(pods), int(least)) if least is not None else (0, 0)


def _share(amount: int | str, whole: int) -> int:
    """A number, or a percentage rounded up."""
    return -(-int(amount[:-1]) * whole // 100) if isinstance(amount, str) else int(amount)


def _scale(draft: Draft, budget: Obj, pods: list[Obj], world: World) -> int:
    """The replicas that the pods' controllers want, each controller once."""
    scales: dict[str, int] = {}
    unmanaged = False
    for pod in pods:
        owner = controller_of(pod)
        if owner is None:
            unmanaged = True
        elif str(owner.get("uid")) not in scales:
            found, wanted = _replicas(owner, pod, world)
            scales[found] = wanted
    if unmanaged:
        draft.notes.append(draft.note("UnmanagedPods", _UNMANAGED.format(_shown(budget)), "Warning"))
        draft.because("info", "unmanaged", "Some of its pods have no controller, so they do not count.")
    return sum(scales.values())


_UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of "
    "the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please "
    'set ".spec.minAvailable" field of the PDB to an integer value.'
)


def _shown(budget: Obj) -> str:
    labels = (spec(budget).get("selector") or {}).get("matchLabels") or {}
    inside = "".join(f"{key}: {value}," for key, value in sorted(labels.items()))
    parts = f"MatchLabels:map[string]string{{{inside}}},MatchExpressions:[]LabelSelectorRequirement{{}},"
    return f"&LabelSelector{{{parts}}}"


def _replicas(owner: Obj, pod: Obj, world: World) -> tuple[str, int]:
    """(uid, replicas) of the controller, of a Deployment's ReplicaSet those of the Deployment."""
    kind = str(owner.get("kind"))
    if kind not in _SCALED:
        raise NoScale(f"{_RESOURCES.get(kind, kind)} does not implement the scale subresource")
    found = world.find(_SCALED[kind], namespace(pod), str(owner.get("name")))
    if found is None:
        return str(owner.get("uid")), 0
    above = controller_of(found)
    if above is not None and above.get("kind") in _SCALED:
        return _replicas(above, pod, world)
    wanted = spec(found).get("replicas")
    return str(owner.get("uid")), 1 if wanted is None else int(wanted)


def _still_going(draft: Draft, budget: Obj, pods: list[Obj], now: float) -> dict[str, str]:
    """Pods that were evicted and are not being deleted yet; after a while that is over."""
    noted: dict[str, str] = status(budget).get("disruptedPods") or {}
    found: dict[str, str] = {}
    for pod in pods:
        if is_terminating(pod) or name(pod) not in noted:
            continue
        until = seconds(noted[name(pod)]) + DELETION_SECONDS
        if until < now:
            text = f"Pod was expected by PDB {namespace(budget)}/{namespace(budget)} to be deleted but it wasn't"
            draft.notes.append(draft.note("NotDeleted", text, "Warning")._replace(regarding=pod))
        else:
            found[name(pod)] = noted[name(pod)]
            draft.look_again(until)
    return found


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """Budgets that a change of a budget or of one of their pods concerns."""
    if change.key.kind == DISRUPTION_BUDGETS:
        return () if change.type == "DELETED" else (change.key,)
    if change.key.kind != PODS:
        return ()
    budgets = world.bucket(DISRUPTION_BUDGETS, change.key.namespace)
    if not budgets:
        return ()
    pods = [obj for obj in (change.object, old) if obj is not None]
    return [where for where, budget in budgets.items() if any(selects(budget, pod) for pod in pods)]


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(DISRUPTION_BUDGETS))


CONTROLLER = Controller(NAME, keys, every, plan)
