"""NodeMetrics and PodMetrics: what nodes and pods use at the moment. They are measured when asked for, never stored."""

from __future__ import annotations

from cluster.kinds.cells import NAME
from cluster.kinds.kind import READ_ONLY, Column, Kind
from cluster.machinery import quantity
from cluster.machinery.objects import Obj

GROUP = "metrics.k8s.io"


def _sum(resource: str) -> Column:
    def cell(obj: Obj, now: float) -> str:
        used = [each.get("usage") or {} for each in obj.get("containers") or (obj,)]
        return quantity.total(each.get(resource) or "0" for each in used)

    return Column(resource, cell)


def _measured(kind: str, resource: str, *, namespaced: bool) -> Kind:
    return Kind(
        group=GROUP,
        version="v1beta1",
        kind=kind,
        resource=resource,
        singular="",
        namespaced=namespaced,
        has_status=False,
        verbs=READ_ONLY,
        computed=True,
        columns=(NAME, _sum("cpu"), _sum("memory"), Column("Window", lambda obj, now: obj.get("window", ""))),
    )


FAMILY = (_measured("NodeMetrics", "nodes", namespaced=False), _measured("PodMetrics", "pods", namespaced=True))
