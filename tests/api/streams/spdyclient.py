"""SPDY/3.1 from the client's side, written for tests alone: what to send, and what came back."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from cluster.api.streams.spdy.headers import DICTIONARY


class SpdyClient:
    def __init__(self) -> None:
        self._packing = zlib.compressobj(zdict=DICTIONARY)
        self._unpacking = zlib.decompressobj(zdict=DICTIONARY)
        self._coming = b""
        self.next_stream = 1

    def syn(self, headers: Mapping[str, str], *, stream: int = 0, fin: bool = False) -> bytes:
        stream = stream or self.next_stream
        self.next_stream = stream + 2
        plain = struct.pack(">I", len(headers))
        for part in (part for header in headers.items() for part in header):
            plain += struct.pack(">I", len(part)) + part.encode()
        block = self._packing.compress(plain) + self._packing.flush(zlib.Z_SYNC_FLUSH)
        return control(1, struct.pack(">IIH", stream, 0, 0) + block, flags=1 if fin else 0)

    def pair(self, port: int, request: int) -> bytes:
        """As kubectl opens a connection: the error stream, which it ends at once, then the data stream."""
        common = {"port": str(port), "requestid": str(request)}
        error = self.next_stream
        opened = self.syn({"streamtype": "error", **common})
        return opened + data(error, b"", fin=True) + self.syn({"streamtype": "data", **common})

    def read(self, coming: bytes) -> list[tuple[str, int, object]]:
        """(what, stream or number, more) of each frame that has come whole."""
        self._coming += coming
        found: list[tuple[str, int, object]] = []
        while len(self._coming) >= 8:
            first, second = struct.unpack(">II", self._coming[:8])
            flags, length = second >> 24, second & 0xFFFFFF
            body, self._coming = self._coming[8 : 8 + length], self._coming[8 + length :]
            assert len(body) == length
            if not first >> 31:
                found.append(("fin" if flags & 1 else "data", first, body))
                continue
            assert first >> 16 == 0x8003
            stream = struct.unpack(">I", body[:4])[0]
            match first & 0xFFFF:
                case 2:
                    found.append(("reply", stream, self._unpacking.decompress(body[4:])))
                case 3:
                    found.append(("reset", stream, struct.unpack(">I", body[4:8])[0]))
                case 6:
                    found.append(("ping", stream, None))
                case 7:
                    found.append(("goaway", stream, struct.unpack(">I", body[4:8])[0]))
                case other:
                    raise AssertionError(other)
        return found


def control(type_: int, body: bytes, *, flags: int = 0, version: int = 3) -> bytes:
    return struct.pack(">HHI", 0x8000 | version, type_, flags << 24 | len(body)) + body


def data(stream: int, piece: bytes, *, fin: bool = False) -> bytes:
    return struct.pack(">II", stream, (1 << 24 if fin else 0) | len(piece)) + piece


def rst(stream: int) -> bytes:
    return control(3, struct.pack(">II", stream, 5))


def ping(number: int) -> bytes:
    return control(6, struct.pack(">I", number))
