"""An object of a type before anything is set in it, as the server's own empty one reads.

Structs that are held by value are there from the start, and so are the fields that are never left out: whoever creates
an object owns what they put in, and not the empty shelves (`f:spec` has no "." of its own, `f:strategy` neither, while
`f:rollingUpdate` has).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.machinery.shapes import Field, Flag, Items, Number, Shape, Struct, Table, Text, Whole

_ALWAYS_BY_VALUE = frozenset({"metadata", "spec", "status", "template"})
_BY_VALUE = frozenset(
    {
        "DeploymentSpec.strategy", "DaemonSetSpec.updateStrategy", "StatefulSetSpec.updateStrategy",
        "PersistentVolumeClaimSpec.resources", "ServiceStatus.loadBalancer", "IngressStatus.loadBalancer",
        "NodeStatus.daemonEndpoints", "NodeDaemonEndpoints.kubeletEndpoint", "NodeStatus.nodeInfo", "Event.source",
        "Event.deprecatedSource",
        "CertificateSigningRequestStatus.certificate",
    }
)  # fmt: skip
"""Optional structs that are not behind a pointer; the type descriptions do not tell them apart."""
_NEVER_LEFT_OUT = frozenset({"Event.reportingComponent", "Event.reportingInstance"})
_BEHIND_POINTERS = frozenset({"ReplicationControllerSpec.template"})


def blank(place: Field, beside: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The empty object of a type; `beside` an object, nulls in it are what is empty in both."""
    made = _struct(place.shape) if isinstance(place.shape, Struct) else {}
    return _with_nulls(made, beside) if beside else made


def _with_nulls(made: dict[str, Any], beside: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in beside.items():
        if value is None:
            made.setdefault(name, None)
        elif isinstance(value, dict) and isinstance(made.get(name), dict):
            made[name] = _with_nulls(made[name], value)
    return made


def _struct(struct: Struct) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, field in struct.fields.items():
        required = name in struct.required
        path = f"{struct.name}.{name}"
        if isinstance(field.shape, Struct):
            if path not in _BEHIND_POINTERS and (required or name in _ALWAYS_BY_VALUE or path in _BY_VALUE):
                made[name] = {} if field.shape.atomic else _struct(field.shape)
        elif required or path in _NEVER_LEFT_OUT:
            made[name] = _empty(field.shape)
    return made


def _empty(shape: Shape) -> Any:
    if isinstance(shape, Items | Table):
        return None
    if isinstance(shape, Flag):
        return False
    if isinstance(shape, Whole | Number):
        return 0
    return "" if isinstance(shape, Text) else None
