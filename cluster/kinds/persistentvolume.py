"""PersistentVolume: a piece of storage, for whoever claims it."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.cells import AGE, NAME, UNSET, access_modes, wide
from cluster.kinds.fields import name_causes
from cluster.kinds.kind import Admission, Column, Kind
from cluster.machinery import names, quantity
from cluster.machinery.errors import Cause, forbidden, invalid, not_supported, required
from cluster.machinery.objects import Obj, is_terminating, spec, status, timestamp

PROTECTION = "kubernetes.io/pv-protection"
_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_RECLAIM = ("Delete", "Recycle", "Retain")
_VOLUME_MODES = ("Block", "Filesystem")
_PLAIN = frozenset(
    {
        "capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName", "mountOptions",
        "volumeMode", "nodeAffinity", "volumeAttributesClassName",
    }
)  # fmt: skip


def _default(obj: Obj) -> None:
    volume = obj.setdefault("spec", {})
    if not volume.get("persistentVolumeReclaimPolicy"):
        volume["persistentVolumeReclaimPolicy"] = "Retain"
    if not volume.get("volumeMode"):
        volume["volumeMode"] = "Filesystem"
    if (path := volume.get("hostPath")) is not None:
        path.setdefault("type", "")
    for resource, amount in (capacity := volume.get("capacity") or {}).items():
        capacity[resource] = quantity.canonical(amount, quantity.MILLI)


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is not None:
        return
    obj["status"] = {"phase": "Pending", "lastPhaseTransitionTime": timestamp(admission.now)}
    metadata = obj["metadata"]
    if PROTECTION not in (finalizers := metadata.get("finalizers") or []):
        metadata["finalizers"] = [*finalizers, PROTECTION]


def _validate(obj: Obj) -> Iterator[Cause]:
    volume = spec(obj)
    modes = volume.get("accessModes") or ()
    if not modes:
        yield required("spec.accessModes")
    for mode in modes:
        if mode not in _MODES:
            yield not_supported("spec.accessModes", mode, _MODES)
    if not volume.get("capacity"):
        yield required("spec.capacity")
    elif "storage" not in volume["capacity"]:
        yield not_supported("spec.capacity", next(iter(volume["capacity"])), ("storage",))
    elif quantity.parse(volume["capacity"]["storage"]) <= 0:
        yield invalid("spec.capacity[storage]", volume["capacity"]["storage"], "must be greater than zero")
    if (policy := volume.get("persistentVolumeReclaimPolicy")) not in _RECLAIM:
        yield not_supported("spec.persistentVolumeReclaimPolicy", policy, _RECLAIM)
    sources = [field for field in volume if field not in _PLAIN]
    for extra in sources[1:]:
        yield forbidden(f"spec.{extra}", "may not specify more than 1 volume type")
    if not sources:
        yield required("spec", "must specify a volume type")
    if volume.get("storageClassName"):
        yield from name_causes("spec.storageClassName", volume["storageClassName"], names.dns_subdomain)
    if (mode := volume.get("volumeMode")) not in _VOLUME_MODES:
        yield not_supported("spec.volumeMode", mode, _VOLUME_MODES)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    before, after = spec(old), spec(new)
    for source in {**before, **after}:
        if source not in _PLAIN and before.get(source) != after.get(source):
            yield forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation")
            break
    if before.get("volumeMode") != after.get("volumeMode"):
        yield invalid("spec.volumeMode", after.get("volumeMode"), "field is immutable")


def _claim(obj: Obj, now: float) -> str:
    reference = spec(obj).get("claimRef")
    return f"{reference.get('namespace', '')}/{reference.get('name', '')}" if reference else ""


KIND = Kind(
    group="",
    version="v1",
    kind="PersistentVolume",
    resource="persistentvolumes",
    singular="persistentvolume",
    namespaced=False,
    short_names=("pv",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        NAME,
        Column("Capacity", lambda obj, now: (spec(obj).get("capacity") or {}).get("storage", "")),
        Column("Access Modes", lambda obj, now: access_modes(spec(obj).get("accessModes"))),
        Column("Reclaim Policy", lambda obj, now: spec(obj).get("persistentVolumeReclaimPolicy", "")),
        Column("Status", lambda obj, now: "Terminating" if is_terminating(obj) else status(obj).get("phase", "")),
        Column("Claim", _claim),
        Column("StorageClass", lambda obj, now: spec(obj).get("storageClassName", "")),
        Column("VolumeAttributesClass", lambda obj, now: spec(obj).get("volumeAttributesClassName") or UNSET),
        Column("Reason", lambda obj, now: status(obj).get("reason", "")),
        AGE,
        wide("VolumeMode", lambda obj, now: spec(obj).get("volumeMode") or UNSET),
    ),
)
