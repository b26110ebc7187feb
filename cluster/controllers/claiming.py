"""Which objects a workload counts as its own: adopting orphans that match, releasing what matches no more.

One writer at a time works for a cluster, so an owner is never re-read before it adopts (as Kubernetes must):
the uid in every patch is the guard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from cluster.change import Change
from cluster.controllers.label_selector import matcher
from cluster.intents import Patch
from cluster.machinery.objects import (
    GroupResource,
    Key,
    Obj,
    controller_of,
    is_terminating,
    key,
    labels,
    name,
    namespace,
    owner_reference,
    spec,
    uid,
)
from cluster.plan import Action
from cluster.world import World


class Claimed(NamedTuple):
    mine: list[Obj]
    actions: tuple[Action, ...]
    """Patches that adopt or release; the adopted are in `mine` already."""


def claim(owner: Obj, kind: GroupResource, objects: Iterable[Obj], matches: Callable[[Obj], bool]) -> Claimed:
    """Find the owner's own among `objects`. A terminating owner neither adopts nor releases (R-AD-1, R-AD-2)."""
    mine: list[Obj] = []
    actions: list[Action] = []
    owner_uid, leaving = uid(owner), is_terminating(owner)
    for obj in objects:
        controller = controller_of(obj)
        if controller is not None:
            if controller.get("uid") != owner_uid:
                continue
            if matches(obj):
                mine.append(obj)
            elif not leaving:
                actions.append(Action(release(kind, obj, owner_uid)))
        elif not leaving and not is_terminating(obj) and matches(obj):
            actions.append(Action(adopt(kind, obj, owner)))
            mine.append(obj)
    return Claimed(mine, tuple(actions))


def adopt(kind: GroupResource, obj: Obj, owner: Obj) -> Patch:
    """Make `owner` the controller, keeping whoever else owns the object."""
    return _owners(kind, obj, [*(obj["metadata"].get("ownerReferences") or ()), owner_reference(owner)])


def release(kind: GroupResource, obj: Obj, owner_uid: str) -> Patch:
    return _owners(
        kind, obj, [each for each in obj["metadata"].get("ownerReferences") or () if each.get("uid") != owner_uid]
    )


def _owners(kind: GroupResource, obj: Obj, references: list[Obj]) -> Patch:
    # The whole list as a merge patch: the same outcome as Kubernetes' strategic one, and no merge key to agree on.
    body = {"metadata": {"ownerReferences": references or None}}
    return Patch(key(kind, namespace(obj), name(obj)), "merge", body, uid=uid(obj))


def owner_key(obj: Obj, kind: GroupResource, api_kind: str, world: World) -> Key | None:
    """The living owner of that kind that controls the object; a successor of the same name is not it."""
    controller = controller_of(obj)
    if controller is None or controller.get("kind") != api_kind:
        return None
    where = key(kind, namespace(obj), controller["name"])
    owner = world.get(where)
    return where if owner is not None and uid(owner) == controller.get("uid") else None


def selects(owner: Obj, obj: Obj) -> bool:
    """By its own selector."""
    return matcher(spec(owner).get("selector"))(labels(obj))


def concerned(
    change: Change,
    old: Obj | None,
    kind: GroupResource,
    api_kind: str,
    world: World,
    takes: Callable[[Obj, Obj], bool] = selects,
) -> set[Key]:
    """Owners a changed dependent concerns: who controls it or did, and for an orphan everyone who could adopt it.

    `takes(owner, obj)` says whether that owner would."""
    found: set[Key] = set()
    owners = world.bucket(kind, change.key.namespace)
    if not owners:
        return found
    for obj in (change.object, old):
        if obj is not None and (where := owner_key(obj, kind, api_kind, world)) is not None:
            found.add(where)
    if change.type != "DELETED" and controller_of(change.object) is None and labels(change.object):
        found.update(where for where, owner in owners.items() if takes(owner, change.object))
    return found
