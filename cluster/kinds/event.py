"""Event: something that happened to an object. Stored as v1, served as events.k8s.io/v1, too."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.cells import named, since, wide
from cluster.kinds.eventstrictness import STRICTER
from cluster.kinds.kind import Column, Kind
from cluster.machinery.errors import Cause, invalid
from cluster.machinery.objects import Obj, namespace


def _default(obj: Obj) -> None:
    obj.setdefault("involvedObject", {})
    obj.setdefault("source", {})
    for field in ("firstTimestamp", "lastTimestamp", "eventTime"):
        obj.setdefault(field, None)
    obj.setdefault("reportingComponent", "")
    obj.setdefault("reportingInstance", "")


def _validate(obj: Obj) -> Iterator[Cause]:
    regarding = obj["involvedObject"].get("namespace", "")
    where = namespace(obj)
    # What is about a cluster-wide object is told in `default`.
    if (regarding and regarding != where) or (not regarding and where not in ("default", "kube-system")):
        yield invalid("involvedObject.namespace", regarding, "does not match event.namespace")


def _first(obj: Obj, now: float) -> str:
    return since(obj.get("firstTimestamp") or obj.get("eventTime"), now)


def _last(obj: Obj, now: float) -> str:
    if series := obj.get("series"):
        return since(series.get("lastObservedTime"), now)
    return since(obj.get("lastTimestamp"), now) if obj.get("lastTimestamp") else _first(obj, now)


def _count(obj: Obj, now: float) -> int:
    return int((obj.get("series") or obj).get("count") or 1)


def _object(obj: Obj, now: float) -> str:
    regarding = obj.get("involvedObject") or {}
    kind = str(regarding.get("kind", "")).lower()
    return f"{kind}/{regarding['name']}" if regarding.get("name") else kind


def _source(obj: Obj, now: float) -> str:
    source = obj.get("source") or {}
    component = source.get("component") or obj.get("reportingComponent") or ""
    host = source.get("host") or obj.get("reportingInstance") or ""
    return f"{component}, {host}" if host else str(component)


KIND = Kind(
    group="",
    version="v1",
    kind="Event",
    resource="events",
    singular="event",
    short_names=("ev",),
    served_versions=("events.k8s.io/v1",),
    default=_default,
    validate=_validate,
    stricter={"events.k8s.io/v1": STRICTER},
    has_status=False,
    columns=(
        Column("Last Seen", _last),
        Column("Type", lambda obj, now: obj.get("type", "")),
        Column("Reason", lambda obj, now: obj.get("reason", "")),
        Column("Object", _object),
        wide("Subobject", lambda obj, now: (obj.get("involvedObject") or {}).get("fieldPath", "")),
        wide("Source", _source),
        Column("Message", lambda obj, now: str(obj.get("message", "")).strip()),
        wide("First Seen", _first),
        wide("Count", _count),
        Column("Name", named, format="name", priority=1),
    ),
)
