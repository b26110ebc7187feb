"""The DaemonSet controller: one pod on every node it may stand on, by the rules of Kubernetes v1.32.

Makes and deletes pods; where they land is the scheduler's affair, which the pods' affinity leaves one choice.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.claiming import concerned
from cluster.controllers.daemonset import reasons
from cluster.controllers.daemonset.keeping import Upkeep, upkeep
from cluster.controllers.daemonset.nodes import tied_to
from cluster.controllers.daemonset.rolling import roll
from cluster.controllers.daemonset.situation import GENERATION_LABEL, Situation, look
from cluster.controllers.daemonset.status import new_status
from cluster.controllers.draft import Draft
from cluster.controllers.fresh_names import fresh_names
from cluster.controllers.pod_facts import REVISION_LABEL
from cluster.controllers.pod_template import pod_metadata
from cluster.controllers.revision_history import at, history
from cluster.intents import Create, Delete, Update
from cluster.machinery.objects import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    NODES,
    PODS,
    Key,
    Obj,
    is_terminating,
    labels,
    name,
    namespace,
    owner_reference,
    spec,
    status,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

COMPONENT = "daemonset-controller"
BURST = 250
"""So many pods are created and deleted in one pass; the rest in the next."""


def plan(world: World, key: Key, now: float, config: ClusterConfig) -> Plan:
    """One pass over the DaemonSet at `key`."""
    owner = world.get(key)
    if owner is None:
        return NOTHING
    draft = Draft(key, owner, COMPONENT)
    selector = spec(owner).get("selector") or {}
    if not any(selector.values()):
        text = "This daemon set is selecting all pods. A non-empty selector is required."
        draft.notes.append(draft.note("SelectingAll", text, "Warning"))
        draft.because("fail", "selects-all", "Does nothing: its selector is empty.")
        return draft.plan()
    if is_terminating(owner):
        # Its revisions may be gone already, so nothing about it can be told any more.
        draft.because("info", "deleting", "Being deleted: pods are neither created nor removed any more.")
        return draft.plan()
    found = history(owner, world, REVISION_LABEL)
    situation, claims = look(owner, world, now, found)
    draft.actions += [*found.adoptions, *found.writes, *claims]
    todo = upkeep(draft, situation)
    if not todo.nodes and not todo.pods and _rolls(owner):
        todo = roll(draft, situation)
    _create(draft, situation, todo, max(1, config.most_pods - world.count(PODS)))
    _delete(draft, todo)
    draft.actions += _outdated(situation)
    told = new_status(situation)
    if told != status(owner):
        draft.act_regardless(Update({**owner, "status": told}, "status"))
    reasons.tell(draft, situation)
    return draft.plan()


def _rolls(owner: Obj) -> bool:
    return bool((spec(owner).get("updateStrategy") or {}).get("type", "RollingUpdate") == "RollingUpdate")


def _create(draft: Draft, situation: Situation, todo: Upkeep, room: int) -> None:
    """`room`: so many pods the cluster still takes; the first it would not is tried, so that its refusal is told."""
    owner, nodes = situation.owner, todo.nodes[: min(BURST, room)]
    template = spec(owner).get("template") or {}
    shared = pod_metadata(template, namespace(owner), f"{name(owner)}-", [owner_reference(owner)])
    marks = {REVISION_LABEL: situation.hash}
    if situation.generation:
        marks[GENERATION_LABEL] = situation.generation
    failed = (draft.note("FailedCreate", "Error creating: {error}", "Warning"),)
    for node, called in zip(nodes, fresh_names(owner, f"{name(owner)}-", situation.world, len(nodes)), strict=True):
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": called, **shared, "labels": {**shared.get("labels", {}), **marks}},
            "spec": {**situation.pod_spec, "affinity": tied_to(situation.pod_spec, node)},
        }
        draft.act(Create(pod), (draft.note("SuccessfulCreate", f"Created pod: {called}"),), failed)


def _delete(draft: Draft, todo: Upkeep) -> None:
    for pod in todo.pods[:BURST]:
        draft.act(
            Delete(pod.where, uid=uid(pod.pod)),
            (draft.note("SuccessfulDelete", f"Deleted pod: {pod.name}"),),
            (draft.note("FailedDelete", "Error deleting: {error}", "Warning"),),
        )


def _outdated(situation: Situation) -> list[Action]:
    """Revisions beyond the limit that no pod has, the oldest first. Those in use count, but stay."""
    old = [each for each in situation.history.kept if name(each) != situation.history.update.name]
    limit = spec(situation.owner).get("revisionHistoryLimit")
    excess = len(old) - (10 if limit is None else int(limit))
    if excess <= 0:
        return []
    living = {pod.revision for pods in situation.pods.values() for pod in pods}
    unused = [each for each in old if labels(each).get(REVISION_LABEL) not in living]
    return [Action(Delete(at(each), uid=uid(each))) for each in unused[:excess]]


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """DaemonSets that a change of a DaemonSet, a pod, a revision or a node concerns."""
    kind = change.key.kind
    if kind == DAEMON_SETS:
        return (change.key,)
    if kind in (PODS, CONTROLLER_REVISIONS):
        return concerned(change, old, DAEMON_SETS, "DaemonSet", world)
    if kind == NODES and (change.type != "MODIFIED" or old is None or _says(old) != _says(change.object)):
        return every(world)
    return ()


def _says(node: Obj) -> tuple[object, object]:
    """What of a node decides whether a pod belongs there."""
    return labels(node), spec(node).get("taints")


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(DAEMON_SETS))


CONTROLLER = Controller(COMPONENT, keys, every, plan)
