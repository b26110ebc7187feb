"""The load on a workload and what it means for its pods. No program runs here, so a person says the load: the
annotation `kubarium.dev/load` on the workload is the CPU that all its pods together use, "1500m".
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from cluster.machinery import quantity
from cluster.machinery.objects import Obj, annotations_of, spec

LOAD = "kubarium.dev/load"
TOLERANCE = Decimal("0.1")
"""A tenth above or below the target is near enough."""


class NoMetric(Exception):
    """The message is what Kubernetes would say of a metric it cannot get."""


class Usage(NamedTuple):
    desired: int
    """The replicas at which the target would be met."""
    average: Decimal
    """CPU cores a pod uses."""
    utilization: int | None
    """Percent of what the pods ask for; None for a target that is an amount."""


def load_of(target: Obj) -> Decimal:
    """CPU cores that the workload's pods use together."""
    text = annotations_of(target).get(LOAD)
    if text is None:
        raise NoMetric("unable to get metrics for resource cpu: no metrics returned from resource metrics API")
    try:
        return max(Decimal(0), quantity.parse(text))
    except quantity.QuantityError as error:
        raise NoMetric(f"unable to get metrics for resource cpu: annotation {LOAD}: {error}") from error


def requests_of(pods: Iterable[Obj]) -> Decimal:
    """CPU cores that the pods ask for."""
    total = Decimal(0)
    for pod in pods:
        for container in spec(pod).get("containers") or ():
            wanted = ((container.get("resources") or {}).get("requests") or {}).get("cpu")
            if wanted is None:
                called = f"container {container.get('name')} of Pod {pod['metadata'].get('name')}"
                raise NoMetric(f"missing request for cpu in {called}")
            total += quantity.parse(wanted)
    return total


def measure(target: Obj, pods: list[Obj], current: int, share: int | None, amount: str | None) -> Usage:
    """How many replicas the load asks for. `pods` are the Ready ones among which it is spread; `share` is the wanted
    percentage of their requests, `amount` the wanted CPU a pod."""
    load = load_of(target)
    if not pods:
        raise NoMetric("unable to get metrics for resource cpu: no metrics returned from resource metrics API")
    average = load / len(pods)
    if share is not None:
        asked = requests_of(pods)
        if not asked:
            raise NoMetric("the pods' requests for cpu are 0")
        used = int(load * 100 / asked)
        ratio, utilization = Decimal(used) / share, used
    else:
        ratio, utilization = average / quantity.parse(amount or "1"), None
    if abs(ratio - 1) <= TOLERANCE:
        return Usage(current, average, utilization)
    desired = (ratio * len(pods)).to_integral_value(ROUND_CEILING)
    # Pods that are not Ready yet will take their share: they are not made once more.
    grown = max(int(desired), current) if ratio > 1 else min(int(desired), current)
    return Usage(grown, average, utilization)
