"""A container's web server at the end of a connection: the one implementation that every way into the pod meets."""

from __future__ import annotations

from typing import Any

from cluster.nodes import accesslog, nginxconf, responses, websites
from cluster.nodes.messages import Request, Response, text
from cluster.shell.network import guestbook, http, netexec, nettest, passing
from cluster.shell.network.reach import Reach
from cluster.shell.network.station import Station
from cluster.shell.network.streams import End


async def serve(stream: End, station: Station, reach: Reach, memory: dict[str, Any]) -> None:
    """Answer a client until it has enough, and tell the container's log of each request. `memory`: its process's."""

    async def answer(request: Request) -> Response | None:
        pod = station.pod()
        if pod is None:
            return None
        response = await _answered(request, station, reach, memory)
        if response is None:
            return None
        sent = 0 if request.method == "HEAD" else len(response.body)
        for line in accesslog.of_request(station.container, request, response, station.around.now(), sent):
            await station.log(line.text, error=line.error)
        return response

    def broken(code: int) -> Response:
        return _broken(station, code)

    version = "HTTP/1.0" if responses.program(station.container) == "python" else "HTTP/1.1"
    await http.serve(stream, http.Server(answer, broken, version), station.sender)


async def _answered(request: Request, station: Station, reach: Reach, memory: dict[str, Any]) -> Response | None:
    pod, around = station.pod(), station.around
    if pod is None:
        return None
    page = responses.page_of(station.container)
    if page.program == "netexec" and netexec.acts(request):
        acted = await netexec.act(request, station, reach)
        return acted and responses.finished(acted, page.manner, request, around.now())
    if page.program == "guestbook":
        said = await guestbook.answer(request, station, reach, memory)
        return responses.finished(said, page.manner, request, around.now())
    if page.program == "nettest":
        return responses.finished(nettest.answer(request, station, memory), page.manner, request, around.now())
    files = station.content(pod)
    if page.program == "nginx":
        rule = nginxconf.rule(files, request.host, station.number, request.path.partition("?")[0])
        if rule is not None and rule.proxy and rule.returns is None:
            passed = await passing.on(request, rule.proxy, station, reach)
            return responses.finished(passed, page.manner, request, around.now())
    return responses.respond(
        request, pod, station.container, station.number, now=around.now(), elapsed=station.elapsed(pod), files=files
    )


def _broken(station: Station, code: int) -> Response:
    """What the server says to something that is no request."""
    page = responses.page_of(station.container)
    if page.program in ("nginx", "nginxdemos/hello"):
        said = websites.failed(websites.NGINX, "nginx", code)
    elif page.program == "httpd":
        said = websites.failed(websites.HTTPD, "Apache", code)
    else:
        said = text(f"{code} {Response(code, (), b'').phrase}", code)
    closes = said._replace(headers=(*said.headers, ("Connection", "close")))
    return responses.finished(closes, page.manner, Request(), station.around.now())
