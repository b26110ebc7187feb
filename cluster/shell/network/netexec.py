"""What agnhost's netexec does beyond answering: it asks others on demand, runs a shell, and ends."""

from __future__ import annotations

import asyncio
import errno
from urllib.parse import parse_qs

import orjson

from cluster.nodes.messages import Request, Response, text
from cluster.shell.network import client, depth
from cluster.shell.network.reach import Reach
from cluster.shell.network.station import Station
from cluster.shell.network.streams import Datagrams

_PATHS = ("/dial", "/shell", "/exit")
MOST_TRIES = 100
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
            return await _dial(given, station, reach)


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


async def _dial(given: dict[str, str], station: Station, reach: Reach) -> Response:
    protocol, tries = given.get("protocol") or "http", given.get("tries") or "1"
    if protocol not in ("http", "udp"):
        return text(f"unsupported protocol: {protocol}\n", 400)
    if not (given.get("host") and given.get("port", "").isdecimal()):
        return text("host and port must be given, the port as a number\n", 400)
    if not (tries.isdecimal() and 0 < int(tries[:9]) <= MOST_TRIES):
        return text(f"tries must be a number from 1 to {MOST_TRIES}\n", 400)
    if int(tries) > 1 and depth.now() > 1:
        return text("whom another one asked to ask tries once\n", 400)
    said, failed = [], []
    for _ in range(int(tries)):
        try:
            asked = given.get("request") or ""
            put = _by_datagram if protocol == "udp" else _by_http
            said.append(await put(given["host"], int(given["port"]), asked, station, reach))
        except OSError as error:
            failed.append(f"dial {given['host']}:{given['port']}: {str(error.strerror or error).lower()}")
    told = {name: values for name, values in (("errors", failed), ("responses", said)) if values}
    return text(orjson.dumps(told))


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
        said = data.decode(errors="replace").strip().lower()
        if said == "hostname":
            await end.write(station.hostname.encode())
        elif said == "clientip":
            await end.write(station.sender.encode())
        elif said.startswith("echo "):
            await end.write(said[5:].encode())
        elif said:
            await station.log(f"Unknown udp command received: {said}", error=True)
