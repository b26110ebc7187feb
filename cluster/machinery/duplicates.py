"""Keys that a JSON text gives twice in one object: the decoder keeps the last, and a strict reader wants to know.

Nearly every text has none, and that is seen quickly: it has as many keys as its objects. Only else is it read again.
"""

from __future__ import annotations

import re
from typing import Any

from cluster.machinery import schema

_KEY_ENDS = re.compile(rb'(?<!\\)"[ \t\r\n]*:')


def duplicates(text: bytes, value: Any) -> list[str]:
    """Paths of the keys that stand twice in `text`, of which `value` was read: "metadata.name"."""
    if b'\\\\"' not in text and len(_KEY_ENDS.findall(text)) == _keys(value):
        return []
    return schema.duplicate_fields(text)


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
