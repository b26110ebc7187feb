"""Keys that a JSON text gives twice in one object: the decoder keeps the last, and a strict reader wants to know.

Nearly every text has none, and that is seen quickly: it has as many keys as its objects. Only else is it read again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from cluster.machinery import schema

_KEY_ENDS = re.compile(rb'(?<!\\)"[ \t\r\n]*:')


def duplicates(text: bytes, value: Any) -> list[str]:
    """Paths of the keys that stand twice in `text`, of which `value` was read: "metadata.name"."""
    if b'\\\\"' not in text and len(_KEY_ENDS.findall(text)) == _keys(value):
        return []
    return schema.duplicate_fields(text)


def in_order(text: bytes, unknown: Collection[str]) -> list[str]:
    """What a strict reader finds in a text, as it comes upon it: fields that are `unknown`, and known ones that come
    a second time. For texts that are nested no deeper than a few hundred levels."""
    found: list[str] = []
    left_out = set(unknown)

    def walk(value: Any, path: str) -> None:
        if isinstance(value, _Pairs):
            seen: set[str] = set()
            for key, each in value:
                here = f"{path}.{key}" if path else key
                if here in left_out:
                    if key not in seen:
                        found.append(f'unknown field "{here}"')
                else:
                    if key in seen:
                        found.append(f'duplicate field "{here}"')
                    walk(each, here)
                seen.add(key)
        elif isinstance(value, list):
            for number, each in enumerate(value):
                walk(each, f"{path}[{number}]")

    walk(json.loads(text, object_pairs_hook=_Pairs), "")
    return found


class _Pairs(list[tuple[str, Any]]):
    """An object as it is written."""


def _keys(value: Any) -> int:
    """How many keys there are in a value, at all depths."""
    count = 0
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if type(each) is dict:
            count += len(each)
            waiting.extend(inner for inner in each.values() if type(inner) is dict or type(inner) is list)
        elif type(each) is list:
            waiting.extend(inner for inner in each if type(inner) is dict or type(inner) is list)
    return count
