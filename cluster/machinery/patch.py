"""The three ways a patch changes an object: JSON merge patch, JSON patch, strategic merge (from `strategic`).

Nothing given is changed; what comes back is new. Limits stand where a small patch could make a large object.
"""

from __future__ import annotations

from typing import Any

from cluster.machinery.errors import ApiError, BadRequest
from cluster.machinery.objects import Obj, copy
from cluster.machinery.steps import Impossible, carry_out
from cluster.machinery.strategic import UNTYPED, Schema, strategic, three_way

__all__ = ["MOST_STEPS", "UNTYPED", "Rejected", "Schema", "TooLarge", "json_patch", "merge", "strategic", "three_way"]

MOST_STEPS = 10_000
MOST_COPIED = 3 * 1024 * 1024
"""Bytes of JSON that `copy` steps of one patch may copy altogether: doubling needs no more than 22 steps."""


class Rejected(ApiError):
    """A JSON patch that does not apply. The server does not say why, and gives empty details."""

    code, reason = 422, "Invalid"

    def __init__(self) -> None:
        super().__init__("the server rejected our request due to an error in our request")

    def status(self) -> dict[str, Any]:
        body = super().status()
        return {**body, "details": {}, "code": body.pop("code")}


class TooLarge(ApiError):
    code, reason = 413, "RequestEntityTooLarge"


_SORTS = {
    type(None): "null",
    str: "string",
    bool: "bool",
    int: "number",
    float: "number",
    list: "array",
    dict: "object",
}


def _undecodable(value: Any, place: str) -> BadRequest:
    return BadRequest(f"error decoding patch: json: cannot unmarshal {_SORTS[type(value)]} into Go {place}")


def merge(target: Obj, patch: Any) -> Obj:
    """RFC 7386: null deletes, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        raise _undecodable(patch, "value of type map[string]interface {}")
    merged: Obj = _merged(copy(target), copy(patch))
    return merged


def _merged(target: Any, patch: Any) -> Any:
    if not isinstance(target, dict):
        return _pruned(patch)
    if not isinstance(patch, dict):
        return patch
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        else:
            target[key] = _merged(target.get(key), value)
    return target


def _pruned(value: Any) -> Any:
    """What a patch puts where nothing was that it could be merged with: nulls in it stand for nothing."""
    if isinstance(value, dict):
        return {key: _pruned(each) for key, each in value.items() if each is not None}
    return [_pruned(each) for each in value] if isinstance(value, list) else value


def _decode(steps: Any) -> list[Obj]:
    """The server reads a patch into a Go type before it looks at what it says."""
    if not isinstance(steps, list):
        raise _undecodable(steps, "value of type []handlers.jsonPatchOp")
    if len(steps) > MOST_STEPS:
        raise TooLarge(
            f"The allowed maximum operations in a JSON patch is {MOST_STEPS}, got {len(steps)}",
        )
    for step in steps:
        if not isinstance(step, dict):
            raise _undecodable(step, "value of type handlers.jsonPatchOp")
        for field in ("op", "path", "from"):
            if not isinstance(step.get(field), str | None):
                raise _undecodable(step[field], f"struct field jsonPatchOp.{field} of type string")
    return steps


def json_patch(target: Obj, steps: Any) -> Obj:
    """RFC 6902, all steps or none. BadRequest for what is no patch, Rejected for what does not apply."""
    decoded = _decode(steps)
    document = copy(target)
    copied = 0
    for step in decoded:
        try:
            copied += carry_out(document, copy(step))
        except Impossible as error:
            raise Rejected from error
        if copied > MOST_COPIED:
            raise Rejected
    return document
