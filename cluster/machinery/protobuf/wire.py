"""The wire format: bytes taken apart into numbered fields. Knows no message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

PREFIX = b"k8s\x00"
"""What every envelope begins with."""
VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5
_WIDTH = {EIGHT_BYTES: 8, FOUR_BYTES: 4}
_LONGEST = 10
"""Bytes of a 64-bit number."""
MOST_VALUES = 250_000
"""In one body."""


class Broken(Exception):
    """What is wrong with the bytes, in the words of Kubernetes' decoder."""


def varint(data: memoryview, at: int) -> tuple[int, int]:
    """The number there, as 64 bits, and where it ends."""
    value = shift = 0
    for place in range(at, at + _LONGEST):
        if place >= len(data):
            raise Broken("unexpected EOF")
        byte = data[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, place + 1
        shift += 7
    raise Broken("proto: integer overflow")


def signed(value: int, bits: Literal[32, 64]) -> int:
    """A number from the wire as Go's int32 or int64 takes it."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


class Counted:
    """Takes the bytes of one body apart, and not for ever: a few of them can stand for a thing of a hundred."""

    def __init__(self) -> None:
        self._values = 0

    def fields(self, data: memoryview) -> Iterator[tuple[int, int, int | memoryview]]:
        """As `fields`. Broken when there are too many."""
        for each in fields(data):
            self.count()
            yield each

    def count(self) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            raise Broken(f"more than {MOST_VALUES} values in one object")


def fields(data: memoryview) -> Iterator[tuple[int, int, int | memoryview]]:
    """(number, wire type, value) of each field: a number for varints, else a view of the bytes."""
    at, end = 0, len(data)
    while at < end:
        tag, at = varint(data, at)
        number, wire = tag >> 3, tag & 7
        if not 0 < number < 1 << 29:
            raise Broken(f"proto: illegal tag {number} (wire type {wire})")
        if wire == VARINT:
            value, at = varint(data, at)
            yield number, wire, value
            continue
        if wire == LENGTH:
            length, at = varint(data, at)
            if length >> 63:
                raise Broken("proto: negative length found during unmarshaling")
        elif wire in _WIDTH:
            length = _WIDTH[wire]
        else:
            raise Broken(f"proto: illegal wireType {wire}")
        if length > end - at:
            raise Broken("unexpected EOF")
        yield number, wire, data[at : at + length]
        at += length


def octets(name: str, wire: int, value: int | memoryview) -> memoryview:
    """The value of a field that must have a length."""
    if wire != LENGTH or isinstance(value, int):
        raise _wrong(name, wire)
    return value


def number(name: str, wire: int, value: int | memoryview) -> int:
    """The value of a field that must be a varint."""
    if wire != VARINT or not isinstance(value, int):
        raise _wrong(name, wire)
    return value


def eight(name: str, wire: int, value: int | memoryview) -> memoryview:
    """The value of a field that must be a double."""
    if wire != EIGHT_BYTES or isinstance(value, int):
        raise _wrong(name, wire)
    return value


def _wrong(name: str, wire: int) -> Broken:
    return Broken(f"proto: wrong wireType = {wire} for field {name[:1].upper()}{name[1:]}")
