"""ControllerRevisions: one per distinct pod template of a StatefulSet or DaemonSet, numbered, re-used on rollback, cut
to a limit.

Says what to write; knows neither pods' lives nor how a roll proceeds. Rules R-REV-1 to R-REV-5.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from cluster.controllers.claiming import claim
from cluster.controllers.label_selector import candidates
from cluster.controllers.pod_template import revision_hash, template_hash
from cluster.intents import Create, Delete, Patch
from cluster.machinery.objects import (
    CONTROLLER_REVISIONS,
    Key,
    Obj,
    key,
    labels,
    meta,
    name,
    namespace,
    owner_reference,
    spec,
    status,
    uid,
)
from cluster.plan import Action
from cluster.world import World

HASH_LABEL = "controller.kubernetes.io/hash"


class Revision(NamedTuple):
    """One template the owner has or had."""

    name: str
    number: int
    template: Obj
    """With no "$patch" in it: ready to make pods of."""
    hash: str


class History(NamedTuple):
    current: Revision
    """What status.currentRevision names; the update revision where that is unknown."""
    update: Revision
    collisions: int
    kept: list[Obj]
    """Stored revisions by number, oldest first."""
    adoptions: tuple[Action, ...]
    writes: tuple[Action, ...]
    """What makes `update` the newest: a creation, a raised number, or nothing."""


def data_of(template: Obj) -> dict[str, Any]:
    """The strategic merge patch that brings a template back."""
    return {"spec": {"template": {**template, "$patch": "replace"}}}


def own_revisions(owner: Obj, world: World) -> tuple[list[Obj], tuple[Action, ...]]:
    """The owner's revisions by number, and the patches that adopt orphans its selector holds for (R-AD-5)."""
    found = candidates(world, CONTROLLER_REVISIONS, namespace(owner), spec(owner).get("selector"))
    found.sort(key=lambda obj: obj["metadata"].get("creationTimestamp") or "")
    claimed = claim(owner, CONTROLLER_REVISIONS, found, lambda obj: True)
    return sorted(claimed.mine, key=lambda obj: obj.get("revision") or 0), claimed.actions


def history(owner: Obj, world: World, hash_label: str = HASH_LABEL) -> History:
    """Where the owner stands among its templates, and what to write so that the newest is its own (R-REV-2).
    `hash_label` is the label by which its kind marks a revision with its hash."""
    kept, adoptions = own_revisions(owner, world)
    template = spec(owner)["template"]
    wanted = data_of(template)
    collisions = int(status(owner).get("collisionCount") or 0)
    writes: tuple[Action, ...] = ()
    equal = [obj for obj in kept if obj.get("data") == wanted]
    if equal and equal[-1] is kept[-1]:
        update = _read(kept[-1], hash_label)
    elif equal:
        number = (kept[-1].get("revision") or 0) + 1
        update = _read(equal[-1], hash_label)._replace(number=number)
        writes = (Action(Patch(at(equal[-1]), "merge", {"revision": number}, uid=uid(equal[-1]))),)
    else:
        number = ((kept[-1].get("revision") or 0) if kept else 0) + 1
        made, collisions, exists = _new(owner, wanted, number, collisions, world, hash_label)
        update = Revision(name(made), number, template, labels(made).get(hash_label, name(made)))
        writes = () if exists else (Action(Create(made)),)
    named = status(owner).get("currentRevision")
    current = next((_read(obj, hash_label) for obj in kept if name(obj) == named), update)
    return History(current, update, collisions, kept, adoptions, writes)


def _read(obj: Obj, hash_label: str) -> Revision:
    template = {field: value for field, value in obj["data"]["spec"]["template"].items() if field != "$patch"}
    return Revision(name(obj), obj.get("revision") or 0, template, labels(obj).get(hash_label, name(obj)))


def _new(
    owner: Obj, data: dict[str, Any], number: int, collisions: int, world: World, hash_label: str
) -> tuple[Obj, int, bool]:
    """A revision under a free name; a taken name with other contents counts as a collision. A StatefulSet's keeps in
    its label the hash from before the collisions, as there."""
    hashed = _hash(owner, data, collisions, hash_label)
    while True:
        digest = _hash(owner, data, collisions, hash_label)
        called = f"{name(owner)[:223]}-{digest}"
        there = world.get(key(CONTROLLER_REVISIONS, namespace(owner), called))
        if there is None:
            break
        if there.get("data") == data:
            return there, collisions, True
        collisions += 1
    metadata: dict[str, Any] = {
        "name": called,
        "namespace": namespace(owner),
        "labels": {
            **labels({"metadata": spec(owner)["template"].get("metadata") or {}}),
            hash_label: hashed if hash_label == HASH_LABEL else digest,
        },
        "ownerReferences": [owner_reference(owner)],
    }
    if given := meta(owner).get("annotations"):
        metadata["annotations"] = given
    made = {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": metadata,
        "data": data,
        "revision": number,
    }
    return made, collisions, False


def _hash(owner: Obj, data: dict[str, Any], collisions: int, hash_label: str) -> str:
    """A StatefulSet hashes what the revision holds, a DaemonSet its template, as a Deployment does."""
    if hash_label == HASH_LABEL:
        return revision_hash(data, collisions)
    counted = collisions or status(owner).get("collisionCount")
    return template_hash(spec(owner)["template"], counted)


def surplus(found: History, live: Collection[str], limit: int | None) -> list[Action]:
    """Deletions of the oldest revisions nobody uses beyond the limit (R-REV-5); a negative limit is ignored."""
    if limit is None or limit < 0:
        return []
    in_use = {found.current.name, found.update.name, *live}
    unused = [obj for obj in found.kept if name(obj) not in in_use]
    return [Action(Delete(at(obj), uid=uid(obj))) for obj in unused[: max(0, len(unused) - limit)]]


def at(obj: Obj) -> Key:
    return key(CONTROLLER_REVISIONS, namespace(obj), name(obj))
