"""A message's bytes -> the JSON object of it, by the table of fields."""

from __future__ import annotations

import base64
import math
import struct
from typing import Any

import orjson

from cluster.machinery.objects import Obj
from cluster.machinery.protobuf import scalars
from cluster.machinery.protobuf.table import Field, fields_of
from cluster.machinery.protobuf.wire import LENGTH, Broken, Counted, eight, number, octets, signed, varint

MOST_LEVELS = 100
"""Messages inside each other: a JSON object holds twice as many levels, and 254 are the most that can be written."""
_NUMBERS = frozenset({"bool", "int32", "int64"})
_PLAIN = _NUMBERS | {"text", "bytes", "double"}
"""What Go leaves out of JSON when it is zero; a structure never is."""
_NOTHING = memoryview(b"")
_ALTERNATIVES = {
    "apiextensions.v1.JSONSchemaPropsOrArray": ("schemas", "schema"),
    "apiextensions.v1.JSONSchemaPropsOrBool": ("schema", "allows"),
    "apiextensions.v1.JSONSchemaPropsOrStringArray": ("property", "schema"),
}
"""Messages that are one of two things in JSON: the first that is there."""


class Decoding:
    """One body."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted

    def message(self, name: str, data: memoryview, level: int = 1) -> Obj:
        """The fields that are known; others are from a later release, and passed over."""
        if level > MOST_LEVELS:
            raise Broken(f"more than {MOST_LEVELS} messages inside each other")
        known = fields_of(name)
        obj: Obj = {}
        for at, wire, value in self._counted.fields(data):
            field = known.get(at)
            if field is None:
                continue
            if field.shape == "one":
                self.single(obj, field, wire, value, level)
            elif field.shape == "map":
                key, item = self.entry(field, octets(field.name, wire, value), level)
                obj.setdefault(field.name, {})[key] = item
            elif wire == LENGTH and field.type in _NUMBERS:
                obj.setdefault(field.name, []).extend(self.packed(field, octets(field.name, wire, value)))
            else:
                obj.setdefault(field.name, []).append(self.value(field, wire, value, level))
        return obj

    def single(self, obj: Obj, field: Field, wire: int, value: int | memoryview, level: int) -> None:
        read = self.value(field, wire, value, level)
        if field.name == "":
            obj.update(read)
        elif read is not None and (read or field.keep_zero or field.type not in _PLAIN):
            obj[field.name] = read
        else:
            obj.pop(field.name, None)

    def entry(self, field: Field, data: memoryview, level: int) -> tuple[str, Any]:
        """One entry of a map: a message of a key and a value."""
        key, given = "", _NOTHING
        for at, wire, value in self._counted.fields(data):
            if at == 1:
                key = scalars.text(octets(field.name, wire, value))
            elif at == 2:
                given = octets(field.name, wire, value)
        return key, self.value(field, LENGTH, given, level)

    def packed(self, field: Field, data: memoryview) -> list[Any]:
        """A list of numbers written as one field."""
        found, at = [], 0
        while at < len(data):
            value, at = varint(data, at)
            self._counted.count()
            found.append(self.value(field, 0, value, 1))
        return found

    def value(self, field: Field, wire: int, value: int | memoryview, level: int) -> Any:
        name, type_ = field.name, field.type
        if type_ == "text":
            return scalars.text(octets(name, wire, value))
        if type_ in _NUMBERS:
            whole = number(name, wire, value)
            return bool(whole) if type_ == "bool" else signed(whole, 32 if type_ == "int32" else 64)
        if type_ == "double":
            (double,) = struct.unpack("<d", eight(name, wire, value))
            if not math.isfinite(double):
                raise Broken(f"json: unsupported value: {double} for field {name}")
            return double
        data = octets(name, wire, value)
        if type_ == "bytes":
            return base64.b64encode(data).decode()
        if type_ in scalars.READERS:
            return scalars.READERS[type_](self._counted, name, data)
        read = self.message(type_, data, level + 1)
        either = _ALTERNATIVES.get(type_, ())
        return next((read[each] for each in either if each in read), None) if either else read


def writable(obj: Obj) -> None:
    """JSON that stands inside can make an object deeper than JSON can be written."""
    try:
        orjson.dumps(obj)
    except TypeError as error:
        raise Broken(f"the object cannot be written as JSON: {error}") from None
