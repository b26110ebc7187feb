"""ComponentStatus: whether the control plane's parts are well, asked of them whenever somebody reads it."""

from __future__ import annotations

from typing import Any

from cluster.kinds.cells import NAME
from cluster.kinds.kind import READ_ONLY, Column, Kind
from cluster.machinery.objects import Obj

_PARTS = ("controller-manager", "etcd-0", "scheduler")


def component_statuses() -> list[Obj]:
    """All of them, by name: the parts are one process here, so one that answers speaks for all."""
    return [
        {
            "apiVersion": "v1",
            "kind": "ComponentStatus",
            "metadata": {"name": name},
            "conditions": [{"type": "Healthy", "status": "True", "message": "ok"}],
        }
        for name in _PARTS
    ]


def _healthy(obj: Obj) -> dict[str, Any]:
    found = (each for each in obj.get("conditions") or () if each.get("type") == "Healthy")
    return next(found, {})


def _status(obj: Obj, now: float) -> str:
    return {"True": "Healthy", "False": "Unhealthy"}.get(str(_healthy(obj).get("status")), "Unknown")


KIND = Kind(
    group="",
    version="v1",
    kind="ComponentStatus",
    resource="componentstatuses",
    deprecated="v1 ComponentStatus is deprecated in v1.19+",
    singular="componentstatus",
    namespaced=False,
    short_names=("cs",),
    has_status=False,
    verbs=READ_ONLY,
    computed=True,
    columns=(
        NAME,
        Column("Status", _status),
        Column("Message", lambda obj, now: _healthy(obj).get("message", "")),
        Column("Error", lambda obj, now: _healthy(obj).get("error", "")),
    ),
)
