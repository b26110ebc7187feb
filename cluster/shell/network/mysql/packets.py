"""MySQL's protocol: packets of a connection, the first handshake, results and errors. Both ends speak it by this."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from cluster.shell.network.mysql.values import Result, Value, Wrong
from cluster.shell.process import Connection

LONGEST = 1024 * 1024
QUIT, USE, QUERY, FIELDS, PING = 0x01, 0x02, 0x03, 0x04, 0x0E
_CAPABILITIES = 0x0008_A20F
"""Long passwords, found rows, long flags, a database at once, 4.1's protocol, transactions, secure, plugins."""
_NUMBER, _TEXT = 0x08, 0xFD


class Ended(Exception):
    """The other side has no more to say."""


class Packets:
    """One end of a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._waiting = connection, b""
        self.number = 0

    async def read(self) -> bytes:
        """The next packet. Ended, OSError."""
        head = await self._exactly(4)
        size, self.number = int.from_bytes(head[:3], "little"), (head[3] + 1) % 256
        if size > LONGEST:
            raise Ended
        return await self._exactly(size)

    async def _exactly(self, size: int) -> bytes:
        while len(self._waiting) < size:
            data = await self._connection.read()
            if not data:
                raise Ended
            self._waiting += data
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken

    async def write(self, *payloads: bytes) -> None:
        sent = b""
        for payload in payloads:
            sent += len(payload).to_bytes(3, "little") + bytes([self.number]) + payload
            self.number = (self.number + 1) % 256
        await self._connection.write(sent)


# -- small parts -------------------------------------------------------------------------------------------------


def length(number: int) -> bytes:
    """A number in as few octets as it takes."""
    if number < 251:
        return bytes([number])
    if number < 1 << 16:
        return b"\xfc" + number.to_bytes(2, "little")
    return b"\xfd" + number.to_bytes(3, "little")


def counted(data: bytes) -> bytes:
    return length(len(data)) + data


def take_length(data: bytes, at: int) -> tuple[int, int]:
    """(the number there, what follows)."""
    first = data[at]
    if first < 251:
        return first, at + 1
    size = 2 if first == 0xFC else 3 if first == 0xFD else 8
    return int.from_bytes(data[at + 1 : at + 1 + size], "little"), at + 1 + size


def take_counted(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = take_length(data, at)
    return data[at : at + size], at + size


# -- what a server says -------------------------------------------------------------------------------------------


def greeting(version: str, connection: int, salt: bytes) -> bytes:
    low, high = _CAPABILITIES & 0xFFFF, _CAPABILITIES >> 16
    head = b"\x0a" + version.encode() + b"\0" + connection.to_bytes(4, "little") + salt[:8] + b"\0"
    middle = low.to_bytes(2, "little") + b"\x21" + b"\x02\0" + high.to_bytes(2, "little") + bytes([21]) + bytes(10)
    return head + middle + salt[8:20] + b"\0mysql_native_password\0"


def fine(affected: int = 0) -> bytes:
    return b"\0" + length(affected) + b"\0\x02\0\0\0"


def failed(wrong: Wrong) -> bytes:
    return b"\xff" + wrong.number.to_bytes(2, "little") + b"#" + wrong.state.encode() + str(wrong).encode()


_END = b"\xfe\0\0\x02\0"


def result(found: Result) -> list[bytes]:
    """The packets of a result with rows."""
    packets = [length(len(found.columns))]
    for at, name in enumerate(found.columns):
        numbers = all(isinstance(row[at], (int, float)) for row in found.rows) and bool(found.rows)
        named = counted(name.encode())
        head = counted(b"def") + b"\0\0\0" + named + named + b"\x0c\x21\0" + (1024).to_bytes(4, "little")
        packets.append(head + bytes([_NUMBER if numbers else _TEXT]) + b"\0\0\0\0\0")
    packets.append(_END)
    packets += [b"".join(_cell(value) for value in row) for row in found.rows]
    return [*packets, _END]


def _cell(value: Value) -> bytes:
    return b"\xfb" if value is None else counted(str(value).encode())


# -- what a client says ---------------------------------------------------------------------------------------------


class Login(NamedTuple):
    user: str
    scramble: bytes
    database: str


def login(user: str, password: str, salt: bytes, database: str) -> bytes:
    capabilities = _CAPABILITIES if database else _CAPABILITIES & ~0x8
    head = capabilities.to_bytes(4, "little") + LONGEST.to_bytes(4, "little") + b"\x21" + bytes(23)
    body = user.encode() + b"\0" + counted(scrambled(password, salt))
    return head + body + (database.encode() + b"\0" if database else b"") + b"mysql_native_password\0"


def read_login(data: bytes) -> Login:
    """ValueError, IndexError when it is none."""
    capabilities = int.from_bytes(data[:4], "little")
    end = data.index(b"\0", 32)
    user = data[32:end].decode(errors="replace")
    scramble, at = take_counted(data, end + 1)
    database = b""
    if capabilities & 0x8 and at < len(data):
        database = data[at : data.index(b"\0", at)]
    return Login(user, scramble, database.decode(errors="replace"))


def scrambled(password: str, salt: bytes) -> bytes:
    """How a password is shown to one who has asked with that salt; b"" for none."""
    if not password:
        return b""
    once = hashlib.sha1(password.encode()).digest()
    mixed = hashlib.sha1(salt + hashlib.sha1(once).digest()).digest()
    return bytes(one ^ other for one, other in zip(once, mixed, strict=True))


class Answer(NamedTuple):
    columns: tuple[str, ...] = ()
    numeric: tuple[bool, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    affected: int = 0


async def read_answer(packets: Packets) -> Answer:
    """What came of a command. Wrong when it failed."""
    first = await packets.read()
    if first[:1] == b"\0":
        return Answer(affected=take_length(first, 1)[0])
    if first[:1] == b"\xff":
        raise _wrong(first)
    count, _ = take_length(first, 0)
    columns: list[str] = []
    numeric: list[bool] = []
    for _ in range(count):
        definition = await packets.read()
        at, parts = 0, list[bytes]()
        for _ in range(6):
            part, at = take_counted(definition, at)
            parts.append(part)
        columns.append(parts[4].decode())
        numeric.append(definition[at + 7] in (0x01, 0x02, 0x03, 0x05, _NUMBER))
    await packets.read()
    rows: list[tuple[str | None, ...]] = []
    while not ((row := await packets.read())[:1] == b"\xfe" and len(row) < 9):
        if row[:1] == b"\xff":
            raise _wrong(row)
        rows.append(_cells(row, count))
    return Answer(tuple(columns), tuple(numeric), tuple(rows))


def _cells(row: bytes, count: int) -> tuple[str | None, ...]:
    found: list[str | None] = []
    at = 0
    for _ in range(count):
        if row[at] == 0xFB:
            found.append(None)
            at += 1
        else:
            cell, at = take_counted(row, at)
            found.append(cell.decode(errors="replace"))
    return tuple(found)


def _wrong(packet: bytes) -> Wrong:
    number = int.from_bytes(packet[1:3], "little")
    if packet[3:4] == b"#":
        return Wrong(number, packet[4:9].decode(), packet[9:].decode(errors="replace"))
    return Wrong(number, "HY000", packet[3:].decode(errors="replace"))
