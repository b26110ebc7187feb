"""AdmissionReviews: the question as an API server puts it, and what an answer means. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from cluster.kinds import conversion, scale
from cluster.kinds.kind import Admission
from cluster.kinds.policies.request import Asked
from cluster.kinds.webhooks.calling import Answer, status_words
from cluster.machinery.objects import Obj

_GROUP = "admission.k8s.io"
_INVALID = "received invalid webhook response: "
_OPTIONS = {"CREATE": "CreateOptions", "UPDATE": "UpdateOptions", "DELETE": "DeleteOptions"}


class Said(NamedTuple):
    allowed: bool
    status: Mapping[str, Any]
    patch: Any = None
    """Steps of a JSON patch."""
    warnings: tuple[str, ...] = ()


class Wrong(Exception):
    """An answer that says nothing; `str()` says why."""


def question(asked: Asked, api_version: str, version: str, uid: str, admission: Admission) -> dict[str, Any]:
    """The review, its objects in `api_version`, in that version of reviews."""
    request = asked.told(api_version, admission)
    options = _OPTIONS.get(asked.operation)
    return {
        "kind": "AdmissionReview",
        "apiVersion": f"{_GROUP}/{version}",
        "request": {
            "uid": uid,
            **{part: value for part, value in request.items() if value not in ("", None)},
            "object": seen(asked, asked.new, api_version) if asked.new is not None else None,
            "oldObject": seen(asked, asked.old, api_version) if asked.old is not None else None,
            "options": {"kind": options, "apiVersion": "meta.k8s.io/v1"} if options else None,
        },
    }


def seen(asked: Asked, obj: Obj, api_version: str) -> Obj:
    """An object of the request as a webhook of that version is shown it."""
    if asked.is_foreign(obj):
        return obj
    if asked.subresource == "scale":
        custom = asked.kind.custom
        return scale.scale_of(obj, (custom and custom.scale) or scale.USUAL)
    return conversion.shown(obj, api_version)


def answer(found: Answer, uid: str, version: str) -> Said:
    """Wrong, in the API server's words."""
    if words := status_words(found):
        raise Wrong(f"failed to call webhook: {words}")
    review = _read(found.body)
    wanted, given, kind = f"{_GROUP}/{version}", review.get("apiVersion") or "/", review.get("kind") or ""
    if (given, kind) != (wanted, "AdmissionReview"):
        expected = f"{wanted}, Kind=AdmissionReview"
        raise Wrong(f"{_INVALID}expected webhook response of {expected}, got {given}, Kind={kind}")
    response = review.get("response")
    if not isinstance(response, dict):
        raise Wrong(f"{_INVALID}webhook response was absent")
    if (named := response.get("uid") or "") != uid:
        raise Wrong(f'{_INVALID}expected response.uid="{uid}", got "{named}"')
    warnings = tuple(str(each) for each in response.get("warnings") or ())
    return Said(response.get("allowed") is True, response.get("status") or {}, _patch(response), warnings)


def _read(body: bytes) -> dict[str, Any]:
    try:
        review = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        begin = body[:1].decode(errors="replace")
        why = f"invalid character '{begin}' looking for beginning of value" if body else "unexpected end of JSON input"
        raise Wrong(f"failed to call webhook: couldn't get version/kind; json parse error: {why}") from error
    return review if isinstance(review, dict) else {}


def _patch(response: Mapping[str, Any]) -> Any:
    if not response.get("patch"):
        return None
    if (kind := response.get("patchType") or "") != "JSONPatch":
        raise Wrong(f'{_INVALID}webhook returned response.patch with response.patchType "{kind}", not "JSONPatch"')
    try:
        return orjson.loads(base64.b64decode(str(response["patch"]), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Wrong(f"{_INVALID}response.patch is no JSON patch: {error}") from error
