"""What servers write into their logs about a request or a connection, each in its own format. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import parse_qs

from cluster.machinery.objects import Obj
from cluster.nodes import agnhost, responses, servers
from cluster.nodes.messages import Request, Response

_GUESTBOOK = {
    "/get": ("key",),
    "/set": ("key", "value"),
    "/register": ("host",),
    "/guestbook": ("cmd", "key", "value"),
}
"""What agnhost's guestbook tells of a request."""


class Line(NamedTuple):
    text: str
    error: bool = False
    """It goes to standard error."""


def of_request(container: Obj, request: Request, response: Response, now: float, sent: int) -> list[Line]:
    """The lines about one request; `sent`: octets of the body that went out."""
    match responses.program(container):
        case "nginx" | "nginxdemos/hello":
            return _nginx(request, response, now, sent)
        case "httpd":
            client = request.client.rpartition(":")[0]
            said = f'{client} - - [{_bracketed(now)}] "{_first_line(request)}" {response.status} {sent or "-"}'
            return [Line(said)]
        case "python":
            client, when = request.client.rpartition(":")[0], datetime.fromtimestamp(now, UTC)
            stamp = when.strftime("%d/%b/%Y %H:%M:%S")
            lines = [Line(f'{client} - - [{stamp}] "{_first_line(request)}" {response.status} -', error=True)]
            if response.status >= 400:
                said = f"{client} - - [{stamp}] code {response.status}, message {response.phrase}"
                lines.insert(0, Line(said, error=True))
            return lines
        case "serve-hostname":
            return [Line(f"{_go(now)} HTTP request from {request.client}", error=True)]
        case "netexec":
            return [Line(f"{_go(now)} GET {request.path}", error=True)]
        case "guestbook" if (names := _GUESTBOOK.get(request.path.partition("?")[0])) is not None:
            path, _, query = request.path.partition("?")
            given = parse_qs(query)
            asked = "&".join(f"{each}={given.get(each, [''])[0]}" for each in names)
            return [Line(f"{_go(now)} GET {path}?{asked}", error=True)]
        case "http-echo":
            host, agent = request.host, request.header("User-Agent")
            said = f'{_go(now)} {host} {request.client} "{_first_line(request)}" {response.status} {sent} "{agent}" 0s'
            return [Line(said)]
        case _:
            return []


def of_connection(container: Obj, client: str, transport: str, now: float) -> list[Line]:
    """The lines about a connection that carries no HTTP."""
    if servers.called(str(container.get("image") or "")) == "agnhost":
        given = agnhost.words(container)
        if given[:1] == ["serve-hostname"]:
            return [Line(f"{_go(now)} {transport} request from {client}", error=True)]
    return []


def _nginx(request: Request, response: Response, now: float, sent: int) -> list[Line]:
    client = request.client.rpartition(":")[0]
    words = [request.header(each) or "-" for each in ("Referer", "User-Agent", "X-Forwarded-For")]
    quoted = " ".join(f'"{each}"' for each in words)
    line = f'{client} - - [{_bracketed(now)}] "{_first_line(request)}" {response.status} {sent} {quoted}'
    lines = [Line(line)]
    if response.status in (403, 404):
        place = request.path.partition("?")[0]
        file = f"/usr/share/nginx/html{place}{'index.html' if place.endswith('/') else ''}"
        why = f'open() "{file}" failed (2: No such file or directory)'
        if response.status == 403:
            why = f'directory index of "/usr/share/nginx/html{place}" is forbidden'
        stamp = datetime.fromtimestamp(now, UTC).strftime("%Y/%m/%d %H:%M:%S")
        asked = f'client: {client}, server: localhost, request: "{_first_line(request)}", host: "{request.host}"'
        lines.insert(0, Line(f"{stamp} [error] 29#29: *1 {why}, {asked}", error=True))
    return lines


def _first_line(request: Request) -> str:
    return f"{request.method} {request.path} {request.version}"


def _bracketed(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")


def _go(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y/%m/%d %H:%M:%S")
