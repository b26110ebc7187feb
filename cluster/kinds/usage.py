"""What an object takes of a namespace's quota: itself, and what it asks for, by the names a ResourceQuota counts by.

Knows how much one object counts; not how much is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from cluster.machinery import quantity
from cluster.machinery.objects import CLAIMS, PODS, SERVICES, GroupResource, Obj, annotations_of, seconds, spec, status

Usage = dict[str, str]
"""Amounts as Kubernetes writes them, by resource name."""

_NAMED = frozenset(
    {"services", "secrets", "configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas"}
)
"""Kinds of the core group that are counted by their bare name, too."""
_PREFIXED = ("cpu", "memory", "ephemeral-storage")
_PLAIN = frozenset({"pods", "count/pods"})
_ENDED = ("Succeeded", "Failed")


def usage(kind: GroupResource, obj: Obj, now: float, wanted: Set[str] | None = None) -> Usage:
    """All that the object counts for; not more than is `wanted` has to be looked for."""
    counted = {f"count/{kind}": "1"}
    if kind == PODS:
        return counted | _pod(obj, now, amounts=wanted is None or not wanted <= _PLAIN)
    if not kind.group and kind.resource in _NAMED:
        counted[kind.resource] = "1"
    if kind == SERVICES:
        return counted | _service(obj)
    if kind == CLAIMS:
        return counted | _claim(obj)
    return counted


def _pod(pod: Obj, now: float, *, amounts: bool) -> Usage:
    """A pod that has ended, or should have been gone by now, takes nothing but its place in the store."""
    if status(pod).get("phase") in _ENDED:
        return {}
    leaving = pod["metadata"].get("deletionTimestamp")
    grace = pod["metadata"].get("deletionGracePeriodSeconds")
    if leaving and grace is not None and now > seconds(leaving):
        return {}
    found = {"pods": "1"}
    if not amounts:
        return found
    for resource, amount in pod_total(pod, "requests").items():
        if resource in _PREFIXED or resource.startswith("hugepages-"):
            found[resource] = amount
        found[f"requests.{resource}"] = amount
    for resource, amount in pod_total(pod, "limits").items():
        found[f"limits.{resource}"] = amount
    return found


def pod_total(pod: Obj, part: str) -> Usage:
    """The `requests` or `limits` of a whole pod: what runs beside each other is added up; an init container that runs
    before the rest needs no more than what they need later, unless it asks for more."""
    given = spec(pod)
    running = [_asked(each, part) for each in given.get("containers") or ()]
    sidecars: list[Usage] = []
    peaks: list[Usage] = []
    for each in given.get("initContainers") or ():
        asked = _asked(each, part)
        if each.get("restartPolicy") == "Always":
            sidecars.append(asked)
            peaks.append(added(sidecars))
        else:
            peaks.append(added([*sidecars, asked]))
    if len(running) == 1 and not peaks and not given.get("overhead"):
        return running[0]
    whole = added([*running, *sidecars])
    for peak in peaks:
        for resource, amount in peak.items():
            if resource not in whole or quantity.parse(amount) > quantity.parse(whole[resource]):
                whole[resource] = amount
    overhead = given.get("overhead") or {}
    if part == "limits":
        overhead = {resource: amount for resource, amount in overhead.items() if resource in whole}
    return added([whole, overhead])


def _asked(container: Mapping[str, Any], part: str) -> Usage:
    return dict((container.get("resources") or {}).get(part) or {})


def _service(service: Obj) -> Usage:
    given = spec(service)
    ports = len(given.get("ports") or ())
    if given.get("type") == "NodePort":
        return {"services.nodeports": str(ports), "services.loadbalancers": "0"}
    if given.get("type") == "LoadBalancer":
        if given.get("allocateLoadBalancerNodePorts") is False:
            ports = sum(1 for port in given.get("ports") or () if port.get("nodePort"))
        return {"services.nodeports": str(ports), "services.loadbalancers": "1"}
    return {"services.nodeports": "0", "services.loadbalancers": "0"}


def _claim(claim: Obj) -> Usage:
    given = spec(claim)
    of_class = annotations_of(claim).get("volume.beta.kubernetes.io/storage-class") or given.get("storageClassName")
    storage = ((given.get("resources") or {}).get("requests") or {}).get("storage")
    found = {"requests.storage": str(storage)} if storage else {}
    if of_class:
        found[f"{of_class}.storageclass.storage.k8s.io/persistentvolumeclaims"] = "1"
        if storage:
            found[f"{of_class}.storageclass.storage.k8s.io/requests.storage"] = str(storage)
    return found


def added(usages: Iterable[Mapping[str, str]]) -> Usage:
    """The sum of each resource."""
    listed: dict[str, list[str]] = {}
    for each in usages:
        for resource, amount in each.items():
            listed.setdefault(resource, []).append(amount)
    return {resource: _sum(amounts) for resource, amounts in listed.items()}


def _sum(amounts: list[str]) -> str:
    if len(amounts) == 1:
        return amounts[0]
    return str(len(amounts)) if amounts.count("1") == len(amounts) else quantity.total(amounts)


def more(new: Mapping[str, str], old: Mapping[str, str]) -> Usage:
    """What the new usage takes beyond the old one; nothing of what it does not."""
    found = {}
    for resource, amount in new.items():
        was = quantity.parse(old.get(resource, "0"))
        if quantity.parse(amount) > was:
            found[resource] = amount if not was else quantity.total([amount, f"-{old[resource]}"])
    return found
