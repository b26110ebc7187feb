"""PersistentVolumeClaim: a wish for storage, bound to a volume for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import AGE, NAME, UNSET, access_modes, wide
from cluster.kinds.container import default_resources
from cluster.kinds.fields import label_selector, name_causes
from cluster.kinds.kind import Admission, Column, Kind
from cluster.kinds.storageclass import is_default
from cluster.machinery import names, quantity
from cluster.machinery.errors import Cause, Forbidden, forbidden, invalid, not_supported, required
from cluster.machinery.objects import STORAGE_CLASSES, Obj, annotations_of, is_terminating, meta, name, spec, status

PROTECTION = "kubernetes.io/pvc-protection"
_FORMER_CLASS = "volume.beta.kubernetes.io/storage-class"
_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_VOLUME_MODES = ("Block", "Filesystem")


def default_spec(claim: dict[str, Any]) -> None:
    """The spec of a claim, also of one in a StatefulSet's templates."""
    if not claim.get("volumeMode"):
        claim["volumeMode"] = "Filesystem"
    default_resources(claim.setdefault("resources", {}))


def _default(obj: Obj) -> None:
    default_spec(obj.setdefault("spec", {}))


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is not None:
        _confirm_growth(obj, old, admission)
        return
    obj["status"] = {"phase": "Pending"}
    metadata = obj["metadata"]
    if PROTECTION not in (finalizers := metadata.get("finalizers") or []):
        metadata["finalizers"] = [*finalizers, PROTECTION]
    if "storageClassName" in obj["spec"] or _FORMER_CLASS in annotations_of(obj):
        return
    classes = [each for each in admission.world.bucket(STORAGE_CLASSES).values() if is_default(each)]
    if classes:
        # The newest of several defaults wins, the first by name of equally new ones.
        newest = max(str(meta(each).get("creationTimestamp", "")) for each in classes)
        chosen = min(name(each) for each in classes if meta(each).get("creationTimestamp", "") == newest)
        obj["spec"]["storageClassName"] = chosen


def _confirm_growth(obj: Obj, old: Obj, admission: Admission) -> None:
    """A claim grows where its class says that volumes can. Forbidden."""
    was, wanted = _requested(spec(old)), _requested(spec(obj))
    if was is None or wanted is None or status(old).get("phase") != "Bound":
        return
    if quantity.parse(wanted) <= quantity.parse(was):
        return
    called = annotations_of(old).get(_FORMER_CLASS) or spec(old).get("storageClassName") or ""
    found = admission.world.find(STORAGE_CLASSES, "", called)
    if found is None or not found.get("allowVolumeExpansion"):
        detail = (
            "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support "
            "resize"
        )
        raise Forbidden("persistentvolumeclaims", name(old), detail)


def validate_spec(path: str, claim: Mapping[str, Any]) -> Iterator[Cause]:
    modes = claim.get("accessModes") or ()
    if not modes:
        yield required(f"{path}.accessModes", "at least 1 access mode is required")
    if claim.get("selector") is not None:
        yield from label_selector(f"{path}.selector", claim["selector"])
    for mode in modes:
        if mode not in _MODES:
            yield not_supported(f"{path}.accessModes", mode, _MODES)
    if "ReadWriteOncePod" in modes and len(modes) > 1:
        detail = "may not use ReadWriteOncePod with other access modes"
        yield forbidden(f"{path}.accessModes", detail)
    storage = ((claim.get("resources") or {}).get("requests") or {}).get("storage")
    if storage is None:
        yield required(f"{path}.resources[storage]")
    elif quantity.parse(storage) <= 0:
        yield invalid(f"{path}.resources[storage]", storage, "must be greater than zero")
    if claim.get("storageClassName"):
        yield from name_causes(f"{path}.storageClassName", claim["storageClassName"], names.dns_subdomain)
    if (mode := claim.get("volumeMode")) not in _VOLUME_MODES:
        yield not_supported(f"{path}.volumeMode", mode, _VOLUME_MODES)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    """A claim may be bound once, and grow; nothing else."""
    before, after = spec(old), spec(new)
    if after is before:
        return
    allowed = dict(after)
    if not before.get("volumeName"):
        allowed.pop("volumeName", None)
    allowed["resources"] = before.get("resources")
    if not before.get("storageClassName") and after.get("storageClassName"):
        allowed.pop("storageClassName")
    if allowed.get("volumeAttributesClassName") != before.get("volumeAttributesClassName"):
        allowed["volumeAttributesClassName"] = before.get("volumeAttributesClassName")
        if allowed["volumeAttributesClassName"] is None:
            del allowed["volumeAttributesClassName"]
    if allowed != before:
        detail = (
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
        )
        yield forbidden("spec", detail)
    was, wanted = _requested(before), _requested(after)
    if was is not None and wanted is not None and quantity.parse(wanted) < quantity.parse(was):
        yield forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")
    elif was != wanted and status(old).get("phase") != "Bound":
        detail = (
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
        )
        yield forbidden("spec", detail)


def _requested(claim: Mapping[str, Any]) -> str | None:
    found: str | None = ((claim.get("resources") or {}).get("requests") or {}).get("storage")
    return found


def _status(obj: Obj, now: float) -> str:
    return "Terminating" if is_terminating(obj) else str(status(obj).get("phase", ""))


def _bound(obj: Obj, value: str) -> str:
    return value if spec(obj).get("volumeName") else ""


KIND = Kind(
    group="",
    version="v1",
    kind="PersistentVolumeClaim",
    resource="persistentvolumeclaims",
    singular="persistentvolumeclaim",
    short_names=("pvc",),
    default=_default,
    prepare=_prepare,
    validate=lambda obj: validate_spec("spec", obj["spec"]),
    validate_update=_validate_update,
    columns=(
        NAME,
        Column("Status", _status),
        Column("Volume", lambda obj, now: spec(obj).get("volumeName", "")),
        Column("Capacity", lambda obj, now: _bound(obj, (status(obj).get("capacity") or {}).get("storage", ""))),
        Column("Access Modes", lambda obj, now: _bound(obj, access_modes(status(obj).get("accessModes")))),
        Column(
            "StorageClass",
            lambda obj, now: annotations_of(obj).get(_FORMER_CLASS) or spec(obj).get("storageClassName", ""),
        ),
        Column("VolumeAttributesClass", lambda obj, now: spec(obj).get("volumeAttributesClassName") or UNSET),
        AGE,
        wide("VolumeMode", lambda obj, now: spec(obj).get("volumeMode") or UNSET),
    ),
)
