"""redis-cli: commands to a Redis, one from the command line or many from its input."""

from __future__ import annotations

import shlex

from cluster.shell.process import Connection, Process
from cluster.shell.programs import naming

_PATIENCE = 134.0


class Lost(Exception):
    """The server has gone."""


async def rediscli(process: Process) -> int:
    """The client."""
    host, port, words = "127.0.0.1", "6379", list(process.argv[1:])
    raw = process.tty is None
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option == "--raw":
            raw = True
        elif option == "--no-raw":
            raw = False
        elif option in ("-h", "-p", "-n", "-a", "-u", "--user", "--pass") and words:
            value = words.pop(0)
            host, port = (value, port) if option == "-h" else (host, value) if option == "-p" else (host, port)
        elif option in ("--no-auth-warning", "-3", "-2", "-c"):
            continue
        else:
            said = f"Unrecognized option or bad number of args for: '{option}'\n"
            await process.stderr.write(said.encode())
            return 1
    connection = await _connected(process, host, port)
    if isinstance(connection, str):
        await process.stderr.write(f"Could not connect to Redis at {host}:{port}: {connection}\n".encode())
        return 1
    talk = _Talk(connection)
    try:
        if words:
            shown = await talk.ask(words, raw=raw)
            await process.stdout.write(shown.encode(errors="surrogateescape"))
            return 0
        return await _many(process, talk, f"{host}:{port}> ", raw=raw)
    except (Lost, OSError):
        await process.stderr.write(b"Error: Server closed the connection\n")
        return 1
    finally:
        await connection.close()


async def _connected(process: Process, host: str, port: str) -> Connection | str:
    found = (await naming.lookup(process, host)).addresses
    if not found:
        return "Name or service not known"
    if not (port.isdecimal() and len(port) < 6):
        return "Invalid port"
    try:
        return await process.machine.connect(found[0], int(port))
    except TimeoutError:
        await process.machine.sleep(_PATIENCE)
        return "Connection timed out"
    except OSError as error:
        return str(error.strerror)


async def _many(process: Process, talk: _Talk, prompt: str, *, raw: bool) -> int:
    waiting = b""
    while True:
        if process.tty:
            await process.stdout.write(prompt.encode())
        while b"\n" not in waiting:
            data = await process.stdin.read()
            if not data:
                return 0
            waiting += data
        line, _, waiting = waiting.partition(b"\n")
        try:
            words = shlex.split(line.decode(errors="replace"))
        except ValueError:
            await process.stdout.write(b"Invalid argument(s)\n")
            continue
        if not words:
            continue
        if words[0].lower() in ("quit", "exit"):
            return 0
        await process.stdout.write((await talk.ask(words, raw=raw)).encode(errors="surrogateescape"))


class _Talk:
    """Redis' protocol from a client's side."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._waiting = connection, b""

    async def ask(self, words: list[str], *, raw: bool) -> str:
        """What the server answers, as it is printed. Lost, OSError."""
        parts = [word.encode(errors="surrogateescape") for word in words]
        sent = b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        await self._connection.write(b"*%d\r\n" % len(parts) + sent)
        return await self._reply(raw=raw)

    async def _line(self) -> str:
        while b"\r\n" not in self._waiting:
            await self._more()
        line, _, self._waiting = self._waiting.partition(b"\r\n")
        return line.decode(errors="surrogateescape")

    async def _more(self) -> None:
        data = await self._connection.read()
        if not data:
            raise Lost
        self._waiting += data

    async def _bulk(self, size: int) -> str:
        while len(self._waiting) < size + 2:
            await self._more()
        taken, self._waiting = self._waiting[:size], self._waiting[size + 2 :]
        return taken.decode(errors="surrogateescape")

    async def _reply(self, *, raw: bool, indent: str = "") -> str:
        line = await self._line()
        kind, rest = line[:1], line[1:]
        match kind:
            case "+":
                return f"{rest}\n"
            case "-":
                return f"{rest}\n\n" if raw else f"(error) {rest}\n"
            case ":":
                return f"{rest}\n" if raw else f"(integer) {rest}\n"
            case "$":
                if rest == "-1":
                    return "\n" if raw else "(nil)\n"
                value = await self._bulk(int(rest))
                return f"{value}\n" if raw else f"{_quoted(value)}\n"
            case _:
                return await self._array(int(rest), raw=raw, indent=indent)

    async def _array(self, count: int, *, raw: bool, indent: str) -> str:
        if count <= 0:
            return "\n" if raw else "(empty array)\n"
        found = []
        width = len(str(count))
        for at in range(1, count + 1):
            value = await self._reply(raw=raw, indent=f"{indent}{' ' * (width + 2)}")
            found.append(value if raw else f"{indent if at > 1 else ''}{at:>{width}}) {value}")
        return "".join(found)


def _quoted(value: str) -> str:
    shown = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{shown}"'


PROGRAMS = {"redis-cli": rediscli, "valkey-cli": rediscli}
