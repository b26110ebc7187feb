"""What a query (and a DELETE's body) says about a write. Pure; refuses what the real server's options refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, cast

from cluster.api.refusals import OptionsInvalid
from cluster.api.request import Request
from cluster.intents import FieldValidation, Propagation
from cluster.kinds.metadata import field_manager
from cluster.machinery.errors import BadRequest, Cause, forbidden, invalid, not_supported, required
from cluster.machinery.ownership.managers import name_of

_VALIDATIONS = ("", "Ignore", "Strict", "Warn")


class WriteOptions(NamedTuple):
    manager: str
    dry_run: bool
    validation: FieldValidation
    force: bool = False


class DeleteOptions(NamedTuple):
    uid: str = ""
    resource_version: str = ""
    propagation: Propagation | None = None
    grace_seconds: int | None = None
    dry_run: bool = False


def manager_of(request: Request) -> str:
    """`fieldManager=`, else what the client's User-Agent begins with."""
    return name_of(request.first("fieldManager"), request.headers.get("user-agent", "")) or "unknown"


def read(request: Request, kind: str, *, apply: bool = False) -> WriteOptions:
    """`kind`: CreateOptions, UpdateOptions or PatchOptions. OptionsInvalid."""
    causes = [*_dry_run(request.every("dryRun")), *_validation(request.first("fieldValidation"))]
    given = request.first("fieldManager")
    causes.extend(field_manager("fieldManager", given))
    if kind == "PatchOptions":
        if apply and not given:
            causes.append(required("fieldManager", "is required for apply patch"))
        if not apply and request.first("force"):
            causes.append(forbidden("force", "may not be specified for non-apply patch"))
    if causes:
        raise OptionsInvalid(kind, causes)
    validation = cast("FieldValidation", request.first("fieldValidation") or "Warn")
    return WriteOptions(manager_of(request), bool(request.every("dryRun")), validation, request.flag("force"))


def deletion(request: Request, body: dict[str, Any]) -> DeleteOptions:
    """From the body, else from the query. BadRequest or OptionsInvalid."""
    source: dict[str, Any] = body or _from_query(request)
    propagation, orphan = source.get("propagationPolicy"), source.get("orphanDependents")
    dry_run, grace = source.get("dryRun") or [], source.get("gracePeriodSeconds")
    conditions = source.get("preconditions") or {}
    if not isinstance(dry_run, list) or not isinstance(conditions, dict) or not _is_whole(grace):
        raise BadRequest(
            "DeleteOptions cannot be read: dryRun is a list, preconditions an object, gracePeriodSeconds a number"
        )
    causes = list(_dry_run(dry_run))
    if propagation is not None and orphan is not None:
        detail = "orphanDependents and deletionPropagation cannot be both set"
        causes.append(invalid("propagationPolicy", propagation, detail))
    if propagation not in (None, "Foreground", "Background", "Orphan"):
        causes.append(not_supported("propagationPolicy", propagation, ("Foreground", "Background", "Orphan", "nil")))
    if causes:
        raise OptionsInvalid("DeleteOptions", causes)
    if propagation is None and orphan is not None:
        propagation = "Orphan" if orphan else "Background"
    return DeleteOptions(
        str(conditions.get("uid") or ""),
        str(conditions.get("resourceVersion") or ""),
        propagation,
        grace,
        bool(dry_run),
    )


def _is_whole(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _from_query(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if text := request.first("gracePeriodSeconds"):
        try:
            found["gracePeriodSeconds"] = int(text)
        except ValueError as error:
            raise BadRequest(f'strconv.ParseInt: parsing "{text}": invalid syntax') from error
    if text := request.first("propagationPolicy"):
        found["propagationPolicy"] = text
    if request.first("orphanDependents"):
        found["orphanDependents"] = request.flag("orphanDependents")
    if values := request.every("dryRun"):
        found["dryRun"] = values
    return found


def _dry_run(values: list[Any]) -> Iterator[Cause]:
    if values and values != ["All"]:
        listed = ", ".join(f'"{value}"' for value in values)
        yield Cause(
            "dryRun", "FieldValueNotSupported", f'Unsupported value: []string{{{listed}}}: supported values: "All"'
        )


def _validation(text: str) -> Iterator[Cause]:
    if text not in _VALIDATIONS:
        yield not_supported("fieldValidation", text, _VALIDATIONS)
