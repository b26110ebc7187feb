"""The streams of one connection, from the server's side: which are open, and what may happen to them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cluster.api.streams.spdy import frames
from cluster.api.streams.spdy.frames import BadFrame, Control, Cutter, Part
from cluster.api.streams.spdy.headers import BadHeaders, Packing, Unpacking

MOST_STREAMS = 512
"""That are open at once; two serve a forwarded connection."""


class Opened(NamedTuple):
    """The client has opened a stream: accept or reset it."""

    stream: int
    headers: Mapping[str, str]
    last: bool
    """It will send nothing on it."""


class Data(NamedTuple):
    stream: int
    data: bytes
    last: bool


class Ended(NamedTuple):
    """The client wants no more of a stream, in neither direction."""

    stream: int


Event = Opened | Data | Ended


class Session:
    """`feed` what comes; what the other methods return is to be sent. A stream that both sides have ended is gone."""

    def __init__(self) -> None:
        self._cutter = Cutter()
        self._unpacking = Unpacking()
        self._packing = Packing()
        self._highest = 0
        self._pings = 0
        self._theirs: set[int] = set()
        """Streams on which the client may still send."""
        self._ours: set[int] = set()
        """Streams on which we may still send."""

    def feed(self, data: bytes) -> Iterator[Event | bytes]:
        """What happened; bytes are an answer of the protocol's own. BadFrame: the connection is beyond repair, say
        `goodbye` and close it."""
        for frame in self._cutter.feed(data):
            yield from self._data(frame) if isinstance(frame, Part) else self._control(frame)

    def _data(self, part: Part) -> Iterator[Event | bytes]:
        if part.stream not in self._theirs:
            if part.stream > self._highest or part.stream % 2 == 0:
                yield self._reset(part.stream, frames.INVALID_STREAM)
            return  # what was under way when the stream ended
        if part.last:
            self._theirs.discard(part.stream)
        yield Data(part.stream, part.data, part.last)

    def _control(self, frame: Control) -> Iterator[Event | bytes]:
        match frame.type:
            case frames.SYN_STREAM:
                yield from self._syn(frame)
            case frames.RST_STREAM:
                (stream,) = frames.numbers(frame.body, 1)
                if self._drop(stream):
                    yield Ended(stream)
            case frames.PING:
                (number,) = frames.numbers(frame.body, 1)
                if number % 2:  # an even one would be the answer to our own
                    yield frames.control(frames.PING, struct.pack(">I", number))
            case frames.HEADERS | frames.SYN_REPLY:
                self._unpack(frame.body[4:])  # more headers mean nothing here, but zlib must have seen them
            case _:
                return

    def _syn(self, frame: Control) -> Iterator[Event | bytes]:
        stream = frames.numbers(frame.body, 2)[0] & frames.LARGEST
        headers = self._unpack(frame.body[10:])
        if stream % 2 == 0 or stream <= self._highest:
            raise BadFrame(f"the client opens stream {stream} after {self._highest}: its numbers are odd and ascend")
        self._highest = stream
        if len(self._ours | self._theirs) >= MOST_STREAMS:
            yield self._reset(stream, frames.REFUSED_STREAM)
            return
        last = bool(frame.flags & frames.FLAG_FIN)
        if not last:
            self._theirs.add(stream)
        if not frame.flags & frames.FLAG_UNIDIRECTIONAL:
            self._ours.add(stream)
        yield Opened(stream, headers, last)

    def _unpack(self, block: bytes) -> dict[str, str]:
        try:
            return self._unpacking.headers(block)
        except BadHeaders as fault:
            raise BadFrame(str(fault)) from None

    def _drop(self, stream: int) -> bool:
        there = stream in self._ours or stream in self._theirs
        self._ours.discard(stream)
        self._theirs.discard(stream)
        return there

    def accept(self, stream: int) -> bytes:
        return frames.control(frames.SYN_REPLY, struct.pack(">I", stream) + self._packing.block({}))

    def send(self, stream: int, data: bytes, *, last: bool = False) -> bytes:
        """b"" when the stream is over."""
        if stream not in self._ours:
            return b""
        if last:
            self._ours.discard(stream)
        return frames.data(stream, data, last=last)

    def reset(self, stream: int, why: int = frames.CANCEL) -> bytes:
        """End a stream in both directions; b"" when it is over already."""
        return self._reset(stream, why) if self._drop(stream) else b""

    @staticmethod
    def _reset(stream: int, why: int) -> bytes:
        return frames.control(frames.RST_STREAM, struct.pack(">II", stream, why))

    def ping(self) -> bytes:
        """A question whose answer means nothing to us."""
        self._pings = (self._pings + 2) & frames.LARGEST
        return frames.control(frames.PING, struct.pack(">I", self._pings))

    def goodbye(self, why: int = frames.GOAWAY_OK) -> bytes:
        return frames.control(frames.GOAWAY, struct.pack(">II", self._highest, why))
