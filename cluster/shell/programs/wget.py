"""wget, GNU's and BusyBox's: one file by HTTP, with what each of them tells of it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime

from cluster.nodes.messages import Header
from cluster.shell.network import tls
from cluster.shell.network.client import Broken, Conversation, Head, NoReply
from cluster.shell.network.tls import Tls
from cluster.shell.process import Connection, Process
from cluster.shell.programs import naming
from cluster.shell.programs.curlrequest import path
from cluster.shell.programs.curlwords import Failed, Url, joined, split
from cluster.shell.programs.waiting import within
from cluster.shell.programs.wgetwords import Given, Wrong, dots, human, parse, short

GNU_VERSION = "1.21.3"
_MOST_REDIRECTS = 20
_PATIENCE = 134.0


class Stop(Exception):
    """It comes to nothing: what is printed, and the exit status."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


async def run(process: Process) -> int:
    """The program."""
    busybox = naming.is_busybox(process)
    try:
        given = parse(process.argv[1:], busybox=busybox)
    except Wrong as wrong:
        await process.stderr.write(str(wrong).encode())
        return 2 if not busybox and "option" in str(wrong).partition("\n")[0] else 1
    status = 0
    for url in given.urls:
        fetch = (_Busybox if busybox else _Gnu)(process, given, url)
        try:
            await fetch.run()
        except Stop as stop:
            await process.stderr.write(str(stop).encode())
            status = stop.status
        finally:
            await fetch.close()
    return status


class _Fetch:
    """What both have in common: the way to an answer."""

    def __init__(self, process: Process, given: Given, url: str) -> None:
        self.process, self.given, self.url = process, given, url
        self.connection: Connection | None = None

    async def tell(self, text: str) -> None:
        if text and not self.given.quiet:
            await self.process.stderr.write(text.encode())

    async def connect(self, at: Url, address: str) -> Connection:
        """An open connection; what it takes to give up has passed when there is none."""
        await self.close()
        try:
            connection = self.connection = await self.process.machine.connect(address, at.port)
        except TimeoutError:
            await self.process.machine.sleep(_PATIENCE if self.given.wait is None else min(self.given.wait, _PATIENCE))
            raise
        if at.scheme == "https":
            connection = await self._secured(connection, at)
        self.connection = connection
        return connection

    async def close(self) -> None:
        """Leave nothing open."""
        if self.connection is not None:
            await self.connection.close()

    async def _secured(self, connection: Connection, at: Url) -> Connection:
        # BusyBox's own TLS believes every certificate, and says so.
        believes = self.given.unchecked or naming.is_busybox(self.process)
        secured = Tls(connection, tls.client(None if believes else b""), server=False, host=at.host)
        try:
            await secured.handshake()
        except ssl.SSLCertVerificationError:
            said = f"ERROR: cannot verify {at.host}'s certificate:\n  Self-signed certificate encountered.\n"
            said += f"To connect to {at.host} insecurely, use `--no-check-certificate'.\n"
            raise Stop(said, 5) from None
        except ssl.SSLError:
            said = "wget: TLS error from peer\n" if believes and not self.given.unchecked else ""
            raise Stop(said or "OpenSSL: error:0A00010B:SSL routines::wrong version number\n", 4) from None
        return secured

    async def ask(self, at: Url, headers: list[Header]) -> tuple[Conversation, Head]:
        assert self.connection is not None, "it is open"
        body = await self._body()
        method = self.given.method or ("HEAD" if self.given.spider else "POST" if body is not None else "GET")
        for line in self.given.headers:
            name, _, value = line.partition(":")
            headers = [each for each in headers if each[0].lower() != name.strip().lower()]
            headers.append((name.strip(), value.strip()))
        if body is not None:
            headers += [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(body)))]
        conversation = Conversation(self.connection)
        head = await within(self.process, self.given.wait, conversation.ask(method, at.target, headers, body or b""))
        return conversation, head

    async def _body(self) -> bytes | None:
        if self.given.body_file:
            try:
                return self.process.files.read(path(self.process, self.given.body_file))
            except OSError as error:
                raise Stop(f"wget: can't open '{self.given.body_file}': {error.strerror}\n", 1) from None
        return None if self.given.body is None else self.given.body.encode()

    def target(self, at: Url) -> str:
        """The file the answer goes into; "-" for standard output."""
        if self.given.output:
            return self.given.output
        name = at.target.partition("?")[0].rpartition("/")[2] or "index.html"
        return f"{self.given.folder.rstrip('/')}/{name}" if self.given.folder else name

    async def content(self, conversation: Conversation) -> bytes:
        async def whole() -> bytes:
            return b"".join([piece async for piece in conversation.body()])

        return await within(self.process, self.given.wait, whole())

    async def put(self, name: str, data: bytes) -> None:
        if name == "-":
            await self.process.stdout.write(data)
        else:
            self.process.files.write(path(self.process, name), data)


class _Busybox(_Fetch):
    async def run(self) -> None:
        try:
            at = split(self.url)
        except Failed:
            raise Stop(f"wget: not an http or ftp url: {self.url}\n", 1) from None
        for _ in range(_MOST_REDIRECTS):
            conversation, head = await self._answered(at)
            location = head.header("Location")
            if head.status in (301, 302, 303, 307, 308) and location:
                at = split(joined(at, location))
                continue
            if head.status not in (200, 204, 206):
                said = f"wget: server returned error: {head.version} {head.status} {head.phrase}\n"
                raise Stop(said, 1)
            await self._store(at, conversation, head)
            return
        raise Stop("wget: too many redirections\n", 1)

    async def _answered(self, at: Url) -> tuple[Conversation, Head]:
        found = (await naming.lookup(self.process, at.host)).addresses
        if not found:
            raise Stop(f"wget: bad address '{at.host}'\n", 1)
        shown = f"[{found[0]}]" if ":" in found[0] else found[0]
        await self.tell(f"Connecting to {at.authority} ({shown}:{at.port})\n")
        try:
            await self.connect(at, found[0])
        except TimeoutError:
            if self.given.wait is not None and self.given.wait < _PATIENCE:
                raise Stop("wget: download timed out\n", 1) from None
            raise Stop(f"wget: can't connect to remote host ({found[0]}): Connection timed out\n", 1) from None
        except OSError as error:
            raise Stop(f"wget: can't connect to remote host ({found[0]}): {error.strerror}\n", 1) from None
        if at.scheme == "https" and not self.given.unchecked:
            await self.tell("wget: note: TLS certificate validation not implemented\n")
        agent = self.given.agent or "Wget"
        usual: list[Header] = [("Host", at.authority), ("User-Agent", agent), ("Connection", "close")]
        try:
            conversation, head = await self.ask(at, usual)
        except TimeoutError:
            raise Stop("wget: download timed out\n", 1) from None
        except (NoReply, Broken, OSError):
            raise Stop("wget: error getting response: Connection reset by peer\n", 1) from None
        if self.given.server:
            lines = [f"{head.version} {head.status} {head.phrase}"]
            if head.status == 200:
                lines += [*(f"{name}: {value}" for name, value in head.headers), ""]
            await self.process.stderr.write("".join(f"  {line}\n" for line in lines).encode())
        return conversation, head

    async def _store(self, at: Url, conversation: Conversation, head: Head) -> None:
        if self.given.spider:
            await self.tell("remote file exists\n")
            return
        name = self.target(at)
        if name != "-" and not self.given.output and _exists(self.process, name):
            raise Stop(f"wget: can't open '{name}': File exists\n", 1)
        await self.tell("writing to stdout\n" if name == "-" else f"saving to '{name}'\n")
        try:
            data = await self.content(conversation)
            await self.put(name, data)
        except TimeoutError:
            raise Stop("wget: download timed out\n", 1) from None
        except Broken:
            raise Stop("wget: connection closed prematurely\n", 1) from None
        except OSError as error:
            raise Stop(f"wget: can't open '{name}': {error.strerror}\n", 1) from None
        last = name.rpartition("/")[2] if name != "-" else "-"
        bar = f"{last[:20]:<20} 100% |{'*' * 32}| {short(len(data)):>5}  0:00:00 ETA\n"
        await self.tell(bar + ("written to stdout\n" if name == "-" else f"'{name}' saved\n"))


def _exists(process: Process, name: str) -> bool:
    try:
        process.files.stat(path(process, name))
    except OSError:
        return False
    return True


class _Gnu(_Fetch):
    async def run(self) -> None:
        try:
            at = split(self.url)
        except Failed as failed:
            said = "Unsupported scheme" if failed.number == 1 else "Invalid host name"
            raise Stop(f"{self.url}: {said}.\n", 1) from None
        if self.given.spider:
            await self.chat("Spider mode enabled. Check if remote file exists.\n")
        for _ in range(_MOST_REDIRECTS):
            conversation, head = await self._tried(at)
            location = head.header("Location")
            if head.status in (301, 302, 303, 307, 308) and location:
                await self.chat(f"Location: {location} [following]\n")
                at = split(joined(at, location))
                continue
            if head.status >= 400:
                if self.given.spider:
                    missing = "Remote file does not exist -- broken link!!!\n\n" if head.status == 404 else "\n"
                    await self.chat(missing)
                    raise Stop("", 8)
                raise Stop("" if self.given.quiet else f"{self._now} ERROR {head.status}: {head.phrase}.\n\n", 8)
            await self._store(at, conversation, head)
            return
        raise Stop(f"{_MOST_REDIRECTS} redirections exceeded.\n", 8)

    async def chat(self, text: str) -> None:
        """What -nv leaves out."""
        if not self.given.brief:
            await self.tell(text)

    @property
    def _now(self) -> str:
        return datetime.fromtimestamp(self.process.machine.now(), UTC).strftime("%Y-%m-%d %H:%M:%S")

    async def _tried(self, at: Url) -> tuple[Conversation, Head]:
        for turn in range(1, max(self.given.tries, 1) + 1):
            again = f"  (try:{turn:2})" if turn > 1 else ""
            await self.chat(f"--{self._now}--{again}  {at.whole}\n")
            try:
                return await self._answered(at)
            except TimeoutError:
                await self.chat("failed: Connection timed out.\n")
                if turn < self.given.tries:
                    await self.chat("Retrying.\n\n")
        raise Stop("" if self.given.tries == 1 else "Giving up.\n\n", 4)

    async def _answered(self, at: Url) -> tuple[Conversation, Head]:
        literal = at.host.replace(".", "").isdecimal() or ":" in at.host
        if not literal:
            await self.chat(f"Resolving {at.host} ({at.host})... ")
        found = (await naming.lookup(self.process, at.host)).addresses
        if not found:
            await self.chat("failed: Name or service not known.\n")
            said = f"wget: unable to resolve host address ‘{at.host}’\n"
            raise Stop("" if self.given.quiet else said, 4)
        if not literal:
            more = ", ..." if len(found) > 3 else ""
            await self.chat(f"{', '.join(found[:3])}{more}\n")
        refused: OSError | None = None
        for address in found:
            who = at.host if literal else f"{at.host} ({at.host})|{address}|"
            await self.chat(f"Connecting to {who}:{at.port}... ")
            try:
                await self.connect(at, address)
                break
            except TimeoutError:
                raise
            except OSError as error:
                refused = error
                await self.chat(f"failed: {error.strerror}.\n")
        else:
            raise Stop("", 4) from refused
        await self.chat("connected.\nHTTP request sent, awaiting response... ")
        agent = self.given.agent or f"Wget/{GNU_VERSION}"
        usual: list[Header] = [("Host", at.authority), ("User-Agent", agent), ("Accept", "*/*")]
        usual += [("Accept-Encoding", "identity"), ("Connection", "Keep-Alive")]
        try:
            conversation, head = await self.ask(at, usual)
        except TimeoutError:
            raise Stop("Read error (Connection timed out) in headers.\n", 4) from None
        except (NoReply, Broken, OSError):
            raise Stop("No data received.\n", 4) from None
        if self.given.server:
            lines = [f"{head.version} {head.status} {head.phrase}", *(f"{n}: {v}" for n, v in head.headers)]
            await self.tell("\n" + "".join(f"  {line}\n" for line in lines))
        else:
            await self.chat(f"{head.status} {head.phrase}\n")
        return conversation, head

    async def _store(self, at: Url, conversation: Conversation, head: Head) -> None:
        length, kind = head.header("Content-Length"), head.header("Content-Type").partition(";")[0]
        size = f"{length}{human(int(length)) if length.isdecimal() else ''}" if length else "unspecified"
        await self.chat(f"Length: {size}{f' [{kind}]' if kind else ''}\n")
        if self.given.spider:
            further = " and could contain further links,\nbut recursion is disabled -- not retrieving"
            await self.chat(f"Remote file exists{further if kind == 'text/html' else ''}.\n\n")
            return
        name = self._fresh(self.target(at))
        shown = "STDOUT" if name == "-" else name
        await self.chat(f"Saving to: ‘{shown}’\n\n")
        try:
            data = await self.content(conversation)
            await self.put(name, data)
        except (Broken, TimeoutError):
            raise Stop("Connection closed.\n", 4) from None
        except OSError as error:
            raise Stop(f"{name}: {error.strerror}\n", 3) from None
        rate = f"{max(len(data), 1) / 1e-5 / 1024 / 1024:.3g} MB/s"
        await self.chat(dots(len(data)))
        saved = "written to stdout" if name == "-" else f"‘{name}’ saved"
        count = f"[{len(data)}/{length}]" if length else f"[{len(data)}]"
        await self.chat(f"{self._now} ({rate}) - {saved} {count}\n\n")
        if self.given.brief:
            await self.tell(f'{self._now} URL:{at.whole} {count} -> "{name}" [1]\n')

    def _fresh(self, name: str) -> str:
        """A name that is not taken, unless one was asked for."""
        if self.given.output or not _exists(self.process, name):
            return name
        return next(f"{name}.{n}" for n in range(1, 10_000) if not _exists(self.process, f"{name}.{n}"))


PROGRAMS = {"wget": run}
