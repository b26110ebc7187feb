"""What a pod takes of a node while it is there: amounts of resources, and ports of the node itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

from cluster.machinery.objects import Obj, spec
from cluster.machinery.quantity import QuantityError, parse

_CPU_ASSUMED = 100
_MEMORY_ASSUMED = 200 * 1024 * 1024
"""What scoring takes a container to use that says nothing."""

Amounts = dict[str, int]
"""cpu in thousandths, all else in whole units, rounded up."""


class HostPort(NamedTuple):
    protocol: str
    address: str
    number: int

    def clashes(self, other: HostPort) -> bool:
        """No two can have one port at one address; 0.0.0.0 is every address."""
        if (self.protocol, self.number) != (other.protocol, other.number):
            return False
        return self.address == other.address or "0.0.0.0" in (self.address, other.address)


class Demand(NamedTuple):
    amounts: Amounts
    ports: tuple[HostPort, ...]
    cpu: int
    memory: int
    """cpu and memory as scoring counts them: something for containers that ask for nothing, too."""


def demand(pod: Obj) -> Demand:
    """By the rules for init containers: they run one by one before the rest, sidecars among them beside all else."""
    given = spec(pod)
    containers, inits = given.get("containers") or (), given.get("initContainers") or ()
    amounts = _total(containers, inits, given.get("overhead") or {}, _asked)
    scored = amounts
    if any(not {"cpu", "memory"} <= _requests(each).keys() for each in (*containers, *inits)):
        scored = _total(containers, inits, given.get("overhead") or {}, _assumed)
    ports = _ports(containers, inits)
    return _shared(tuple(amounts.items()), ports, scored.get("cpu", 0), scored.get("memory", 0))


@lru_cache(maxsize=4096)
def _shared(amounts: tuple[tuple[str, int], ...], ports: tuple[HostPort, ...], cpu: int, memory: int) -> Demand:
    """One for all pods of a kind, of which there may be thousands."""
    return Demand(dict(amounts), ports, cpu, memory)


@lru_cache(maxsize=4096)
def amount(resource: str, text: str | int | float) -> int:
    """A quantity as a whole number; what is none counts as nothing."""
    try:
        value = parse(text)
    except QuantityError:
        return 0
    return ceil(value * 1000) if resource == "cpu" else ceil(value)


def amounts_of(listed: Mapping[str, Any]) -> Amounts:
    """A resource list as whole numbers."""
    return {resource: amount(resource, text) for resource, text in listed.items()}


def _requests(container: Obj) -> dict[str, Any]:
    return (container.get("resources") or {}).get("requests") or {}


def _asked(container: Obj) -> Amounts:
    requests = _requests(container)
    return amounts_of(requests) if requests else {}


def _assumed(container: Obj) -> Amounts:
    return {"cpu": _CPU_ASSUMED, "memory": _MEMORY_ASSUMED, **_asked(container)}


def _total(containers: Iterable[Obj], inits: Iterable[Obj], overhead: Mapping[str, Any], of: Any) -> Amounts:
    total: Amounts = {}
    for each in containers:
        _add(total, of(each))
    sidecars: Amounts = {}
    peak: Amounts = {}
    for each in inits:
        alone = of(each)
        if each.get("restartPolicy") == "Always":
            _add(sidecars, alone)
            _add(total, alone)
            alone = sidecars
        else:
            alone = {**sidecars, **{key: value + sidecars.get(key, 0) for key, value in alone.items()}}
        for resource, value in alone.items():
            peak[resource] = max(peak.get(resource, 0), value)
    for resource, value in peak.items():
        total[resource] = max(total.get(resource, 0), value)
    _add(total, amounts_of(overhead))
    return total


def _add(total: Amounts, more: Amounts) -> None:
    for resource, value in more.items():
        total[resource] = total.get(resource, 0) + value


def _ports(containers: Iterable[Obj], inits: Iterable[Obj]) -> tuple[HostPort, ...]:
    """Host ports of what runs for good: containers proper and sidecars."""
    lasting = (*containers, *(each for each in inits if each.get("restartPolicy") == "Always"))
    return tuple(
        HostPort(str(port.get("protocol") or "TCP"), str(port.get("hostIP") or "0.0.0.0"), int(port["hostPort"]))
        for each in lasting
        for port in each.get("ports") or ()
        if port.get("hostPort")
    )
