"""The StatefulSet controller: stable pods in order, by the rules of Kubernetes v1.32.

One pass (`plan`) reads like the specification; in OrderedReady it does at most one thing and ends, and the change
it made brings it back. Knows no clock, no store and no Service: pods are made whether their Service exists or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.claiming import concerned
from cluster.controllers.draft import Draft
from cluster.controllers.label_selector import matcher
from cluster.controllers.pod_facts import parse
from cluster.controllers.revision_history import history, surplus
from cluster.controllers.statefulset import ordering, reasons, rolling
from cluster.controllers.statefulset.seating import seat_pods
from cluster.controllers.statefulset.situation import Situation, look
from cluster.controllers.statefulset.status import count, new_status
from cluster.controllers.statefulset.storage import templates
from cluster.intents import Update
from cluster.machinery.objects import (
    CLAIMS,
    CONTROLLER_REVISIONS,
    PODS,
    STATEFUL_SETS,
    Key,
    Obj,
    is_terminating,
    key,
    labels,
    name,
    spec,
    status,
)
from cluster.plan import NOTHING, Controller, Plan
from cluster.world import World

COMPONENT = "statefulset-controller"


def plan(world: World, key: Key, now: float, config: ClusterConfig) -> Plan:
    """One pass over the set at `key`."""
    owner = world.get(key)
    if owner is None:
        return NOTHING
    # 1 Claim pods and revisions. 2 Know the current and the newest template. 3 Seat the pods.
    situation = look(owner, world, now, history(owner, world), seat_pods(owner, world), config)
    draft = Draft(key, owner, COMPONENT)
    draft.actions += [*situation.history.adoptions, *situation.seating.actions]
    if not is_terminating(owner):
        # In a foreground deletion the garbage collector has taken the revisions: made anew, it would take them again.
        draft.actions += situation.history.writes
    counts = count(situation.seating.pods(), situation.history, situation.min_ready, now)
    # 4 A set that is being deleted only tells its status. 5 Fill. 6 Empty. 7 Roll: each may end the pass.
    if is_terminating(owner):
        draft.because("info", "deleting", "Being deleted: pods are neither created nor removed any more.")
    elif not (ordering.fill(draft, situation) or ordering.empty(draft, situation)):
        rolling.roll(draft, situation, counts)
    if not draft.reasons:
        reasons.standing(draft, situation)
    _count_down(draft, situation)
    # 8 Status, when it changed. 9 History beyond the limit.
    told = new_status(owner, counts, situation.history)
    if told != status(owner):
        draft.act_regardless(Update({**owner, "status": told}, "status"))
    in_use = {pod.revision for pod in situation.seating.pods()}
    draft.actions += surplus(situation.history, in_use, spec(owner).get("revisionHistoryLimit"))
    return draft.plan()


def _count_down(draft: Draft, situation: Situation) -> None:
    """Available pods are counted by the clock: look again when the next Ready pod becomes one."""
    if situation.min_ready:
        for pod in situation.seating.pods():
            if pod.ready and not pod.is_available(situation.min_ready, situation.now):
                draft.look_again(pod.available_at(situation.min_ready))


def _takes(owner: Obj, obj: Obj) -> bool:
    """Would this set adopt that orphan: a pod of its name, or a revision, its selector holding for either."""
    if obj.get("kind") == "Pod" and parse(name(obj))[0] != name(owner):
        return False
    return matcher(spec(owner).get("selector"))(labels(obj))


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """Sets that a change of a set, a pod, a revision or a claim concerns."""
    kind = change.key.kind
    if kind == STATEFUL_SETS:
        return (change.key,)
    if kind == CLAIMS:
        return _by_claim(change.key, world)
    if kind not in (PODS, CONTROLLER_REVISIONS):
        return ()
    found = concerned(change, old, STATEFUL_SETS, "StatefulSet", world, _takes)
    if kind == PODS:
        # A pod that only bears a seat's name holds the seat up, whoever owns it.
        namesake = key(STATEFUL_SETS, change.key.namespace, parse(change.key.name)[0])
        if namesake in world:
            found.add(namesake)
    return found


def _by_claim(claim: Key, world: World) -> list[Key]:
    """The sets for one of whose pods the claim is: <template>-<set>-<ordinal>."""
    parent, ordinal = parse(claim.name)
    if ordinal < 0:
        return []
    return [
        where
        for where, owner in world.bucket(STATEFUL_SETS, claim.namespace).items()
        if any(parent == f"{name(each)}-{where.name}" for each in templates(owner))
    ]


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(STATEFUL_SETS))


CONTROLLER = Controller("statefulset-controller", keys, every, plan)
