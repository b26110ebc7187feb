"""What storage drivers say of themselves: CSIDriver, CSINode, CSIStorageCapacity. No driver runs here."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.cells import AGE, NAME, NONE, UNSET
from cluster.kinds.fields import IMMUTABLE, label_selector, name_causes
from cluster.kinds.kind import Column, Kind
from cluster.kinds.rules import subdomain_rule
from cluster.machinery import quantity
from cluster.machinery.errors import Cause, duplicate, invalid, not_supported, required, too_long
from cluster.machinery.objects import Obj, name, spec

GROUP = "storage.k8s.io"
_LONGEST_DRIVER_NAME = 63
_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_MODES = ("Ephemeral", "Persistent")
_DRIVER_DEFAULTS = {
    "attachRequired": True,
    "podInfoOnMount": False,
    "storageCapacity": False,
    "fsGroupPolicy": "ReadWriteOnceWithFSType",
    "requiresRepublish": False,
    "seLinuxMount": False,
}
_DRIVER_IMMUTABLE = ("attachRequired", "fsGroupPolicy", "volumeLifecycleModes")


def _default_driver(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    for field, value in _DRIVER_DEFAULTS.items():
        if given.get(field) is None:
            given[field] = value
    if not given.get("volumeLifecycleModes"):
        given["volumeLifecycleModes"] = ["Persistent"]


def _driver_name(path: str, text: str) -> Iterator[Cause]:
    if not text:
        yield required(path)
    if len(text) > _LONGEST_DRIVER_NAME:
        yield too_long(path, _LONGEST_DRIVER_NAME)
    yield from name_causes(path, text.lower(), subdomain_rule)


def _validate_driver(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    if len(name(obj)) > _LONGEST_DRIVER_NAME:
        yield too_long("metadata.name", _LONGEST_DRIVER_NAME)
    if given["fsGroupPolicy"] not in _GROUP_POLICIES:
        yield not_supported("spec.fsGroupPolicy", given["fsGroupPolicy"], _GROUP_POLICIES)
    for mode in given["volumeLifecycleModes"]:
        if mode not in _MODES:
            yield not_supported("spec.volumeLifecycleModes", mode, _MODES)
    seen: set[str] = set()
    for index, request in enumerate(given.get("tokenRequests") or ()):
        audience = request.get("audience") or ""
        if audience in seen:
            yield duplicate(f"spec.tokenRequests[{index}].audience", audience)
        seen.add(audience)


def _update_driver(new: Obj, old: Obj) -> Iterator[Cause]:
    for field in _DRIVER_IMMUTABLE:
        if spec(new).get(field) != spec(old).get(field):
            yield invalid(f"spec.{field}", spec(new).get(field), IMMUTABLE)


def _tokens(obj: Obj, now: float) -> str:
    return ",".join(each.get("audience") or "" for each in spec(obj).get("tokenRequests") or ()) or UNSET


def _default_node(obj: Obj) -> None:
    obj.setdefault("spec", {}).setdefault("drivers", None)


def _validate_node(obj: Obj) -> Iterator[Cause]:
    seen: set[str] = set()
    for index, driver in enumerate(spec(obj).get("drivers") or ()):
        path = f"spec.drivers[{index}]"
        called = driver.get("name") or ""
        yield from _driver_name(f"{path}.name", called)
        if called in seen:
            yield duplicate(f"{path}.name", called)
        seen.add(called)
        if not driver.get("nodeID"):
            yield required(f"{path}.nodeID")
        count = (driver.get("allocatable") or {}).get("count")
        if count is not None and count < 0:
            yield invalid(f"{path}.allocatable.count", count, "must be greater than or equal to 0")


def _validate_capacity(obj: Obj) -> Iterator[Cause]:
    chosen = obj.get("storageClassName") or ""
    if not chosen:
        yield required("storageClassName")
    else:
        yield from name_causes("storageClassName", chosen, subdomain_rule)
    if (topology := obj.get("nodeTopology")) is not None:
        yield from label_selector("nodeTopology", topology)
    for field in ("capacity", "maximumVolumeSize"):
        if (amount := obj.get(field)) is not None and quantity.parse(amount) < 0:
            yield invalid(field, amount, "must be greater than or equal to 0")


def _update_capacity(new: Obj, old: Obj) -> Iterator[Cause]:
    for field in ("nodeTopology", "storageClassName"):
        if new.get(field) != old.get(field):
            yield invalid(field, new.get(field), IMMUTABLE)


def _flag(title: str, field: str) -> Column:
    return Column(title, lambda obj, now: bool(spec(obj).get(field)), type="boolean")


FAMILY = (
    Kind(
        group=GROUP,
        version="v1",
        kind="CSIDriver",
        resource="csidrivers",
        singular="csidriver",
        namespaced=False,
        default=_default_driver,
        validate=_validate_driver,
        validate_update=_update_driver,
        has_status=False,
        columns=(
            NAME,
            _flag("AttachRequired", "attachRequired"),
            _flag("PodInfoOnMount", "podInfoOnMount"),
            _flag("StorageCapacity", "storageCapacity"),
            Column("TokenRequests", _tokens),
            _flag("RequiresRepublish", "requiresRepublish"),
            Column("Modes", lambda obj, now: ",".join(spec(obj).get("volumeLifecycleModes") or ()) or NONE),
            AGE,
        ),
    ),
    Kind(
        group=GROUP,
        version="v1",
        kind="CSINode",
        resource="csinodes",
        singular="csinode",
        namespaced=False,
        default=_default_node,
        validate=_validate_node,
        has_status=False,
        columns=(
            NAME,
            Column("Drivers", lambda obj, now: len(spec(obj).get("drivers") or ()), type="integer"),
            AGE,
        ),
    ),
    Kind(
        group=GROUP,
        version="v1",
        kind="CSIStorageCapacity",
        resource="csistoragecapacities",
        singular="csistoragecapacity",
        validate=_validate_capacity,
        validate_update=_update_capacity,
        has_status=False,
        columns=(
            NAME,
            Column("StorageClassName", lambda obj, now: obj.get("storageClassName", "")),
            Column("Capacity", lambda obj, now: obj.get("capacity") or UNSET),
        ),
    ),
)
