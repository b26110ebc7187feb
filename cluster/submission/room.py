"""How many more pods of a workload the quotas of its namespace let in. Pure; what LimitRanges fill in is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cluster.kinds.quota import applies, used_of
from cluster.kinds.usage import usage
from cluster.machinery import quantity
from cluster.machinery.objects import PODS, Obj, name, namespace, spec
from cluster.world import World


def too_tight(workload: Obj, more: int, quotas: Iterable[Obj], world: World) -> str:
    """What the tightest quota says to `more` pods of the workload's template; "" where all find room."""
    template = spec(workload).get("template") or {}
    pod = {
        "metadata": {"namespace": namespace(workload), **(template.get("metadata") or {})},
        "spec": template.get("spec") or {},
    }
    taken = usage(PODS, pod, 0.0)
    found = [
        (_room(taken[resource], limit, used), f"limit of {resource} is {limit}, and {used} is in use", name(quota))
        for quota in quotas
        if applies(quota, PODS, pod)
        for resource, limit, used in _limits(quota, taken, world)
    ]
    room, why, quota = min(found, default=(more, "", ""))
    if room >= more:
        return ""
    return f"ResourceQuota {quota} lets {f'only {room}' if room else 'none'} of them be made: its {why}."


def _limits(quota: Obj, taken: Mapping[str, str], world: World) -> Iterable[tuple[str, str, str]]:
    """(resource, limit, in use) of what such a pod takes of it."""
    hard = spec(quota).get("hard") or {}
    asked = [resource for resource in hard if quantity.parse(taken.get(resource, "0")) > 0]
    used = used_of(quota, world, 0.0, asked) if asked else {}
    return [(resource, str(hard[resource]), used[resource]) for resource in asked]


def _room(each: str, limit: str, used: str) -> int:
    return max(0, int((quantity.parse(limit) - quantity.parse(used)) // quantity.parse(each)))
