"""The load on a workload and what it means for its pods: what they are measured to use, as `kubectl top` shows it, or
what a person says: the annotation `kubarium.dev/load` on the workload is the CPU that all its pods use, "1500m".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any, NamedTuple

from cluster import faults
from cluster.machinery import quantity
from cluster.machinery.objects import Obj, annotations_of, spec
from cluster.placement import usage

TOLERANCE = Decimal("0.1")
"""A tenth above or below the target is near enough."""


class NoMetric(Exception):
    """The message is what Kubernetes would say of a metric it cannot get."""

    def __init__(self, message: str, resource: str = "cpu") -> None:
        super().__init__(message)
        self.resource = resource


class Usage(NamedTuple):
    resource: str
    desired: int
    """The replicas at which the target would be met."""
    average: Decimal
    """CPU cores, or bytes, a pod uses."""
    utilization: int | None
    """Percent of what the pods ask for; None for a target that is an amount."""


def load_of(target: Obj, pods: list[Obj], resource: str, now: float) -> Decimal:
    """CPU cores, or bytes, that the workload's pods use together."""
    text = annotations_of(target).get(faults.LOAD) if resource == "cpu" else None
    if text is None:
        return _measured(pods, resource, now)
    try:
        return max(Decimal(0), quantity.parse(text))
    except quantity.QuantityError as error:
        raise NoMetric(f"unable to get metrics for resource {resource}: annotation {faults.LOAD}: {error}") from error


def _measured(pods: list[Obj], resource: str, now: float) -> Decimal:
    used = [each for pod in pods for each in usage.of_pod(pod, now).values()]
    if resource == "cpu":
        return Decimal(sum(each.cpu for each in used)) / 1000
    return Decimal(sum(each.memory for each in used))


def requests_of(pods: Iterable[Obj], resource: str) -> Decimal:
    """What the pods ask for of it."""
    total = Decimal(0)
    for pod in pods:
        for container in spec(pod).get("containers") or ():
            wanted = ((container.get("resources") or {}).get("requests") or {}).get(resource)
            if wanted is None:
                called = f"container {container.get('name')} of Pod {pod['metadata'].get('name')}"
                raise NoMetric(f"missing request for {resource} in {called}", resource)
            total += quantity.parse(wanted)
    return total


def measure(target: Obj, pods: list[Obj], current: int, source: Mapping[str, Any], now: float) -> Usage:
    """How many replicas the load asks for. `pods` are the Ready ones among which it is spread; `source` is what the
    autoscaler says of a resource: its name, and a percentage of their requests or an amount a pod."""
    resource, wanted = str(source.get("name")), source.get("target") or {}
    share, amount = wanted.get("averageUtilization"), wanted.get("averageValue")
    if not pods:
        missing = f"unable to get metrics for resource {resource}: no metrics returned from resource metrics API"
        raise NoMetric(missing, resource)
    load = load_of(target, pods, resource, now)
    average = load / len(pods)
    if share is not None:
        asked = requests_of(pods, resource)
        if not asked:
            raise NoMetric(f"the pods' requests for {resource} are 0", resource)
        used = int(load * 100 / asked)
        ratio, utilization = Decimal(used) / share, used
    else:
        ratio, utilization = average / quantity.parse(amount or "1"), None
    if abs(ratio - 1) <= TOLERANCE:
        return Usage(resource, current, average, utilization)
    desired = (ratio * len(pods)).to_integral_value(ROUND_CEILING)
    # Pods that are not Ready yet will take their share: they are not made once more.
    grown = max(int(desired), current) if ratio > 1 else min(int(desired), current)
    return Usage(resource, grown, average, utilization)
