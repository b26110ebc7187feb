"""Why a Service selects no pod, in words: what would make such pods and does not, who has nearly those labels, or who
has them in another namespace. Pure. Refuses to know what endpoints are.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

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


def text(world: World, service: Obj) -> str:
    """ "Selects nothing: no pod has app=web. web-0 has app=web-stateful." """
    selector = {label: str(value) for label, value in spec(service)["selector"].items()}
    cause = (
        _not_made(world, namespace(service), selector)
        or _nearly(world, namespace(service), selector)
        or _half(world, namespace(service), selector)
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


def _nearly(world: World, space: str, selector: Mapping[str, str]) -> str:
    """A pod whose value of one of the labels is another."""
    near: tuple[int, str, str, str] | None = None
    for label, value in sorted(selector.items()):
        others: dict[str, tuple[int, str]] = {}
        for where, pod in world.bucket(PODS, space).items():
            has = labels(pod).get(label)
            if has is None or has == value:
                continue
            agrees = sum(labels(pod).get(other) == needed for other, needed in selector.items())
            others[has] = min(others.get(has, (-agrees, where.name)), (-agrees, where.name))
        if not others:
            continue
        closest = (get_close_matches(value, sorted(others), 1, 0.0) or sorted(others))[0]
        agrees, example = others[closest]
        candidate = (agrees, label, closest, example)
        near = candidate if near is None else min(near, candidate)
    return f"{near[3]} has {near[1]}={near[2]}." if near else ""


def _half(world: World, space: str, selector: Mapping[str, str]) -> str:
    """A pod that has some of the labels and lacks the others."""
    best: tuple[int, str, Obj] | None = None
    for where, pod in world.bucket(PODS, space).items():
        agrees = sum(labels(pod).get(label) == value for label, value in selector.items())
        if agrees and (best is None or (-agrees, where.name) < best[:2]):
            best = (-agrees, where.name, pod)
    if best is None:
        return ""
    has = {label: value for label, value in selector.items() if labels(best[2]).get(label) == value}
    return f"{best[1]} has {_pairs(has, ' and ')}, but no {' and no '.join(sorted(selector.keys() - has.keys()))}."


def _elsewhere(world: World, space: str, selector: dict[str, str]) -> str:
    """Pods of another namespace, which no Service of this one can select."""
    for other in sorted(name(each) for each in world.bucket(NAMESPACES).values()):
        if other != space and world.selected(PODS, other, selector):
            return f"Pods of namespace {other} have it, and a Service selects in its own alone."
    return ""
