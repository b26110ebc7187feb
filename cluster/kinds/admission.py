"""How an object gets into a cluster: created, changed, or on its way out, in the order the API server does it.

    1 types and unknown fields   2 preconditions   3 defaults   4 what the kind prepares (built-in admission included)
    5 validation   6 allocation   7 limits and quotas of the namespace   8 is the name free

Pure: reads the world of the commit, writes nothing but the world's address cursors. What holds for one kind only is
in that kind's module; `metadata.resourceVersion` is the store's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from cluster.intents import FieldValidation
from cluster.kinds import conversion, limits, ownership, quota, webhooks
from cluster.kinds import metadata as metas
from cluster.kinds.custom import reading as custom
from cluster.kinds.deletion import begin_delete
from cluster.kinds.kind import Admission, Kind
from cluster.kinds.ownership import Writer
from cluster.machinery import schema
from cluster.machinery.errors import (
    AlreadyExists,
    BadRequest,
    Cause,
    Conflict,
    Forbidden,
    Invalid,
    NoSubresource,
    NotFound,
    TooLargeToStore,
)
from cluster.machinery.objects import NAMESPACES, Obj, annotations_of, copy, is_terminating, timestamp
from cluster.machinery.ownership.managers import is_reset

__all__ = ["admit_create", "admit_update", "begin_delete", "check_fields"]

_stamp = lru_cache(maxsize=16)(timestamp)
"""One commit makes many objects at one moment."""
_AS_GIVEN = ("apiVersion", "kind", "data")
"""Parts in which a null is not the same as nothing, or cannot be."""
_EVERYWHERE = ("", "status", "binding", "finalize")
_GENERATED_LENGTH = 63 - 5
_GENERATED_TRIES = 8
LARGEST = 1024 * 1024 * 3 // 2
"""Bytes of an object that the store takes."""


def check_fields(kind: Kind, obj: Obj, field_validation: FieldValidation = "Strict") -> list[str]:
    """Look for fields the kind does not have: BadRequest under Strict; else the warnings to show (none: Ignore)."""
    if field_validation == "Ignore":
        return []
    if field_validation == "Strict":
        check_types(kind, obj, strict=True)
        return []
    if kind.custom:
        return [f'unknown field "{field}"' for field in custom.unknown_fields(kind, obj)]
    return [f'unknown field "{field}"' for field in schema.unknown_fields(_version(kind, obj), kind.kind, obj)]


def check_types(kind: Kind, obj: Obj, *, strict: bool = False) -> None:
    """BadRequest at the first value that is of the wrong type; `strict`: or at fields that the kind does not have."""
    refusal = (
        custom.decode_error(kind, obj, strict=strict)
        if kind.custom
        else schema.decode_error(_version(kind, obj), kind.kind, obj, strict=strict)
    )
    if refusal is not None:
        raise refusal


def _version(kind: Kind, obj: Obj) -> str:
    """The version an object is written in; the stored one when it says none of its kind's."""
    given = obj.get("apiVersion")
    return given if given in kind.served_versions else kind.api_version


def admit_create(
    kind: Kind, obj: Obj, admission: Admission, *, trusted: bool = False, writer: Writer | None = None
) -> Obj:
    """The object as it is to be stored; `obj` is not changed. `trusted` leaves out the look at every value's type,
    for what our own controllers make. What a `writer` sets is recorded as theirs. Raises ApiError."""
    kind = kind.written_in(obj.get("apiVersion"))
    if not kind.stored:
        raise BadRequest(f"a {kind.kind} is a question to the Kubernetes API, which answers it. It cannot be stored")
    if not trusted:
        check_types(kind, obj)
    new = _copied(conversion.stored(kind, obj))
    if not trusted:
        new = {
            part: value if part in _AS_GIVEN or (kind.custom and part != "metadata") else _without_nothing(value)
            for part, value in new.items()
            if value is not None
        }
    new["apiVersion"], new["kind"] = kind.api_version, kind.kind
    metadata = new["metadata"] = metas.compact(new.get("metadata") or {})
    _place(kind, metadata, admission)
    kind.default(new)
    if writer is not None:
        given = (obj.get("metadata") or {}).get("managedFields")
        _own(metadata, ownership.recorded(kind, None, new, writer, given, _stamp(admission.now)))
    metadata["uid"] = admission.dice.uid()
    metadata["creationTimestamp"] = _stamp(admission.now)
    if kind.has_generation:
        metadata["generation"] = 1
    else:
        del metadata["generation"]
    if not metadata.get("name") and metadata.get("generateName"):
        metadata["name"] = _generated_name(kind, new, admission)
    kind.prepare(new, None, admission)
    if admission.world.count(webhooks.MUTATING):
        new = _mutated(kind, new, None, admission, "")
        metadata = new["metadata"]
    causes = list(metas.created(metadata, namespaced=kind.namespaced, rule=kind.name_rule, loose=kind.loose_finalizers))
    causes.extend(kind.validate(new))
    if stricter := kind.stricter.get(str(obj.get("apiVersion"))):
        causes.extend(stricter.validate_create(new))
    _refuse(kind, metadata, causes or kind.allocate(new, None, admission))
    limits.enforce(kind, new, None, admission)
    quota.enforce(kind, new, None, admission)
    if not trusted:
        _check_size(new)
    if kind.key(new) in admission.world:
        raise AlreadyExists(kind.resource, metadata["name"], kind.group)
    return new


def _check_size(obj: Obj) -> None:
    if len(orjson.dumps(obj)) > LARGEST:
        raise TooLargeToStore


def _copied(obj: Obj) -> Obj:
    try:
        return copy(obj)
    except TypeError as error:
        # The encoder's limit, 254 levels: nothing of Kubernetes' own comes near.
        raise BadRequest("the object is nested too deeply") from error


def _place(kind: Kind, metadata: dict[str, Any], admission: Admission) -> None:
    """Put the object into its namespace, which must exist and be there to stay."""
    if not kind.namespaced:
        if metadata.get("namespace"):
            raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")
        return
    where = metadata.setdefault("namespace", "default")
    found = admission.world.find(NAMESPACES, "", where)
    if found is None:
        raise NotFound("namespaces", where)
    if is_terminating(found):
        detail = f"unable to create new content in namespace {where} because it is being terminated"
        error = Forbidden(kind.resource, metadata.get("name", ""), detail, kind.group)
        message = f"namespace {where} is being terminated"
        cause = {"reason": "NamespaceTerminating", "message": message, "field": "metadata.namespace"}
        error.details = {**(error.details or {}), "causes": [cause]}
        raise error


def _generated_name(kind: Kind, obj: Obj, admission: Admission) -> str:
    """generateName and five characters; another five when that name is taken, a few times."""
    base = obj["metadata"]["generateName"][:_GENERATED_LENGTH]
    key = kind.key(obj)
    for _ in range(_GENERATED_TRIES):
        made = f"{base}{admission.dice.suffix()}"
        if key._replace(name=made) not in admission.world:
            return made
    return made


def _without_nothing(value: Any) -> Any:
    """JSON null and an empty list say the same as a field left out."""
    if isinstance(value, dict):
        return {key: _without_nothing(each) for key, each in value.items() if each is not None and each != []}
    if isinstance(value, list):
        return [_without_nothing(each) for each in value if each is not None]
    return value


def _own(metadata: dict[str, Any], entries: list[Obj]) -> None:
    if entries:
        metadata["managedFields"] = entries
    else:
        metadata.pop("managedFields", None)


def admit_update(
    kind: Kind,
    new: Obj,
    old: Obj,
    admission: Admission,
    subresource: str = "",
    *,
    trusted: bool = False,
    writer: Writer | None = None,
    hooked: bool = True,
) -> Obj:
    """The stored object after a change from `old` to `new`, `old` itself when nothing changes. Neither is changed, but
    parts of both may stand in the result; parts they share are not looked at again. Raises ApiError.

    `subresource`: "" all but the status, "status", "binding" (a pod's place), "finalize" (a Namespace's spec) or one of
    the kind's `parts`. `hooked`: webhooks may change it."""
    if subresource not in _EVERYWHERE and subresource not in kind.parts:
        raise NoSubresource
    if new is old and (writer is None or writer.entries is None):
        return old
    kind = kind.written_in(new.get("apiVersion"))
    if not trusted:
        check_types(kind, new)
    stricter = kind.stricter.get(str(new.get("apiVersion")))
    new = conversion.stored(kind, new)
    given = new.get("metadata") or {}
    metadata = old["metadata"]
    if given is not metadata:
        _check_preconditions(kind, given, metadata)
        metadata = metas.carried_over(given if trusted else _without_nothing(given), metadata)
    if writer is not None and not subresource and is_reset(given.get("managedFields")):
        metadata = {name: each for name, each in metadata.items() if name != "managedFields"}
    alone = kind.parts.get(subresource)
    candidate = _merged(kind, new, old, subresource)
    candidate["metadata"] = old["metadata"] if alone and not alone.with_metadata else metadata
    if subresource == "status" and candidate.get("status") is not old.get("status"):
        kind.default_status(candidate)
    if writer is not None and writer.entries is not None:
        _record(kind, old, candidate, writer, None, admission)
    if subresource == "binding":
        # What a scheduler decides is no update of the spec: nothing of it is validated again.
        return candidate
    if kind.custom:
        kind.default(candidate)
        _settle(candidate, old)
    contents_changed = any(candidate.get(part) is not old.get(part) for part in _contents(candidate, old))
    if contents_changed or candidate["metadata"] is not old["metadata"]:
        # Defaults and preparations write in place, so they work on a copy of what changed.
        for part in _contents(candidate, old):
            if candidate.get(part) is not old.get(part) and part in candidate:
                changed = _copied({"": candidate[part]})[""]
                candidate[part] = changed if trusted or kind.custom or part in _AS_GIVEN else _without_nothing(changed)
        if not subresource:
            if candidate["metadata"] is old["metadata"]:
                candidate["metadata"] = dict(metadata)
            if contents_changed:
                kind.default(candidate)
            _record(kind, old, candidate, writer, given, admission)
            kind.prepare(candidate, old, admission)
        elif alone and contents_changed:
            kind.default(candidate)
        if subresource:
            _record(kind, old, candidate, writer, given, admission)
        contents_changed = _settle(candidate, old)
    elif candidate.get("status") is not old.get("status"):
        _record(kind, old, candidate, writer, given, admission)
    if hooked and admission.world.count(webhooks.MUTATING):
        asked_for = candidate
        candidate = _mutated(kind, candidate, old, admission, subresource)
        contents_changed = _settle(candidate, old) if candidate is not asked_for else contents_changed
    status_changed = candidate.get("status") is not old.get("status")
    if candidate["metadata"] is not old["metadata"] and metas.alike(
        candidate["metadata"], old["metadata"], timeless=not contents_changed and not status_changed
    ):
        candidate["metadata"] = old["metadata"]
    if not contents_changed and not status_changed and candidate["metadata"] is old["metadata"]:
        return old
    if kind.has_generation and not subresource:
        state = kind.custom is not None and not kind.has_status and status_changed
        _count(kind, candidate, old, contents_changed=contents_changed or state)
    causes: list[Cause] = []
    if candidate["metadata"] is not old["metadata"]:
        causes.extend(metas.updated(candidate["metadata"], old["metadata"], loose=kind.loose_finalizers))
    if contents_changed:
        causes.extend(kind.validate(candidate))
    causes.extend((alone or kind).validate_update(candidate, old))
    if stricter:
        causes.extend(stricter.validate_update(candidate, old))
    _refuse(kind, old["metadata"], causes or kind.allocate(candidate, old, admission))
    if contents_changed:
        limits.enforce(kind, candidate, old, admission)
        quota.enforce(kind, candidate, old, admission)
    if not trusted:
        _check_size(candidate)
    return candidate


def _mutated(kind: Kind, new: Obj, old: Obj | None, admission: Admission, subresource: str) -> Obj:
    """The object as webhooks leave it, with defaults again; the very same when they change nothing."""
    left = webhooks.changed(kind, new, old, admission, subresource)
    if left is None:
        return new
    changed = _copied(left)
    check_types(kind, changed)
    if subresource and old is not None:
        changed = {**_merged(kind, changed, old, subresource), "metadata": changed["metadata"]}
    kind.default(changed)
    if not subresource:
        kind.prepare(changed, old, admission)
    return changed


def _record(
    kind: Kind, old: Obj, candidate: Obj, writer: Writer | None, given: Obj | None, admission: Admission
) -> None:
    """Say in the candidate whose its fields are now."""
    if writer is None:
        return
    asked = (given or {}).get("managedFields")
    candidate["metadata"] = dict(candidate["metadata"])
    _own(candidate["metadata"], ownership.recorded(kind, old, candidate, writer, asked, _stamp(admission.now)))


def _contents(new: Obj, old: Obj) -> list[str]:
    """The parts that are neither identity nor metadata nor status."""
    return [part for part in {**old, **new} if part not in ("apiVersion", "kind", "metadata", "status")]


def _merged(kind: Kind, new: Obj, old: Obj, subresource: str) -> Obj:
    """Old and new put together as the subresource allows; parts that are equal are the old ones themselves."""
    if subresource in kind.parts:
        return dict(kind.parts[subresource].taken(new, old))
    if subresource == "status":
        candidate = dict(old)
        _take(candidate, "status", new, old)
        return candidate
    if subresource == "finalize":
        # Only a Namespace has this: what still has to be cleared away before it may go.
        left = (new.get("spec") or {}).get("finalizers") or []
        return {**old, "spec": {**(old.get("spec") or {}), "finalizers": left}}
    if subresource == "binding":
        candidate = dict(old)
        _take(candidate, "spec", new, old)
        _take(candidate, "status", new, old)
        return candidate
    candidate = {"apiVersion": old["apiVersion"], "kind": old["kind"], "metadata": None}
    for part in _contents(new, {}):
        _take(candidate, part, new, old)
    _take(candidate, "status", old if kind.has_status else new, old)
    return candidate


def _take(candidate: Obj, part: str, source: Obj, old: Obj) -> None:
    value, was = source.get(part), old.get(part)
    if value is None:
        candidate.pop(part, None)
    elif value is was or value == was:
        candidate[part] = was
    else:
        candidate[part] = value


def _settle(candidate: Obj, old: Obj) -> bool:
    """Give equal parts their old identity back; whether any differs."""
    differs = False
    for part in _contents(candidate, old):
        if candidate.get(part) is old.get(part):
            continue
        if candidate.get(part) == old.get(part):
            candidate[part] = old.get(part)
        else:
            differs = True
    if candidate.get("status") is not old.get("status") and candidate.get("status") == old.get("status"):
        candidate["status"] = old.get("status")
    return differs


def _count(kind: Kind, candidate: Obj, old: Obj, *, contents_changed: bool) -> None:
    if not contents_changed and not (kind.annotations_count and annotations_of(candidate) != annotations_of(old)):
        return
    metadata = candidate["metadata"]
    candidate["metadata"] = {**metadata, "generation": int(metadata.get("generation") or 0) + 1}


# The keys etcd would have them under, which a refused precondition names.
_REGISTRY_PATHS = {"services": "services/specs", "endpoints": "services/endpoints", "nodes": "minions"}


def _check_preconditions(kind: Kind, given: dict[str, Any], metadata: dict[str, Any]) -> None:
    """The uid and the version that the writer saw must still be those that are stored."""
    name = metadata["name"]
    wanted, present = given.get("uid"), metadata.get("uid")
    if wanted and wanted != present:
        place = "/".join(filter(None, (_REGISTRY_PATHS.get(kind.resource, kind.resource), metadata.get("namespace"))))
        detail = (
            f"StorageError: invalid object, Code: 4, Key: /registry/{place}/{name}, ResourceVersion: 0, "
            f"AdditionalErrorMsg: Precondition failed: UID in precondition: {wanted}, UID in object meta: {present}"
        )
        raise Conflict(kind.resource, name, detail, kind.group)
    version = str(given.get("resourceVersion") or "")
    if version not in ("", "0", str(metadata.get("resourceVersion") or "")):
        raise Conflict(kind.resource, name, group=kind.group)


def _refuse(kind: Kind, metadata: dict[str, Any], causes: Any) -> None:
    found: list[Cause] = list(causes)
    if found:
        raise Invalid(kind.kind, str(metadata.get("name") or ""), found, kind.group)
