"""Whether a namespace has room for what is to be stored: every ResourceQuota that applies must allow it.

Counts what is stored at this very moment of the commit, so that no two writers get the last place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cluster.kinds.kind import Admission, Kind
from cluster.kinds.usage import Usage, added, more, usage
from cluster.machinery import quantity
from cluster.machinery.errors import Forbidden
from cluster.machinery.objects import PODS, RESOURCE_QUOTAS, GroupResource, Key, Obj, name, namespace, spec, uid
from cluster.machinery.podspecs import containers_of
from cluster.world import World

_REQUIRED = frozenset({"cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"})
"""Where one of these is limited, every container must say how much of it it takes."""


def enforce(kind: Kind, new: Obj, old: Obj | None, admission: Admission) -> None:
    """Forbidden when a quota of the namespace has no room for what `new` takes beyond `old`."""
    if not kind.namespaced:
        return
    quotas = admission.world.bucket(RESOURCE_QUOTAS, namespace(new))
    if not quotas:
        return
    resource = kind.group_resource
    taken = usage(resource, new, admission.now)
    if old is not None:
        taken = more(taken, usage(resource, old, admission.now))
    for _, quota in sorted(quotas.items()):
        if quota is not old:
            _check(quota, kind, new, taken, admission, created=old is None)


def _check(quota: Obj, kind: Kind, obj: Obj, taken: Usage, admission: Admission, *, created: bool) -> None:
    hard = spec(quota).get("hard") or {}
    if not applies(quota, kind.group_resource, obj):
        return
    if created and kind.group_resource == PODS and (missing := _unsaid(obj, hard)):
        raise Forbidden(kind.resource, name(obj), f"failed quota: {name(quota)}: must specify {missing}", kind.group)
    asked = {resource: amount for resource, amount in taken.items() if resource in hard and quantity.parse(amount)}
    if not asked:
        return
    used = _used(quota, kind.key(obj), uid(obj) if created else "", asked, admission)
    over = [
        resource
        for resource, amount in sorted(asked.items())
        if quantity.parse(used[resource]) + quantity.parse(amount) > quantity.parse(hard[resource])
    ]
    if over:
        detail = (
            f"exceeded quota: {name(quota)}, requested: {_listed(over, asked)}, used: {_listed(over, used)}, "
            f"limited: {_listed(over, hard)}"
        )
        raise Forbidden(kind.resource, name(obj), detail, kind.group)


class _Counted(NamedTuple):
    """What was in use when an object was let in."""

    revision: int
    used: Usage
    last: Key
    uid: str
    taken: Usage


def _used(quota: Obj, key: Key, made: str, asked: Usage, admission: Admission) -> Usage:
    """What is in use now. A commit that makes many objects, one right after the other, counts them as it goes. `made`:
    the uid of the one that is to be made, "" for a change."""
    world, memo, about = admission.world, admission.memo, ("quota", namespace(quota), name(quota))
    before: _Counted | None = memo.get(about) if memo is not None else None
    if before is not None and before.used.keys() == asked.keys() and _followed(before, world):
        used = added([before.used, before.taken])
    else:
        used = used_of(quota, world, admission.now, asked)
    if memo is not None and made:
        memo[about] = _Counted(world.revision, used, key, made, asked)
    return used


def _followed(before: _Counted, world: World) -> bool:
    """Whether nothing was written since but the very object that was let in: it may have been refused after all, and
    another of its name be there."""
    stored = world.get(before.last)
    return world.revision == before.revision + 1 and stored is not None and uid(stored) == before.uid


def _listed(resources: Iterable[str], amounts: Mapping[str, str]) -> str:
    return ",".join(f"{resource}={quantity.canonical(amounts[resource])}" for resource in resources)


def _unsaid(pod: Obj, hard: Mapping[str, str]) -> str:
    """Which containers do not say what the quota needs to know: "limits.cpu for: a,b; limits.memory for: b"."""
    missing: dict[str, set[str]] = {}
    for container in containers_of(spec(pod)):
        resources = container.get("resources") or {}
        said = {f"limits.{each}" for each in resources.get("limits") or ()}
        for each in resources.get("requests") or ():
            said |= {each, f"requests.{each}"}
        for resource in (_REQUIRED & hard.keys()) - said:
            missing.setdefault(resource, set()).add(container["name"])
    return "; ".join(f"{resource} for: {','.join(sorted(names))}" for resource, names in sorted(missing.items()))


def used_of(quota: Obj, world: World, now: float, resources: Iterable[str]) -> Usage:
    """How much of each of these resources is in use in the quota's namespace, counted anew."""
    wanted = set(resources)
    counted = [
        {each: amount for each, amount in usage(kind, obj, now, wanted).items() if each in wanted}
        for kind in {kind for each in wanted for kind in _counted_in(each)}
        for obj in world.bucket(kind, namespace(quota)).values()
        if applies(quota, kind, obj)
    ]
    found = added(counted)
    return {each: found.get(each, "0") for each in sorted(wanted)}


def _counted_in(resource: str) -> tuple[GroupResource, ...]:
    """The kinds whose objects count for a resource of a quota."""
    if resource.startswith("count/"):
        plural, _, group = resource.removeprefix("count/").partition(".")
        return (GroupResource(group, plural),)
    if resource.startswith("services"):
        return (GroupResource("", "services"),)
    if resource == "requests.storage" or ".storageclass.storage.k8s.io/" in resource:
        return (GroupResource("", "persistentvolumeclaims"),)
    if resource in ("secrets", "configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas"):
        return (GroupResource("", resource),)
    return (PODS,)


# -- scopes --------------------------------------------------------------------------------------------------


def applies(quota: Obj, kind: GroupResource, obj: Obj) -> bool:
    """Whether the object lies within the quota's scopes. A quota with scopes counts pods only."""
    given = spec(quota)
    selected = [{"scopeName": scope, "operator": "Exists"} for scope in given.get("scopes") or ()]
    selected += (given.get("scopeSelector") or {}).get("matchExpressions") or []
    return not selected or (kind == PODS and all(_in_scope(each, obj) for each in selected))


def _in_scope(selected: Mapping[str, Any], pod: Obj) -> bool:
    scope = selected["scopeName"]
    if scope == "PriorityClass":
        return _of_class(selected, str(spec(pod).get("priorityClassName") or ""))
    deadline = spec(pod).get("activeDeadlineSeconds") is not None
    asks = any(
        (container.get("resources") or {}).get(part)
        for container in containers_of(spec(pod))
        for part in ("requests", "limits")
    )
    inside = {
        "Terminating": deadline,
        "NotTerminating": not deadline,
        "BestEffort": not asks,
        "NotBestEffort": asks,
        "CrossNamespacePodAffinity": _reaches_out(pod),
    }.get(scope, False)
    return inside if selected.get("operator", "Exists") in ("Exists", "In") else not inside


def _of_class(selected: Mapping[str, Any], called: str) -> bool:
    values = selected.get("values") or ()
    match selected.get("operator", "Exists"):
        case "In":
            return called in values
        case "NotIn":
            return called not in values
        case "DoesNotExist":
            return not called
    return bool(called)


def _reaches_out(pod: Obj) -> bool:
    """An affinity to pods of other namespaces."""
    affinity = spec(pod).get("affinity") or {}
    terms: list[dict[str, Any]] = []
    for which in ("podAffinity", "podAntiAffinity"):
        found = affinity.get(which) or {}
        terms += found.get("requiredDuringSchedulingIgnoredDuringExecution") or []
        preferred = found.get("preferredDuringSchedulingIgnoredDuringExecution") or []
        terms += [each.get("podAffinityTerm") or {} for each in preferred]
    return any(each.get("namespaces") or each.get("namespaceSelector") is not None for each in terms)
