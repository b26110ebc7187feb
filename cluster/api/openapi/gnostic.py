"""/openapi/v2 as protobuf, in gnostic's messages: how older kubectls want it, and newer ones for a `kind: List`.

A table of field numbers and one walk. What the messages have no field for is an extension, written as text. Pure.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any

import orjson

MEDIA_TYPES = (
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
)
"""As it is called, and as it was called first: clients ask for either."""

Json = Mapping[str, Any]
Write = Callable[[Any], bytes]


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _text(number: int) -> Write:
    return lambda value: _field(number, str(value).encode())


def _texts(number: int) -> Write:
    return lambda values: b"".join(_field(number, str(each).encode()) for each in values)


def _flag(number: int) -> Write:
    return lambda value: _varint(number << 3) + b"\1" if value else b""


def _whole(number: int) -> Write:
    return lambda value: _varint(number << 3) + _varint(int(value) & (1 << 64) - 1)


def _double(number: int) -> Write:
    return lambda value: _varint(number << 3 | 1) + struct.pack("<d", float(value))


def _any(value: Any) -> bytes:
    """Any value, as the text of a YAML document."""
    return _field(2, orjson.dumps(value))


def _anything(number: int) -> Write:
    return lambda value: _field(number, _any(value))


def _message(number: int, write: Write) -> Write:
    return lambda value: _field(number, write(value))


def _messages(number: int, write: Write) -> Write:
    return lambda values: b"".join(_field(number, write(each)) for each in values)


def _named(number: int, write: Write) -> Write:
    """A map: each entry is a message of its key and its value."""
    return lambda given: b"".join(
        _field(number, _field(1, name.encode()) + _field(2, write(each))) for name, each in given.items()
    )


def _written(fields: Mapping[str, Write], extensions: int = 0) -> Write:
    """A message of these fields; of the others those that are extensions, where it has room for some."""

    def write(given: Json) -> bytes:
        known = b"".join(fields[word](value) for word, value in given.items() if word in fields)
        more = {word: value for word, value in given.items() if word.startswith("x-")} if extensions else {}
        return known + _named(extensions, _any)(more)

    return write


def _schema(given: Json) -> bytes:
    return _SCHEMA(given)


def _rest(value: Any) -> bytes:
    return _flag(2)(value) if isinstance(value, bool) else _field(1, _schema(value))


_SCHEMA = _written(
    {
        "$ref": _text(1),
        "format": _text(2),
        "title": _text(3),
        "description": _text(4),
        "default": _anything(5),
        "multipleOf": _double(6),
        "maximum": _double(7),
        "exclusiveMaximum": _flag(8),
        "minimum": _double(9),
        "exclusiveMinimum": _flag(10),
        "maxLength": _whole(11),
        "minLength": _whole(12),
        "pattern": _text(13),
        "maxItems": _whole(14),
        "minItems": _whole(15),
        "uniqueItems": _flag(16),
        "maxProperties": _whole(17),
        "minProperties": _whole(18),
        "required": _texts(19),
        "enum": lambda values: b"".join(_field(20, _any(each)) for each in values),
        "additionalProperties": _message(21, _rest),
        "type": _message(22, _text(1)),
        "items": _message(23, _message(1, _schema)),
        "allOf": _messages(24, _schema),
        "properties": _message(25, _named(1, _schema)),
    },
    extensions=31,
)
_BODY = _written(
    {"description": _text(1), "name": _text(2), "in": _text(3), "required": _flag(4), "schema": _message(5, _schema)}
)
_ANY_PARAMETER = {"required": _flag(1), "in": _text(2), "description": _text(3), "name": _text(4)}
_QUERY = _written({**_ANY_PARAMETER, "type": _text(6), "uniqueItems": _flag(20)})
_PATH = _written({**_ANY_PARAMETER, "type": _text(5), "uniqueItems": _flag(19)})


def _parameter(given: Json) -> bytes:
    match given["in"]:
        case "body":
            return _field(1, _field(1, _BODY(given)))
        case "path":
            return _field(1, _field(2, _field(4, _PATH(given))))
        case _:
            return _field(1, _field(2, _field(3, _QUERY(given))))


_RESPONSE = _written({"description": _text(1), "schema": _message(2, _message(1, _schema))})
_OPERATION = _written(
    {
        "tags": _texts(1),
        "description": _text(3),
        "operationId": _text(5),
        "produces": _texts(6),
        "consumes": _texts(7),
        "parameters": _messages(8, _parameter),
        "responses": _message(9, _named(1, _message(1, _RESPONSE))),
    },
    extensions=13,
)
_METHODS = {"get": 2, "put": 3, "post": 4, "delete": 5, "options": 6, "head": 7, "patch": 8}
_ITEM = _written(
    {
        **{method: _message(number, _OPERATION) for method, number in _METHODS.items()},
        "parameters": _messages(9, _parameter),
    }
)
_KEY = _written({"type": _text(1), "name": _text(2), "in": _text(3), "description": _text(4)})
_DOCUMENT = _written(
    {
        "swagger": _text(1),
        "info": _message(2, _written({"title": _text(1), "version": _text(2)})),
        "paths": _message(8, _named(2, _ITEM)),
        "definitions": _message(9, _named(1, _schema)),
        "security": _messages(12, _named(1, _texts(1))),
        "securityDefinitions": _message(13, _named(1, _message(2, _KEY))),
    }
)


def encoded(document: Json) -> bytes:
    """The Swagger document as one message."""
    return _DOCUMENT(document)
