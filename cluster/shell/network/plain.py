"""Servers that speak no HTTP and need no language: a word for everybody who comes, or whatever came sent back."""

from __future__ import annotations

import asyncio
import contextlib
import re

from cluster.nodes import accesslog, agnhost, servers
from cluster.shell.network import netexec
from cluster.shell.network.station import Station
from cluster.shell.network.streams import Datagrams, End

LINGER_SECONDS = 5.0
"""Of the wall's clock: so long a client may take to end after it was told all."""
_SAYS = re.compile(r"""\b(?:echo|printf)\s+(-\w+\s+)?("[^"]*"|'[^']*'|[^|;&]+?)\s*\|\s*(?:nc|ncat|netcat)\b""")
_ECHOES = re.compile(r"EXEC:['\"]?(?:/bin/)?cat|\bncat\b.*(?:-e|--exec)\s*\S*cat|\bsocat\b.*\bPIPE\b")
_VARIABLE = re.compile(r"\$\(hostname\)|`hostname`|\$\{?HOSTNAME\}?")


async def serve(stream: End, station: Station) -> None:
    """By the container's program; one that nobody knows takes what comes and says nothing."""
    for told in accesslog.of_connection(station.container, station.sender, "TCP", station.around.now()):
        await station.log(told.text, error=told.error)
    words = greeting(station)
    if words is not None:
        await stream.write(words)
        await stream.end()
        with contextlib.suppress(TimeoutError):  # what the client still sends is thrown away
            async with asyncio.timeout(LINGER_SECONDS):
                while await stream.read():
                    continue
        return
    line = _line(station)
    while data := await stream.read():
        if _ECHOES.search(line):
            await stream.write(data)


async def datagrams(end: Datagrams, station: Station) -> None:
    given = agnhost.words(station.container)
    if servers.called(str(station.container.get("image") or "")) != "agnhost":
        while data := await end.read():
            if _ECHOES.search(_line(station)):
                await end.write(data)
        return
    if given[:1] == ["netexec"]:
        await netexec.datagrams(end, station)
    elif given[:1] == ["serve-hostname"]:
        while await end.read():
            for line in accesslog.of_connection(station.container, station.sender, "UDP", station.around.now()):
                await station.log(line.text, error=line.error)
            await end.write(station.hostname.encode())


def greeting(station: Station) -> bytes | None:
    """What the server says before it closes the connection; None: it is not of that sort."""
    given = agnhost.words(station.container)
    if servers.called(str(station.container.get("image") or "")) == "agnhost" and given[:1] == ["serve-hostname"]:
        return station.hostname.encode()
    found = _SAYS.search(_line(station))
    if found is None:
        return None
    said = _VARIABLE.sub(lambda _: station.hostname, found[2].strip("\"' "))
    printf, flags = found[0].startswith("printf"), found[1] or ""
    if printf or "e" in flags:
        said = re.sub(r"\\([nrt\\])", lambda each: {"n": "\n", "r": "\r", "t": "\t"}.get(each[1], each[1]), said)
    return (said if printf or "n" in flags else f"{said}\n").encode()


def answers(station: Station) -> bool:
    """Its command line says what everybody who comes is told."""
    return _SAYS.search(_line(station)) is not None


def _line(station: Station) -> str:
    container = station.container
    return " ".join(str(each) for each in (*(container.get("command") or ()), *(container.get("args") or ())))
