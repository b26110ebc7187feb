"""StorageClass: how volumes are made for claims."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.cells import AGE
from cluster.kinds.kind import Column, Kind
from cluster.machinery.errors import Cause, forbidden, not_supported, required
from cluster.machinery.objects import Obj, annotations_of, name

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_FORMER_DEFAULT_CLASS = "storageclass.beta.kubernetes.io/is-default-class"

_RECLAIM = ("Delete", "Retain")
_BINDING = ("Immediate", "WaitForFirstConsumer")


def is_default(obj: Obj) -> bool:
    notes = annotations_of(obj)
    return "true" in (notes.get(DEFAULT_CLASS), notes.get(_FORMER_DEFAULT_CLASS))


def _default(obj: Obj) -> None:
    if not obj.get("reclaimPolicy"):
        obj["reclaimPolicy"] = "Delete"
    if not obj.get("volumeBindingMode"):
        obj["volumeBindingMode"] = "Immediate"


def _validate(obj: Obj) -> Iterator[Cause]:
    if not obj.get("provisioner"):
        yield required("provisioner", "")
    if (policy := obj["reclaimPolicy"]) not in _RECLAIM:
        yield not_supported("reclaimPolicy", policy, _RECLAIM)
    if (mode := obj["volumeBindingMode"]) not in _BINDING:
        yield not_supported("volumeBindingMode", mode, _BINDING)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    for field in ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"):
        if new.get(field) != old.get(field):
            detail = (
                "updates to parameters are forbidden."
                if field == "parameters"
                else f"updates to {field} are forbidden."
            )
            yield forbidden(field, detail)


KIND = Kind(
    group="storage.k8s.io",
    version="v1",
    kind="StorageClass",
    resource="storageclasses",
    singular="storageclass",
    namespaced=False,
    short_names=("sc",),
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
    has_status=False,
    columns=(
        Column("Name", lambda obj, now: f"{name(obj)} (default)" if is_default(obj) else name(obj), format="name"),
        Column("Provisioner", lambda obj, now: obj.get("provisioner", "")),
        Column("ReclaimPolicy", lambda obj, now: obj.get("reclaimPolicy", "Delete")),
        Column("VolumeBindingMode", lambda obj, now: obj.get("volumeBindingMode", "Immediate")),
        Column("AllowVolumeExpansion", lambda obj, now: bool(obj.get("allowVolumeExpansion"))),
        AGE,
    ),
)
