"""What a container answers to an HTTP request: by the program of its image, or of its command line.

To teach another program, add a function to the module of its sort and name it in `_PAGES`. What is not known answers
200 and says that its words stand in for the real ones. Files that are known are what a web server serves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from cluster.machinery.objects import Obj
from cluster.nodes import agnhost, agnhostwebhook, hellos, servers, websites
from cluster.nodes.messages import NO_FILES, Content, Exchange, Header, Request, Response, http_date, text

__all__ = ["NO_FILES", "Request", "Response", "respond", "status_of"]

LIVENESS_EXAMPLE_SECONDS = agnhost.LIVENESS_SECONDS


def respond(
    request: Request,
    pod: Obj,
    container: Obj,
    port: int,
    *,
    now: float = 0.0,
    elapsed: float = float("inf"),
    files: Content = NO_FILES,
) -> Response:
    """What the container's server on `port` says to one request, whole but for what a HEAD leaves out."""
    page = page_of(container)
    found = page.says(Exchange(pod, container, port, request, now, elapsed, files))
    return finished(found, page.manner, request, now)


def finished(found: Response, manner: Manner, request: Request, now: float) -> Response:
    """With its length and date, headers in the order of that sort of server."""
    added: list[Header] = [("Date", http_date(now))]
    if found.status not in (204, 304):
        added.append(("Content-Length", str(len(found.body))))
    added += [each for each in manner.always if each[0] not in {key for key, _ in found.headers}]
    order = {each: at for at, each in enumerate(manner.order)}
    headers = sorted((*found.headers, *added), key=lambda each: order.get(each[0], -1))
    return found._replace(headers=tuple(headers), body=b"" if request.method == "HEAD" else found.body)


def status_of(container: Obj, path: str, elapsed: float, files: Content = NO_FILES) -> int:
    """The status alone, as a probe looks at it."""
    asked = Exchange({}, container, 0, Request(path=path), 0.0, elapsed, files)
    return page_of(container).says(asked).status


class Manner(NamedTuple):
    """How a sort of server writes its headers."""

    order: tuple[str, ...]
    """What is not named here comes first."""
    always: tuple[Header, ...] = ()


GO = Manner(("Date", "Content-Length", "Content-Type", "Connection"))
_NGINX = Manner(
    ("Server", "Date", "Content-Type", "Content-Length", "Last-Modified", "Location", "Connection", "ETag"),
    (("Connection", "keep-alive"),),
)
_NGINX = _NGINX._replace(order=(*_NGINX.order, "Accept-Ranges", "Content-Range"))
_APACHE = Manner(
    ("Date", "Server", "Location", "Last-Modified", "ETag", "Accept-Ranges", "Content-Length", "Content-Range")
)
_PYTHON = Manner(("Server", "Date", "Connection", "Content-Type", "Content-Length"))
_BUSYBOX = Manner(("Date", "Connection", "Content-Type", "Content-Length"))
_NODE = Manner(
    ("Content-Type", "Content-Length", "ETag", "Date", "Connection", "Keep-Alive"),
    (("Connection", "keep-alive"), ("Keep-Alive", "timeout=5")),
)


class Page(NamedTuple):
    says: Callable[[Exchange], Response]
    manner: Manner = GO
    program: str = ""


def page_of(container: Obj) -> Page:
    """What the container's program has to say, and in which manner."""
    called = servers.called(str(container.get("image") or ""))
    if called == "agnhost":
        given = agnhost.words(container)
        called = given[0] if given else called
        return _PAGES.get(called, _UNKNOWN)._replace(program=called)
    command = " ".join(str(each) for each in (*(container.get("command") or ()), *(container.get("args") or ())))
    if container.get("command") or (command and called in servers.SHELLS):
        return next((page for pattern, page in _STARTED if pattern.search(command)), _UNKNOWN)
    page = _PAGES.get(called, _UNKNOWN)
    return page if page.program else page._replace(program=called)


def is_known(container: Obj) -> bool:
    """What its program says is known here; of others something stands in for it."""
    return page_of(container).says is not _unknown


def reads_files(container: Obj) -> bool:
    """What it answers depends on its files."""
    return page_of(container).says in (
        websites.nginx,
        websites.httpd,
        websites.python,
        websites.busybox,
        websites.go,
    )


def program(container: Obj) -> str:
    """The one that answers, by the name it goes by here: "nginx", also where a command line starts it."""
    return page_of(container).program


def _unknown(asked: Exchange) -> Response:
    image = asked.container.get("image") or "its image"
    said = f"{asked.hostname} answers on port {asked.port}. What {image} really says is not known here.\n"
    return text(said)


_UNKNOWN = Page(_unknown)
_NGINX_PAGE, _HTTPD_PAGE = Page(websites.nginx, _NGINX, "nginx"), Page(websites.httpd, _APACHE, "httpd")
_STARTED = (
    (re.compile(r"(?:^|[\s;&/])nginx\s+-g\b|(?:^|[;&]\s*|\s)(?:exec\s+)?nginx\s*$"), _NGINX_PAGE),
    (re.compile(r"\bhttpd-foreground\b"), _HTTPD_PAGE),
    (re.compile(r"-m\s+(?:http\.server|SimpleHTTPServer)\b"), Page(websites.python, _PYTHON, "python")),
    (re.compile(r"\bhttpd\b\s+-\w*[fhp]"), Page(websites.busybox, _BUSYBOX, "busybox httpd")),
)
"""What a command line starts, whatever the image."""
_PAGES: dict[str, Page] = {
    "nginx": _NGINX_PAGE,
    "nginx-unprivileged": _NGINX_PAGE,
    "nginxhttps": _NGINX_PAGE,
    "nginx-slim": _NGINX_PAGE,
    "httpd": _HTTPD_PAGE,
    "netexec": Page(agnhost.netexec),
    "porter": Page(agnhost.porter),
    "nettest": Page(lambda asked: text("running")),
    "test-webserver": Page(websites.go),
    "serve-hostname": Page(agnhost.serve_hostname),
    "serve_hostname": Page(agnhost.serve_hostname),
    "liveness": Page(agnhost.liveness),
    "guestbook": Page(agnhost.guestbook),
    "webhook": Page(agnhostwebhook.webhook),
    "crd-conversion-webhook": Page(agnhostwebhook.conversion),
    "whoami": Page(hellos.whoami),
    "jwilder/whoami": Page(lambda asked: text(f"I'm {asked.hostname}\n")),
    "hello-app": Page(hellos.hello_app),
    "kubernetes-bootcamp": Page(hellos.bootcamp, _NODE),
    "nginxdemos/hello": Page(hellos.nginx_hello, _NGINX),
    "http-echo": Page(hellos.http_echo),
    "echoserver": Page(hellos.echoserver, _NGINX),
    "echo-server": Page(hellos.echo_server),
    "ealen/echo-server": Page(hellos.echo_json, _NODE),
    "http-https-echo": Page(hellos.echo_json, _NODE),
    "podinfo": Page(hellos.podinfo),
    "httpbin": Page(hellos.httpbin),
    "go-httpbin": Page(hellos.httpbin),
    "elasticsearch": Page(hellos.elasticsearch),
}
