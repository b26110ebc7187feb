"""Which pods of a ReplicaSet go first when it shrinks (R-DEP-4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cmp_to_key
from math import log2

from cluster.controllers.pod_facts import PodFacts
from cluster.machinery.objects import Obj, meta, seconds, spec, status

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def victims(pods: list[PodFacts], related: Iterable[PodFacts], excess: int, now: float) -> list[PodFacts]:
    """The `excess` pods to delete, first to go first. `related` are the active pods of all ReplicaSets of the same
    owner: where many of them share a node, one there goes before one that stands alone."""
    if excess >= len(pods):
        return list(pods)
    crowd = Counter(node for node in (spec(each.pod).get("nodeName") for each in related) if node)

    def compare(one: PodFacts, other: PodFacts) -> int:
        return _compare(one, other, crowd, now)

    return sorted(pods, key=cmp_to_key(compare))[:excess]


def _compare(one: PodFacts, other: PodFacts, crowd: Counter[str], now: float) -> int:
    """Below 0: `one` goes first."""
    node, other_node = spec(one.pod).get("nodeName") or "", spec(other.pod).get("nodeName") or ""
    rough = [
        (bool(node), bool(other_node)),
        (_PHASES.get(one.phase, 0), _PHASES.get(other.phase, 0)),
        (one.ready, other.ready),
        (_cost(one.pod), _cost(other.pod)),
        (-crowd[node], -crowd[other_node]),
    ]
    for mine, theirs in rough:
        if mine != theirs:
            return -1 if mine < theirs else 1
    if one.ready and other.ready and one.ready_since != other.ready_since:
        return _longer(one.ready_since, other.ready_since, now) or _by_uid(one, other)
    restarts, other_restarts = _restarts(one.pod), _restarts(other.pod)
    if restarts != other_restarts:
        return -1 if restarts > other_restarts else 1
    born, other_born = _born(one.pod), _born(other.pod)
    if born != other_born:
        return _longer(born, other_born, now) or _by_uid(one, other)
    return 0


def _longer(since: float, other: float, now: float) -> int:
    """Times compared by powers of two of their length, so that pods of about the same age go by chance, not by age."""

    def rank(moment: float) -> int:
        return int(log2((now - moment) * 1e9)) if now > moment else -1

    return rank(since) - rank(other)


def _by_uid(one: PodFacts, other: PodFacts) -> int:
    return -1 if one.pod["metadata"]["uid"] < other.pod["metadata"]["uid"] else 1


def _cost(pod: Obj) -> int:
    try:
        return int((meta(pod).get("annotations") or {}).get(DELETION_COST) or 0)
    except ValueError:
        return 0


def _restarts(pod: Obj) -> int:
    return max((int(each.get("restartCount") or 0) for each in status(pod).get("containerStatuses") or ()), default=0)


def _born(pod: Obj) -> float:
    return seconds(pod["metadata"].get("creationTimestamp"))
