"""Scale (autoscaling/v1): how many replicas something has and shall have, the same for all that have any.

Knows no kind: what is scaled has `spec.replicas` and `status.replicas`, or says where it keeps them (`Paths`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cluster.kinds.cells import aged, named
from cluster.kinds.fields import not_negative
from cluster.kinds.kind import Column
from cluster.machinery import selectors
from cluster.machinery.errors import BadRequest, Conflict, Invalid
from cluster.machinery.objects import Obj, name, namespace, spec


class Paths(NamedTuple):
    """Where an object keeps the numbers: paths with dots, ".spec.replicas"."""

    wanted: str = ".spec.replicas"
    present: str = ".status.replicas"
    selector: str = ""
    """Of a text; "": the object's own `spec.selector`."""


USUAL = Paths()
_METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")

COLUMNS = (
    Column("Name", named, description="Name of what is scaled."),
    Column("Desired", lambda obj, now: spec(obj).get("replicas", 0), type="integer", description="Wanted replicas."),
    Column("Available", lambda obj, now: obj["status"]["replicas"], type="integer", description="Replicas there are."),
    Column("Age", aged, description="Time since what is scaled was made."),
)


def scale_of(obj: Obj, paths: Paths = USUAL) -> Obj:
    """The Scale of a stored object."""
    given = obj["metadata"]
    state: dict[str, Any] = {"replicas": int(_at(obj, paths.present) or 0)}
    if text := str(_at(obj, paths.selector) or "") if paths.selector else selector_text(spec(obj).get("selector")):
        state["selector"] = text
    wanted = int(_at(obj, paths.wanted) or 0)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {field: given[field] for field in _METADATA if field in given},
        "spec": {"replicas": wanted} if wanted else {},
        "status": state,
    }


def scaled(obj: Obj, scale: Obj, paths: Paths = USUAL) -> Obj:
    """The object as it is to be written for that Scale to be its own, with the Scale's resourceVersion and uid as what
    must still hold. Raises ApiError."""
    if (called := name(scale)) and called != name(obj):
        raise BadRequest(f"the name of the object ({called}) does not match the name on the URL ({name(obj)})")
    if (where := namespace(scale)) and where != namespace(obj):
        raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")
    wanted = spec(scale).get("replicas") or 0
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise BadRequest('Scale in version "v1" cannot be handled as a Scale: spec.replicas is no whole number')
    if causes := list(not_negative("spec.replicas", wanted)):
        raise Invalid("Scale", name(obj), causes, "autoscaling")
    given = scale.get("metadata") or {}
    if (uid := given.get("uid")) and uid != obj["metadata"].get("uid"):
        detail = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {obj['metadata'].get('uid')}"
        raise Conflict("scales", name(obj), detail, "autoscaling")
    metadata = {field: value for field, value in obj["metadata"].items() if field != "resourceVersion"}
    if version := given.get("resourceVersion"):
        metadata["resourceVersion"] = version
    return {**_put(obj, paths.wanted.strip(".").split("."), wanted), "metadata": metadata}


def change(replicas: int, paths: Paths = USUAL) -> Obj:
    """The merge patch that sets the wanted number."""
    return _put({}, paths.wanted.strip(".").split("."), replicas)


def selector_text(selector: Mapping[str, Any] | None) -> str:
    """What a Scale's status says of a selector: "app=web,tier in (a,b)". A ReplicationController's is a plain map."""
    given = selector or {}
    plain = given and not given.keys() & {"matchLabels", "matchExpressions"}
    try:
        return str(selectors.from_label_selector({"matchLabels": given} if plain else given))
    except selectors.SelectorError:
        return ""


def _at(obj: Obj, path: str) -> Any:
    found: Any = obj
    for step in path.strip(".").split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _put(obj: Obj, steps: list[str], value: Any) -> Obj:
    first, rest = steps[0], steps[1:]
    inner = obj.get(first)
    return {**obj, first: _put(inner if isinstance(inner, dict) else {}, rest, value) if rest else value}
