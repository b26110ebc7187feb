"""What a client gets over an open connection, and what it says when none opens: curl's and nc's own words. Pure."""

from __future__ import annotations

from cluster.nodes import accesslog, images
from cluster.nodes.accesslog import Line
from cluster.nodes.messages import NO_FILES, Content, Request, Response
from cluster.nodes.responses import finished, page_of, reads_files, respond
from cluster.nodes.view import Served, View
from cluster.requests import hosts
from cluster.requests.arriving import Arrival
from cluster.requests.asking import Target
from cluster.requests.onward import Onward, asked_onward
from cluster.requests.result import GOOD, Code, Result
from cluster.world import World

__all__ = ["GOOD", "Code", "Result", "exchange", "failure"]

_WAIT_MS = 134_000
"""How long Linux tries to open a connection by itself."""


def exchange(
    world: World,
    goal: Target,
    verb: str,
    headers: tuple[tuple[str, str], ...],
    arrival: Arrival,
    sender: str,
    now: float,
    onward: Onward,
) -> Result:
    """What comes of an arrival. `onward`: how the pod that answers asks another one."""
    if arrival.outcome != "open":
        return Result(arrival.outcome, arrival.text, failure(goal, arrival.outcome))
    assert arrival.speaks is not None, "who listens speaks something"
    speaks, who = arrival.speaks.speaks, _who(arrival)
    if goal.scheme in ("tcp", "sctp"):
        return Result("connected", f"{who} takes the connection.")
    if goal.scheme == "udp":
        return Result("heard", f"{who} gets the packet.")
    if speaks in ("text", "dns"):
        tongue = "DNS" if speaks == "dns" else "a protocol of its own"
        if not goal.scheme:
            return Result("connected", f"{who} takes the connection; it speaks {tongue}, so nothing is asked over it.")
        return Result("no-http", f"{who} speaks {tongue}, not HTTP.", "curl: (52) Empty reply from server")
    if goal.scheme == "https" and speaks == "http":
        text = f"{who} speaks plain HTTP on {arrival.port}: an https:// URL cannot work here, http:// does."
        return Result("no-tls", text, "curl: (35) OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number")
    if goal.scheme != "https" and speaks == "tls":
        said = _text("Client sent an HTTP request to an HTTPS server.\n", 400)
        text = f"{who} speaks TLS on {arrival.port}, and says so: an https:// URL is wanted."
        return Result("answered", text, response=said)
    request = Request(verb, goal.path, _host(goal), sender, headers)
    response, through = _respond(world, goal, request, arrival, now, onward)
    size = len(response.body)
    answers = f"{who} answers {response.status} {response.phrase}".rstrip()
    text = f"{answers}, {size:,} byte{'' if size == 1 else 's'}.{through}"
    lines: tuple[Line, ...] = ()
    if arrival.listener is not None:
        sent = 0 if verb == "HEAD" else size
        lines = tuple(accesslog.of_request(arrival.listener.container, request, response, now, sent))
    return Result("answered", text, response=response, lines=lines)


def failure(goal: Target, code: str) -> str:
    """What the client prints: curl 7.88, or OpenBSD's nc."""
    host, port = goal.host, goal.port
    if goal.scheme in ("", "http", "https"):
        if code == "no-name":
            return f"curl: (6) Could not resolve host: {host}"
        number, waited = (7, 0) if code == "refused" else (28, _WAIT_MS)
        return f"curl: ({number}) Failed to connect to {host} port {port} after {waited} ms: Couldn't connect to server"
    if code == "no-name":
        return f'nc: getaddrinfo for host "{host}" port {port}: Name or service not known'
    cause = "Connection refused" if code == "refused" else "Connection timed out"
    return f"nc: connect to {host} port {port} ({goal.scheme or 'tcp'}) failed: {cause}"


def _who(arrival: Arrival) -> str:
    if arrival.listener is None or arrival.pod is None:
        name = arrival.host.name if arrival.host else "somebody"
        return name[:1].upper() + name[1:]
    program = images.program(str(arrival.listener.container.get("image") or ""))
    return f"{program} in {arrival.pod.name}"


def _host(goal: Target) -> str:
    usual = goal.port == (443 if goal.scheme == "https" else 80)
    return goal.host if usual else f"{goal.host}:{goal.port}"


def _respond(
    world: World, goal: Target, request: Request, arrival: Arrival, now: float, onward: Onward
) -> tuple[Response, str]:
    """The answer, and whom it came through."""
    if arrival.listener is None or arrival.pod is None:
        known = arrival.host.response if arrival.host else None
        return known or hosts.forbidden(goal.path), ""
    container, pod = arrival.listener.container, world.get(arrival.pod) or {}
    files: Content = Served(View(world, pod).at(container, now)) if reads_files(container) else NO_FILES
    acted = asked_onward(request, arrival.pod, container, arrival.port, files, onward)
    if acted is not None:
        return finished(acted[0], page_of(container).manner, request, now), acted[1]
    return respond(request, pod, container, arrival.port, now=now, elapsed=arrival.elapsed, files=files), ""


def _text(body: str, status: int) -> Response:
    return Response(status, (("Content-Type", "text/plain"), ("Content-Length", str(len(body)))), body.encode())
