"""What a rule may cost at most, estimated from its schema: how often it is asked, and how its loops multiply. Pure.

Rougher than a real server's estimate, and never above it: what is refused here is refused there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

LIMIT = 10_000_000
_REQUEST = 3 * 1024 * 1024
"""Bytes: nothing in an object is longer than what it came in."""
_SMALLEST = {"string": 2, "integer": 1, "number": 1, "boolean": 4, "object": 2, "array": 2}
_LOOP = re.compile(r"\.(all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_][A-Za-z0-9_]*)\s*,")
_TRAVERSED = re.compile(r"([A-Za-z_][A-Za-z0-9_.]*)\.(?:contains|matches|replace|split|indexOf|lastIndexOf)\s*\(")
_CHAIN = re.compile(r"([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)$")
_TEXTS = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")


def smallest(schema: Schema) -> int:
    """Bytes that a value has at least, with what separates it from the next."""
    least = _SMALLEST.get(str(schema.get("type")), 1)
    properties = schema.get("properties") or {}
    for name in schema.get("required") or ():
        if name in properties:
            least += len(name) + 3 + smallest(properties[name])
    return least + 1


def most_items(schema: Schema) -> int:
    """How many items a list, or entries a map, can have."""
    if (most := schema.get("maxItems", schema.get("maxProperties"))) is not None:
        return int(most)
    items = schema.get("items") or schema.get("additionalProperties")
    return _REQUEST // smallest(items if isinstance(items, dict) else {})


def of_rule(source: str, schema: Schema) -> int:
    """The cost of asking once, in steps."""
    blank = _TEXTS.sub(lambda found: " " * len(found[0]), source)
    return _cost(blank, {"self": schema, "oldSelf": schema})


def _cost(text: str, known: Mapping[str, Schema | None]) -> int:
    cost, place, outside = 1, 0, []
    while (found := _LOOP.search(text, place)) is not None:
        end = _closing(text, found.end())
        over = _schema_of(text[: found.start()], known)
        inner = (over or {}).get("items") if over is not None else None
        size = most_items(over) if over is not None else 1
        body = _cost(text[found.end() : end], {**known, found[2]: inner if isinstance(inner, dict) else None})
        cost += size * body
        outside.append(text[place : found.start()])
        place = end
    outside.append(text[place:])
    for part in outside:
        for traversed in _TRAVERSED.finditer(part):
            read = _schema_of(traversed[1], known)
            if read is not None and read.get("type") == "string":
                cost += int(read.get("maxLength", _REQUEST)) // 10
    return cost


def _closing(text: str, place: int) -> int:
    """Where the parenthesis closes that is open there."""
    depth = 1
    for index in range(place, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if not depth:
            return index
    return len(text)


def _schema_of(text: str, known: Mapping[str, Schema | None]) -> Schema | None:
    """Of the chain of fields that the text ends with; None when nothing is known of it."""
    found = _CHAIN.search(text)
    if found is None:
        return None
    root, *steps = found[1].split(".")
    here = known.get(root)
    for step in steps:
        here = ((here or {}).get("properties") or {}).get(step) if here is not None else None
    return here


def exceeded(cost: int) -> str:
    """What is said of a cost above the limit; "" for any other."""
    if cost <= LIMIT:
        return ""
    factor = cost / LIMIT
    times = "more than 100x" if factor > 100 else f"{factor:f}x" if factor < 1.5 else f"{factor:.1f}x"
    return (
        f"estimated rule cost exceeds budget by factor of {times} (try simplifying the rule, or adding maxItems, "
        "maxProperties, and maxLength where arrays, maps, and strings are declared)"
    )
