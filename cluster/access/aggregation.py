"""A ClusterRole that is made of others: all that bear one of the labels it selects by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.machinery import selectors
from cluster.machinery.objects import Obj, labels, name


def selected(role: Obj, others: Iterable[Obj]) -> list[Obj]:
    """The roles that `role` is made of, by name; not itself, and none where a selector cannot be read."""
    found: dict[str, Obj] = {}
    given = [each for each in others if name(each) != name(role)]
    for selector in (role.get("aggregationRule") or {}).get("clusterRoleSelectors") or ():
        try:
            wanted = selectors.from_label_selector(selector)
        except selectors.SelectorError:
            return []
        found |= {name(each): each for each in given if wanted.matches(labels(each))}
    return [found[each] for each in sorted(found)]


def aggregated(role: Obj, others: Iterable[Obj]) -> list[dict[str, Any]] | None:
    """The rules that follow, each once; None when there are none."""
    rules: list[dict[str, Any]] = []
    for each in selected(role, others):
        rules += [rule for rule in each.get("rules") or () if rule not in rules]
    return rules or None
