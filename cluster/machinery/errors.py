"""The few outcomes a request can have, with Kubernetes' words, codes and Status body.

A field error is a `Cause`; `Invalid` carries a list of them. Who finds a fault builds a Cause here and nowhere
else, so a message is spelled once. Knows no kind and no HTTP framework.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import orjson


class Cause(NamedTuple):
    """One wrong field. `reason` is Kubernetes' cause type (FieldValueInvalid …); `message` lacks the field's name."""

    field: str
    reason: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class Written(str):
    """A bad value that is already written as Kubernetes prints it (its structs are Go's own notation)."""


def shown(value: Any) -> str:
    """A bad value as Kubernetes prints it: text quoted, numbers and bools bare, the rest as JSON."""
    if isinstance(value, Written):
        return str(value)
    if isinstance(value, str):
        return orjson.dumps(value).decode()
    if value is None:
        return "null"
    return orjson.dumps(value).decode()


def invalid(field: str, value: Any, detail: str) -> Cause:
    return Cause(field, "FieldValueInvalid", f"Invalid value: {shown(value)}: {detail}")


def required(field: str, detail: str = "") -> Cause:
    return Cause(field, "FieldValueRequired", f"Required value: {detail}" if detail else "Required value")


def forbidden(field: str, detail: str) -> Cause:
    return Cause(field, "FieldValueForbidden", f"Forbidden: {detail}")


def duplicate(field: str, value: Any) -> Cause:
    return Cause(field, "FieldValueDuplicate", f"Duplicate value: {shown(value)}")


def not_supported(field: str, value: Any, allowed: Iterable[str]) -> Cause:
    listed = ", ".join(shown(each) for each in allowed)
    return Cause(field, "FieldValueNotSupported", f"Unsupported value: {shown(value)}: supported values: {listed}")


def not_found(field: str, value: Any) -> Cause:
    return Cause(field, "FieldValueNotFound", f"Not found: {shown(value)}")


def too_long(field: str, limit: int) -> Cause:
    return Cause(field, "FieldValueTooLong", f"Too long: may not be more than {limit} bytes")


def too_many(field: str, count: int, limit: int) -> Cause:
    return Cause(field, "FieldValueTooMany", f"Too many: {count}: must have at most {limit} items")


class ApiError(Exception):
    """A request that was not carried out: HTTP code, Kubernetes reason, message and details of the Status."""

    code = 500
    reason = "InternalError"

    def __init__(self, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def status(self) -> dict[str, Any]:
        """The v1 Status object that a Kubernetes client gets."""
        body: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            body["reason"] = self.reason
        if self.details is not None:
            body["details"] = self.details
        body["code"] = self.code
        return body


def _named(resource: str, group: str, name: str) -> dict[str, Any]:
    details: dict[str, Any] = {"name": name} if name else {}
    if group:
        details["group"] = group
    if resource:
        details["kind"] = resource
    return details


def _qualified(resource: str, group: str) -> str:
    return f"{resource}.{group}" if group else resource


class NotFound(ApiError):
    code, reason = 404, "NotFound"

    def __init__(self, resource: str, name: str, group: str = "") -> None:
        super().__init__(f'{_qualified(resource, group)} "{name}" not found', _named(resource, group, name))


class NoSubresource(ApiError):
    """This server has no such path below the object."""

    code, reason = 404, "NotFound"

    def __init__(self) -> None:
        super().__init__("the server could not find the requested resource")


class AlreadyExists(ApiError):
    code, reason = 409, "AlreadyExists"

    def __init__(self, resource: str, name: str, group: str = "") -> None:
        super().__init__(f'{_qualified(resource, group)} "{name}" already exists', _named(resource, group, name))


class Conflict(ApiError):
    """Somebody else changed it first (optimistic concurrency), or a precondition does not hold."""

    code, reason = 409, "Conflict"

    def __init__(self, resource: str, name: str, detail: str = "", group: str = "") -> None:
        detail = detail or (
            "the object has been modified; please apply your changes to the latest version and try again"
        )
        message = f'Operation cannot be fulfilled on {_qualified(resource, group)} "{name}": {detail}'
        super().__init__(message, _named(resource, group, name))


class Forbidden(ApiError):
    code, reason = 403, "Forbidden"

    def __init__(self, resource: str, name: str, detail: str, group: str = "") -> None:
        named = f'{_qualified(resource, group)} "{name}"' if name else _qualified(resource, group)
        subject = f"{named} is forbidden" if resource else "forbidden"
        super().__init__(f"{subject}: {detail}", _named(resource, group, name))


class BadRequest(ApiError):
    code, reason = 400, "BadRequest"


class Gone(ApiError):
    """The asked revision is no longer kept: list again."""

    code, reason = 410, "Expired"


class Invalid(ApiError):
    """The object has wrong fields; each is a Cause."""

    code, reason = 422, "Invalid"

    def __init__(self, kind: str, name: str, causes: Sequence[Cause], group: str = "") -> None:
        self.causes = list(causes)
        texts = [str(cause) for cause in self.causes]
        listed = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        subject = f"{kind}.{group}" if group else kind
        details = _named(kind, group, name)
        details["causes"] = [
            {"reason": cause.reason, "message": cause.message, "field": cause.field} for cause in self.causes
        ]
        super().__init__(f'{subject} "{name}" is invalid: {listed}', details)


class TooLargeToStore(ApiError):
    """More than the real store takes in one write; it gives no reason."""

    code, reason = 500, ""

    def __init__(self) -> None:
        super().__init__("etcdserver: request is too large")


class TooManyRequests(ApiError):
    """Not now: `cause` is why, as kubectl drain reads it."""

    code, reason = 429, "TooManyRequests"

    def __init__(self, message: str, cause: str, detail: str, retry_seconds: int = 0) -> None:
        details: dict[str, Any] = {"causes": [{"reason": cause, "message": detail}]}
        if retry_seconds:
            details["retryAfterSeconds"] = retry_seconds
        super().__init__(message, details)


class SeveralBudgets(ApiError):
    """Which of a pod's disruption budgets is to be asked is not decided; Kubernetes gives no reason here."""

    code, reason = 500, ""

    def __init__(self) -> None:
        super().__init__(
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        )
