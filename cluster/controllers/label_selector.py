"""Does a metav1.LabelSelector hold for a set of labels? What workload controllers ask of pods and of their histories.

Knows no list request's selector text and no Service's plain map.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cluster.machinery.objects import GroupResource, Key, Obj
from cluster.world import World

Labels = Mapping[str, str]


def matcher(selector: Mapping[str, Any] | None) -> Callable[[Labels], bool]:
    """A test for labels; an absent or empty selector holds for nothing here (a workload without one owns no pods)."""
    wanted = list(((selector or {}).get("matchLabels") or {}).items())
    rules = [_rule(expression) for expression in (selector or {}).get("matchExpressions") or ()]
    if not wanted and not rules:
        return lambda labels: False
    if not rules and len(wanted) == 1:
        label, value = wanted[0]
        return lambda labels: labels.get(label) == value

    def holds(labels: Labels) -> bool:
        return all(labels.get(label) == value for label, value in wanted) and all(rule(labels) for rule in rules)

    return holds


def _rule(expression: Mapping[str, Any]) -> Callable[[Labels], bool]:
    label, operator = expression.get("key", ""), expression.get("operator", "")
    values = frozenset(expression.get("values") or ())
    match operator:
        case "In":
            return lambda labels: labels.get(label) in values
        case "NotIn":
            return lambda labels: labels.get(label) not in values
        case "Exists":
            return lambda labels: label in labels
        case "DoesNotExist":
            return lambda labels: label not in labels
    return lambda labels: False


def narrowest(
    world: World, kind: GroupResource, namespace: str, selector: Mapping[str, Any] | None
) -> Mapping[Key, Obj]:
    """The smallest index that holds everything the selector may hold for; more may stand in it. Read only."""
    wanted = ((selector or {}).get("matchLabels") or {}).items()
    buckets = [world.with_label(kind, namespace, label, value) for label, value in wanted]
    return min(buckets, key=len) if buckets else world.bucket(kind, namespace)


def candidates(world: World, kind: GroupResource, namespace: str, selector: Mapping[str, Any] | None) -> list[Obj]:
    """Objects of a kind in a namespace for which the selector holds, by name."""
    holds = matcher(selector)
    return [
        obj
        for _, obj in sorted(narrowest(world, kind, namespace, selector).items(), key=lambda each: each[0])
        if holds(obj["metadata"].get("labels") or {})
    ]
