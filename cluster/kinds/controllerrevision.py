"""ControllerRevision: a template as it was once, kept for updates and rollbacks."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.cells import AGE, NAME, NONE
from cluster.kinds.fields import IMMUTABLE, not_negative
from cluster.kinds.kind import Column, Kind
from cluster.machinery.errors import Cause, Written, invalid, required
from cluster.machinery.objects import Obj, controller_of


def _validate(obj: Obj) -> Iterator[Cause]:
    yield from not_negative("revision", obj.get("revision"))
    if obj.get("data") is None:
        yield required("data", "data is mandatory")


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("data") != old.get("data"):
        yield invalid("data", Written("runtime.RawExtension{}"), IMMUTABLE)


def _controller(obj: Obj, now: float) -> str:
    owner = controller_of(obj)
    if owner is None:
        return NONE
    group = str(owner.get("apiVersion", "")).rpartition("/")[0]
    kind = str(owner.get("kind", "")).lower()
    return f"{kind}.{group}/{owner.get('name')}" if group else f"{kind}/{owner.get('name')}"


KIND = Kind(
    group="apps",
    version="v1",
    kind="ControllerRevision",
    resource="controllerrevisions",
    singular="controllerrevision",
    validate=_validate,
    validate_update=_validate_update,
    has_status=False,
    columns=(
        NAME,
        Column("Controller", _controller),
        Column("Revision", lambda obj, now: obj.get("revision", 0)),
        AGE,
    ),
)
