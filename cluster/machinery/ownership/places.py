"""How server-side apply sees a place in an object: one whole value, a map whose fields are owned one by one, or a list
whose items are.

What an API type says decides (`shapes.Field`): lists are whole unless they are sets or have keys, maps and structs are
owned field by field unless they are "atomic". Where nothing is said (a custom resource without a schema), the value
decides.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

from cluster.machinery.shapes import Field, Items, Shape, Struct, Table


class Sort(Enum):
    WHOLE = auto()
    FIELDS = auto()
    ITEMS = auto()


class Unsaid(Shape):
    """A value of which no type says anything, in a kind without one. (What the API's own types leave open, a raw
    extension, is one whole value.)"""


UNSAID = Field(Unsaid())


def is_unsaid(place: Field) -> bool:
    return isinstance(place.shape, Unsaid)


def sort_of(place: Field, value: Any) -> Sort:
    """What a value at a place is to who owns it."""
    shape = place.shape
    if place.list_type == "atomic":
        return Sort.WHOLE
    if isinstance(shape, Struct):
        return Sort.WHOLE if shape.atomic else Sort.FIELDS
    if isinstance(shape, Table):
        return Sort.FIELDS
    if isinstance(shape, Items):
        return Sort.ITEMS if place.list_type in ("map", "set") else Sort.WHOLE
    if is_unsaid(place) and isinstance(value, dict):
        return Sort.FIELDS
    return Sort.WHOLE


def child(place: Field, key: str) -> Field:
    """The place of a field or of a map's value."""
    return place.child(key) or UNSAID


def item(place: Field) -> Field:
    return place.item() or UNSAID


def is_declared(place: Field, key: str) -> bool:
    """Whether the key is a field that the type names, and not one of a map's own keys."""
    return isinstance(place.shape, Struct) and key in place.shape.fields
