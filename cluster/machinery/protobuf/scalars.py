"""Messages that are a single value in JSON: moments, quantities, numbers or texts, JSON inside protobuf, lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from cluster.machinery.objects import micro_timestamp, timestamp
from cluster.machinery.protobuf.wire import Broken, Counted, number, octets, signed

_FIRST_YEAR, _LAST_YEAR = -62_135_596_800, 253_402_300_799
"""The seconds that the years 1 to 9999 span."""


def text(data: memoryview) -> str:
    """Go takes any bytes for text, and puts the replacement character for bad ones into JSON."""
    return str(data, errors="replace")


def _time(counted: Counted, name: str, data: memoryview) -> str | None:
    """None for Go's zero time, which is sent as nothing at all."""
    if not data:
        return None
    seconds, _ = _moment(counted, name, data)
    return timestamp(seconds)


def _micro_time(counted: Counted, name: str, data: memoryview) -> str | None:
    if not data:
        return None
    seconds, nanoseconds = _moment(counted, name, data)
    whole = micro_timestamp(seconds)
    return f"{whole[: whole.index('.')]}.{nanoseconds // 1000:06d}Z"


def _moment(counted: Counted, name: str, data: memoryview) -> tuple[int, int]:
    seconds = nanoseconds = 0
    for at, wire, value in counted.fields(data):
        if at == 1:
            seconds = signed(number(name, wire, value), 64)
        elif at == 2:
            nanoseconds = signed(number(name, wire, value), 32)
    if not _FIRST_YEAR <= seconds <= _LAST_YEAR or not 0 <= nanoseconds < 1_000_000_000:
        raise Broken(f"the time in field {name} is outside of the years 1 to 9999")
    return seconds, nanoseconds


def _quantity(counted: Counted, name: str, data: memoryview) -> str:
    return next((text(found) for found in _texts(counted, name, data)), "0")


def _int_or_string(counted: Counted, name: str, data: memoryview) -> int | str:
    is_text, whole, said = 0, 0, ""
    for at, wire, value in counted.fields(data):
        if at == 1:
            is_text = number(name, wire, value)
        elif at == 2:
            whole = signed(number(name, wire, value), 32)
        elif at == 3:
            said = text(octets(name, wire, value))
    if is_text not in (0, 1):
        raise Broken("impossible IntOrString.Type")
    return said if is_text else whole


def _raw(counted: Counted, name: str, data: memoryview) -> Any:
    """JSON that stands inside, as text."""
    inside = next((octets(name, wire, value) for at, wire, value in counted.fields(data) if at == 1), None)
    try:
        return orjson.loads(inside) if inside else None
    except orjson.JSONDecodeError as error:
        raise Broken(f"field {name} does not hold JSON: {error}") from None


def _strings(counted: Counted, name: str, data: memoryview) -> list[str]:
    return [text(found) for found in _texts(counted, name, data)]


def _texts(counted: Counted, name: str, data: memoryview) -> Iterator[memoryview]:
    return (octets(name, wire, value) for at, wire, value in counted.fields(data) if at == 1)


READERS: Mapping[str, Callable[[Counted, str, memoryview], Any]] = {
    "time": _time,
    "microtime": _micro_time,
    "quantity": _quantity,
    "intorstring": _int_or_string,
    "raw": _raw,
    "strings": _strings,
}
"""By the table's name of the type: (the body's count, field's name, bytes) -> its JSON."""
