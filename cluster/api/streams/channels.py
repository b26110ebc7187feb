"""The channel protocols: several streams of bytes through one WebSocket, each message led by its channel's number.

Pure: messages in, messages out. Which channel means what is said here for commands (exec, attach); the older form of
port-forward numbers its channels itself.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from typing import NamedTuple

STDIN, STDOUT, STDERR, ERROR, RESIZE = range(5)
CLOSE = 255
"""Its data is the number of the channel that ends, from version 5 on."""
MOST_BYTES = 32 * 1024
"""Of a message: clients read into buffers of that size."""
_ZERO = ord("0")


class Dialect(NamedTuple):
    """One version of the protocol."""

    subprotocol: str
    """"" for a client that asks for none."""
    text: bool = False
    """Messages are text: a digit and base64."""
    tells_status: bool = False
    """The end is a Status object on the error channel; else only a failure is told, as text."""
    closes_channels: bool = False


V5 = Dialect("v5.channel.k8s.io", tells_status=True, closes_channels=True)
V4 = Dialect("v4.channel.k8s.io", tells_status=True)
V4_TEXT = Dialect("v4.base64.channel.k8s.io", text=True, tells_status=True)
V1 = Dialect("channel.k8s.io")
V1_TEXT = Dialect("base64.channel.k8s.io", text=True)
NAMELESS = Dialect("")
DIALECTS = (V5, V4, V4_TEXT, V1, V1_TEXT)
FORWARDING_DIALECTS = (V4, V4_TEXT)


class Piece(NamedTuple):
    channel: int
    data: bytes
    last: bool = False
    """The channel ends; `data` is empty."""


class Unreadable(Exception):
    """A message that breaks the protocol: it says how."""


def chosen(offered: Sequence[str], spoken: Sequence[Dialect] = DIALECTS) -> Dialect | None:
    """The first that the client offers and we speak; None when we speak none of them."""
    if not offered:
        return NAMELESS
    return next((each for name in offered for each in spoken if each.subprotocol == name), None)


def read(dialect: Dialect, message: bytes | str) -> Piece | None:
    """What a client's message carries; None for an empty one."""
    if not message:
        return None
    if dialect.text:
        channel, data = _from_text(message)
    else:
        plain = message.encode() if isinstance(message, str) else message
        channel, data = plain[0], plain[1:]
    if channel == CLOSE and dialect.closes_channels:
        if len(data) != 1:
            raise Unreadable(f"a message that ends a channel names it in one byte, not in {len(data)}")
        return Piece(data[0], b"", last=True)
    return Piece(channel, data)


def _from_text(message: bytes | str) -> tuple[int, bytes]:
    text = message.decode("latin1") if isinstance(message, bytes) else message
    channel = ord(text[0]) - _ZERO
    if not 0 <= channel <= 9:
        raise Unreadable("a message begins with the digit of its channel")
    try:
        return channel, base64.b64decode(text[1:], validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("what follows a channel's digit is base64") from None


def written(dialect: Dialect, channel: int, data: bytes) -> Iterator[bytes | str]:
    """The messages that carry this; an empty one tells a client that the channel is there."""
    most = MOST_BYTES - 1
    for start in range(0, max(len(data), 1), most):
        piece = data[start : start + most]
        if dialect.text:
            yield chr(_ZERO + channel) + base64.b64encode(piece).decode()
        else:
            yield bytes((channel,)) + piece
