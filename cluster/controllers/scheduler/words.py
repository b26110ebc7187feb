"""The words of a pod that fits nowhere: the message of FailedScheduling, as kube-scheduler v1.32 puts it together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cluster.controllers.scheduler.round import Placement
from cluster.machinery.objects import Obj, spec

_HOPELESS = "Preemption is not helpful for scheduling"
_NO_VICTIMS = "No preemption victims found for incoming pod"


def message(pod: Obj, found: Placement) -> str:
    """What stands in the event and in the condition PodScheduled."""
    if not found.nodes:
        return "no nodes available to schedule pods"
    return f"{_available(found.nodes, _causes(found))} {_preemption(pod, found)}"


def cause(found: Placement) -> str:
    """The same for a person, shorter."""
    if not found.nodes:
        return "the cluster has no node"
    return found.trouble or f"none of {found.nodes} nodes will do ({_causes(found)})"


def _causes(found: Placement) -> str:
    if found.trouble:
        return found.trouble
    return _counted(word for refusal in found.refusals.values() for word in refusal.words)


def _preemption(pod: Obj, found: Placement) -> str:
    if spec(pod).get("preemptionPolicy") == "Never":
        return "preemption: not eligible due to preemptionPolicy=Never."
    helped = sum(not refusal.for_good for refusal in found.refusals.values())
    causes = [_NO_VICTIMS] * helped + [_HOPELESS] * (found.nodes - helped)
    return f"preemption: {_available(found.nodes, _counted(causes))}"


def _available(nodes: int, causes: str) -> str:
    return f"0/{nodes} nodes are available: {causes}."


def _counted(causes: Iterable[str]) -> str:
    """Sorted as text, as Go sorts them: 10 comes before 2."""
    return ", ".join(sorted(f"{count} {words}" for words, count in Counter(causes).items()))
