"""From a CustomResourceDefinition to the kind it defines: one `Kind` for each version that is served. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from cluster.kinds.custom import columns, rules, structural, values
from cluster.kinds.kind import SCALE, Admission, Custom, Kind
from cluster.kinds.scale import Paths
from cluster.machinery.errors import Cause
from cluster.machinery.objects import Obj, condition, is_terminating, meta, spec, status

VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
ENDING_VERBS = ("delete", "deletecollection", "get", "list", "watch")
"""While a definition is on its way out, nothing of it is made or changed."""
ANYTHING: Mapping[str, Any] = {"type": "object", structural.PRESERVE: True}


def is_served(definition: Obj) -> bool:
    established = condition(definition, "Established")
    return established is not None and established.get("status") == "True"


def kind_of(definition: Obj) -> Kind | None:
    """The kind as its stored version has it, with views of all versions; None before it is established."""
    if not is_served(definition):
        return None
    given = spec(definition)
    served = [each for each in given.get("versions") or () if each.get("served")]
    if not served:
        return None
    stored = next((each for each in served if each.get("storage")), served[0])
    views: dict[str, Kind] = {}
    for version in served:
        views[f"{given['group']}/{version['name']}"] = _view(definition, version, stored["name"], views)
    return views[f"{given['group']}/{stored['name']}"]


def _view(definition: Obj, version: Mapping[str, Any], stored: str, views: Mapping[str, Kind]) -> Kind:
    given, called = spec(definition), status(definition).get("acceptedNames") or {}
    group = str(given["group"])
    below = version.get("subresources") or {}
    schema = (version.get("schema") or {}).get("openAPIV3Schema") or ANYTHING
    others = tuple(
        f"{group}/{each['name']}" for each in given["versions"] if each.get("served") and each["name"] != stored
    )
    ending = is_terminating(definition)
    made = Kind(
        group=group,
        version=stored,
        kind=called["kind"],
        resource=called["plural"],
        singular=called.get("singular") or "",
        namespaced=given.get("scope") == "Namespaced",
        short_names=tuple(called.get("shortNames") or ()),
        categories=tuple(called.get("categories") or ()),
        served_versions=others,
        has_status="status" in below,
        has_generation=True,
        columns=columns.of(version.get("additionalPrinterColumns") or ()),
        verbs=ENDING_VERBS if ending else VERBS,
        subresources=(SCALE,) if "scale" in below else (),
        deprecated=_deprecated(f"{group}/{version['name']}", called["kind"], version),
    )
    paths = _paths(below["scale"]) if "scale" in below else None
    custom = Custom(
        schema,
        views,
        str(meta(definition).get("uid") or ""),
        paths,
        called.get("listKind") or "",
        tuple(each["jsonPath"] for each in version.get("selectableFields") or ()),
        int(meta(definition).get("resourceVersion") or 0),
        (given.get("conversion") or {}).get("strategy") == "Webhook",
    )
    return replace(
        made,
        custom=custom,
        default=_filled(schema),
        prepare=_prepared(has_status=made.has_status),
        allocate=_judged(schema),
    )


def _deprecated(api_version: str, kind: str, version: Mapping[str, Any]) -> str:
    if not version.get("deprecated"):
        return ""
    return str(version.get("deprecationWarning") or f"{api_version} {kind} is deprecated")


def _paths(given: Mapping[str, Any]) -> Paths:
    return Paths(
        given.get("specReplicasPath") or ".spec.replicas",
        given.get("statusReplicasPath") or ".status.replicas",
        given.get("labelSelectorPath") or "",
    )


def _filled(schema: Mapping[str, Any]) -> Callable[[Obj], None]:
    def fill(obj: Obj) -> None:
        made = structural.completed(schema, obj)
        for field in obj.keys() - made.keys():
            del obj[field]
        obj.update(made)

    return fill


def _prepared(*, has_status: bool) -> Callable[[Obj, Obj | None, Admission], None]:
    def prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
        if has_status and old is None:
            obj.pop("status", None)

    return prepare


def _judged(schema: Mapping[str, Any]) -> Callable[[Obj, Obj | None, Admission], Iterator[Cause]]:
    """Judged last, when all else about the object is well, and against what it was: what did not change passes."""
    ruled = rules.has_rules(schema)
    bare = {**schema, "properties": {k: v for k, v in (schema.get("properties") or {}).items() if k != "metadata"}}

    def judge(obj: Obj, old: Obj | None, admission: Admission) -> Iterator[Cause]:
        found = [cause for cause in values.causes(bare, obj, "") if old is None or not _was_so(cause, obj, old)]
        yield from found
        if ruled and not any(cause.reason in _SHAPE for cause in found):
            yield from rules.causes(schema, obj, old)

    return judge


_SHAPE = ("FieldValueTypeInvalid", "FieldValueRequired", "FieldValueTooMany", "FieldValueTooLong")
"""With faults of these sorts the rules are not asked: they count on what the schema says."""


def _was_so(cause: Cause, new: Obj, old: Obj) -> bool:
    steps = cause.field.replace("[", ".[").split(".")
    if cause.reason == "FieldValueRequired":
        steps = steps[:-1]
    one: Any = new
    other: Any = old
    for step in steps:
        if step.startswith("["):
            break
        if not isinstance(one, dict) or not isinstance(other, dict) or step not in one or step not in other:
            return False
        one, other = one[step], other[step]
    return bool(steps) and bool(one == other)


__all__ = ["is_served", "kind_of"]
