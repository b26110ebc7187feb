"""Datagrams by the batch: what waits on a socket is read, and what is due is sent, in one call of the kernel each.

Linux has recvmmsg and sendmmsg, which Python's socket module does not offer; a call for every datagram, with the
addresses turned to text and back, costs as much as answering it. Elsewhere it is one call each. Knows nothing of what
is in them.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any, Protocol

BATCH = 64
"""Few enough that the first of a batch does not wait long for the last."""
LONGEST = 512
"""Octets of a query that are read; what a longer one has beyond them is cut off, as CoreDNS does."""

_HEADER, _LENGTH_AT, _NAME = 64, 14, 128
"""A struct mmsghdr in octets, where in 32-bit words its length stands, and room for an address."""


class Datagrams(Protocol):
    """Reading and answering on one UDP socket that does not block."""

    def receive(self) -> Sequence[bytes]:
        """What waits, at most a batch of it; nothing when nothing does."""

    def sender(self, number: int) -> tuple[Any, ...]:
        """The address that datagram `number` of the last batch came from."""

    def send(self, replies: Sequence[bytes]) -> int:
        """Send replies[i] to the sender of datagram i (b"": send none). How many were lost: as on any network, a
        datagram is when a buffer is full or its receiver is gone."""


def of(sock: socket.socket) -> Datagrams:
    """The fastest way that this system has."""
    return Batched(sock) if Batched.possible() else OneByOne(sock)


class OneByOne:
    """A call for every datagram: works everywhere."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._senders: list[tuple[Any, ...]] = []

    def receive(self) -> Sequence[bytes]:
        found: list[bytes] = []
        self._senders.clear()
        for _ in range(BATCH):
            try:
                raw, sender = self._socket.recvfrom(LONGEST)
            except OSError:  # nothing waits, or the kernel tells of an earlier datagram that did not arrive
                break
            found.append(raw)
            self._senders.append(sender)
        return found

    def sender(self, number: int) -> tuple[Any, ...]:
        return self._senders[number]

    def send(self, replies: Sequence[bytes]) -> int:
        lost = 0
        for reply, sender in zip(replies, self._senders, strict=True):
            if reply:
                try:
                    self._socket.sendto(reply, sender)
                except OSError:
                    lost += 1
        return lost


class _Part(ctypes.Structure):
    """struct iovec"""

    _fields_ = (("base", ctypes.c_uint64), ("size", ctypes.c_uint64))


class _Message(ctypes.Structure):
    """struct mmsghdr of 64-bit Linux"""

    _fields_ = (
        ("name", ctypes.c_uint64),
        ("name_size", ctypes.c_uint32),
        ("parts", ctypes.c_uint64),
        ("part_count", ctypes.c_uint64),
        ("control", ctypes.c_uint64),
        ("control_size", ctypes.c_uint64),
        ("flags", ctypes.c_int32),
        ("length", ctypes.c_uint32),
    )


class Batched:
    """One call for a batch. The kernel fills and empties memory that is laid out once."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._family = sock.family
        self._receive, self._send = _calls()
        self._octets = (ctypes.c_char * (BATCH * LONGEST))()
        self._names = (ctypes.c_char * (BATCH * _NAME))()
        self._in_parts, self._out_parts = (_Part * BATCH)(), (_Part * BATCH)()
        self._in, self._out = (_Message * BATCH)(), (_Message * BATCH)()
        name_size = 28 if self._family == socket.AF_INET6 else 16
        for messages, parts in ((self._in, self._in_parts), (self._out, self._out_parts)):
            for number in range(BATCH):
                messages[number].name = ctypes.addressof(self._names) + number * _NAME
                messages[number].name_size = name_size
                messages[number].parts = ctypes.addressof(parts[number])
                messages[number].part_count = 1
        for number in range(BATCH):
            self._in_parts[number].base = ctypes.addressof(self._octets) + number * LONGEST
            self._in_parts[number].size = LONGEST
        self._view = memoryview(self._octets).cast("B")
        self._name_view = memoryview(self._names).cast("B")
        self._lengths = memoryview(self._in).cast("B").cast("I")
        self._out_words = memoryview(self._out_parts).cast("B").cast("Q")
        self._starts = range(0, BATCH * LONGEST, LONGEST)

    @staticmethod
    def possible() -> bool:
        return (
            sys.platform == "linux"
            and ctypes.sizeof(ctypes.c_void_p) == 8
            and ctypes.sizeof(_Message) == _HEADER
            and all(hasattr(ctypes.pythonapi, name) for name in ("recvmmsg", "sendmmsg"))
        )

    def receive(self) -> Sequence[bytes]:
        count = self._receive(self._socket.fileno(), ctypes.addressof(self._in), BATCH, 0, None)
        if count <= 0:  # as above
            return ()
        octets = self._view[: count * LONGEST].tobytes()
        lengths = self._lengths[_LENGTH_AT : _LENGTH_AT + 16 * count : 16].tolist()
        return [octets[at : at + length] for at, length in zip(self._starts, lengths, strict=False)]

    def sender(self, number: int) -> tuple[Any, ...]:
        name = self._name_view[number * _NAME : (number + 1) * _NAME].tobytes()
        port = int.from_bytes(name[2:4], "big")
        if self._family == socket.AF_INET:
            return socket.inet_ntop(socket.AF_INET, name[4:8]), port
        (scope,) = struct.unpack_from("=I", name, 24)
        return socket.inet_ntop(socket.AF_INET6, name[8:24]), port, int.from_bytes(name[4:8], "big"), scope

    def send(self, replies: Sequence[bytes]) -> int:
        octets = b"".join(replies)
        if not octets:
            return 0
        start = ctypes.cast(ctypes.c_char_p(octets), ctypes.c_void_p).value or 0
        sizes = list(map(len, replies))
        words, count = self._out_words, len(replies)
        words[0 : 2 * count : 2] = memoryview(array("Q", accumulate(sizes[:-1], initial=start)))
        words[1 : 2 * count : 2] = memoryview(array("Q", sizes))
        if all(sizes):
            return self._sent(0, count)
        return sum(self._sent(at, at + 1) for at, size in enumerate(sizes) if size)

    def _sent(self, at: int, end: int) -> int:
        """Send a range of what is laid out; how many of it were lost."""
        lost, first = 0, ctypes.addressof(self._out)
        while at < end:
            sent = self._send(self._socket.fileno(), first + at * _HEADER, end - at, 0)
            if sent <= 0:
                lost, at = lost + 1, at + 1
            else:
                at += sent
        return lost


def _calls() -> tuple[Callable[..., int], Callable[..., int]]:
    """recvmmsg and sendmmsg. They return at once, so the interpreter is not let go of for them: with other threads
    about, getting it back costs more than the call."""
    library = ctypes.PyDLL(None)
    receive, send = library.recvmmsg, library.sendmmsg
    receive.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
    send.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)
    return receive, send
