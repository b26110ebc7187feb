"""Requests that a server in a pod puts to others on a client's behalf: nginx's proxy_pass and agnhost's /dial. Pure:
what is asked and what is made of the answer; who asks is the caller's affair.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs

import orjson

from cluster.nodes.messages import Header, Request, Response, text
from cluster.nodes.websites import NGINX, failed

MOST_TRIES = 100
_ITS_OWN = ("connection", "keep-alive", "transfer-encoding", "date", "server", "content-length")
"""Headers that each server writes for itself."""
_URL = re.compile(r"http://([^/:]+)(?::(\d{1,5}))?(/.*)")


class Passed(NamedTuple):
    """What a proxy asks."""

    host: str
    port: int
    target: str
    headers: tuple[Header, ...]


def passed(request: Request, url: str) -> Passed | None:
    """A request as it goes on to that URL; None where it names no server."""
    found = _URL.fullmatch(url)
    if found is None:
        return None
    query = request.path.partition("?")[2]
    kept = (each for each in request.headers if each[0].lower() not in (*_ITS_OWN, "host"))
    port = int(found[2] or 80)
    host = found[1] if port == 80 else f"{found[1]}:{port}"
    headers: list[Header] = [("Host", host), ("Connection", "close"), *kept]
    if request.body:
        headers.append(("Content-Length", str(len(request.body))))
    return Passed(found[1], port, found[3] + (f"?{query}" if query else ""), tuple(headers))


def brought(answer: Response) -> Response:
    """The other one's answer as the proxy hands it on."""
    kept = (each for each in answer.headers if each[0].lower() not in _ITS_OWN)
    return answer._replace(headers=(("Server", "nginx"), *kept))


def no_gateway(code: int = 502) -> Response:
    """Nobody answers the proxy (502), or nobody in time (504)."""
    return failed(NGINX, "nginx", code)


class Dial(NamedTuple):
    """Whom agnhost asks, and how often."""

    protocol: str
    host: str
    port: int
    request: str
    tries: int

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"


def dial(path: str) -> Dial | Response:
    """What /dial?… asks for, or what is wrong with it."""
    given = {name: values[0] for name, values in parse_qs(path.partition("?")[2]).items()}
    protocol, tries, port = given.get("protocol") or "http", given.get("tries") or "1", given.get("port", "")
    if protocol not in ("http", "udp"):
        return text(f"unsupported protocol: {protocol}\n", 400)
    if not (given.get("host") and port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65_536):
        return text("host and port must be given, the port as a number\n", 400)
    if not (tries.isascii() and tries.isdecimal() and 0 < int(tries[:9]) <= MOST_TRIES):
        return text(f"tries must be a number from 1 to {MOST_TRIES}\n", 400)
    return Dial(protocol, given["host"], int(port), given.get("request") or "", int(tries))


def dialled(said: list[str], failures: list[str]) -> Response:
    """What came of all tries."""
    return text(orjson.dumps({name: values for name, values in (("errors", failures), ("responses", said)) if values}))


def datagram(given: str, hostname: str, sender: str) -> str | None:
    """What netexec answers to a packet; None: nothing."""
    said = given.strip().lower()
    if said == "hostname":
        return hostname
    if said == "clientip":
        return sender
    return said[5:] if said.startswith("echo ") else None
