"""Whether values are what a structural schema says, and Kubernetes' words for those that are not. Pure."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cluster.kinds.custom.structural import EMBEDDED, INT_OR_STRING
from cluster.machinery import cel
from cluster.machinery.errors import Cause, duplicate, invalid, not_supported, required, shown, too_long, too_many

Schema = Mapping[str, Any]

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    ),
}


def type_of(value: Any) -> str:
    for name in ("boolean", "object", "array", "string", "integer", "number"):
        if _TYPES[name](value):
            return name
    return "null"


def causes(schema: Schema, value: Any, path: str) -> Iterator[Cause]:
    """Every fault of a value and what is in it; `path` is how the value is called, "" for the whole object."""
    if value is None:
        if not schema.get("nullable") and schema.get("type"):
            yield _mistyped(path, "null", schema["type"])
        return
    wanted = schema.get("type")
    if schema.get(INT_OR_STRING):
        if not isinstance(value, int | str) or isinstance(value, bool):
            yield _mistyped(path, type_of(value), "integer,string")
            return
    elif wanted and not _TYPES[wanted](value):
        yield _mistyped(path, type_of(value), wanted)
        return
    if (allowed := schema.get("enum")) is not None and not any(_same(value, each) for each in allowed):
        listed = [each if isinstance(each, str) else json.dumps(each) for each in allowed]
        yield not_supported(path, value, listed)
    if isinstance(value, str):
        yield from _text(schema, value, path)
    elif isinstance(value, dict):
        yield from _object(schema, value, path)
    elif isinstance(value, list):
        yield from _array(schema, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number(schema, value, path)
    yield from _logic(schema, value, path)


def _same(one: Any, other: Any) -> bool:
    return type_of(one) == type_of(other) and bool(one == other)


def _mistyped(path: str, found: str, wanted: str) -> Cause:
    message = f"{path} in body must be of type {wanted}: {shown(found)}"
    return Cause(path, "FieldValueTypeInvalid", f"Invalid value: {shown(found)}: {message}")


def _wrong(path: str, value: Any, detail: str) -> Cause:
    return invalid(path, value, f"{path} in body should {detail}")


def _text(schema: Schema, value: str, path: str) -> Iterator[Cause]:
    if (most := schema.get("maxLength")) is not None and len(value) > most:
        yield too_long(path, most)
    if (least := schema.get("minLength")) is not None and len(value) < least:
        yield _wrong(path, value, f"be at least {least} chars long")
    if (pattern := schema.get("pattern")) and not matches(pattern, value):
        yield _wrong(path, value, f"match '{pattern}'")
    wanted = schema.get("format")
    if wanted in FORMATS and not FORMATS[wanted](value):
        message = f"{path} in body must be of type {wanted}: {shown(value)}"
        yield Cause(path, "FieldValueTypeInvalid", f"Invalid value: {shown(value)}: {message}")


def matches(pattern: str, value: str) -> bool:
    """By RE2, which takes no longer for a pattern that is meant to; a pattern that is none matches nothing."""
    try:
        return bool(cel.compile("text.matches(pattern)", ("text", "pattern")).run({"text": value, "pattern": pattern}))
    except cel.Failed:
        return False


def _number(schema: Schema, value: float, path: str) -> Iterator[Cause]:
    most, least = schema.get("maximum"), schema.get("minimum")
    if most is not None:
        if schema.get("exclusiveMaximum") and value >= most:
            yield _wrong(path, value, f"be less than {most}")
        elif value > most:
            yield _wrong(path, value, f"be less than or equal to {most}")
    if least is not None:
        if schema.get("exclusiveMinimum") and value <= least:
            yield _wrong(path, value, f"be greater than {least}")
        elif value < least:
            yield _wrong(path, value, f"be greater than or equal to {least}")
    if (step := schema.get("multipleOf")) and abs(value / step - round(value / step)) > 1e-9:
        yield _wrong(path, value, f"be a multiple of {step}")
    wanted = schema.get("format")
    if wanted in ("int32", "int64") and isinstance(value, int):
        bits = int(wanted[3:])
        if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            yield invalid(path, value, f"{path} in body must be of type {wanted}: {value}")


def _object(schema: Schema, value: Mapping[str, Any], path: str) -> Iterator[Cause]:
    if (most := schema.get("maxProperties")) is not None and len(value) > most:
        yield too_many(path, len(value), most)
    if (least := schema.get("minProperties")) is not None and len(value) < least:
        yield _wrong(path, value, f"have at least {least} properties")
    properties, rest = schema.get("properties") or {}, schema.get("additionalProperties")
    for field in schema.get("required") or ():
        if field not in value:
            yield required(_below(path, field))
    if schema.get(EMBEDDED):
        yield from _embedded(value, path)
    for field, inner in value.items():
        if field in properties:
            yield from causes(properties[field], inner, _below(path, field))
        elif isinstance(rest, dict):
            yield from causes(rest, inner, _below(path, field))


def _below(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _embedded(value: Mapping[str, Any], path: str) -> Iterator[Cause]:
    for field in ("apiVersion", "kind"):
        if not value.get(field):
            yield required(_below(path, field), "must not be empty")


def _array(schema: Schema, value: list[Any], path: str) -> Iterator[Cause]:
    if (most := schema.get("maxItems")) is not None and len(value) > most:
        yield too_many(path, len(value), most)
    if (least := schema.get("minItems")) is not None and len(value) < least:
        yield _wrong(path, value, f"have at least {least} items")
    sort = schema.get("x-kubernetes-list-type")
    if sort in ("set", "map"):
        yield from _twice(schema, value, path, keys=schema.get("x-kubernetes-list-map-keys") if sort == "map" else None)
    if isinstance(items := schema.get("items"), dict):
        for index, each in enumerate(value):
            yield from causes(items, each, f"{path}[{index}]")


def _twice(schema: Schema, value: list[Any], path: str, *, keys: list[str] | None) -> Iterator[Cause]:
    seen: set[str] = set()
    for index, each in enumerate(value):
        part = each
        if keys is not None:
            if not isinstance(each, dict):
                continue
            part = {key: each[key] for key in keys if key in each}
        mark = json.dumps(part, sort_keys=True)
        if mark in seen:
            yield duplicate(f"{path}[{index}]", part)
        seen.add(mark)


def _logic(schema: Schema, value: Any, path: str) -> Iterator[Cause]:
    for inner in schema.get("allOf") or ():
        yield from causes(inner, value, path)
    if (some := schema.get("anyOf")) and not schema.get(INT_OR_STRING) and not any(_fits(each, value) for each in some):
        yield invalid(path, value, f"{shown(path)} must validate at least one schema (anyOf)")
    if one := schema.get("oneOf"):
        fitting = sum(_fits(each, value) for each in one)
        if fitting != 1:
            found = "Found none valid" if not fitting else f"Found {fitting} valid alternatives"
            yield invalid(path, value, f"{shown(path)} must validate one and only one schema (oneOf). {found}")
    if (excluded := schema.get("not")) is not None and _fits(excluded, value):
        yield invalid(path, value, f"{shown(path)} must not validate the schema (not)")


def _fits(schema: Schema, value: Any) -> bool:
    return next(causes(schema, value, ""), None) is None


def _reads(read: Callable[[str], Any]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            read(text)
        except (ValueError, binascii.Error):
            return False
        return True

    return check


def _moment(text: str) -> None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", text):
        raise ValueError(text)
    datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("z", "Z").replace("Z", "+00:00").replace("t", "T"))


def _day(text: str) -> None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(text)
    datetime.fromisoformat(text)


def _uri(text: str) -> None:
    parts = urlsplit(text)
    if not parts.scheme and not text.startswith("/"):
        raise ValueError(text)


_DURATION = re.compile(r"[+-]?(\d+(\.\d*)?(ns|us|µs|ms|s|m|h|d|w))+|0")
_HOST = re.compile(
    r"(?=.{1,253}$)([a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?\.)*[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
)
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
FORMATS: dict[str, Callable[[str], bool]] = {
    "byte": _reads(lambda text: base64.b64decode(text, validate=True)),
    "date": _reads(_day),
    "date-time": _reads(_moment),
    "datetime": _reads(_moment),
    "duration": lambda text: _DURATION.fullmatch(text) is not None,
    "email": lambda text: _MAIL.fullmatch(text) is not None,
    "hostname": lambda text: _HOST.fullmatch(text) is not None,
    "ipv4": _reads(ipaddress.IPv4Address),
    "ipv6": _reads(ipaddress.IPv6Address),
    "cidr": _reads(lambda text: ipaddress.ip_network(text, strict=False)),
    "mac": lambda text: re.fullmatch(r"([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}", text) is not None,
    "uri": _reads(_uri),
    "uuid": _reads(UUID),
}
"""Formats of text that are looked at; any other says nothing."""
