"""What a node has, what of it pods may ask for, and what they ask for: the table "Allocated resources" of `kubectl
describe node`, counted as kubectl counts it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from cluster.kinds.usage import added, pod_total
from cluster.machinery import quantity
from cluster.machinery.objects import Obj, status

RESOURCES = ("cpu", "memory", "ephemeral-storage", "pods")
_ALWAYS = frozenset({"cpu", "memory", "pods"})
_ENDED = ("Succeeded", "Failed")


class Allocation(NamedTuple):
    """Amounts as Kubernetes writes them."""

    resource: str
    capacity: str
    allocatable: str
    requested: str
    percent: int
    """Of what is allocatable; what is over a whole percent is cut off, as kubectl does."""


def of_node(node: Obj, pods: Iterable[Obj]) -> list[Allocation]:
    """`pods`: all on the node; those that have ended ask for nothing any more."""
    there = [pod for pod in pods if status(pod).get("phase") not in _ENDED]
    requested = {**added(pod_total(pod, "requests") for pod in there), "pods": str(len(there))}
    capacity, allocatable = status(node).get("capacity") or {}, status(node).get("allocatable") or {}
    return [
        Allocation(
            resource,
            str(capacity.get(resource, "0")),
            str(allocatable.get(resource, "0")),
            (asked := requested.get(resource, "0")),
            _percent(asked, str(allocatable.get(resource, "0"))),
        )
        for resource in (*RESOURCES, *sorted(requested.keys() - set(RESOURCES)))
        if resource in _ALWAYS or resource in requested
    ]


def _percent(asked: str, allocatable: str) -> int:
    whole = quantity.parse(allocatable)
    return int(quantity.parse(asked) * Decimal(100) / whole) if whole else 0
