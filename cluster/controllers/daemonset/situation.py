"""One pass's view of a DaemonSet: its nodes with what is said of each, its pods by node, its templates and limits."""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.controllers.claiming import adopt, release
from cluster.controllers.daemonset.nodes import Verdict, node_of, tolerating, verdict
from cluster.controllers.label_selector import matcher, narrowest
from cluster.controllers.pod_facts import PodFacts, facts, known
from cluster.controllers.revision_history import History
from cluster.kinds.daemonset import TEMPLATE_GENERATION
from cluster.machinery.objects import (
    NODES,
    PODS,
    Obj,
    annotations_of,
    is_terminating,
    meta,
    name,
    namespace,
    spec,
    uid,
)
from cluster.plan import Action
from cluster.world import World

GENERATION_LABEL = "pod-template-generation"


class Situation(NamedTuple):
    owner: Obj
    world: World
    now: float
    history: History
    pod_spec: dict[str, Any]
    """The template's spec with the tolerations every daemon has."""
    verdicts: dict[str, Verdict]
    """By node, in order of their names."""
    pods: dict[str, list[PodFacts]]
    """By node, those that are bound first, then the oldest first."""
    min_ready: int
    surge: int
    unavailable: int

    @property
    def hash(self) -> str:
        return self.history.update.hash

    @property
    def generation(self) -> str:
        return annotations_of(self.owner).get(TEMPLATE_GENERATION, "")

    @property
    def wanted(self) -> list[str]:
        return [node for node, each in self.verdicts.items() if each.run]

    def is_new(self, pod: PodFacts) -> bool:
        """Of the present template, by its hash or by the count of templates."""
        return pod.revision == self.hash or (
            bool(self.generation) and pod.labels.get(GENERATION_LABEL) == self.generation
        )

    def available(self, pod: PodFacts) -> bool:
        return pod.is_available(self.min_ready, self.now)


def look(owner: Obj, world: World, now: float, history: History) -> tuple[Situation, list[Action]]:
    """The situation, and the patches that adopt and release pods."""
    pod_spec: dict[str, Any] = dict((spec(owner).get("template") or {}).get("spec") or {})
    pod_spec["tolerations"] = tolerating(pod_spec)
    verdicts = {name(node): verdict(pod_spec, node) for node in world.list(NODES)}
    mine, actions = _claimed(owner, world)
    pods: dict[str, list[PodFacts]] = {}
    for pod in mine:
        if node := node_of(pod.pod):
            pods.setdefault(node, []).append(pod)
    desired = sum(each.run for each in verdicts.values())
    rolling = (spec(owner).get("updateStrategy") or {}).get("rollingUpdate") or {}
    surge, unavailable = (
        _scaled(rolling.get("maxSurge", 0), desired),
        _scaled(rolling.get("maxUnavailable", 1), desired),
    )
    if not surge and not unavailable:
        unavailable = 1
    min_ready = int(spec(owner).get("minReadySeconds") or 0)
    placed = dict(sorted(pods.items()))
    return Situation(owner, world, now, history, pod_spec, verdicts, placed, min_ready, surge, unavailable), actions


def _scaled(value: Any, desired: int) -> int:
    """A number, or a share of the nodes rounded up."""
    if isinstance(value, str) and value.endswith("%"):
        return -(-int(value[:-1]) * desired // 100)
    return int(value or 0)


def _claimed(owner: Obj, world: World) -> tuple[list[PodFacts], list[Action]]:
    memory, set_uid, selector = known(world), uid(owner), spec(owner).get("selector")
    holds, leaving = matcher(selector), is_terminating(owner)
    owned = {where: pod for where, pod in world.owned_by(set_uid).items() if where.kind == PODS}
    mine: list[PodFacts] = []
    actions: list[Action] = []
    for where, pod in {**narrowest(world, PODS, namespace(owner), selector), **owned}.items():
        read = facts(memory, where, pod)
        if read.controller == set_uid:
            if holds(read.labels):
                mine.append(read)
            elif not leaving:
                actions.append(Action(release(PODS, pod, set_uid)))
        elif not read.controller and not read.terminating and not leaving and holds(read.labels):
            actions.append(Action(adopt(PODS, pod, owner)))
            mine.append(read)
    mine.sort(key=_seniority)
    return mine, actions


def _seniority(pod: PodFacts) -> tuple[bool, str, str]:
    return not spec(pod.pod).get("nodeName"), meta(pod.pod).get("creationTimestamp") or "", pod.name
