"""What becomes of fields that an object has and its type does not, or that its text gives twice.

The server reads what it knows and drops the rest. A client says whether it wants that refused (Strict), told as
warnings (Warn) or neither (Ignore).
"""

from __future__ import annotations

from typing import Any

import orjson

from cluster.intents import FieldValidation
from cluster.kinds.custom import reading, structural
from cluster.kinds.kind import Kind
from cluster.kinds.places import place_of
from cluster.machinery import schema
from cluster.machinery.errors import ApiError, Invalid, invalid
from cluster.machinery.objects import Obj
from cluster.machinery.shapes import MOST_UNKNOWN, Field, Items, Struct, Table
from cluster.machinery.strategic import go_text


def known_only(kind: Kind, api_version: str, obj: Obj) -> tuple[Obj, list[str]]:
    """The object without fields that its type does not have, and their paths; the very one when it has none."""
    if kind.custom:
        unknown = reading.unknown_fields(kind, obj)
        view = kind.written_in(api_version)
        return (structural.pruned(view.custom.schema, obj), unknown) if unknown and view.custom else (obj, [])
    place = place_of(kind, api_version)
    if not schema.known(api_version, kind.kind) or place.shape.fits(obj):
        return obj, []
    kept: Obj = _known(obj, place)
    return kept, schema.unknown_fields(api_version, kind.kind, obj)


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


def told(unknown: list[str], found: tuple[str, ...] = ()) -> list[str]:
    """In words, what a strict reader finds: first what is wrong with the text itself."""
    return [*found, *(f'unknown field "{path}"' for path in unknown)][:MOST_UNKNOWN]


def patched(
    kind: Kind, api_version: str, obj: Obj, validation: FieldValidation, how: str, body: Any, found: tuple[str, ...]
) -> tuple[Obj, tuple[str, ...]]:
    """What a patch made, as it may go on, and what to warn of. Raises Invalid under Strict.

    `found`: what was wrong with the patch's own text."""
    kept, unknown = known_only(kind, api_version, obj)
    words = told(unknown, found) if validation != "Ignore" else []
    if words and validation == "Strict":
        raise _refused(obj, how, body, f"strict decoding error: {', '.join(words)}")
    return kept, tuple(words)


def _refused(obj: Obj, how: str, body: Any, fault: str) -> ApiError:
    """The refusal of what a patch made; it shows a strategic patch itself, and what any other made."""
    shown = go_text(body) if how == "strategic" else orjson.dumps(obj, option=orjson.OPT_SORT_KEYS).decode()
    return Invalid("", "", [invalid("patch", shown, fault)])
