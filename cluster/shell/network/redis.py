"""A Redis of a few commands, over its own protocol. What it holds is gone when its container is started anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cluster.machinery.objects import Obj
from cluster.nodes import servers
from cluster.shell.network.station import Station
from cluster.shell.network.streams import End

MOST_KEYS, MOST_OCTETS, LONGEST = 5_000, 2 * 1024 * 1024, 512 * 1024
"""Keys of one server, octets of their values, and octets of one command."""
_FULL = "OOM command not allowed when used memory > 'maxmemory'."
_IMAGES = ("redis", "valkey", "redis-slave", "redis-follower")


class Wrong(Exception):
    """What is answered to a command that cannot be followed."""


def speaks(container: Obj) -> bool:
    called = servers.called(str(container.get("image") or ""))
    words = " ".join(str(each) for each in (*(container.get("command") or ()), *(container.get("args") or ())))
    return called in _IMAGES or "redis-server" in words


async def serve(stream: End, station: Station, memory: dict[str, Any]) -> None:
    """Answer commands until the client has enough, or the process is gone."""
    waiting = b""
    keys: dict[bytes, bytes] = memory.setdefault("keys", {})
    while data := await stream.read():
        waiting += data
        if len(waiting) > LONGEST:
            await stream.write(b"-ERR Protocol error: too big bulk count string\r\n")
            return
        while (taken := command(waiting)) is not None:
            words, waiting = taken
            if station.pod() is None:
                stream.reset()
                return
            if not words:
                continue
            if words[0].upper() == b"QUIT":
                await stream.write(b"+OK\r\n")
                return
            await stream.write(answer(words, keys))


def command(waiting: bytes) -> tuple[list[bytes], bytes] | None:
    """(the words of the first command, what is left); None while it is not whole."""
    head, end, rest = waiting.partition(b"\r\n" if waiting.startswith(b"*") else b"\n")
    if not end:
        return None
    if not waiting.startswith(b"*"):
        return head.split(), rest
    if not head[1:].isdigit():
        return [b"?"], b""
    words: list[bytes] = []
    for _ in range(int(head[1:6])):
        size, end, rest = rest.partition(b"\r\n")
        if not end or not size.startswith(b"$") or not size[1:].isdigit():
            return None
        length = int(size[1:8])
        if len(rest) < length + 2:
            return None
        words.append(rest[:length])
        rest = rest[length + 2 :]
    return words, rest


def answer(words: list[bytes], keys: dict[bytes, bytes]) -> bytes:
    """What comes of one command; it may change `keys`."""
    called = words[0].upper()
    known = _COMMANDS.get(called)
    try:
        if known is None:
            shown = words[0].decode(errors="replace")
            given = "".join(f"'{each.decode(errors='replace')}' " for each in words[1:])
            raise Wrong(f"ERR unknown command '{shown}', with args beginning with: {given}")
        least, most, does = known
        if not least <= len(words) - 1 <= most:
            raise Wrong(f"ERR wrong number of arguments for '{called.decode().lower()}' command")
        return does(words[1:], keys)
    except Wrong as wrong:
        return b"-" + str(wrong).encode() + b"\r\n"


def _bulk(value: bytes | None) -> bytes:
    return b"$-1\r\n" if value is None else b"$" + str(len(value)).encode() + b"\r\n" + value + b"\r\n"


def _array(values: Sequence[bytes | None]) -> bytes:
    return b"*" + str(len(values)).encode() + b"\r\n" + b"".join(_bulk(value) for value in values)


def _number(value: int) -> bytes:
    return b":" + str(value).encode() + b"\r\n"


def _set(words: list[bytes], keys: dict[bytes, bytes]) -> bytes:
    options = [each.upper() for each in words[2:]]
    if (b"NX" in options and words[0] in keys) or (b"XX" in options and words[0] not in keys):
        return _bulk(None)
    if words[0] not in keys and len(keys) >= MOST_KEYS:
        raise Wrong(_FULL)
    if len(words[1]) + sum(map(len, keys.values())) > MOST_OCTETS:
        raise Wrong(_FULL)
    keys[words[0]] = words[1]
    return b"+OK\r\n"


def _add(by: int, word: bytes, keys: dict[bytes, bytes]) -> bytes:
    try:
        value = int(keys.get(word, b"0")) + by
    except ValueError:
        raise Wrong("ERR value is not an integer or out of range") from None
    _set([word, str(value).encode()], keys)
    return _number(value)


def _whole(word: bytes) -> int:
    if not word.lstrip(b"-").isdigit() or len(word) > 18:
        raise Wrong("ERR value is not an integer or out of range")
    return int(word)


def _delete(words: list[bytes], keys: dict[bytes, bytes]) -> bytes:
    return _number(sum(keys.pop(word, None) is not None for word in words))


def _append(words: list[bytes], keys: dict[bytes, bytes]) -> bytes:
    _set([words[0], keys.get(words[0], b"") + words[1]], keys)
    return _number(len(keys[words[0]]))


def _keys(words: list[bytes], keys: dict[bytes, bytes]) -> bytes:
    pattern = words[0]
    if pattern == b"*":
        return _array(sorted(keys))
    start = pattern.removesuffix(b"*")
    return _array([each for each in sorted(keys) if each == pattern or (pattern != start and each.startswith(start))])


def _flush(words: list[bytes], keys: dict[bytes, bytes]) -> bytes:
    keys.clear()
    return b"+OK\r\n"


Does = Callable[[list[bytes], dict[bytes, bytes]], bytes]
_MANY = 1_000
_COMMANDS: dict[bytes, tuple[int, int, Does]] = {
    b"PING": (0, 1, lambda words, keys: _bulk(words[0]) if words else b"+PONG\r\n"),
    b"ECHO": (1, 1, lambda words, keys: _bulk(words[0])),
    b"SELECT": (1, 1, lambda words, keys: b"+OK\r\n"),
    b"GET": (1, 1, lambda words, keys: _bulk(keys.get(words[0]))),
    b"SET": (2, 6, _set),
    b"SETNX": (2, 2, lambda words, keys: _number(int(_set([*words, b"NX"], keys) == b"+OK\r\n"))),
    b"MGET": (1, _MANY, lambda words, keys: _array([keys.get(word) for word in words])),
    b"DEL": (1, _MANY, _delete),
    b"EXISTS": (1, _MANY, lambda words, keys: _number(sum(word in keys for word in words))),
    b"INCR": (1, 1, lambda words, keys: _add(1, words[0], keys)),
    b"DECR": (1, 1, lambda words, keys: _add(-1, words[0], keys)),
    b"INCRBY": (2, 2, lambda words, keys: _add(_whole(words[1]), words[0], keys)),
    b"APPEND": (2, 2, _append),
    b"STRLEN": (1, 1, lambda words, keys: _number(len(keys.get(words[0], b"")))),
    b"KEYS": (1, 1, _keys),
    b"DBSIZE": (0, 0, lambda words, keys: _number(len(keys))),
    b"FLUSHALL": (0, 1, _flush),
    b"FLUSHDB": (0, 1, _flush),
    b"TTL": (1, 1, lambda words, keys: _number(-1 if words[0] in keys else -2)),
    b"TYPE": (1, 1, lambda words, keys: b"+string\r\n" if words[0] in keys else b"+none\r\n"),
    b"COMMAND": (0, _MANY, lambda words, keys: b"*0\r\n"),
    b"INFO": (0, 1, lambda words, keys: _bulk(b"# Replication\r\nrole:master\r\nconnected_slaves:0\r\n")),
}
