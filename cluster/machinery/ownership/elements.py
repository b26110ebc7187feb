"""The steps that lead through an object: how FieldsV1 writes them, and how a conflict names them to people.

f:spec   a field or a map's key          .spec
k:{...}  a list's item, by its keys      [port=80,protocol="TCP"]
v:"x"    an item of a set, by itself     [="x"]
i:0      an item by its number           [0]
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from cluster.machinery.shapes import Field, Number, Struct, Text, Whole


class Unnamed(ValueError):
    """A list's item that cannot be told from others; the message is Kubernetes' own."""


def of_item(place: Field, item: Any) -> str:
    """The step to an item of a list at `place`, which is a set or has keys. Raises Unnamed."""
    if place.list_type == "set":
        return f"v:{_json(_plain(item))}"
    if item is None:
        raise Unnamed("associative list with keys may not have a null element")
    if not isinstance(item, dict):
        raise Unnamed("associative list with keys may not have non-map elements")
    keys: dict[str, Any] = {}
    for name in sorted(place.list_keys):
        value = item[name] if name in item else _usual(place, name)
        if isinstance(value, dict | list):
            raise Unnamed(f"associative list with keys has an element whose key field {_json(name)} is no scalar")
        keys[name] = value
    return f"k:{_json(keys)}"


def _plain(item: Any) -> Any:
    if isinstance(item, dict):
        raise Unnamed("associative list without keys has an element that's a map type")
    if isinstance(item, list):
        raise Unnamed("not supported: associative list with lists as elements")
    if item is None:
        raise Unnamed("associative list without keys has an element that's an explicit null")
    return item


def _usual(place: Field, name: str) -> Any:
    each = place.item()
    if each is not None and isinstance(each.shape, Struct) and name in each.shape.fields:
        shape = each.shape.fields[name].shape
        if name in each.shape.defaults:
            return each.shape.defaults[name]
        if name in each.shape.required:
            if isinstance(shape, Whole | Number):
                return 0
            if isinstance(shape, Text):
                return ""
    raise Unnamed(
        f"associative list with keys has an element that omits key field {_json(name)} (and doesn't have default value)"
    )


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


@lru_cache(maxsize=4096)
def canonical(step: str) -> str:
    """A step as we write it ourselves, whoever wrote it. ValueError when it is none."""
    if len(step) < 2:
        raise ValueError("key must be 2 characters long:")
    if step[1] != ":":
        raise ValueError(f"missing colon: {step}")
    match step[0]:
        case "f":
            return step
        case "v":
            return f"v:{_json(orjson.loads(step[2:]))}"
        case "k":
            keys = orjson.loads(step[2:])
            if not isinstance(keys, dict):
                raise ValueError(f"the keys of an item are no object: {step}")
            return f"k:{orjson.dumps(keys, option=orjson.OPT_SORT_KEYS).decode()}"
        case "i":
            return f"i:{int(step[2:])}"
    raise ValueError("unknown path element type")


def text(way: tuple[str, ...]) -> str:
    """The way to a field as people read it: .spec.ports[port=80,protocol="TCP"].name"""
    return "".join(_shown(step) for step in way)


def _shown(step: str) -> str:
    rest = step[2:]
    match step[0]:
        case "f":
            return f".{rest}"
        case "k":
            return f"[{','.join(f'{name}={_json(value)}' for name, value in orjson.loads(rest).items())}]"
        case "v":
            return f"[={rest}]"
    return f"[{rest}]"
