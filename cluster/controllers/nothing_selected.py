"""Why a Service selects no pod, in words: what would make such pods and does not, who has nearly those labels, or who
has them in another namespace. Pure. Refuses to know what endpoints are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import partial

from cluster.machinery.objects import (
    DAEMON_SETS,
    DEPLOYMENTS,
    NAMESPACES,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    Obj,
    controller_of,
    labels,
    name,
    namespace,
    spec,
)
from cluster.world import World

_MAKERS = {
    DEPLOYMENTS: "Deployment",
    STATEFUL_SETS: "StatefulSet",
    DAEMON_SETS: "DaemonSet",
    REPLICA_SETS: "ReplicaSet",
}
_CLOSE = 0.6
"""From here on two values are one misspelt, or one the longer name of the other."""
_Rank = tuple[int, str]
"""(minus how many of the labels agree, the pod's name): the smaller, the nearer."""


def text(world: World, service: Obj) -> str:
    """ "Selects nothing: no pod has app=web. web-0 has app=web-stateful." """
    selector = {label: str(value) for label, value in spec(service)["selector"].items()}
    cause = (
        _not_made(world, namespace(service), selector)
        or _alike(world, namespace(service), selector)
        or _elsewhere(world, namespace(service), selector)
    )
    return f"Selects nothing: no pod has {_pairs(selector, ' and ')}.{' ' if cause else ''}{cause}"


def _pairs(selector: Mapping[str, str], between: str) -> str:
    return between.join(f"{label}={value}" for label, value in sorted(selector.items()))


def _not_made(world: World, space: str, selector: Mapping[str, str]) -> str:
    """A workload whose pods would have these labels, and has none."""
    for kind, word in _MAKERS.items():
        for where, maker in sorted(world.bucket(kind, space).items()):
            made = ((spec(maker).get("template") or {}).get("metadata") or {}).get("labels") or {}
            if not selector.items() <= made.items() or controller_of(maker):
                continue
            called = f"{word} {where.name} would make them"
            if spec(maker).get("replicas") == 0:
                return f"{called}, and is scaled to 0."
            return f"{called}, and is paused." if spec(maker).get("paused") else f"{called}, and has none yet."
    return ""


def _alike(world: World, space: str, selector: Mapping[str, str]) -> str:
    """A pod whose value of one of the labels is another; else one that has some of them and lacks the others."""
    others: dict[str, dict[str, _Rank]] = {label: {} for label in sorted(selector)}
    half: tuple[_Rank, Obj] | None = None
    for where, pod in world.bucket(PODS, space).items():
        known = labels(pod)
        if known.keys().isdisjoint(selector):
            continue
        agrees = sum(known.get(label) == value for label, value in selector.items())
        rank = (-agrees, where.name)
        for label, value in selector.items():
            if (has := known.get(label)) is not None and has != value:
                others[label][has] = min(others[label].get(has, rank), rank)
        if agrees and (half is None or rank < half[0]):
            half = rank, pod
    if (near := min(_nearest(selector, others), default=None)) is not None:
        _, label, value, example = near
        return f"{example} has {label}={value}."
    return _half(half[1], selector) if half is not None else ""


def _nearest(
    selector: Mapping[str, str], others: Mapping[str, Mapping[str, _Rank]]
) -> Iterator[tuple[int, str, str, str]]:
    """(rank, label, the other value that reads most like the one asked for, a pod that has it), label by label."""
    for label, found in others.items():
        if found:
            closest = max(sorted(found), key=partial(_likeness, selector[label]))
            agrees, example = found[closest]
            yield agrees, label, closest, example


def _likeness(asked: str, value: str) -> float:
    """How much of the two is the same, 0 to 1. A longer name that has the whole of the one asked for in it is close,
    however long: "web-stateful" is nearer to "web" than "e" is."""
    alike = SequenceMatcher(a=value, b=asked, autojunk=False).ratio()
    return max(alike, _CLOSE) if asked and asked in value else alike


def _half(pod: Obj, selector: Mapping[str, str]) -> str:
    has = {label: value for label, value in selector.items() if labels(pod).get(label) == value}
    return f"{name(pod)} has {_pairs(has, ' and ')}, but no {' and no '.join(sorted(selector.keys() - has.keys()))}."


def _elsewhere(world: World, space: str, selector: dict[str, str]) -> str:
    """Pods of another namespace, which no Service of this one can select."""
    for other in sorted(name(each) for each in world.bucket(NAMESPACES).values()):
        if other != space and world.selected(PODS, other, selector):
            return f"Pods of namespace {other} have it, and a Service selects in its own alone."
    return ""
