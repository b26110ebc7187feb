"""Frames: how the byte stream is cut, and the numbers that say what is what."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

VERSION = 3
SYN_STREAM, SYN_REPLY, RST_STREAM, SETTINGS, PING, GOAWAY, HEADERS, WINDOW_UPDATE = 1, 2, 3, 4, 6, 7, 8, 9
FLAG_FIN = 1
FLAG_UNIDIRECTIONAL = 2
PROTOCOL_ERROR, INVALID_STREAM, REFUSED_STREAM, UNSUPPORTED_VERSION, CANCEL, INTERNAL_ERROR = 1, 2, 3, 4, 5, 6
GOAWAY_OK, GOAWAY_PROTOCOL_ERROR = 0, 1
HEAD = 8
LONGEST_CONTROL = 64 * 1024
LARGEST = 0x7FFF_FFFF
_CONTROL = 0x8000_0000


class Control(NamedTuple):
    type: int
    flags: int
    body: bytes


class Part(NamedTuple):
    """Data of a stream as it comes: a frame may be cut into several."""

    stream: int
    data: bytes
    last: bool
    """The other side will send no more on this stream."""


class BadFrame(Exception):
    """Bytes that are no SPDY/3.1: it says how."""


class Cutter:
    """Cuts what comes into frames. Data is passed on at once, so nothing is kept but a control frame's beginning."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._stream = self._left = 0
        self._last = False

    def feed(self, data: bytes) -> Iterator[Control | Part]:
        """BadFrame: nothing after it can be read."""
        self._waiting += data
        while True:
            if self._left:
                if not self._waiting:
                    return
                piece = bytes(self._waiting[: self._left])
                del self._waiting[: len(piece)]
                self._left -= len(piece)
                yield Part(self._stream, piece, self._last and not self._left)
                continue
            if len(self._waiting) < HEAD:
                return
            first, second = struct.unpack_from(">II", self._waiting)
            flags, length = second >> 24, second & 0xFF_FFFF
            if not first & _CONTROL:
                del self._waiting[:HEAD]
                self._stream, self._left, self._last = first, length, bool(flags & FLAG_FIN)
                if not length:
                    yield Part(first, b"", self._last)
                continue
            if (version := first >> 16 & 0x7FFF) != VERSION:
                raise BadFrame(f"a frame is of version {version}, not {VERSION}")
            if length > LONGEST_CONTROL:
                raise BadFrame(f"a control frame of {length} bytes is too long")
            if len(self._waiting) < HEAD + length:
                return
            body = bytes(self._waiting[HEAD : HEAD + length])
            del self._waiting[: HEAD + length]
            yield Control(first & 0xFFFF, flags, body)


def control(type_: int, body: bytes, flags: int = 0) -> bytes:
    return struct.pack(">II", _CONTROL | VERSION << 16 | type_, flags << 24 | len(body)) + body


def data(stream: int, piece: bytes, *, last: bool = False) -> bytes:
    return struct.pack(">II", stream, (FLAG_FIN if last else 0) << 24 | len(piece)) + piece


def numbers(body: bytes, count: int) -> tuple[int, ...]:
    """The 32-bit numbers that a control frame begins with. BadFrame when it is too short for them."""
    if len(body) < 4 * count:
        raise BadFrame(f"a control frame of {len(body)} bytes lacks what it must say")
    return struct.unpack_from(f">{count}I", body)
