"""VolumeAttachment: the wish that a volume be attached to a node, and whether it is."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.cells import AGE, NAME
from cluster.kinds.fields import IMMUTABLE, name_causes
from cluster.kinds.kind import Admission, Column, Kind
from cluster.kinds.rules import subdomain_rule
from cluster.machinery.errors import Cause, forbidden, invalid, required
from cluster.machinery.objects import Obj, spec, status

_ONE_SOURCE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {"attached": False}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    if not given.get("attacher"):
        yield required("spec.attacher")
    source = given.get("source") or {}
    inline, volume = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
    if inline is None and volume is None:
        yield required("spec.source", _ONE_SOURCE)
    elif inline is not None and volume is not None:
        yield forbidden("spec.source", _ONE_SOURCE)
    elif volume is not None:
        if not volume:
            yield required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName")
        else:
            yield from name_causes("spec.source.persistentVolumeName", volume, subdomain_rule)
    yield from name_causes("spec.nodeName", given.get("nodeName") or "", subdomain_rule)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("spec") != old.get("spec"):
        yield invalid("spec", new.get("spec"), IMMUTABLE)


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="VolumeAttachment",
    resource="volumeattachments",
    singular="volumeattachment",
    namespaced=False,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        NAME,
        Column("Attacher", lambda obj, now: spec(obj).get("attacher", "")),
        Column("PV", lambda obj, now: (spec(obj).get("source") or {}).get("persistentVolumeName") or ""),
        Column("Node", lambda obj, now: spec(obj).get("nodeName", "")),
        Column("Attached", lambda obj, now: bool(status(obj).get("attached")), type="boolean"),
        AGE,
    ),
)
