"""HTTP messages as a container's server sees and gives them, and small ways to make them. Knows no server. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol
from urllib.parse import parse_qs

import orjson

from cluster.machinery.objects import Obj, name, spec, timestamp

Header = tuple[str, str]

PHRASES = {
    200: "OK",
    201: "Created",
    204: "No Content",
    301: "Moved Permanently",
    302: "Found",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Request Entity Too Large",
    418: "I'm a teapot",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Content(Protocol):
    """The files of a container, as far as its server asks for them."""

    @property
    def whole(self) -> bool:
        """Every file is known: what is not here does not exist."""
        ...

    def file(self, path: str) -> bytes | None: ...

    def modified(self, path: str) -> float | None:
        """Cluster time of the last change; None where nobody knows it."""
        ...

    def folder(self, path: str) -> list[str] | None:
        """What lies in it; None: it is no folder that is known."""
        ...


class Texts:
    """The files that volumes alone bring: path in the container -> its text."""

    whole = False

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given

    def __bool__(self) -> bool:
        return bool(self._given)

    def file(self, path: str) -> bytes | None:
        text = self._given.get(path)
        return None if text is None else text.encode()

    def modified(self, path: str) -> float | None:
        return None

    def folder(self, path: str) -> list[str] | None:
        start = f"{path.rstrip('/')}/"
        return sorted({each[len(start) :].split("/")[0] for each in self._given if each.startswith(start)}) or None


NO_FILES = Texts({})


class Request(NamedTuple):
    method: str = "GET"
    path: str = "/"
    """With its query."""
    host: str = ""
    client: str = ""
    """Address and port of the sender, as the server sees it."""
    headers: tuple[Header, ...] = ()
    """All but Host."""
    body: bytes = b""
    version: str = "HTTP/1.1"

    def header(self, called: str) -> str:
        """The first of that name, or ""."""
        return next((value for key, value in self.headers if key.lower() == called.lower()), "")


class Response(NamedTuple):
    status: int
    headers: tuple[Header, ...]
    body: bytes
    said: str = ""
    """Its phrase, where it is not the usual one."""

    @property
    def phrase(self) -> str:
        return self.said or PHRASES.get(self.status, "")

    @property
    def text(self) -> str:
        """The body for people to read."""
        return self.body.decode(errors="replace")


class Exchange(NamedTuple):
    """All a page may speak of."""

    pod: Obj
    container: Obj
    port: int
    request: Request
    now: float
    """Cluster time."""
    elapsed: float
    """Seconds since the container's start."""
    files: Content

    @property
    def hostname(self) -> str:
        return str(spec(self.pod).get("hostname") or name(self.pod))

    @property
    def path(self) -> str:
        # By hand: a path may begin with two slashes, which is no host here.
        return self.request.path.partition("?")[0] or "/"

    def query(self, word: str) -> str:
        return parse_qs(self.request.path.partition("?")[2]).get(word, [""])[0]


def text(body: str | bytes, status: int = 200, kind: str = "text/plain; charset=utf-8", *headers: Header) -> Response:
    """A response with a body of that type."""
    return Response(status, (*headers, ("Content-Type", kind)), body.encode() if isinstance(body, str) else body)


def json(value: object, status: int = 200) -> Response:
    body = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n"
    return text(body, status, "application/json")


def http_date(now: float) -> str:
    """As a Date header has it."""
    said = timestamp(now)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    day = days[(int(now) // 86400 + 3) % 7]
    return f"{day}, {said[8:10]} {months[int(said[5:7]) - 1]} {said[:4]} {said[11:19]} GMT"
