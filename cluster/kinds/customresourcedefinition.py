"""CustomResourceDefinition: a kind that a cluster has by itself. Here it is an object; `custom` has what it defines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import CREATED, NAME
from cluster.kinds.custom import schemas
from cluster.kinds.fields import IMMUTABLE, name_causes
from cluster.kinds.goprint import string_list
from cluster.kinds.kind import Admission, Kind
from cluster.kinds.rules import subdomain_rule
from cluster.machinery import jsonpath, names
from cluster.machinery.errors import Cause, duplicate, invalid, not_supported, required, too_many
from cluster.machinery.objects import Obj, annotations_of, name, spec, status

GROUP = "apiextensions.k8s.io"
_SCOPES = ("Cluster", "Namespaced")
_STRATEGIES = ("None", "Webhook")
_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")


_APPROVAL = "api-approved.kubernetes.io"
_PROTECTED = (".k8s.io", ".kubernetes.io")


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    called = given.setdefault("names", {})
    kind = called.get("kind") or ""
    if not called.get("singular"):
        called["singular"] = kind.lower()
    if not called.get("listKind") and kind:
        called["listKind"] = f"{kind}List"
    if given.get("conversion") is None:
        given["conversion"] = {"strategy": "None"}


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    stored = [each["name"] for each in spec(obj).get("versions") or () if each.get("storage") and each.get("name")]
    if old is None:
        obj["status"] = {"conditions": None, "acceptedNames": {"plural": "", "kind": ""}, "storedVersions": stored}
        return
    known = status(old).get("storedVersions") or []
    if new := [version for version in stored if version not in known]:
        obj["status"] = {**status(old), "storedVersions": [*known, *new]}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    called, group = given["names"], given.get("group") or ""
    wanted = f"{called.get('plural') or ''}.{group}"
    if name(obj) != wanted:
        yield invalid("metadata.name", name(obj), 'must be spec.names.plural+"."+spec.group')
    if not group:
        yield required("spec.group")
    elif messages := subdomain_rule(group):
        yield invalid("spec.group", group, ",".join(messages))
    elif "." not in group:
        yield invalid("spec.group", group, "should be a domain with at least one dot")
    if group.endswith(_PROTECTED) and not annotations_of(obj).get(_APPROVAL):
        detail = (
            f'protected groups must have approval annotation "{_APPROVAL}", '
            "see https://github.com/kubernetes/enhancements/pull/1111"
        )
        yield required(f"metadata.annotations[{_APPROVAL}]", detail)
    if (scope := given.get("scope") or "") not in _SCOPES:
        yield not_supported("spec.scope", scope, _SCOPES) if scope else required("spec.scope")
    yield from _versions("spec.versions", given.get("versions") or [])
    yield from _names("spec.names", called)
    strategy = given["conversion"].get("strategy") or ""
    if not strategy:
        yield required("spec.conversion.strategy")
    elif strategy not in _STRATEGIES:
        yield not_supported("spec.conversion.strategy", strategy, _STRATEGIES)
    elif strategy == "Webhook" and not given["conversion"].get("webhook"):
        yield required("spec.conversion.webhook", "required when strategy is set to Webhook")


def _versions(path: str, versions: list[dict[str, Any]]) -> Iterator[Cause]:
    seen: list[str] = []
    for index, version in enumerate(versions):
        here, called = f"{path}[{index}]", version.get("name") or ""
        if messages := names.dns1035_label(called):
            yield invalid(f"{here}.name", called, ",".join(messages))
        if called in seen:
            yield invalid(path, string_list([*seen, called]), "must contain unique version names")
        seen.append(called)
        schema = (version.get("schema") or {}).get("openAPIV3Schema")
        if schema is None:
            yield required(f"{here}.schema.openAPIV3Schema", "schemas are required")
        else:
            yield from schemas.causes(schema, f"{here}.schema.openAPIV3Schema")
        yield from _subresources(f"{here}.subresources", version.get("subresources") or {})
        yield from _selectable(f"{here}.selectableFields", version.get("selectableFields") or [], schema or {})
        for place, column in enumerate(version.get("additionalPrinterColumns") or ()):
            yield from _column(f"{here}.additionalPrinterColumns[{place}]", column)
    stored = [each for each in versions if each.get("storage")]
    if len(stored) != 1:
        yield invalid(path, string_list(seen), "must have exactly one version marked as storage version")


def _subresources(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    if (scale := given.get("scale")) is None:
        return
    for field, root, needed in _SCALE_PATHS:
        at, text = f"{path}.scale.{field}", scale.get(field) or ""
        if not text:
            if needed:
                yield required(at)
        elif not text.startswith(f"{root}."):
            yield invalid(at, text, f"should be a json path under {root}")


_SCALE_PATHS = (
    ("specReplicasPath", ".spec", True),
    ("statusReplicasPath", ".status", True),
    ("labelSelectorPath", ".status", False),
)


def _selectable(path: str, fields: list[dict[str, Any]], schema: Mapping[str, Any]) -> Iterator[Cause]:
    if len(fields) > _MOST_SELECTABLE:
        yield too_many(path, len(fields), _MOST_SELECTABLE)
    seen: set[str] = set()
    for index, each in enumerate(fields):
        at, text = f"{path}[{index}].jsonPath", each.get("jsonPath") or ""
        if not text:
            yield required(at)
            continue
        if text in seen:
            yield duplicate(at, text)
        seen.add(text)
        if text.startswith(".metadata"):
            yield invalid(at, text, "must not point to fields in metadata")
            continue
        here: Mapping[str, Any] = schema
        for step in text.removeprefix(".").split("."):
            here = (here.get("properties") or {}).get(step) or {}
        if not here:
            yield invalid(at, text, "is an invalid path: does not refer to a valid field")
        elif here.get("type") not in ("string", "integer", "boolean"):
            yield invalid(at, text, "must point to a field of type string, boolean or integer")


_MOST_SELECTABLE = 8


def _column(path: str, column: Mapping[str, Any]) -> Iterator[Cause]:
    for field in ("name", "type", "jsonPath"):
        if not column.get(field):
            yield required(f"{path}.{field}")
    if (type_ := column.get("type")) and type_ not in _COLUMN_TYPES:
        yield not_supported(f"{path}.type", type_, _COLUMN_TYPES)
    if place := column.get("jsonPath"):
        try:
            jsonpath.compile(place)
        except jsonpath.PathError as error:
            yield invalid(f"{path}.jsonPath", place, f"is an invalid JSONPath: {error}")


def _names(path: str, called: Mapping[str, Any]) -> Iterator[Cause]:
    for field in ("plural", "singular", "kind", "listKind"):
        text = called.get(field) or ""
        if not text:
            yield required(f"{path}.{field}")
        elif messages := names.dns1035_label(text.lower() if "ind" in field else text):
            mixed = "may have mixed case, but should otherwise match: " if "ind" in field else ""
            yield invalid(f"{path}.{field}", text, mixed + ",".join(messages))
    for index, short in enumerate(called.get("shortNames") or ()):
        if messages := names.dns1035_label(short):
            yield invalid(f"{path}.shortNames[{index}]", short, ",".join(messages))
    if called.get("kind") and called.get("kind") == called.get("listKind"):
        yield invalid(f"{path}.listKind", called["listKind"], "kind and listKind may not be the same")
    seen: set[str] = set()
    for index, category in enumerate(called.get("categories") or ()):
        yield from name_causes(f"{path}.categories[{index}]", category, names.dns1035_label)
        if category in seen:
            yield duplicate(f"{path}.categories[{index}]", category)
        seen.add(category)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    established = any(
        each.get("type") == "Established" and each.get("status") == "True"
        for each in status(old).get("conditions") or ()
    )
    if established:
        for field in ("scope",):
            if spec(new).get(field) != spec(old).get(field):
                yield invalid(f"spec.{field}", spec(new).get(field), IMMUTABLE)
        for field in ("kind", "plural"):
            if spec(new)["names"].get(field) != spec(old)["names"].get(field):
                yield invalid(f"spec.names.{field}", spec(new)["names"].get(field), IMMUTABLE)
    served = {each.get("name") for each in spec(new).get("versions") or ()}
    for index, version in enumerate(status(new).get("storedVersions") or ()):
        if version not in served:
            yield invalid(f"status.storedVersions[{index}]", version, "must appear in spec.versions")


KIND = Kind(
    group=GROUP,
    version="v1",
    kind="CustomResourceDefinition",
    resource="customresourcedefinitions",
    singular="customresourcedefinition",
    namespaced=False,
    short_names=("crd", "crds"),
    categories=("api-extensions",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    has_generation=True,
    columns=(NAME, CREATED),
)
