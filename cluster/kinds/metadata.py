"""What every object's metadata must be, at its creation and in an update, with Kubernetes' words for what it is not.

Knows no kind: which rule a name follows is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cluster.kinds.goprint import string_list
from cluster.kinds.rules import key_rule, label_rule, subdomain_rule, value_rule
from cluster.machinery.errors import Cause, forbidden, invalid, required, too_long
from cluster.machinery.objects import Obj
from cluster.machinery.ownership.managers import LONGEST_NAME, without_times

NameRule = Callable[[str], Sequence[str]]

_ANNOTATIONS_LIMIT = 256 * 1024
_LONGEST_SUBRESOURCE = 256
_STANDARD_FINALIZERS = frozenset({"foregroundDeletion", "orphan", "kubernetes"})


def created(
    metadata: Mapping[str, Any], *, namespaced: bool, rule: NameRule | None, loose: bool = False
) -> Iterator[Cause]:
    """Faults in the metadata of a new object. `loose`: its finalizers may have any name."""
    rule = rule or subdomain_rule
    if prefix := metadata.get("generateName"):
        # A prefix may end with a dash, since a suffix follows.
        for message in rule(f"{prefix[:-1]}a" if prefix.endswith("-") else prefix):
            yield invalid("metadata.generateName", prefix, message)
    if not metadata.get("name"):
        yield required("metadata.name", "name or generateName is required")
    else:
        for message in rule(metadata["name"]):
            yield invalid("metadata.name", metadata["name"], message)
    if namespaced and (where := metadata.get("namespace")):
        for message in label_rule(where):
            yield invalid("metadata.namespace", where, message)
    yield from _contents(metadata, loose=loose)


def updated(new: Mapping[str, Any], old: Mapping[str, Any], *, loose: bool = False) -> Iterator[Cause]:
    """Faults in changed metadata. What the server keeps by itself has been put back before."""
    for field in ("name", "namespace"):
        if new.get(field, "") != old.get(field, ""):
            yield invalid(f"metadata.{field}", new.get(field, ""), "field is immutable")
    if old.get("deletionTimestamp"):
        added = sorted(set(new.get("finalizers") or ()) - set(old.get("finalizers") or ()))
        if added:
            yield forbidden(
                "metadata.finalizers",
                "no new finalizers can be added if the object is being deleted, found new finalizers "
                f"{string_list(added)}",
            )
    yield from _contents(new, loose=loose)


def _contents(metadata: Mapping[str, Any], *, loose: bool) -> Iterator[Cause]:
    if given := metadata.get("labels"):
        yield from labels("metadata.labels", given)
    if given := metadata.get("annotations"):
        yield from notes("metadata.annotations", given)
    if references := metadata.get("ownerReferences"):
        yield from _owners(references)
    if finalizers := metadata.get("finalizers"):
        yield from _finalizers(finalizers, loose=loose)
    if managers := metadata.get("managedFields"):
        yield from _managers(managers)


def _managers(entries: Sequence[Mapping[str, Any]]) -> Iterator[Cause]:
    for number, entry in enumerate(entries):
        path = f"metadata.managedFields[{number}]"
        if entry.get("operation") not in ("Apply", "Update"):
            yield invalid(f"{path}.operation", entry.get("operation") or "", "must be `Apply` or `Update`")
        if entry.get("fieldsType") not in (None, "", "FieldsV1"):
            yield invalid(f"{path}.fieldsType", entry["fieldsType"], "must be `FieldsV1`")
        yield from field_manager(f"{path}.manager", entry.get("manager") or "")
        if len(entry.get("subresource") or "") > _LONGEST_SUBRESOURCE:
            yield too_long(f"{path}.subresource", _LONGEST_SUBRESOURCE)


def field_manager(path: str, called: str) -> Iterator[Cause]:
    """Faults in the name of somebody who writes."""
    if len(called.encode()) > LONGEST_NAME:
        yield too_long(path, LONGEST_NAME)
    for number, sign in enumerate(called):
        if not sign.isprintable():
            detail = f"invalid character U+{ord(sign):04X} (at position {number})"
            yield invalid(path, called, detail)


def labels(path: str, given: Mapping[str, str]) -> Iterator[Cause]:
    for key, value in given.items():
        for message in key_rule(key):
            yield invalid(path, key, message)
        for message in value_rule(value or ""):
            yield invalid(path, value, message)


def notes(path: str, given: Mapping[str, str]) -> Iterator[Cause]:
    size = 0
    for key, value in given.items():
        for message in key_rule(key.lower()):
            yield invalid(path, key, message)
        size += len(key) + len(value or "")
    if size > _ANNOTATIONS_LIMIT:
        yield too_long(path, _ANNOTATIONS_LIMIT)


def _owners(references: Sequence[Mapping[str, Any]]) -> Iterator[Cause]:
    path = "metadata.ownerReferences"
    controller = ""
    for reference in references:
        if not reference.get("apiVersion"):
            yield invalid(f"{path}.apiVersion", "", "version must not be empty")
        for field in ("kind", "name", "uid"):
            if not reference.get(field):
                yield invalid(f"{path}.{field}", "", "must not be empty")
        if reference.get("apiVersion") == "v1" and reference.get("kind") == "Event":
            yield invalid(path, dict(reference), "/v1, Kind=Event is disallowed from being an owner")
        if reference.get("controller"):
            if controller:
                detail = (
                    'Only one reference can have Controller set to true. Found "true" in references for '
                    f"{controller} and {reference.get('name')}"
                )
                yield invalid(path, list(references), detail)
            controller = str(reference.get("name"))


def _finalizers(finalizers: Sequence[str], *, loose: bool) -> Iterator[Cause]:
    path = "metadata.finalizers"
    for finalizer in finalizers:
        for message in key_rule(finalizer):
            yield invalid(path, finalizer, message)
        if not loose and "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
            yield invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified")
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        detail = "finalizer orphan and foregroundDeletion cannot be both set"
        yield invalid(path, string_list(finalizers), detail)


_SERVER_FIELDS = (
    "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
    "deletionTimestamp", "deletionGracePeriodSeconds",
)  # fmt: skip
_CLIENT_FIELDS = ("labels", "annotations", "ownerReferences", "finalizers", "managedFields")


def carried_over(given: Mapping[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """The metadata after an update: what only the server may set stays, the rest is as given. `old` itself when
    nothing changes, so that callers can tell by identity."""
    if given is old:
        return old
    if not given.get("managedFields") and "managedFields" in old:
        given = {**given, "managedFields": old["managedFields"]}  # who does not know of them does not mean to drop them
    kept = {field: old[field] for field in _SERVER_FIELDS if field in old}
    for field in ("name", "namespace"):
        if given.get(field):
            kept[field] = given[field]
    kept |= {field: value for field, value in given.items() if value and field not in _SERVER_FIELDS}
    return old if kept == old else kept


def alike(new: Mapping[str, Any], old: Mapping[str, Any], *, timeless: bool) -> bool:
    """Whether both say the same; `timeless`: that somebody wrote the same again later is no difference."""
    if not timeless or "managedFields" not in new or "managedFields" not in old:
        return new == old
    both = ({**each, "managedFields": without_times(each["managedFields"])} for each in (new, old))
    return next(both) == next(both)


def compact(given: Obj) -> dict[str, Any]:
    """Metadata of a new object in the API's own order, without what the server sets and without empty parts."""
    found = {field: given[field] for field in ("name", "generateName", "namespace") if given.get(field)}
    found |= {"uid": "", "generation": 0, "creationTimestamp": ""}
    for field in _CLIENT_FIELDS:
        if value := given.get(field):
            found[field] = value
    for field, value in given.items():
        if field not in found and field not in _SERVER_FIELDS and field not in _CLIENT_FIELDS and value:
            found[field] = value
    return found
