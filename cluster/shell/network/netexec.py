"""What agnhost's netexec does beyond answering: it asks others on demand, runs a shell, and ends."""

from __future__ import annotations

import asyncio
import errno
from urllib.parse import parse_qs

import orjson

from cluster.nodes import onward
from cluster.nodes.messages import Request, Response, text
from cluster.shell.network import client, depth
from cluster.shell.network.reach import Reach
from cluster.shell.network.station import Station
from cluster.shell.network.streams import Datagrams

_PATHS = ("/dial", "/shell", "/exit")
DATAGRAM_SECONDS = 5.0
"""So long an answer by UDP is waited for."""


def acts(request: Request) -> bool:
    """This request asks for more than a page."""
    return _path(request) in _PATHS


def _path(request: Request) -> str:
    return request.path.partition("?")[0]


async def act(request: Request, station: Station, reach: Reach) -> Response | None:
    """Do it. None: the process has ended over it."""
    given = {name: values[0] for name, values in parse_qs(request.path.partition("?")[2]).items()}
    match _path(request):
        case "/exit":
            return None
        case "/shell":
            return await _shell(given, station)
        case _:
            return await _dial(request.path, station, reach)


async def _shell(given: dict[str, str], station: Station) -> Response | None:
    pod = station.pod()
    if pod is None:
        return None
    command = given.get("shellCommand") or given.get("cmd") or ""
    done = await station.around.run(pod, station.called, [given.get("shell") or "/bin/sh", "-c", command])
    if done is None:
        return text("no shell can be run in this container\n", 500)
    status, printed = done
    told = {"output": printed.decode(errors="replace")}
    if status:
        told["error"] = f"exit status {status}"
    return text(orjson.dumps(told))


async def _dial(path: str, station: Station, reach: Reach) -> Response:
    wanted = onward.dial(path)
    if isinstance(wanted, Response):
        return wanted
    if wanted.tries > 1 and depth.now() > 1:
        return text("whom another one asked to ask tries once\n", 400)
    said, failed = [], []
    for _ in range(wanted.tries):
        try:
            put = _by_datagram if wanted.protocol == "udp" else _by_http
            said.append(await put(wanted.host, wanted.port, wanted.request, station, reach))
        except OSError as error:
            failed.append(f"dial {wanted.place}: {str(error.strerror or error).lower()}")
    return onward.dialled(said, failed)


async def _by_http(host: str, port: int, asked: str, station: Station, reach: Reach) -> str:
    address = await _address(host, station, reach)
    connection = await reach.connect(station.where, address, port)
    response = await client.get(connection, f"{host}:{port}", f"/{asked}", "Go-http-client/1.1")
    return response.body.decode(errors="replace")


async def _by_datagram(host: str, port: int, asked: str, station: Station, reach: Reach) -> str:
    address = await _address(host, station, reach)
    connection = await reach.connect(station.where, address, port, udp=True)
    waiting = asyncio.ensure_future(station.around.sleep(DATAGRAM_SECONDS))
    try:
        await connection.write(asked.encode())
        reading = asyncio.ensure_future(connection.read())
        await asyncio.wait({reading, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            reading.cancel()
            raise TimeoutError(errno.ETIMEDOUT, "i/o timeout")
        return reading.result().decode(errors="replace").strip()
    finally:
        waiting.cancel()
        await connection.close()


async def _address(host: str, station: Station, reach: Reach) -> str:
    found = await reach.resolve(station.where, host)
    if not found:
        raise OSError(f"lookup {host}: no such host")
    return found[0]


# -- by UDP -------------------------------------------------------------------------------------------------------


async def datagrams(end: Datagrams, station: Station) -> None:
    """hostname, clientip and echo; anything else is told to the log alone."""
    while data := await end.read():
        if station.pod() is None:
            return
        said = data.decode(errors="replace").strip()
        answer = onward.datagram(said, station.hostname, station.sender)
        if answer is not None:
            await end.write(answer.encode())
        elif said:
            await station.log(f"Unknown udp command received: {said.lower()}", error=True)
