"""Admission of what is written in one version and stored in another, where a webhook converts between the two.

Such an object gets its defaults, its checks and its owners in the version it is written in, as a custom kind's schema
has that one; then it is converted. All other kinds go to `admission` as they are.
"""

from __future__ import annotations

from cluster.kinds import admission as plain
from cluster.kinds import conversion
from cluster.kinds.kind import Admission, Kind
from cluster.kinds.ownership import Writer
from cluster.machinery.objects import Obj, copy


def admit_create(
    kind: Kind, obj: Obj, admission: Admission, *, trusted: bool = False, writer: Writer | None = None
) -> Obj:
    """See `admission.admit_create`."""
    view = kind.written_in(obj.get("apiVersion"))
    if view.custom is None or not view.custom.by_webhook or obj.get("apiVersion") == view.api_version:
        return plain.admit_create(kind, obj, admission, trusted=trusted, writer=writer)
    own = view.alone_in(str(obj.get("apiVersion")))
    return _stored(view, plain.admit_create(own, obj, admission, trusted=trusted, writer=writer))


def admit_update(
    kind: Kind,
    new: Obj,
    old: Obj,
    admission: Admission,
    subresource: str = "",
    *,
    trusted: bool = False,
    writer: Writer | None = None,
    hooked: bool = True,
) -> Obj:
    """See `admission.admit_update`. What was stored in a version that is not the stored one any more moves on."""
    view = kind.written_in(new.get("apiVersion"))
    same = new.get("apiVersion") == old.get("apiVersion") == view.api_version
    if view.custom is None or not view.custom.by_webhook or same:
        return plain.admit_update(kind, new, old, admission, subresource, trusted=trusted, writer=writer, hooked=hooked)
    own, seen = view.alone_in(str(new.get("apiVersion"))), conversion.shown(old, str(new.get("apiVersion")))
    left = plain.admit_update(own, new, seen, admission, subresource, trusted=trusted, writer=writer, hooked=hooked)
    return old if left is seen else _stored(view, left)


def _stored(kind: Kind, obj: Obj) -> Obj:
    """In the version it is stored in, by that one's schema."""
    stored = copy(conversion.shown(obj, kind.api_version))
    kind.written_in(kind.api_version).default(stored)
    return stored
