"""What only the HTTP side of the API refuses, with Kubernetes' codes and words."""

from __future__ import annotations

from typing import Any

from cluster.machinery.errors import ApiError, Cause


class NoSuchPath(Exception):
    """A group or path that nobody serves: the one answer that is no Status but plain text."""

    text = "404 page not found\n"


class _Bare(ApiError):
    """A refusal that names nothing: its details are there and empty."""

    def status(self) -> dict[str, Any]:
        body = super().status()
        return {**body, "details": self.details or {}, "code": body.pop("code")}


class NotServed(_Bare):
    """A resource or version that a known group does not have."""

    code, reason = 404, "NotFound"

    def __init__(self) -> None:
        super().__init__("the server could not find the requested resource")


class NotAcceptable(_Bare):
    code, reason = 406, "NotAcceptable"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message
            or "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
            "application/vnd.kubernetes.protobuf, application/json;stream=watch, "
            "application/vnd.kubernetes.protobuf;stream=watch"
        )


class UnsupportedMediaType(_Bare):
    code, reason = 415, "UnsupportedMediaType"

    def __init__(self, message: str = "415: Unsupported Media Type") -> None:
        super().__init__(message)


class MethodNotAllowed(_Bare):
    code, reason = 405, "MethodNotAllowed"

    def __init__(self) -> None:
        super().__init__("the server does not allow this method on the requested resource")


class Unauthorized(ApiError):
    code, reason = 401, "Unauthorized"

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class Denied(ApiError):
    """Forbidden in the authorizer's own form: the message is whole, the details only name what it was about."""

    code, reason = 403, "Forbidden"

    def __init__(self, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message, details)

    def status(self) -> dict[str, Any]:
        body = super().status()
        return {**body, "details": self.details or {}, "code": body.pop("code")}


class EntityTooLarge(ApiError):
    code, reason = 413, "RequestEntityTooLarge"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Request entity too large: limit is {limit}")


class TooLargeRevision(ApiError):
    """A revision that is still to come."""

    code, reason = 504, "Timeout"

    def __init__(self, asked: int, current: int) -> None:
        super().__init__(
            f"Timeout: Too large resource version: {asked}, current: {current}",
            {
                "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
                "retryAfterSeconds": 1,
            },
        )


class NoRevision(ApiError):
    """A resourceVersion that is no number; the real server gives neither reason nor details."""

    code, reason = 500, ""

    def __init__(self, text: str) -> None:
        super().__init__(
            f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        )


class OptionsInvalid(ApiError):
    """Query or body options (ListOptions, PatchOptions …) that do not go together."""

    code, reason = 422, "Invalid"

    def __init__(self, kind: str, causes: list[Cause]) -> None:
        texts = [str(cause) for cause in causes]
        listed = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        super().__init__(
            f'{kind}.meta.k8s.io "" is invalid: {listed}',
            {
                "group": "meta.k8s.io",
                "kind": kind,
                "causes": [
                    {"reason": cause.reason, "message": cause.message, "field": cause.field} for cause in causes
                ],
            },
        )
