"""Who is recorded as the owner of what a write sets: `metadata.managedFields`, for each kind and way in.

    Writer("kubectl-edit", "v1")                         what a request says of itself
    recorded(kind, old, candidate, writer, given, now)   the entries after its write

What the controllers write leaves no entries behind: who they are follows from the object (`attribution`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.kinds import attribution, conversion
from cluster.kinds.kind import Kind
from cluster.kinds.places import place_of
from cluster.machinery import processes
from cluster.machinery.objects import Obj
from cluster.machinery.ownership import managers
from cluster.machinery.ownership.blanks import blank
from cluster.machinery.ownership.fieldsets import FieldSet
from cluster.machinery.ownership.managers import Managed, Undecodable
from cluster.machinery.ownership.updating import View, written

_STATUS: FieldSet = {"f:status": {}}
_SPEC: FieldSet = {"f:spec": {}}
_RESET_BY_STATUS: dict[str, FieldSet] = {
    "Deployment": {**_SPEC, "f:metadata": {"f:labels": {}}},
    "Pod": {**_SPEC, "f:metadata": {"f:deletionTimestamp": {}, "f:ownerReferences": {}}},
}
"""What a write to the status does not reach, where that is more than the spec."""


class Writer(NamedTuple):
    """Who writes, in which version and through which subresource."""

    manager: str
    api_version: str = ""
    subresource: str = ""
    entries: tuple[Obj, ...] | None = None
    """The owners as they are to be, where an apply has worked them out."""


def view(kind: Kind, api_version: str, subresource: str = "") -> View:
    """The kind as a writer of one version sees it, through one endpoint."""
    plain = _STATUS if kind.has_status else {}
    left_out = _RESET_BY_STATUS.get(kind.kind, _SPEC) if subresource == "status" else plain
    others = {each: place_of(kind, each) for each in (kind.api_version, *kind.served_versions)}

    def converted(obj: Obj, wanted: str) -> Obj:
        return conversion.shown(conversion.stored(kind, obj), wanted)

    return View(api_version, place_of(kind, api_version), others, converted, left_out)


def bare(obj: Obj) -> Obj:
    """The object without its managed fields."""
    if "managedFields" not in obj["metadata"]:
        return obj
    return {**obj, "metadata": {name: each for name, each in obj["metadata"].items() if name != "managedFields"}}


def stored(obj: Obj) -> Managed:
    """What is recorded in an object; nothing where that cannot be read."""
    try:
        return managers.decode(obj["metadata"].get("managedFields"))
    except Undecodable:
        return {}


def managed_of(kind: Kind, obj: Obj) -> Managed:
    """The owners of an object's fields but for its status: as recorded, else as they follow from the object."""
    return stored(obj) or attribution.of_contents(kind, obj)


def shown(kind: Kind, obj: Obj) -> Obj:
    """The object with all owners of its fields, for a reader."""
    if kind.kind == "Pod":
        obj = processes.told(obj)
    managed = managed_of(kind, obj)
    found = managers.encode({**managed, **attribution.of_status(kind, obj, managed)})
    return {**obj, "metadata": {**bare(obj)["metadata"], "managedFields": found}} if found else obj


def recorded(kind: Kind, old: Obj | None, new: Obj, writer: Writer, given: Any, now: str) -> list[Obj]:
    """The entries once `writer` has made `new` of `old`; `given` is what the request itself says of managed fields."""
    if writer.entries is not None:
        return list(writer.entries)
    asked = _asked(kind, old, writer, given)
    managed = asked if asked is not None else managed_of(kind, old) if old is not None else {}
    if old is not None and not managed:
        return []  # nobody has been followed so far, and a write that is no apply does not begin it
    api_version = writer.api_version or kind.api_version
    seen = view(kind, api_version, writer.subresource)
    after = seen.converted(bare(new), api_version)
    if old is None:
        before = {**blank(seen.place, after), "apiVersion": api_version, "kind": kind.kind}
    else:
        before = seen.converted(bare(old), api_version)
    owner = managers.updater(writer.manager, api_version, writer.subresource)
    made = written(before, after, managed, owner, seen, now)
    if old is not None and asked is None and made == managed:
        return list(old["metadata"].get("managedFields") or ())  # what only follows from the object is not stored yet
    return managers.encode(made)


def _asked(kind: Kind, old: Obj | None, writer: Writer, given: Any) -> Managed | None:
    """Who a request says the owners are, if it may and says something else than it was shown."""
    if writer.subresource or given is None:
        return None
    if managers.is_reset(given):
        return {}
    try:
        asked = managers.decode(given)
    except Undecodable:
        return None  # what cannot be read is as good as left out
    if not asked or (old is not None and asked == managers.decode(shown(kind, old)["metadata"].get("managedFields"))):
        return None
    return asked
