"""nc: OpenBSD's where BIND's tools or Debian's are, BusyBox's elsewhere. Both ends: connecting and listening."""

from __future__ import annotations

import asyncio
import re

from cluster.shell.commandline import Call, Complaint, Failed, program
from cluster.shell.launching import launch
from cluster.shell.process import Connection, Listener, Reader, Writer
from cluster.shell.programs import naming
from cluster.shell.programs.waiting import within

_PATIENCE = 134.0
_SERVICES = {22: "ssh", 25: "smtp", 53: "domain", 80: "http", 443: "https", 3306: "mysql", 5432: "postgresql",
             6379: "redis", 8080: "http-alt"}  # fmt: skip
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_MOST_PORTS = 1_000
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_BUSYBOX_USAGE = """\
BusyBox multi-call binary.

Usage: nc [OPTIONS] HOST PORT  - connect
nc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen

	-e PROG	Run PROG after connect (must be last)
	-l	Listen mode, for inbound connects
	-lk	With -e, provides persistent server
	-p PORT	Local port
	-s ADDR	Local address
	-w SEC	Timeout for connects and final net reads
	-i SEC	Delay interval for lines sent
	-n	Don't do DNS resolution
	-u	UDP mode
	-b	Allow broadcasts
	-v	Verbose
	-o FILE	Hex dump traffic
	-z	Zero-I/O mode (scanning)
"""


@program("46bCDdFhi:klNno:p:q:rSs:T:tuUvw:ze:", {"exec": "e:", "listen": "l", "verbose": "v"})
async def nc(call: Call) -> int:
    words = list(call.process.argv[1:])
    if "e" in call.options and "-e" in words:  # what it runs is everything behind
        call.options["e"] = words[words.index("-e") + 1 :]
    wait = _seconds(call)
    if call.has("l"):
        return await _listen(call)
    if len(call.operands) < 2:
        if _is_busybox(call):
            await call.process.stderr.write(_BUSYBOX_USAGE.encode())
            return 1
        raise Complaint("missing port number" if call.operands else "missing hostname and port")
    host, found = call.operands[0], _RANGE.fullmatch(call.operands[1])
    if found is None:
        said = f"bad port '{call.operands[1]}'" if _is_busybox(call) else f"port number invalid: {call.operands[1]}"
        raise Complaint(said)
    first, last = int(found[1]), int(found[2] or found[1])
    status = 1
    for port in range(first, min(last, first + _MOST_PORTS - 1) + 1):
        connection = await _connected(call, host, port, wait)
        if connection is None:
            continue
        status = 0
        try:
            if not call.has("z"):
                return await _relay(call, connection, wait)
        finally:
            await connection.close()
    return status


def _is_busybox(call: Call) -> bool:
    return naming.is_busybox(call.process) and not naming.has_bind(call.process)


def _seconds(call: Call) -> float | None:
    text = call.value("w")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 7:
        raise Complaint(f"invalid number '{text}'" if _is_busybox(call) else f"timeout invalid: {text}")
    return float(text)


async def _connected(call: Call, host: str, port: int, wait: float | None) -> Connection | None:
    """An open connection; None, with the reason said, when there is none."""
    udp = call.has("u")
    types = ("A",) if call.has("4") else ("AAAA",) if call.has("6") else ("A", "AAAA")
    found = (await naming.lookup(call.process, host, types)).addresses
    if not found:
        said = f"bad address '{host}'"
        if not _is_busybox(call):
            said = f'getaddrinfo for host "{host}" port {port}: Name or service not known'
        raise Complaint(said)
    for address in found:
        try:
            connection = await call.machine.connect(address, port, udp=udp)
        except OSError as error:
            if isinstance(error, TimeoutError):
                await call.machine.sleep(_PATIENCE if wait is None else wait)
            await _failed(call, host, address, port, error)
            continue
        if udp and call.has("z") and not await _is_heard(call, connection):
            continue
        if call.has("v"):
            await _opened(call, host, address, port)
        return connection
    return None


async def _is_heard(call: Call, connection: Connection) -> bool:
    """Nobody says that a datagram came to nobody."""
    try:
        await connection.write(b"X")
        await connection.write(b"X")
    except OSError:
        return False
    return True


async def _opened(call: Call, host: str, address: str, port: int) -> None:
    if _is_busybox(call):
        said = f"{host} ({address}:{port}) open\n"
    else:
        shown = host if host == address else f"{host} ({address})"
        transport = "udp" if call.has("u") else "tcp"
        service = "*" if call.has("n") else _SERVICES.get(port, "*")
        said = f"Connection to {shown} {port} port [{transport}/{service}] succeeded!\n"
    await call.process.stderr.write(said.encode())


async def _failed(call: Call, host: str, address: str, port: int, error: OSError) -> None:
    why = "Connection timed out" if isinstance(error, TimeoutError) else error.strerror
    if _is_busybox(call):
        await call.complain(f"{host} ({address}:{port}): {why}")
        return
    if call.has("v"):
        shown = host if host == address else f"{host} ({address})"
        why = "Operation now in progress" if isinstance(error, TimeoutError) and call.has("w") else why
        transport = "udp" if call.has("u") else "tcp"
        await call.complain(f"connect to {shown} port {port} ({transport}) failed: {why}")
    call.status = 1


async def _relay(call: Call, connection: Connection, wait: float | None) -> int:
    """Input there, what comes from there out, until the other side ends or has been silent for too long."""
    if call.has("e"):
        return await _run(call, connection)
    sending = asyncio.ensure_future(_send(call, connection))
    await asyncio.sleep(0)  # what is there to be sent goes first
    try:
        while data := await within(call.process, wait, connection.read()):
            await call.write(data)
    except TimeoutError:
        pass
    except ConnectionRefusedError:
        return 1  # a datagram came to nobody
    except OSError as error:
        if _is_busybox(call):
            await call.complain(f"{error.strerror}")
        return 1
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    return 0


async def _send(call: Call, connection: Connection) -> None:
    try:
        while data := await call.process.stdin.read():
            await connection.write(data)
        if call.has("N") or _is_busybox(call) or call.has("q"):
            await connection.end()
    except OSError:
        return  # whoever reads learns it


class _Ends(Reader, Writer):
    """A connection as a program's input and output."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def read(self, most: int = 65_536) -> bytes:
        return await self._connection.read(most)

    async def write(self, data: bytes) -> None:
        await self._connection.write(data)


async def _run(call: Call, connection: Connection) -> int:
    ends = _Ends(connection)
    try:
        return await launch(call.process.child(list(call.options["e"]), stdin=ends, stdout=ends))
    except OSError as error:
        raise Complaint(f"can't execute '{call.options['e'][0]}': {error.strerror}", 127) from None


# -- listening -----------------------------------------------------------------------------------------------------


async def _listen(call: Call) -> int:
    given = call.value("p") or (call.operands[-1] if call.operands else "")
    if not _RANGE.fullmatch(given) or "-" in given:
        if _is_busybox(call):
            await call.process.stderr.write(_BUSYBOX_USAGE.encode())
            raise Failed
        raise Complaint("missing port number" if not given else f"port number invalid: {given}")
    port, udp = int(given), call.has("u")
    try:
        listener = call.machine.listen(port, udp=udp, local=_own_address(call) in _LOCAL)
    except OSError as error:
        raise Complaint(f"{'bind' if _is_busybox(call) else ''}: {error.strerror}".removeprefix(": ")) from None
    if call.has("v"):
        said = f"listening on [::]:{port} ...\n" if _is_busybox(call) else f"Listening on 0.0.0.0 {port}\n"
        await call.process.stderr.write(said.encode())
    try:
        return await _accept(call, listener, port)
    finally:
        await listener.close()


def _own_address(call: Call) -> str:
    """Where it is told to listen; "": at all of its addresses."""
    other = call.operands[0] if len(call.operands) > 1 and not _is_busybox(call) else ""
    return call.value("s") or other


async def _accept(call: Call, listener: Listener, port: int) -> int:
    while True:
        connection = await listener.accept()
        if call.has("v"):
            peer, number = connection.peer
            said = f"Connection received on {peer} {number}\n"
            if _is_busybox(call):
                said = f"connect to [::ffff:0.0.0.0]:{port} from [::ffff:{peer}]:{number}\n"
            await call.process.stderr.write(said.encode())
        try:
            status = await _relay(call, connection, _seconds(call))
        finally:
            await connection.close()
        if not call.has("k"):
            return status


PROGRAMS = {"nc": nc, "ncat": nc, "netcat": nc}
