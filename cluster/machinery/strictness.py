"""What becomes of fields that an object has and its type does not, or that its text gives twice.

The server reads what it knows and drops the rest. A client says whether it wants that refused (Strict), told as
warnings (Warn) or neither (Ignore).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import orjson

from cluster.machinery import schema
from cluster.machinery.errors import ApiError, Invalid, invalid
from cluster.machinery.objects import Obj
from cluster.machinery.shapes import MOST_UNKNOWN, Field, Items, Struct, Table
from cluster.machinery.strategic import go_text

Validation = Literal["Strict", "Warn", "Ignore"]


def known_only(api_version: str, kind: str, obj: Obj) -> Obj:
    """The object without fields that its type does not have; the very one when it has none."""
    place = schema.place(api_version, kind)
    if not schema.known(api_version, kind) or place.shape.fits(obj):
        return obj
    found: Obj = _known(obj, place)
    return found


def _known(value: Any, place: Field | None) -> Any:
    if place is None:
        return value
    shape = place.shape
    if isinstance(shape, Struct) and isinstance(value, dict):
        return {
            name: _known(each, shape.fields.get(name))
            for name, each in value.items()
            if name in shape.fields or shape.is_open
        }
    if isinstance(shape, Table) and isinstance(value, dict):
        return {name: _known(each, shape.each) for name, each in value.items()}
    if isinstance(shape, Items) and isinstance(value, list):
        return [_known(each, shape.each) for each in value]
    return value


def patched(
    api_version: str, kind: str, obj: Obj, validation: Validation, how: str, body: Any, found: tuple[str, ...] = ()
) -> tuple[Obj, tuple[str, ...]]:
    """What a patch made, as it may go on, and what to warn of. Raises Invalid under Strict.

    `found`: what was wrong with the patch's own text."""
    kept = known_only(api_version, kind, obj)
    if validation == "Ignore":
        return kept, ()
    unknown = [] if kept is obj else schema.unknown_fields(api_version, kind, obj)
    return kept, told(obj, unknown, validation, how, body, found)


def told(
    obj: Obj, unknown: Sequence[str], validation: Validation, how: str, body: Any, found: tuple[str, ...]
) -> tuple[str, ...]:
    """What to warn of when these fields are unknown. Raises Invalid under Strict."""
    if validation == "Ignore":
        return ()
    texts = (*found, *(f'unknown field "{path}"' for path in unknown))[:MOST_UNKNOWN]
    if texts and validation == "Strict":
        raise refused(obj, how, body, f"strict decoding error: {', '.join(texts)}")
    return texts


def refused(obj: Obj, how: str, body: Any, fault: str) -> ApiError:
    """The refusal of what a patch made; it shows a strategic patch itself, and what any other made."""
    shown = go_text(body) if how == "strategic" else orjson.dumps(obj, option=orjson.OPT_SORT_KEYS).decode()
    return Invalid("", "", [invalid("patch", shown, fault)])
