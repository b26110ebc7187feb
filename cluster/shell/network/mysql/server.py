"""A MySQL server at the end of a connection. One that follows another copies what that one holds before it answers."""

from __future__ import annotations

from datetime import UTC, datetime

from cluster.machinery.objects import Obj, uid
from cluster.nodes import environment
from cluster.shell.network.mysql import packets, role, sql, stored
from cluster.shell.network.mysql.packets import Ended, Packets
from cluster.shell.network.mysql.tokens import statements
from cluster.shell.network.mysql.values import Databases, Session, Value, Wrong
from cluster.shell.network.station import Station
from cluster.shell.network.streams import End
from cluster.shell.process import Files

_SETTINGS = ("/etc/mysql/conf.d", "/etc/mysql/mysql.conf.d", "/etc/my.cnf.d")
_FULL = Wrong(1021, "HY000", "Disk full (/var/lib/mysql); waiting for someone to free some space...")


async def serve(stream: End, station: Station) -> None:
    """Greet, let in, and answer until the client has enough or the process is gone."""
    try:
        await _Conversation(stream, station).run()
    except Ended:
        return


class _Conversation:
    def __init__(self, stream: End, station: Station) -> None:
        self._stream, self._station = stream, station
        self._packets = Packets(stream)
        self._database, self._user = "", ""
        self._number = 8 + station.around.pick(1000)

    async def run(self) -> None:
        around = self._station.around
        salt = bytes(1 + around.pick(126) for _ in range(20))
        version = role.version(self._station.container)
        await self._packets.write(packets.greeting(version, self._number, salt))
        try:
            login = packets.read_login(await self._packets.read())
        except (ValueError, IndexError):
            await self._packets.write(packets.failed(Wrong(1043, "08S01", "Bad handshake")))
            return
        self._user = f"{login.user}@{self._station.client[0]}"
        expected = role.password(self._variables(), login.user)
        if login.scramble != packets.scrambled(expected, salt):
            using = "YES" if login.scramble else "NO"
            said = f"Access denied for user '{login.user}'@'{self._station.client[0]}' (using password: {using})"
            await self._packets.write(packets.failed(Wrong(1045, "28000", said)))
            return
        if login.database and login.database not in self._databases(self._files()):
            said = f"Unknown database '{login.database}'"
            await self._packets.write(packets.failed(Wrong(1049, "42000", said)))
            return
        self._database = login.database
        await self._packets.write(packets.fine())
        await self._commands()

    async def _commands(self) -> None:
        while True:
            data = await self._packets.read()
            if self._station.pod() is None:
                self._stream.reset()
                return
            match data[0] if data else packets.QUIT:
                case packets.QUIT:
                    return
                case packets.PING:
                    await self._packets.write(packets.fine())
                case packets.USE:
                    await self._answer(f"USE `{data[1:].decode(errors='replace')}`")
                case packets.QUERY:
                    await self._answer(data[1:].decode(errors="replace"))
                case packets.FIELDS:
                    await self._packets.write(b"\xfe\0\0\x02\0")
                case _:
                    await self._packets.write(packets.failed(Wrong(1047, "08S01", "Unknown command")))

    async def _answer(self, text: str) -> None:
        try:
            whole, rest = statements(text)
            wanted = [*whole, rest] if rest else whole
            if len(wanted) != 1:
                raise (
                    Wrong(1065, "42000", "Query was empty")
                    if not wanted
                    else Wrong(1064, "42000", "one statement at a time is taken here")
                )
            answer = self._executed(wanted[0])
        except Wrong as wrong:
            answer = [packets.failed(wrong)]
        await self._packets.write(*answer)

    def _executed(self, text: str) -> list[bytes]:
        files = self._files()
        before = self._databases(files)
        databases = stored.copied(before)
        found = sql.execute(text, databases, self._session())
        if found.changed:
            try:
                stored.write(files, databases, before)
            except OSError:
                raise _FULL from None
        self._database = found.database or self._database
        return packets.result(found) if found.columns else [packets.fine(found.affected)]

    # -- what it stands in ----------------------------------------------------------------------------------

    def _variables(self) -> dict[str, str]:
        """Of its container, as it was given them."""
        pod, station = self._station.pod(), self._station
        return environment.environment(station.around.world, pod, station.container) if pod else {}

    def _files(self) -> Files:
        pod = self._station.pod()
        files = self._station.around.files(pod, self._station.called) if pod is not None else None
        if files is None:
            raise Wrong(1053, "08S01", "Server shutdown in progress")
        return files

    def _databases(self, files: Files) -> Databases:
        """Its own; those of its source where that one runs, which are its own from then on."""
        own = stored.read(files)
        source = self._source()
        if source is None:
            return own
        theirs = stored.read(source)
        if theirs != own:
            stored.write(files, theirs, own)
        return theirs

    def _source(self) -> Files | None:
        pod = self._station.pod()
        where = role.source(pod) if pod is not None else None
        other = self._station.around.world.get(where) if where is not None else None
        container = role.server_of(other) if other is not None else None
        if other is None or where is None or container is None:
            return None
        there = self._station._replace(where=where, uid=uid(other), container=container)
        return self._station.around.files(other, there.called) if there.pod() is not None else None

    def _session(self) -> Session:
        pod: Obj = self._station.pod() or {}
        settings = self._settings()
        now = datetime.fromtimestamp(self._station.around.now(), UTC).strftime("%Y-%m-%d %H:%M:%S")
        follows = role.source(pod) is not None if pod else False
        read_only = follows or any("super-read-only" in text for text in settings)
        variables: dict[str, Value] = {
            "server_id": role.server_id(pod, settings) if pod else 1,
            "hostname": self._station.hostname,
            "version": role.version(self._station.container),
            "version_comment": "MySQL Community Server - GPL",
            "port": self._station.number,
            "read_only": int(read_only),
            "super_read_only": int(read_only),
            "datadir": f"{stored.FOLDER}/",
            "log_bin": int(not follows),
            "autocommit": 1,
        }
        return Session(self._database, variables, now, self._user, self._number, read_only)

    def _settings(self) -> list[str]:
        found: list[str] = []
        files = self._files()
        for folder in _SETTINGS:
            try:
                names = sorted(files.listdir(folder))
                found += [files.read(f"{folder}/{each}").decode(errors="replace") for each in names if ".cnf" in each]
            except OSError:
                continue
        return found
