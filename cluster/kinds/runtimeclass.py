"""RuntimeClass: what runs a pod's containers, what that costs, and on which nodes there is one."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds import metadata as metas
from cluster.kinds.cells import AGE, NAME
from cluster.kinds.fields import IMMUTABLE, name_causes
from cluster.kinds.kind import Column, Kind
from cluster.kinds.podtemplate import tolerations
from cluster.kinds.rules import label_rule
from cluster.machinery import quantity
from cluster.machinery.errors import Cause, invalid
from cluster.machinery.objects import Obj


def _validate(obj: Obj) -> Iterator[Cause]:
    yield from name_causes("handler", obj.get("handler") or "", label_rule)
    for resource, amount in ((obj.get("overhead") or {}).get("podFixed") or {}).items():
        if quantity.parse(amount) < 0:
            yield invalid(f"overhead.limits[{resource}]", amount, "must be greater than or equal to 0")
    scheduling = obj.get("scheduling") or {}
    yield from metas.labels("scheduling.nodeSelector", scheduling.get("nodeSelector") or {})
    yield from tolerations("scheduling.tolerations", scheduling.get("tolerations") or ())


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("handler") != old.get("handler"):
        yield invalid("handler", new.get("handler") or "", IMMUTABLE)


KIND = Kind(
    group="node.k8s.io",
    version="v1",
    kind="RuntimeClass",
    resource="runtimeclasses",
    singular="runtimeclass",
    namespaced=False,
    validate=_validate,
    validate_update=_validate_update,
    has_status=False,
    columns=(NAME, Column("Handler", lambda obj, now: obj.get("handler", "")), AGE),
)
