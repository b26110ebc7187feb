"""Whether an applied configuration fits its type, in the words in which server-side apply says that it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from cluster.machinery.ownership.elements import Unnamed, of_item, text
from cluster.machinery.ownership.places import Sort, child, is_declared, is_unsaid, item, sort_of
from cluster.machinery.shapes import Amount, Field, Flag, IntOrText, Items, Number, Shape, Struct, Table, Whole
from cluster.machinery.strategic import go_text


def faults(config: Any, place: Field) -> list[str]:
    """What is wrong with it, where: ".spec.foo: field not declared in schema"."""
    return [f"{text(way)}: {message}" if way else message for way, message in _look(config, place, ())]


def together(found: list[str]) -> str:
    """Several faults as one message."""
    return found[0] if len(found) == 1 else "\n".join(["errors:", *(f"  {each}" for each in found)])


_Way = tuple[str, ...]
_Faults = Iterator[tuple[_Way, str]]


def _look(value: Any, place: Field, way: _Way) -> _Faults:
    shape = place.shape
    if value is None or is_unsaid(place):
        return
    if isinstance(shape, Items):
        if isinstance(value, list):
            yield from _items(value, place, way)
        else:
            yield way, f"expected list, got {_got(value)}"
    elif isinstance(shape, Struct | Table):
        if isinstance(value, dict):
            yield from _fields(value, place, way)
        else:
            yield way, f"expected map, got {_got(value)}"
    elif fault := _scalar(value, shape):
        yield way, fault


def _fields(value: dict[str, Any], place: Field, way: _Way) -> _Faults:
    for key, each in value.items():
        further = (*way, f"f:{key}")
        if isinstance(place.shape, Struct) and not is_declared(place, key) and not place.shape.is_open:
            yield further, "field not declared in schema"
        else:
            yield from _look(each, child(place, key), further)


def _items(value: list[Any], place: Field, way: _Way) -> _Faults:
    keyed = sort_of(place, value) is Sort.ITEMS
    seen: Counter[str] = Counter()
    for number, each in enumerate(value):
        step = f"i:{number}"
        if keyed:
            try:
                step = of_item(place, each)
            except Unnamed as fault:
                yield way, f"element {number}: {fault}"
                continue
            seen[step] += 1
            if seen[step] == 2:
                yield way, f"duplicate entries for key {text((step,))}"
        yield from _look(each, item(place), (*way, step))


def _scalar(value: Any, shape: Shape) -> str:
    if isinstance(shape, IntOrText | Amount):
        fits = isinstance(value, str | int | float) and not isinstance(value, bool)
        return "" if fits else f"expected any scalar, got {_got(value)}"
    if isinstance(shape, Flag):
        return "" if isinstance(value, bool) else f"expected boolean, got {_got(value)}"
    if isinstance(shape, Number | Whole):
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if fits else f"expected numeric (int or float), got {_GO_TYPES.get(type(value), 'string')}"
    if type(value) is str or type(shape) is Shape:
        return ""
    return f"expected string, got &value.valueUnstructured{{Value:{_literal(value)}}}"


_GO_TYPES = {str: "string", bool: "bool", dict: "map[string]interface {}", list: "[]interface {}"}


def _got(value: Any) -> str:
    """A value as Go prints the thing that holds it."""
    return f"&{{{go_text(value)}}}"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        inner = ", ".join(f"{orjson.dumps(key).decode()}:{_literal(value[key])}" for key in sorted(value))
        return f"map[string]interface {{}}{{{inner}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(_literal, value))}}}"
    return orjson.dumps(value).decode() if value is not None else "interface {}(nil)"
