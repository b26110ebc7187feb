"""What a server says of a custom object that it cannot read, and of fields that its schema does not have. Pure."""

from __future__ import annotations

from cluster.kinds.custom import structural
from cluster.kinds.kind import Kind
from cluster.machinery import schema, shapes
from cluster.machinery.errors import ApiError, BadRequest
from cluster.machinery.objects import Obj


def unknown_fields(kind: Kind, obj: Obj) -> list[str]:
    """Paths of the fields that will be dropped."""
    view = kind.written_in(obj.get("apiVersion"))
    return structural.unknown_fields(view.custom.schema, obj)[: shapes.MOST_UNKNOWN] if view.custom else []


def decode_error(kind: Kind, obj: Obj, *, strict: bool) -> ApiError | None:
    """The refusal of an object whose metadata is none, or, `strict`, that has unknown fields."""
    version = str(obj.get("apiVersion") or "").rpartition("/")[2]
    subject = f'{kind.kind} in version "{version}" cannot be handled as a {kind.kind}'
    metadata = obj.get("metadata")
    if metadata is not None and (faults := schema.type_errors("v1", "ConfigMap", {"metadata": metadata})):
        return BadRequest(f"{subject}: {faults[0][1].replace('ConfigMap.metadata', 'ObjectMeta')}")
    if strict and (unknown := unknown_fields(kind, obj)):
        texts = ", ".join(f'unknown field "{path}"' for path in unknown)
        return BadRequest(f"{subject}: strict decoding error: {texts}")
    return None
