"""Objects in Kubernetes' protobuf form for clients that read nothing else: a JSON object -> bytes, by the same table.

What an object does not have is not written, which readers take for zero: so nothing needs to be known of Go's own
zeros. A custom kind has no such form, and neither has a table.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from cluster.machinery.objects import Obj, seconds
from cluster.machinery.protobuf.table import Field, fields_of, message_of
from cluster.machinery.protobuf.wire import EIGHT_BYTES, LENGTH, PREFIX, VARINT

_LIST = "List"
_STATUS = "meta.v1.Status"


def encodes(api_version: str, kind: str) -> bool:
    return _message(api_version, kind) is not None


def encode(obj: Obj) -> bytes:
    """An object, a list or a Status in its envelope. KeyError for what has no such form: ask `encodes` before."""
    api_version, kind = obj["apiVersion"], obj["kind"]
    name = _message(api_version, kind)
    if name is None:
        raise KeyError(kind)
    if "items" in obj and kind.endswith(_LIST):
        raw = _sized(1, message("meta.v1.ListMeta", obj.get("metadata") or {}))
        raw += b"".join(_sized(2, message(name, each)) for each in obj["items"] or ())
    else:
        raw = message(name, obj)
    type_meta = _sized(1, api_version.encode()) + _sized(2, kind.encode())
    return PREFIX + _sized(1, type_meta) + _sized(2, raw) + _sized(3, b"") + _sized(4, b"")


def frame(word: str, obj: Obj) -> bytes:
    """One event of a watch: its length in four bytes, then the event with the object in its envelope inside."""
    event = _sized(1, word.encode()) + _sized(2, _sized(1, encode(obj)))
    return struct.pack(">I", len(event)) + event


def message(name: str, obj: Mapping[str, Any]) -> bytes:
    """The fields that are there, by their numbers."""
    return b"".join(_field(number, field, obj) for number, field in sorted(fields_of(name).items()))


def _message(api_version: str, kind: str) -> str | None:
    """Of an object, or of what a list holds."""
    if kind == "Status":
        return _STATUS
    return message_of(api_version, kind) or message_of(api_version, kind.removesuffix(_LIST))


def _field(number: int, field: Field, obj: Mapping[str, Any]) -> bytes:
    if field.name == "":
        return _sized(number, message(field.type, obj))
    value = obj.get(field.name)
    if value is None:
        return b""
    if field.shape == "list":
        return b"".join(_single(number, field.type, each) for each in value)
    if field.shape == "map":
        entries = ((_sized(1, key.encode()) + _single(2, field.type, each)) for key, each in value.items())
        return b"".join(_sized(number, entry) for entry in entries)
    return _single(number, field.type, value)


def _single(number: int, type_: str, value: Any) -> bytes:
    if type_ == "double":
        return _tag(number, EIGHT_BYTES) + struct.pack("<d", value)
    if type_ in ("bool", "int32", "int64"):
        return _tag(number, VARINT) + _varint(int(value))
    if writer := _WRITERS.get(type_):
        return _sized(number, writer(value))
    either = _ALTERNATIVES.get(type_)
    return _sized(number, message(type_, either(value) if either else value))


def _varint(value: int) -> bytes:
    value &= 0xFFFF_FFFF_FFFF_FFFF
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _tag(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _sized(number: int, data: bytes) -> bytes:
    return _tag(number, LENGTH) + _varint(len(data)) + data


def _whole(number: int, value: int) -> bytes:
    return _tag(number, VARINT) + _varint(value)


def _time(value: str) -> bytes:
    return _whole(1, int(seconds(value))) + _whole(2, 0)


def _micro_time(value: str) -> bytes:
    fraction = value.partition(".")[2].rstrip("Z")
    return _whole(1, int(seconds(value))) + _whole(2, int(fraction.ljust(9, "0")[:9] or 0))


def _int_or_string(value: int | str) -> bytes:
    if isinstance(value, str):
        return _whole(1, 1) + _sized(3, value.encode())
    return _whole(1, 0) + _whole(2, value)


def _texts(values: Iterable[str]) -> bytes:
    return b"".join(_sized(1, each.encode()) for each in values)


_WRITERS: Mapping[str, Callable[[Any], bytes]] = {
    "text": lambda value: str(value).encode(),
    "bytes": base64.b64decode,
    "time": _time,
    "microtime": _micro_time,
    "quantity": lambda value: _sized(1, str(value).encode()),
    "intorstring": _int_or_string,
    "raw": lambda value: _sized(1, orjson.dumps(value)),
    "strings": _texts,
}


_ALTERNATIVES: Mapping[str, Callable[[Any], Mapping[str, Any]]] = {
    "apiextensions.v1.JSONSchemaPropsOrArray": lambda value: {
        "schemas" if isinstance(value, list) else "schema": value
    },
    "apiextensions.v1.JSONSchemaPropsOrBool": lambda value: (
        {"allows": value} if isinstance(value, bool) else {"allows": True, "schema": value}
    ),
    "apiextensions.v1.JSONSchemaPropsOrStringArray": lambda value: {
        "property" if isinstance(value, list) else "schema": value
    },
}
"""What is one of two things in JSON."""
