"""Server-side apply of one object: the object it makes and the owners it leaves, or why not.

Pure: what is admitted and stored afterwards is decided where every other write is.
"""

from __future__ import annotations

from typing import NamedTuple

import orjson

from cluster.intents import ServerApply
from cluster.kinds import conversion, ownership
from cluster.kinds.attribution import LAST_APPLIED
from cluster.kinds.kind import Kind
from cluster.machinery.errors import ApiError, BadRequest, Conflict, NotFound
from cluster.machinery.objects import Obj, annotations_of, copy, name, namespace, timestamp
from cluster.machinery.ownership import managers
from cluster.machinery.ownership.blanks import blank
from cluster.machinery.ownership.checking import faults, together
from cluster.machinery.ownership.conflicts import ApplyConflict
from cluster.machinery.ownership.elements import Unnamed
from cluster.machinery.ownership.fieldsets import FieldSet, difference, has
from cluster.machinery.ownership.managers import BEFORE_FIRST_APPLY, Managed
from cluster.machinery.ownership.updating import Applied, View, applied, written
from cluster.machinery.ownership.walking import compare, fields_of

KUBECTL = "kubectl"
"""The one manager that takes over what was applied on the client's side."""


class Untypable(ApiError):
    """The configuration does not fit its type. The server gives no reason here."""

    code, reason = 500, ""


class Applying(NamedTuple):
    api_version: str
    old: Obj | None
    new: Obj
    """In the version that was applied."""
    entries: list[Obj]
    changed: bool = True
    """Whether there is anything to write: the object or its owners."""


def applying(kind: Kind, intent: ServerApply, old: Obj | None, now: float) -> Applying:
    """What an apply would store. Raises ApiError."""
    config = _checked(kind, intent, old)
    api_version = str(config["apiVersion"])
    view = ownership.view(kind, api_version, intent.subresource)
    if found := faults(config, view.place):
        called = _called(intent.obj, kind, api_version)
        raise Untypable(f"failed to create typed patch object ({called}): {together(found)}")
    live = ownership.bare(conversion.shown(old, api_version)) if old is not None else _unborn(kind, api_version)
    managed = _owners(kind, old, live, view, timestamp(now))
    try:
        made = _applied(intent, live, config, managed, view, timestamp(now))
    except Unnamed as fault:
        raise Untypable(f"failed to create typed live object ({_called(live, kind, api_version)}): {fault}") from fault
    entries = managers.encode(made.managed)
    new = made.object if made.object is not None else live
    if intent.manager == KUBECTL and annotations_of(new).get(LAST_APPLIED):
        new = _remembering(new, intent.obj)
    if old is not None and new == live and entries == (old["metadata"].get("managedFields") or []):
        return Applying(api_version, old, old, entries, changed=False)
    return Applying(api_version, old, new, entries)


def _checked(kind: Kind, intent: ServerApply, old: Obj | None) -> Obj:
    """The configuration as a request about this object may hold it."""
    config, key = intent.obj, intent.key
    metadata = config.get("metadata") or {}
    if name(config) and name(config) != key.name:
        raise BadRequest(f"the name of the object ({name(config)}) does not match the name on the URL ({key.name})")
    if namespace(config) and namespace(config) != key.namespace:
        raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")
    api_version = str(config.get("apiVersion") or "")
    allowed = (intent.api_version,) if intent.api_version else (kind.api_version, *kind.served_versions)
    if api_version not in allowed:
        wanted = allowed[0]
        raise BadRequest(
            f"Incorrect version specified in apply patch. Specified patch version: {api_version}, expected: {wanted}"
        )
    if metadata.get("managedFields") is not None:
        raise BadRequest("metadata.managedFields must be nil")
    if old is None and intent.subresource:
        raise NotFound(kind.resource, key.name, kind.group)
    if old is None and metadata.get("uid"):
        detail = f"uid mismatch: the provided object specified uid {metadata['uid']}, and no existing object was found"
        raise Conflict(kind.resource, key.name, detail, kind.group)
    named = {**metadata, "name": key.name, **({"namespace": key.namespace} if key.namespace else {})}
    return {**config, "metadata": named}


def _called(obj: Obj, kind: Kind, api_version: str) -> str:
    group, _, version = api_version.rpartition("/")
    return f"{namespace(obj)}/{name(obj)}; {group}/{version}, Kind={kind.kind}"


def _unborn(kind: Kind, api_version: str) -> Obj:
    return {"apiVersion": api_version, "kind": kind.kind, "metadata": {}}


def _owners(kind: Kind, old: Obj | None, live: Obj, view: View, now: str) -> Managed:
    """The owners before. What nobody is known to own when the first apply comes is `before-first-apply`'s."""
    if old is None:
        return {}
    if managed := ownership.managed_of(kind, old):
        return managed
    fresh = {**blank(view.place, live), "apiVersion": view.api_version, "kind": kind.kind}
    return written(fresh, live, {}, managers.updater(BEFORE_FIRST_APPLY, view.api_version), view, now)


def _applied(intent: ServerApply, live: Obj, config: Obj, managed: Managed, view: View, now: str) -> Applied:
    applier = managers.applier(intent.manager, intent.subresource)
    try:
        return applied(live, config, managed, applier, view, now, force=intent.force)
    except ApplyConflict as conflict:
        if intent.manager != KUBECTL:
            raise
        mine = _applied_before(live, view)
        left = [each for each in conflict.clashes if not has(mine, each.way)]
        if left:
            raise ApplyConflict(left) from conflict
        return applied(live, config, managed, applier, view, now, force=True)


def _applied_before(live: Obj, view: View) -> FieldSet:
    """What was applied on the client's side and is still so: kubectl may have it without asking."""
    text = annotations_of(live).get(LAST_APPLIED) or ""
    try:
        last = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    if not isinstance(last, dict) or last.get("apiVersion") != view.api_version or faults(last, view.place):
        return {}
    both = compare(last, live, view.place)
    return difference(difference(fields_of(last, view.place), both.written), both.removed)


def _remembering(new: Obj, config: Obj) -> Obj:
    """kubectl's annotation kept in step, so that client-side apply can go on from here."""
    remembered = copy(config)
    annotations = annotations_of(remembered)
    annotations.pop(LAST_APPLIED, None)
    text = orjson.dumps(remembered, option=orjson.OPT_SORT_KEYS).decode() + "\n"
    return {
        **new,
        "metadata": {**new["metadata"], "annotations": {**annotations_of(new), LAST_APPLIED: text}},
    }
