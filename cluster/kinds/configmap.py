"""ConfigMap: keys and texts."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.cells import AGE, NAME
from cluster.kinds.fields import name_causes
from cluster.kinds.kind import Column, Kind
from cluster.machinery import coredns, names
from cluster.machinery.corefile import CorefileError
from cluster.machinery.errors import Cause, forbidden, invalid, too_long
from cluster.machinery.objects import Obj, name, namespace

_LIMIT = 1024 * 1024


def _validate(obj: Obj) -> Iterator[Cause]:
    data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
    for key in data:
        yield from name_causes(f"data[{key}]", key, names.config_key)
        if key in binary:
            yield invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    for key in binary:
        yield from name_causes(f"binaryData[{key}]", key, names.config_key)
    if sum(len(value or "") for part in (data, binary) for value in part.values()) > _LIMIT:
        yield too_long("", _LIMIT)
    if (namespace(obj), name(obj)) == ("kube-system", "coredns") and "Corefile" in data:
        yield from _corefile_causes(data["Corefile"])


def _corefile_causes(text: str | None) -> Iterator[Cause]:
    """Settings that the cluster's DNS would not follow do not get in, unlike into a real cluster, where CoreDNS would
    go on with its last ones and only its log would say why."""
    try:
        coredns.read(text or "")
    except CorefileError as error:
        yield invalid("data[Corefile]", error.words, str(error))


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if not old.get("immutable"):
        return
    detail = "field is immutable when `immutable` is set"
    if not new.get("immutable"):
        yield forbidden("immutable", detail)
    for part in ("data", "binaryData"):
        if (new.get(part) or {}) != (old.get(part) or {}):
            yield forbidden(part, detail)


def _count(obj: Obj, now: float) -> int:
    return len(obj.get("data") or {}) + len(obj.get("binaryData") or {})


KIND = Kind(
    group="",
    version="v1",
    kind="ConfigMap",
    resource="configmaps",
    singular="configmap",
    short_names=("cm",),
    validate=_validate,
    validate_update=_validate_update,
    has_status=False,
    columns=(NAME, Column("Data", _count), AGE),
)
