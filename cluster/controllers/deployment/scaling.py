"""How large each ReplicaSet of a Deployment should be: arithmetic on sizes, nothing is written here.

A result is a list of (ReplicaSet, new size) in the order the changes are made; a set may appear twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from cluster.controllers.deployment.limits import Limits
from cluster.controllers.deployment.replica_sets import DESIRED, MOST, by_age, number, size, told
from cluster.machinery.objects import Obj, meta, name, status

Resize = tuple[Obj, int]


def active(replica_sets: Sequence[Obj]) -> list[Obj]:
    return [each for each in replica_sets if size(each) > 0]


def was_scaled(replica_sets: Sequence[Obj], limits: Limits) -> bool:
    """The Deployment's replicas changed since an active ReplicaSet was last sized."""
    noted = [number(each, DESIRED) for each in active(replica_sets)]
    return any(wanted is not None and wanted != limits.replicas for wanted in noted)


def new_size(new_replicas: int, total: int, limits: Limits, rolling: bool) -> int:
    """How large the new ReplicaSet may be while all of them together hold `total`."""
    if not rolling:
        return limits.replicas
    room = limits.most - total
    if room <= 0:
        return new_replicas
    return new_replicas + min(room, limits.replicas - new_replicas)


def shrink_old(old: Sequence[Obj], new: Obj, limits: Limits) -> list[Resize]:
    """Scale old ReplicaSets down as far as availability allows, pods that are not available first."""
    total = sum(size(each) for each in [*old, new])
    spare = total - limits.least_available - (size(new) - told(new, "availableReplicas"))
    if spare <= 0 or not any(size(each) for each in old):
        return []
    changes: list[Resize] = []
    sizes = {name(each): size(each) for each in old}
    cleaned = 0
    for each in by_age(old):
        unavailable = sizes[name(each)] - told(each, "availableReplicas")
        if sizes[name(each)] == 0 or unavailable <= 0 or cleaned >= spare:
            continue
        gone = min(spare - cleaned, unavailable)
        cleaned += gone
        sizes[name(each)] -= gone
        changes.append((each, sizes[name(each)]))
    removable = sum(told(each, "availableReplicas") for each in [*old, new]) - limits.least_available
    for each in by_age(old):
        gone = min(sizes[name(each)], removable)
        if gone > 0:
            removable -= gone
            sizes[name(each)] -= gone
            changes.append((each, sizes[name(each)]))
    return changes


def follow(deployment: Obj, new: Obj | None, old: Sequence[Obj], limits: Limits, rolling: bool) -> list[Resize]:
    """After `kubectl scale`: the one active ReplicaSet takes it all; of several each takes its share."""
    every = [*old, *([new] if new else [])]
    living = active(every)
    if len(living) <= 1:
        target = living[0] if living else new or (by_age(old)[-1] if old else None)
        if target is None or (size(target) == limits.replicas and number(target, DESIRED) == limits.replicas):
            return []
        return [(target, limits.replicas)]
    if new is not None and _saturated(new, limits):
        return [(each, 0) for each in active(old)]
    return _in_proportion(deployment, living, limits) if rolling else []


def _saturated(new: Obj, limits: Limits) -> bool:
    return (
        size(new) == limits.replicas
        and number(new, DESIRED) == limits.replicas
        and told(new, "availableReplicas") == limits.replicas
    )


def _in_proportion(deployment: Obj, living: list[Obj], limits: Limits) -> list[Resize]:
    """Spread the difference over the active ReplicaSets by their share, the rest to the largest."""
    allowed = limits.most if limits.replicas > 0 else 0
    to_add = allowed - sum(size(each) for each in living)
    age = {name(each): place for place, each in enumerate(by_age(living))}
    # Growing favours the newer, shrinking the older of two equally large ones.
    newer_first = -1 if to_add > 0 else 1
    living = sorted(living, key=lambda each: (-size(each), newer_first * age[name(each)]))
    added = 0
    sizes: list[int] = []
    for each in living:
        share = 0
        if to_add != 0 and to_add != added:
            share = _share(deployment, each, limits)
            share = min(share, to_add - added) if to_add > 0 else max(share, to_add - added)
        sizes.append(size(each) + share)
        added += share
    sizes[0] = max(0, sizes[0] + to_add - added)
    return list(zip(living, sizes, strict=True))


def _share(deployment: Obj, replica_set: Obj, limits: Limits) -> int:
    if limits.replicas == 0:
        return -size(replica_set)
    most = number(replica_set, MOST) or int(status(deployment).get("replicas") or 0) or limits.most
    exact = size(replica_set) * limits.most / most
    return floor(exact + 0.5) - size(replica_set)


def outdated(old: Sequence[Obj], keep: int | None) -> list[Obj]:
    """Old ReplicaSets beyond the history limit, lowest revision first; one that still has pods stays."""
    alive = [each for each in old if not meta(each).get("deletionTimestamp")]
    if keep is None or keep == 2147483647 or len(alive) <= keep:
        return []
    by_revision = sorted(alive, key=lambda each: (number(each) or 0, meta(each).get("creationTimestamp") or ""))
    return [
        each
        for each in by_revision[: len(alive) - keep]
        if size(each) == 0
        and told(each, "replicas") == 0
        and (meta(each).get("generation") or 0) <= told(each, "observedGeneration")
    ]
