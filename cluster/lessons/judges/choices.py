"""Questions with answers to choose from, worked out from the cluster as it is. Once answered right, it stays so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.lessons.judges.finding import Finding, Judge
from cluster.lessons.naming import all_values, values
from cluster.lessons.sight import Sight


def choose(given: Mapping[str, Any], sight: Sight, number: str) -> Finding:
    chosen = sight.chosen.get(number)
    if chosen is not None and chosen.right:
        return Finding(True, f"{chosen.value} is right.")
    offered = offers(given, sight)
    if chosen is not None:
        return Finding(False, f"{chosen.value} is not it.", offered)
    return Finding(False, "", offered)


def offers(given: Mapping[str, Any], sight: Sight) -> tuple[str, ...]:
    """What can be chosen now; the right one is among it once it is there."""
    listed, right = all_values(given["among"], sight.world), values(given["answer"], sight.world)
    return tuple(listed if set(right) <= set(listed) else sorted({*listed, *right}))


def is_right(given: Mapping[str, Any], value: str, sight: Sight) -> bool:
    return value in values(given["answer"], sight.world)


JUDGES: Mapping[str, Judge] = {"choose": choose}
