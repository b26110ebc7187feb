"""What becomes of a cluster's objects in another cluster that begins as this one was. Pure.

Names, addresses, times and revisions stay. Every uid is another one, the same wherever it stands: tokens and files
go by uids, and those of one cluster must never open the other. So owners still own, claims are still bound, and a Job's
pods are still its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from cluster.contents import Written
from cluster.contents.layer import KEPT_BYTES
from cluster.kinds.secret import TOKEN_TYPE
from cluster.machinery.differences import LAST_APPLIED
from cluster.machinery.objects import SECRETS, Key, Obj, uid
from cluster.world import World

Rename = Callable[[str], str]


def renamed(fork: UUID, known: Iterable[str]) -> Rename:
    """The new uid of each known one, and any other text as it is."""
    names = {each: str(uuid5(fork, each)) for each in known if each}
    return lambda text: names.get(text, text)


def uids(world: World) -> set[str]:
    """All that objects are called by: their own, and those they name of others that are gone already."""
    objects = [obj for _, obj in world.items()]
    owners = (each for obj in objects for each in obj["metadata"].get("ownerReferences") or ())
    return {uid(obj) for obj in objects} | {str(each.get("uid") or "") for each in owners}


def forked(world: World, rename: Rename, *, with_secrets: bool) -> World:
    """The same world under other uids. Without secrets, of each Secret only the names of its values are left."""
    made = World(world.revision)
    made.cursors = world.cursors.copy()
    for key, obj in world.items():
        made.put(key, _object(key, obj, rename, with_secrets=with_secrets), world.seat(key))
    return made


def layer(key: str, rename: Rename) -> str:
    """The key of a layer of files (see keeping) under its owner's new uid."""
    kind, _, rest = key.partition("/")
    owner, slash, more = rest.partition("/")
    return f"{kind}/{rename(owner)}{slash}{more}"


def files(rows: Iterable[Written], then: float, rename: Rename) -> list[Written]:
    """Files as they were then, under the new owners. Of an earlier version only the first bytes are kept: where those
    are not all of it, the present one comes along."""
    found: list[Written] = []
    for row in rows:
        history = tuple(each for each in row.history if each.since <= then)
        if not history:
            continue
        if history != row.history and len(history[-1].body) >= KEPT_BYTES:
            history = (*history[:-1], row.history[-1]._replace(since=history[-1].since))
        found.append(Written(layer(row.layer, rename), row.path, history))
    return found


def _object(key: Key, obj: Obj, rename: Rename, *, with_secrets: bool) -> Obj:
    made: Obj = _walked(obj, rename)
    if key.kind != SECRETS:
        return made
    data = made.get("data")
    if not with_secrets and isinstance(data, dict):
        made["data"] = dict.fromkeys(data, "")
        notes = made["metadata"].get("annotations") or {}
        made["metadata"] = {
            **made["metadata"],
            "annotations": {name: text for name, text in notes.items() if name != LAST_APPLIED},
        }
    if made.get("type") == TOKEN_TYPE and isinstance(data, dict):
        # It names an account by the uid it had: the controller writes another one.
        made["data"] = {name: value for name, value in made["data"].items() if name != "token"}
    return made


def _walked(value: Any, rename: Rename) -> Any:
    if isinstance(value, str):
        return rename(value)
    if isinstance(value, Mapping):
        return {name: _walked(each, rename) for name, each in value.items()}
    if isinstance(value, list):
        return [_walked(each, rename) for each in value]
    return value
