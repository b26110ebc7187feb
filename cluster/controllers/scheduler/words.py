"""The words of a pod that fits nowhere: the message of FailedScheduling, as kube-scheduler v1.32 puts it together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from cluster.controllers.scheduler.preemption import Choice
from cluster.controllers.scheduler.round import Placement


def message(found: Placement, choice: Choice) -> str:
    """What stands in the event and in the condition PodScheduled."""
    if not found.nodes:
        return "no nodes available to schedule pods"
    return f"{_available(found.nodes, _causes(found))}{_preemption(found, choice)}"


def cause(found: Placement) -> str:
    """The same for a person, shorter."""
    if not found.nodes:
        return "the cluster has no node"
    return found.trouble or f"none of {found.nodes} nodes will do ({_causes(found)})"


def _causes(found: Placement) -> str:
    if found.trouble:
        return found.trouble
    return _counted(Counter(word for refusal in found.refusals.values() for word in refusal.words))


def _preemption(found: Placement, choice: Choice) -> str:
    if choice.node:
        return ""  # room is being made
    if choice.ineligible:
        return f" preemption: {choice.ineligible}"
    return f" preemption: {_available(found.nodes, _counted(choice.causes))}"


def _available(nodes: int, causes: str) -> str:
    return f"0/{nodes} nodes are available: {causes}."


def _counted(causes: Mapping[str, int]) -> str:
    """Sorted as text, as Go sorts them: 10 comes before 2."""
    return ", ".join(sorted(f"{count} {words}" for words, count in causes.items()))
