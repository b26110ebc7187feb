"""telnet: a connection to type into."""

from __future__ import annotations

import asyncio

from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.programs import naming

_PATIENCE = 134.0
_ESCAPE = 0x1D


@program("46a8El:n:")
async def telnet(call: Call) -> int:
    if not call.operands:
        raise Complaint("a host is needed: its command mode is not simulated here")
    host, port = call.operands[0], call.operands[1] if len(call.operands) > 1 else "23"
    if not (port.isascii() and port.isdecimal() and len(port) < 6):
        raise Complaint(
            f"bad port '{port}'"
            if call.is_busybox
            else f"could not resolve {host}/{port}: Servname not supported for ai_socktype"
        )
    found = (await naming.lookup(call.process, host)).addresses
    if not found:
        raise Complaint(
            f"bad address '{host}'"
            if call.is_busybox
            else f"could not resolve {host}/{port}: Name or service not known"
        )
    for address in found:
        if not call.is_busybox:
            await call.say(f"Trying {address}...\n")
        try:
            connection = await call.machine.connect(address, int(port))
            break
        except OSError as error:
            if isinstance(error, TimeoutError):
                await call.machine.sleep(_PATIENCE)
            if call.is_busybox:
                raise Complaint(f"can't connect to remote host ({address}): {error.strerror}") from None
            await call.complain(f"Unable to connect to remote host: {error.strerror}")
    else:
        return 1
    said = f"Connected to {host}.\nEscape character is '^]'.\n"
    await call.say(
        f"Connected to {host}\n\nEntering character mode\nEscape character is '^]'.\n\n" if call.is_busybox else said
    )

    async def send() -> None:
        while data := await call.process.stdin.read():
            if _ESCAPE in data:
                break
            await connection.write(data.replace(b"\n", b"\r\n") if call.process.tty else data)
        await connection.end()

    sending = asyncio.ensure_future(send())
    try:
        while data := await connection.read():
            await call.write(data)
    except OSError:
        pass
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await connection.close()
    await call.say("Connection closed by foreign host\n" if call.is_busybox else "Connection closed by foreign host.\n")
    return 1


PROGRAMS = {"telnet": telnet}
