"""A changed template reaches the nodes: old pods deleted within maxUnavailable, or new ones set beside them within
maxSurge."""

from __future__ import annotations

from typing import NamedTuple

from cluster.controllers.daemonset.keeping import Upkeep
from cluster.controllers.daemonset.situation import Situation
from cluster.controllers.draft import Draft
from cluster.controllers.pod_facts import PodFacts


class OnNode(NamedTuple):
    new: PodFacts | None
    old: PodFacts | None
    several: bool
    """More than one of a sort, which upkeep has to clear first."""


def roll(draft: Draft, situation: Situation) -> Upkeep:
    """The nodes that get a new pod and the old pods that go."""
    nodes = {node: _on_node(situation, pods) for node, pods in situation.pods.items() if node in situation.verdicts}
    found = _beside(situation, nodes) if situation.surge else _in_place(situation, nodes)
    old = [each.old for each in nodes.values() if each.old is not None]
    left = len([pod for pod in old if pod not in found.pods])
    if left and situation.surge:
        text = f"{_many(left)} for now: at most {situation.surge} new {_pods(situation.surge)} stand beside old ones."
        draft.because("wait", "update-waits", text)
    elif left:
        most = situation.unavailable
        text = f"{_many(left)} for now: at most {most} {'node' if most == 1 else 'nodes'} may lack an available pod."
        draft.because("wait", "update-waits", text)
    return found


def _many(pods: int) -> str:
    return "1 old pod stays" if pods == 1 else f"{pods} old pods stay"


def _pods(number: int) -> str:
    return "pod may" if number == 1 else "pods may"


def _on_node(situation: Situation, pods: list[PodFacts]) -> OnNode:
    staying = [pod for pod in pods if not pod.terminating]
    new = [pod for pod in staying if situation.is_new(pod)]
    old = [pod for pod in staying if not situation.is_new(pod)]
    if len(new) > 1 or len(old) > 1:
        return OnNode(None, None, True)
    return OnNode(new[0] if new else None, old[0] if old else None, False)


def _in_place(situation: Situation, nodes: dict[str, OnNode]) -> Upkeep:
    """Old pods that are not available go at once; of the others as many as may be missing."""
    missing = 0
    broken: list[PodFacts] = []
    candidates: list[PodFacts] = []
    for each in nodes.values():
        if each.several or (each.new is None) == (each.old is None):
            missing += 1
        elif each.new is not None:
            missing += not situation.available(each.new)
        elif each.old is not None:
            (candidates if situation.available(each.old) else broken).append(each.old)
    return Upkeep([], [*broken, *candidates[: max(0, situation.unavailable - missing)]])


def _beside(situation: Situation, nodes: dict[str, OnNode]) -> Upkeep:
    """New pods come up beside old ones; an old one goes when its successor is available."""
    found = Upkeep([], [])
    candidates: list[str] = []
    misplaced: list[PodFacts] = []
    surging = available = 0
    for node, each in nodes.items():
        if each.several:
            surging += 1
            continue
        present = each.old or each.new
        available += present is not None and situation.available(present)
        if each.old is None:
            continue
        up = situation.available(each.old)
        if each.new is not None:
            if situation.available(each.new):
                found.pods.append(each.old)
            else:
                surging += 1
        elif not situation.verdicts[node].run:
            (misplaced if up else found.pods).append(each.old)
        else:
            (candidates if up else found.nodes).append(node)
    # Where it should not run any more, an old pod stays until enough are available elsewhere.
    found.pods.extend(misplaced[: max(0, available - len(situation.wanted))])
    found.nodes.extend(candidates[: max(0, situation.surge - surging)])
    return found
