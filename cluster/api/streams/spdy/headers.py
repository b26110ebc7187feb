"""Header blocks: names and values, squeezed by zlib with a dictionary that both sides know.

One stream of zlib serves all blocks of a direction, so a block that cannot be read breaks everything after it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

MOST_BYTES = 64 * 1024
"""Of a block, unpacked."""

_WORDS = """
    options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow
    authorization cache-control connection content-base content-encoding content-language content-length
    content-location content-md5 content-range content-type date etag expect expires from host if-match
    if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma
    proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade
    user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie
    keep-alive origin
"""
_REST = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative "
    "Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 "
    "Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec "
    "00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,"
    "application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8"
    "charset=iso-8859-1,utf-,*,enq=0."
)


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


DICTIONARY = b"".join(_sized(word.replace("_", " ").encode()) for word in _WORDS.split()) + _REST.encode()
"""SPDY/3's, byte for byte: zlib refuses any other."""


class BadHeaders(Exception):
    """A block that is none: it says how."""


class Unpacking:
    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(zdict=DICTIONARY)

    def headers(self, block: bytes) -> dict[str, str]:
        """The headers in a block. BadHeaders."""
        try:
            plain = self._zlib.decompress(block, MOST_BYTES + 1)
        except zlib.error:
            raise BadHeaders("its headers cannot be unpacked") from None
        if len(plain) > MOST_BYTES or self._zlib.unconsumed_tail:
            raise BadHeaders(f"its headers are more than {MOST_BYTES} bytes")
        if self._zlib.eof:
            raise BadHeaders("its headers end the compression of all that follow")
        return _read(plain)


class Packing:
    def __init__(self) -> None:
        self._zlib = zlib.compressobj(zdict=DICTIONARY)

    def block(self, headers: Mapping[str, str]) -> bytes:
        plain = b"".join(_sized(part.encode("latin1")) for header in headers.items() for part in header)
        data = len(headers).to_bytes(4, "big") + plain
        return self._zlib.compress(data) + self._zlib.flush(zlib.Z_SYNC_FLUSH)


def _read(plain: bytes) -> dict[str, str]:
    count, parts = _take(plain)
    texts = list(_texts(parts, 2 * count))
    found = dict(zip(texts[::2], texts[1::2], strict=True))
    if len(found) != count:
        raise BadHeaders("a header is there twice")
    return found


def _texts(rest: bytes, count: int) -> Iterable[str]:
    for _ in range(count):
        length, rest = _take(rest)
        if length > len(rest):
            raise BadHeaders("a header is longer than the block it is in")
        yield rest[:length].decode("latin1")
        rest = rest[length:]
    if rest:
        raise BadHeaders("something follows the last header")


def _take(data: bytes) -> tuple[int, bytes]:
    if len(data) < 4:
        raise BadHeaders("its headers end too early")
    return int.from_bytes(data[:4], "big"), data[4:]
