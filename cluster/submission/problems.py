"""Where a refusal belongs in the text, and what to say about it. Pure: manifest + error -> Problems."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Mapping
from typing import Any

from cluster.kinds import BUILT_IN, Kind
from cluster.kinds.custom.reading import unknown_fields
from cluster.kinds.fields import MISMATCH
from cluster.kinds.registry import Registry
from cluster.machinery import schema, selectors, shapes
from cluster.machinery.errors import AlreadyExists, ApiError, Cause, Forbidden, Invalid, NotFound
from cluster.machinery.lines import shown
from cluster.machinery.objects import Obj
from cluster.manifests import Manifest, line_of
from cluster.submission import words
from cluster.submission.values import Fix, Problem

_STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")


def value_at(obj: Any, field: str) -> Any:
    """The value at "spec.ports[0].port"; None when there is none."""
    for name, index in _STEP.findall(field):
        if name and isinstance(obj, dict):
            obj = obj.get(name)
        elif index.isdigit() and isinstance(obj, list) and int(index) < len(obj):
            obj = obj[int(index)]
        else:
            return None
    return obj


def problem(manifest: Manifest, field: str, message: str, api: str = "", fix: tuple[str, str] | None = None) -> Problem:
    line = line_of(manifest, field) if field else manifest.line
    edit = Fix(f"Use {fix[1]}", line, *fix) if fix else None
    return Problem(line, field, message, api, edit)


def of_kind(manifest: Manifest, registry: Registry = BUILT_IN) -> Problem | Kind:
    """The document's kind, or what is wrong with what it says it is."""
    obj = manifest.object
    version, name = obj.get("apiVersion"), obj.get("kind")
    if not name:
        message = "kind is missing: it says what the document describes, like Service."
        return problem(manifest, "kind", message, _NOT_SET % "kind")
    if not version:
        served = _versions(str(name), registry)
        example = f"For a {name} it is {served[0]}." if served else "For a Service it is v1."
        return problem(manifest, "apiVersion", f"apiVersion is missing. {example}", _NOT_SET % "apiVersion")
    if not isinstance(name, str) or not isinstance(version, str):
        field = "apiVersion" if isinstance(name, str) else "kind"
        return problem(manifest, field, f"{field} is text. This is {words.of_value(obj[field])}.")
    kind = registry.by_kind(version, name)
    if kind is not None:
        return kind
    api = f'no matches for kind "{name}" in version "{version}"'
    if served := _versions(name, registry):
        message = f"{words.article(name)} {name} is in {words.listed(served)}. This says {version}."
        return problem(manifest, "apiVersion", message, api, (version, served[0]))
    near = words.nearest(name, {each.kind for each in registry.kinds})
    guess = f" Did you mean {near}?" if near else ""
    return problem(manifest, "kind", f"There is no kind {name} here.{guess}", api, (name, near) if near else None)


_NOT_SET = "error validating data: %s not set"


def _versions(kind: str, registry: Registry) -> list[str]:
    return [version for each in registry.kinds if each.kind == kind for version in each.every_version]


def of_shape(manifest: Manifest, kind: Kind) -> list[Problem]:
    """Values of the wrong type and fields the kind does not have: all of them, where the API stops at the first."""
    obj = manifest.object
    version = kind.api_version if kind.api_version == obj["apiVersion"] else str(obj["apiVersion"])
    subject = f'{kind.kind} in version "{version.rpartition("/")[2]}" cannot be handled as a {kind.kind}: '
    wrong = [
        _mistyped(manifest, version, kind, field, subject + api)
        for field, api in schema.type_errors(version, kind.kind, obj)
    ]
    unknown = [
        _unknown(manifest, version, kind, field, f'{subject}strict decoding error: unknown field "{field}"')
        for field in (unknown_fields(kind, obj) if kind.custom else schema.unknown_fields(version, kind.kind, obj))
    ]
    return [*wrong, *unknown]


def _mistyped(manifest: Manifest, version: str, kind: Kind, field: str, api: str) -> Problem:
    found = value_at(manifest.object, field)
    wanted = words.of_type(schema.field_type(version, kind.kind, field) or "")
    fix = None
    if wanted == "text" and isinstance(found, int | float) and not isinstance(found, bool):
        fix = (str(found), f'"{found}"')
    elif isinstance(found, str) and wanted.endswith("number") and re.fullmatch(r"-?\d+", found):
        fix = (f'"{found}"', found)
    message = f"{words.last(field)} is {wanted}. This is {words.of_value(found)}."
    if wanted == "text" and isinstance(found, bool):
        message += " YAML reads yes, no, on and off so too: put it in quotes."
    return problem(manifest, field, message, api, fix)


def _unknown(manifest: Manifest, version: str, kind: Kind, field: str, api: str) -> Problem:
    parent, _, name = field.rpartition(".")
    siblings = _fields_of(version, kind, parent)
    where = parent or f"{words.article(kind.kind).lower()} {kind.kind}"
    if owner := _empty_above(manifest, version, kind, parent, name):
        message = (
            f"{where} has no field {name}. {owner} has one, and nothing stands in it: indent {name} below {owner}."
        )
        return problem(manifest, field, message, api)
    near = difflib.get_close_matches(name, siblings, n=1, cutoff=0.6)
    guess = near[0] if near else words.nearest(name, siblings)
    hint = f" Did you mean {guess}?" if guess else ""
    return problem(manifest, field, f"{where} has no field {name}.{hint}", api, (name, guess) if guess else None)


def _empty_above(manifest: Manifest, version: str, kind: Kind, parent: str, name: str) -> str:
    """The empty field before this one that has one of this name: somebody forgot to indent. "" when there is none."""
    beside = value_at(manifest.object, parent) if parent else manifest.object
    fields = beside if isinstance(beside, dict) else {}
    before = itertools.takewhile(lambda each: each != name, fields)
    empty = [each for each in before if fields[each] in (None, {}, [])]
    paths = ((each, f"{parent}.{each}" if parent else each) for each in empty)
    found = [each for each, path in paths if name in _fields_of(version, kind, path)]
    return found[-1] if found else ""


def _fields_of(version: str, kind: Kind, path: str) -> list[str]:
    """The names of the fields that the thing at `path` can have."""
    place: shapes.Field | None = schema.patch_schema(version, kind.kind)  # type: ignore[assignment]
    for name, index in _STEP.findall(path):
        if place is not None:
            place = place.child(name) if name else place.item() or place.child(index)
    return list(place.shape.fields) if place is not None and isinstance(place.shape, shapes.Struct) else []


def of_error(
    manifest: Manifest, kind: Kind, error: ApiError, defined_later: Mapping[str, int], stored: Obj | None = None
) -> list[Problem]:
    """A refusal by admission. `defined_later`: namespaces that only a later document makes -> its number. `stored`: the
    object as it is now."""
    if isinstance(error, Invalid):
        causes = _told(manifest, error.causes)
        return [each for cause in causes for each in _fixed(manifest, cause, stored) or [_cause(manifest, cause)]]
    if isinstance(error, NotFound) and (error.details or {}).get("kind") == "namespaces":
        where = str((error.details or {}).get("name"))
        later = defined_later.get(where)
        hint = f"Document {later} makes it: put it before this one." if later else "Make it first, or name another."
        return [problem(manifest, "metadata.namespace", f"There is no namespace {where}. {hint}", error.message)]
    if isinstance(error, Forbidden) and "being terminated" in error.message:
        message = "The namespace is being deleted: nothing new can be made in it."
        return [problem(manifest, "metadata.namespace", message, error.message)]
    if isinstance(error, AlreadyExists):
        return [problem(manifest, "metadata.name", "An object of this name is there already.", error.message)]
    if "service account" in error.message:
        field = next((each for each in manifest.lines if each.endswith("serviceAccountName")), "spec")
        message = f"There is no service account {value_at(manifest.object, field)} in this namespace. Make it first."
        return [problem(manifest, field, message, error.message)]
    if isinstance(error, Forbidden) and "cannot get" in error.message:
        one = f"{words.article(kind.kind).lower()} {kind.kind}"
        message = f"You may not see {one} here, so what this would change is not told."
        return [problem(manifest, "kind", message, error.message)]
    if "does not match the namespace sent" in error.message:
        message = f"{words.article(kind.kind)} {kind.kind} belongs to no namespace. Leave metadata.namespace out."
        return [problem(manifest, "metadata.namespace", message, error.message)]
    return [problem(manifest, "", error.message, error.message)]


def _fixed(manifest: Manifest, cause: Cause, stored: Obj | None) -> list[Problem]:
    """Where the API says only which fields may change: the others that do, each at its line."""
    may_change = words.changeable(cause)
    if may_change is None or stored is None:
        return []
    wanted, has = manifest.object.get("spec") or {}, stored.get("spec") or {}
    changed = [field for field in words.differing("spec", wanted, has) if not may_change.match(field)]
    return [
        problem(
            manifest,
            field,
            words.of_fixed(field, value_at(stored, field), cause).message,
            f"{cause.field}: {cause.message}",
        )
        for field in changed
    ]


def _told(manifest: Manifest, causes: list[Cause]) -> list[Cause]:
    """Without those about fields that nobody wrote and that only repeat another's value (targetPort after port)."""
    given = {cause.message for cause in causes if value_at(manifest.object, cause.field) is not None}
    kept = [
        cause for cause in causes if cause.message not in given or value_at(manifest.object, cause.field) is not None
    ]
    return list(dict.fromkeys(kept or causes))


def _cause(manifest: Manifest, cause: Cause) -> Problem:
    field = _exact(manifest, cause)
    if MISMATCH in cause.message and (found := _mismatch(manifest.object, cause.field)):
        field, said = found
        return problem(manifest, field, said.message, f"{cause.field}: {cause.message}", said.instead)
    said = words.of_cause(cause._replace(field=field), value_at(manifest.object, field))
    return problem(manifest, field, said.message, f"{cause.field}: {cause.message}", said.instead)


def _mismatch(obj: Obj, field: str) -> tuple[str, words.Said] | None:
    """Where the labels of a workload's template are other than its selector wants; None where that cannot be told."""
    given, labels = value_at(obj, "spec.selector"), value_at(obj, field) or {}
    if not isinstance(given, dict) or not isinstance(labels, dict):
        return None
    plain = all(isinstance(each, str) for each in given.values())  # a ReplicationController's
    try:
        selector = selectors.from_labels(given) if plain else selectors.from_label_selector(given)
    except selectors.SelectorError:
        return None
    if (told := words.of_mismatch(selector, labels)) is None:
        return None
    key, said = told
    return (shown(field, key) if key in labels else field), said


def _exact(manifest: Manifest, cause: Cause) -> str:
    """The field as the document wrote it: `clusterIP` for the API's `clusterIPs[0]`, the label for `labels`."""
    field = cause.field
    if "clusterIPs" in field and value_at(manifest.object, "spec.clusterIPs") is None:
        return "spec.clusterIP"
    if field.endswith(("labels", "annotations", "matchLabels")):
        table = value_at(manifest.object, field)
        for name, value in (table or {}).items() if isinstance(table, dict) else ():
            if f'"{value}"' in cause.message or f'"{name}"' in cause.message:
                return shown(field, name)
    return field


def without_meaning(obj: Obj) -> str:
    """A short name for a document that names nothing."""
    metadata = obj.get("metadata")
    name = metadata.get("name") or metadata.get("generateName") if isinstance(metadata, dict) else ""
    return name if isinstance(name, str) else ""
