"""mysql and mysqladmin: clients over the network of their pod."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.shell.network.mysql import packets
from cluster.shell.network.mysql.packets import Answer, Ended, Packets
from cluster.shell.network.mysql.tokens import statements
from cluster.shell.network.mysql.values import Wrong
from cluster.shell.process import Connection, Process
from cluster.shell.programs import mysqltext as printed
from cluster.shell.programs import naming

_PATIENCE = 134.0
_LOCAL = ("localhost", "")
_VALUED = {"h": "host", "host": "host", "u": "user", "user": "user", "P": "port", "port": "port", "e": "execute",
           "execute": "execute", "D": "database", "database": "database"}  # fmt: skip
_FLAGS = {"t": "table", "table": "table", "B": "batch", "batch": "batch", "s": "batch", "silent": "batch",
          "N": "bare", "skip-column-names": "bare", "f": "force", "force": "force"}  # fmt: skip
_PASSED = {"protocol", "default-character-set", "ssl-mode", "connect-timeout", "S", "socket", "A", "no-auto-rehash",
           "v", "verbose", "w", "wait", "skip-ssl", "raw", "r", "n", "unbuffered", "q", "quick"}  # fmt: skip
_WITH_VALUE = {"protocol", "default-character-set", "ssl-mode", "connect-timeout", "S", "socket"}


@dataclass
class _Given:
    host: str = ""
    user: str = ""
    password: str = ""
    port: str = "3306"
    execute: str = ""
    database: str = ""
    table: bool = False
    batch: bool = False
    bare: bool = False
    force: bool = False
    others: list[str] = field(default_factory=list)


class Unknown(Exception):
    """An option that the program does not have."""


class Unreached(Exception):
    """No connection, in MySQL's words."""


def parse(argv: list[str]) -> _Given:
    """What a command line asks for. Unknown."""
    given, words = _Given(), list(argv)
    while words:
        word = words.pop(0)
        if not word.startswith("-") or word == "-":
            given.others.append(word)
            continue
        long = word.startswith("--")
        name, equals, value = word[2:].partition("=") if long else (word[1], "", word[2:])
        if name in ("p", "password"):
            given.password = value
        elif name in _VALUED:
            setattr(given, _VALUED[name], value if equals or value else words.pop(0) if words else "")
        elif name in _FLAGS:
            setattr(given, _FLAGS[name], True)
            if not long and value:
                words.insert(0, f"-{value}")
        elif name in _PASSED:
            if name in _WITH_VALUE and not (equals or value) and words:
                words.pop(0)
        else:
            raise Unknown(f"unknown option '{word}'")
    return given


async def mysql(process: Process) -> int:
    """The client."""
    try:
        given = parse(process.argv[1:])
    except Unknown as unknown:
        await process.stderr.write(f"mysql: [ERROR] {unknown}.\n".encode())
        return 2
    given.database = given.database or next(iter(given.others), "")
    try:
        client = await _connected(process, given)
    except Unreached as unreached:
        await process.stderr.write(f"{unreached}\n".encode())
        return 1
    try:
        return await _Typing(process, given, client).run()
    except (Ended, OSError):
        await process.stderr.write(b"ERROR 2013 (HY000): Lost connection to MySQL server during query\n")
        return 1
    finally:
        await client.connection.close()


async def mysqladmin(process: Process) -> int:
    """ping and status."""
    try:
        given = parse(process.argv[1:])
    except Unknown as unknown:
        await process.stderr.write(f"mysqladmin: [ERROR] {unknown}.\n".encode())
        return 2
    command = next(iter(given.others), "")
    if command not in ("ping", "status", "version"):
        said = (
            f"mysqladmin: Unknown command: '{command}'\n" if command else "mysqladmin: a command is needed, as ping\n"
        )
        await process.stderr.write(said.encode())
        return 1
    try:
        client = await _connected(process, given)
    except Unreached as unreached:
        reason = str(unreached).partition(": ")[2]
        if "Access denied" in reason and command == "ping":  # who refuses is there
            await process.stdout.write(b"mysqld is alive\n")
            return 0
        said = f"mysqladmin: connect to server at '{given.host or 'localhost'}' failed\nerror: '{reason}'\n"
        await process.stderr.write(said.encode())
        return 1
    await client.connection.close()
    answers = {"ping": "mysqld is alive\n", "version": f"Server version\t\t{client.version}\n"}
    await process.stdout.write(answers.get(command, "Uptime: 60  Threads: 1  Questions: 1\n").encode())
    return 0


class _Client:
    def __init__(self, connection: Connection, version: str, number: int) -> None:
        self.connection, self.version, self.number = connection, version, number
        self.packets = Packets(connection)

    async def ask(self, text: str) -> Answer:
        """One statement. Wrong, Ended, OSError."""
        self.packets.number = 0
        await self.packets.write(bytes([packets.QUERY]) + text.encode())
        return await packets.read_answer(self.packets)


async def _connected(process: Process, given: _Given) -> _Client:
    """Logged in. Unreached."""
    local = given.host in _LOCAL
    found = ("127.0.0.1",) if local else (await naming.lookup(process, given.host)).addresses
    if not found:
        raise Unreached(f"ERROR 2005 (HY000): Unknown MySQL server host '{given.host}' (-2)")
    port = int(given.port) if given.port.isdecimal() and len(given.port) < 6 else 3306
    connection: Connection | None = None
    number = 111
    for address in found:
        try:
            connection = await process.machine.connect(address, port)
            break
        except OSError as error:
            number = error.errno or 111
            if isinstance(error, TimeoutError):
                await process.machine.sleep(_PATIENCE)
                number = 110
    if connection is None:
        if local:
            socket = "/var/run/mysqld/mysqld.sock"
            raise Unreached(f"ERROR 2002 (HY000): Can't connect to local MySQL server through socket '{socket}' (2)")
        raise Unreached(f"ERROR 2003 (HY000): Can't connect to MySQL server on '{given.host}:{port}' ({number})")
    stream = Packets(connection)
    try:
        greeting = await stream.read()
        end = greeting.index(b"\0", 1)
        thread = int.from_bytes(greeting[end + 1 : end + 5], "little")
        salt = greeting[end + 5 : end + 13] + greeting[end + 32 : end + 44]
        await stream.write(packets.login(given.user or "root", given.password, salt, given.database))
        await packets.read_answer(stream)
    except Wrong as wrong:
        await connection.close()
        raise Unreached(printed.error(wrong, line=None).rstrip()) from None
    except (Ended, OSError, ValueError, IndexError):
        await connection.close()
        said = "Lost connection to MySQL server at 'reading initial communication packet', system error: 0"
        raise Unreached(f"ERROR 2013 (HY000): {said}") from None
    return _Client(connection, greeting[1:end].decode(errors="replace"), thread)


class _Typing:
    """Statements from -e, a script or a terminal, and what is printed of each."""

    def __init__(self, process: Process, given: _Given, client: _Client) -> None:
        self.process, self.given, self.client = process, given, client
        terminal = process.tty is not None
        self.tables = given.table or (terminal and not given.batch)
        self.typed = terminal and not given.execute

    async def run(self) -> int:
        if self.given.execute:
            whole, rest = statements(self.given.execute)
            for each in [*whole, rest] if rest else whole:
                if not await self._one(each, 1) and not self.given.force:
                    return 1
            return 0
        if self.typed:
            await self._say(
                "Welcome to the MySQL monitor.  Commands end with ; or \\g.\n"
                f"Your MySQL connection id is {self.client.number}\nServer version: {self.client.version}\n\n"
                "Type 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\nmysql> "
            )
        return await self._lines()

    async def _lines(self) -> int:
        waiting, line, ended = "", 1, False
        while not ended:
            data = await self.process.stdin.read()
            ended = not data
            waiting += data.decode(errors="replace")
            if waiting.strip().rstrip(";") in ("exit", "quit", "\\q"):
                break
            whole, rest = statements(waiting.replace("\\g", ";"))
            if ended and rest:
                whole, rest = [*whole, rest], ""
            for each in whole:
                if not await self._one(each, line) and not (self.typed or self.given.force):
                    return 1
                line += each.count("\n") + 1
            waiting = rest + ("\n" if rest else "")
            if self.typed and not ended:
                await self._say("    -> " if rest else "mysql> ")
        if self.typed:
            await self._say("Bye\n")
        return 0

    async def _one(self, text: str, line: int) -> bool:
        """One statement; False when it failed."""
        try:
            answer = await self.client.ask(text)
        except Wrong as wrong:
            said = printed.error(wrong, line=None if self.typed else line)
            await (self.process.stdout if self.typed else self.process.stderr).write(said.encode())
            return False
        shown = printed.table(answer) if self.tables else printed.tabbed(answer, names=not self.given.bare)
        if text.split(None, 1)[0].upper() == "USE" and self.typed:
            shown = "Database changed\n"
        elif self.typed:
            shown += printed.told(answer)
        await self._say(shown)
        return True

    async def _say(self, text: str) -> None:
        if text:
            await self.process.stdout.write(text.encode())


PROGRAMS = {"mysql": mysql, "mysqladmin": mysqladmin, "mariadb": mysql, "mariadb-admin": mysqladmin}
