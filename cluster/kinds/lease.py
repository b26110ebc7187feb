"""Lease: who holds something, and until when. Nodes have one each, renewed as long as they are heard of."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.cells import AGE, NAME
from cluster.kinds.kind import Column, Kind
from cluster.machinery.errors import Cause, invalid
from cluster.machinery.objects import Obj, spec


def _default(obj: Obj) -> None:
    obj.setdefault("spec", {})


def _validate(obj: Obj) -> Iterator[Cause]:
    duration, transitions = spec(obj).get("leaseDurationSeconds"), spec(obj).get("leaseTransitions")
    if duration is not None and duration <= 0:
        yield invalid("spec.leaseDurationSeconds", duration, "must be greater than 0")
    if transitions is not None and transitions < 0:
        yield invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0")


KIND = Kind(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    resource="leases",
    singular="lease",
    default=_default,
    validate=_validate,
    has_status=False,
    columns=(NAME, Column("Holder", lambda obj, now: spec(obj).get("holderIdentity") or ""), AGE),
)
