"""curl: requests over connections of the pod's network. Words and numbers are `curlwords`'."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.nodes.messages import Header
from cluster.shell.network.client import Broken, Conversation, Head, NoReply
from cluster.shell.process import Connection, Process
from cluster.shell.programs import curlrequest as request
from cluster.shell.programs import curltls, naming
from cluster.shell.programs import curlwords as words
from cluster.shell.programs.curlwords import Failed, Options, Url, Wrong
from cluster.shell.programs.waiting import within

_PATIENCE = 134.0
"""So long Linux tries to open a connection by itself."""
_PASSING = (408, 429, 500, 502, 503, 504)


async def run(process: Process) -> int:
    """The program."""
    try:
        options = words.parse(process.argv[1:])
    except Wrong as wrong:
        await process.stderr.write(str(wrong).encode())
        return 2
    if options.version or options.help:
        said = f"curl {words.VERSION} (x86_64-pc-linux-gnu) libcurl/{words.VERSION}\nProtocols: http https\n"
        await process.stdout.write((said if options.version else words.HELP).encode())
        return 0
    if not options.urls:
        await process.stderr.write(words.TRY_HELP.encode())
        return 2
    status = 0
    for at, url in enumerate(options.urls):
        output = options.outputs[at] if at < len(options.outputs) else ""
        transfer = _Transfer(process, options, url, output)
        try:
            status = await transfer.run()
        finally:
            await transfer.close()
    return status


@dataclass
class _Open:
    """A connection that may carry another request."""

    connection: Connection
    place: tuple[str, str, int]
    conversation: Conversation
    address: str


@dataclass
class _Transfer:
    process: Process
    options: Options
    url: str
    output: str
    received: int = 0
    sent: int = 0
    total: int = 0
    redirects: int = 0
    connections: int = 0
    began: float = 0.0
    head: Head | None = None
    at: Url | None = None
    open: _Open | None = None
    raw: Connection | None = None
    """What may be open, whether it serves yet or not."""
    kept: list[bytes] = field(default_factory=list)
    redirect: str = ""

    async def run(self) -> int:
        """One URL, with its retries; the exit status."""
        options, delay = self.options, self.options.retry_delay or 1.0
        meter = not options.silent and (self.process.tty is None or bool(self.output and self.output != "-"))
        for left in range(options.retry, -1, -1):
            self.received = self.sent = self.total = self.redirects = 0
            self.began, self.head, self.kept = self.process.machine.now(), None, []
            await self._err(words.METER if meter else "")
            failed = await self._tried()
            problem = self._problem(failed)
            if not problem or not left:
                break
            await self._err(words.meter(self.total, self.received, self.sent) if meter else "")
            if not options.silent or options.show_error:
                retries = f"{left} {'retry' if left == 1 else 'retries'}"
                await self._err(f"Warning: Problem: {problem}. Will retry in {delay:g} seconds. {retries} left.\n")
            await self.process.machine.sleep(delay)
            delay = options.retry_delay or delay * 2
        return await self._finish(failed, meter=meter)

    async def close(self) -> None:
        """Leave nothing open, also when it was broken off."""
        if self.raw is not None:
            await self.raw.close()

    def _problem(self, failed: Failed | None) -> str:
        """Why it is worth another try; "" where it is not."""
        if failed is not None and failed.number == 28:
            return "timeout"
        if failed is not None and failed.number == 7 and self.options.retry_refused:
            return "connection refused"
        return "HTTP error" if self.head is not None and self.head.status in _PASSING else ""

    async def _tried(self) -> Failed | None:
        try:
            await within(self.process, self.options.most_wait, self._redirected())
        except Failed as failed:
            return failed
        except TimeoutError:
            waited = round((self.options.most_wait or 0) * 1000)
            if self.open is None:
                return Failed(28, f"Connection timed out after {waited} milliseconds")
            return Failed(28, f"Operation timed out after {waited} milliseconds with {self.received} bytes received")
        return None

    async def _finish(self, failed: Failed | None, *, meter: bool) -> int:
        options = self.options
        try:
            await self._store()
        except OSError:
            failed = failed or Failed(23, "Failure writing output to destination")
        if meter:
            await self._err(words.meter(self.total, self.received, self.sent))
        if options.verbose and self.open is not None:
            host = self.at.host if self.at else ""
            kept = failed is None and self.open.conversation.goes_on
            said = f"Connection #{self.connections - 1} to host {host} left intact"
            await self._err(f"* {said}\n" if kept else f"* Closing connection {self.connections - 1}\n")
        if failed is not None and (not options.silent or options.show_error):
            await self._err(f"curl: ({failed.number}) {failed}\n")
        if options.write_out:
            form = options.write_out
            if form.startswith("@"):
                form = naming.text_of(self.process, request.path(self.process, form[1:]))
            text, unknown = words.written_out(form, self._values(failed))
            await self.process.stdout.write(text.encode())
            await self._err("".join(f"curl: unknown --write-out variable: '{each}'\n" for each in unknown))
        return failed.number if failed is not None else 0

    # -- the way to an answer -------------------------------------------------------------------------------

    async def _redirected(self) -> None:
        url, method = self.url, self._method()
        while True:
            at = self.at = words.split(url)
            head = await self._asked(at, method)
            location = head.header("Location")
            self.redirect = words.joined(at, location) if words.leads_on(head) else ""
            if not (self.options.follow and self.redirect):
                return
            if self.redirects >= self.options.most_redirects >= 0:
                raise Failed(47, f"Maximum ({self.options.most_redirects}) redirects followed")
            self.redirects += 1
            url = self.redirect
            if head.status in (301, 302, 303) and method == "POST" and not self.options.method:
                method = "GET"

    def _method(self) -> str:
        options = self.options
        if options.method:
            return options.method
        if options.head:
            return "HEAD"
        return "PUT" if options.upload else "POST" if options.data and not options.get else "GET"

    async def _asked(self, at: Url, method: str) -> Head:
        body = (
            await request.body(self.process, self.options)
            if method not in ("GET", "HEAD") or self.options.method
            else b""
        )
        if self.options.get and self.options.data:
            query = (await request.body(self.process, self.options)).decode()
            at = at._replace(target=f"{at.target}{'&' if '?' in at.target else '?'}{query}")
            self.at, body = at, b""
        headers = request.headers(self.options, at, body, self._method())
        opened = await self._opened(at)
        await self._tell_request(at, method, headers, body)
        self.sent = len(body)
        try:
            head = await opened.conversation.ask(method, at.target, headers, body)
        except NoReply:
            raise Failed(52, "Empty reply from server") from None
        except Broken as error:
            raise Failed(1, str(error)) from None
        except ConnectionResetError:
            raise Failed(56, "Recv failure: Connection reset by peer") from None
        except OSError:
            raise Failed(55, "Send failure: Broken pipe") from None
        self.head = head
        await self._tell_head(head)
        await self._take(head, opened, bare=method == "HEAD" or self.options.head)
        return head

    async def _take(self, head: Head, opened: _Open, *, bare: bool) -> None:
        """The body, where it is wanted."""
        options = self.options
        self.total = int(head.header("Content-Length")) if head.header("Content-Length").isdecimal() else 0
        fails = head.status >= 400 and options.fail
        passed_over = options.follow and words.leads_on(head)
        if (options.include or options.head) and not fails:
            await self._out(words.head_text(head))
        if options.dump:
            self.process.files.write(request.path(self.process, options.dump), words.head_text(head))
        if fails:
            await opened.connection.close()
            raise Failed(22, f"The requested URL returned error: {head.status}")
        if passed_over and options.verbose:
            await self._err("* Ignoring the response-body\n")
        pieces = 0
        if not bare:
            try:
                async for piece in opened.conversation.body():
                    if options.verbose and self._tells_octets:
                        await self._err(f"{{ [{len(piece)} bytes data]\n")
                    pieces += len(piece)
                    self.received = pieces
                    if not passed_over:
                        await self._out(piece)
            except Broken:
                left = self.total - pieces
                raise Failed(18, f"transfer closed with {left} bytes remaining to read") from None
            except OSError:
                raise Failed(56, "Recv failure: Connection reset by peer") from None
        self.received = pieces
        self.total = self.total or pieces
        if head.status >= 400 and options.fail_with_body:
            raise Failed(22, f"The requested URL returned error: {head.status}")

    # -- the connection -------------------------------------------------------------------------------------

    async def _opened(self, at: Url) -> _Open:
        place = (at.scheme, at.host, at.port)
        if self.open is not None and self.open.place == place and self.open.conversation.goes_on:
            if self.options.verbose:
                await self._err(f"* Issue another request to this URL: '{at.whole}'\n")
                await self._err(f"* Re-using existing connection #{self.connections - 1} with host {at.host}\n")
            self.open.conversation.again()
            return self.open
        if self.open is not None:
            await self.open.connection.close()
            if self.options.verbose:
                await self._err(f"* Closing connection {self.connections - 1}\n")
                await self._err(f"* Issue another request to this URL: '{at.whole}'\n")
            self.open = None
        connection, address = await self._connected(at)
        self.raw = connection
        if self.options.verbose:
            said = f"* Connected to {at.host} ({address}) port {at.port} (#{self.connections})\n"
            await self._err(said)
        self.connections += 1
        if at.scheme == "https":
            secured = await curltls.secured(self.process, self.options, connection, at)
            if self.options.verbose:
                await self._err(f"* SSL connection using {secured.version} / {secured.cipher}\n")
            connection = secured
        self.open = _Open(connection, place, Conversation(connection), address)
        return self.open

    async def _connected(self, at: Url) -> tuple[Connection, str]:
        types = (self.options.family,) if self.options.family else ("A", "AAAA")
        given = [each.split(":", 2) for each in self.options.resolve]
        fixed = [address for host, port, address in given if (host, port) == (at.host, str(at.port))]
        found = fixed or (await naming.lookup(self.process, at.host, types)).addresses
        if not found:
            if self.options.verbose:
                await self._err(f"* Could not resolve host: {at.host}\n")
            raise Failed(6, f"Could not resolve host: {at.host}")
        error: OSError | None = None
        for address in found:
            if self.options.verbose:
                shown = f"[{address}]" if ":" in address else address
                await self._err(f"*   Trying {shown}:{at.port}...\n")
            try:
                return await self.process.machine.connect(address, at.port), address
            except TimeoutError as timeout:
                error = timeout
                break
            except OSError as refused:
                error = refused
                if self.options.verbose:
                    said = f"connect to {address} port {at.port} failed: {refused.strerror}"
                    await self._err(f"* {said}\n")
        raise await self._unreached(at, error)

    async def _unreached(self, at: Url, error: OSError | None) -> Failed:
        if isinstance(error, TimeoutError):
            limit = self.options.connect_wait
            await self.process.machine.sleep(_PATIENCE if limit is None else limit)
            if limit is not None and limit < _PATIENCE:
                return Failed(
                    28, f"Failed to connect to {at.host} port {at.port} after {self._waited} ms: Timeout was reached"
                )
        number = 28 if isinstance(error, TimeoutError) else 7
        said = f"Failed to connect to {at.host} port {at.port} after {self._waited} ms: Couldn't connect to server"
        if self.options.verbose:
            await self._err(f"* {said}\n* Closing connection {self.connections}\n")
        return Failed(number, said)

    @property
    def _waited(self) -> int:
        return max(round((self.process.machine.now() - self.began) * 1000), 0)

    # -- what is printed ------------------------------------------------------------------------------------

    @property
    def _tells_octets(self) -> bool:
        return self.process.tty is None or bool(self.output)

    async def _tell_request(self, at: Url, method: str, headers: list[Header], body: bytes) -> None:
        if self.options.verbose:
            if user := (self.options.user or at.user).partition(":")[0]:
                await self._err(f"* Server auth using Basic with user '{user}'\n")
            lines = [f"{method} {at.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), ""]
            await self._err("".join(f"> {line}\r\n" for line in lines))
            if body and self._tells_octets:
                await self._err(f"}} [{len(body)} bytes data]\n")

    async def _tell_head(self, head: Head) -> None:
        if self.options.verbose:
            lines = words.head_text(head).decode("latin-1").split("\r\n")[:-1]
            await self._err("".join(f"< {line}\r\n" for line in lines))

    async def _err(self, text: str) -> None:
        if text:
            await self.process.stderr.write(text.encode())

    async def _out(self, data: bytes) -> None:
        if (self.output and self.output != "-") or self.options.remote_name:
            self.kept.append(data)
        else:
            await self.process.stdout.write(data)

    async def _store(self) -> None:
        name = self.output if self.output != "-" else ""
        if self.options.remote_name and not name:
            name = (self.at.target if self.at else "").partition("?")[0].rpartition("/")[2] or "curl_response"
        if name and (self.kept or self.head is not None):
            self.process.files.write(request.path(self.process, name), b"".join(self.kept))

    def _values(self, failed: Failed | None) -> dict[str, str]:
        head, at = self.head, self.at
        seconds = f"{max(self.process.machine.now() - self.began, 0.0):.6f}"
        local = getattr(self.open.connection, "local", ("", 0)) if self.open else ("", 0)
        times = ("total", "connect", "namelookup", "starttransfer", "pretransfer", "appconnect", "redirect")
        return {
            "http_code": f"{head.status if head else 0:03}",
            "response_code": f"{head.status if head else 0:03}",
            "http_version": (head.version.removeprefix("HTTP/") if head else "0"),
            "size_download": str(self.received),
            "size_upload": str(self.sent),
            "size_header": str(len(words.head_text(head)) if head else 0),
            "speed_download": str(self.received * 1000),
            "speed_upload": str(self.sent * 1000),
            "num_redirects": str(self.redirects),
            "num_connects": str(self.connections),
            "content_type": head.header("Content-Type") if head else "",
            "url_effective": at.whole if at else self.url,
            "url": self.url,
            "redirect_url": self.redirect,
            "remote_ip": self.open.address if self.open else "",
            "remote_port": str(at.port if at and self.open else 0),
            "local_ip": local[0],
            "local_port": str(local[1]),
            "scheme": at.scheme.upper() if at and self.open else "",
            "method": self._method(),
            "exitcode": str(failed.number if failed else 0),
            "errormsg": str(failed or ""),
            "filename_effective": self.output,
            **words.FIXED,
            **{f"time_{each}": seconds for each in times},
        }


PROGRAMS = {"curl": run}
