"""What a container answers to an HTTP request: data and small pure functions, by the program of its image.

To teach another program, add a function and name it in `_PAGES`. What is not known answers 200 and says that its
words stand in for the real ones. Files that a volume puts into a web server's folder are what it serves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import parse_qs

import orjson

from cluster.machinery.objects import Obj, name, namespace, spec, status, timestamp
from cluster.nodes import images, servers

LIVENESS_EXAMPLE_SECONDS = 10.0
"""agnhost's `liveness` answers its /healthz so long with 200, then with 500."""

Header = tuple[str, str]
Files = Mapping[str, str]
"""Path in the container -> its text, as far as volumes give it."""
NO_FILES: Files = {}

_PHRASES = {
    200: "OK",
    204: "No Content",
    301: "Moved Permanently",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_TYPES = {
    "html": "text/html",
    "txt": "text/plain",
    "json": "application/json",
    "css": "text/css",
    "js": "text/javascript",
}


class Request(NamedTuple):
    method: str = "GET"
    path: str = "/"
    """With its query."""
    host: str = ""
    client: str = ""
    """Address and port of the sender, as the server sees it."""
    headers: tuple[Header, ...] = ()


class Response(NamedTuple):
    status: int
    headers: tuple[Header, ...]
    body: str

    @property
    def phrase(self) -> str:
        return _PHRASES.get(self.status, "")


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
    files: Files

    @property
    def hostname(self) -> str:
        return str(spec(self.pod).get("hostname") or name(self.pod))

    @property
    def path(self) -> str:
        # By hand: a path may begin with two slashes, which is no host here.
        return self.request.path.partition("?")[0] or "/"

    def query(self, word: str) -> str:
        return parse_qs(self.request.path.partition("?")[2]).get(word, [""])[0]


def respond(
    request: Request,
    pod: Obj,
    container: Obj,
    port: int,
    *,
    now: float = 0.0,
    elapsed: float = float("inf"),
    files: Files = NO_FILES,
) -> Response:
    """What the container's server on `port` says to one request."""
    asked = Exchange(pod, container, port, request, now, elapsed, files)
    found = _page(container)(asked)
    length = len(found.body.encode())
    headers = (*found.headers, ("Content-Length", str(length)), ("Date", _http_date(now)))
    return found._replace(headers=headers, body="" if request.method == "HEAD" else found.body)


def status_of(container: Obj, path: str, elapsed: float) -> int:
    """The status alone, as a probe looks at it."""
    return _page(container)(Exchange({}, container, 0, Request(path=path), 0.0, elapsed, NO_FILES)).status


def _page(container: Obj) -> Callable[[Exchange], Response]:
    called = servers.called(str(container.get("image") or ""))
    if called == "agnhost":
        words = [str(each) for each in (*(container.get("command") or ())[1:], *(container.get("args") or ()))]
        called = words[0] if words else called
    elif container.get("command"):
        return _unknown
    return _PAGES.get(called, _unknown)


def _text(body: str, status_code: int = 200, kind: str = "text/plain; charset=utf-8", *headers: Header) -> Response:
    return Response(status_code, (*headers, ("Content-Type", kind)), body)


def _json(value: object, status_code: int = 200) -> Response:
    body = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n"
    return _text(body, status_code, "application/json")


def _unknown(asked: Exchange) -> Response:
    image = asked.container.get("image") or "its image"
    said = f"{asked.hostname} answers on port {asked.port}. What {image} really says is not known here.\n"
    return _text(said)


def _http_date(now: float) -> str:
    text = timestamp(now)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    day = days[(int(now) // 86400 + 3) % 7]
    return f"{day}, {text[8:10]} {months[int(text[5:7]) - 1]} {text[:4]} {text[11:19]} GMT"


# -- web servers -------------------------------------------------------------------------------------------


class _Site(NamedTuple):
    server: str
    root: str
    welcome: str
    missing: str


_NGINX = _Site(
    "nginx",
    "/usr/share/nginx/html",
    "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n"
    "<p>This page stands for the one that nginx shows before anybody has given it another.</p>\n</body>\n</html>\n",
    "<html>\r\n<head><title>{code} {phrase}</title></head>\r\n<body>\r\n<center><h1>{code} {phrase}</h1></center>\r\n"
    "<hr><center>{server}</center>\r\n</body>\r\n</html>\r\n",
)
_HTTPD = _Site(
    "Apache",
    "/usr/local/apache2/htdocs",
    "<html><body><h1>It works!</h1></body></html>\n",
    "<html><head>\n<title>{code} {phrase}</title>\n</head><body>\n<h1>{phrase}</h1>\n</body></html>\n",
)


def _site(site: _Site, asked: Exchange) -> Response:
    """Files from its folder; its own first page where nothing lies over the folder."""
    image = str(asked.container.get("image") or "")
    version = images.tag(image).split("-")[0]
    server = f"{site.server}/{version}" if version.replace(".", "").isdigit() else site.server
    mounts = [str(each.get("mountPath") or "") for each in asked.container.get("volumeMounts") or ()]
    covered = any(site.root.startswith(mount.rstrip("/")) for mount in mounts if mount)
    configured = any(mount.startswith(("/etc/nginx", "/usr/local/apache2/conf")) for mount in mounts)
    path = asked.path + ("index.html" if asked.path.endswith("/") else "")
    given = asked.files.get(site.root + path)
    if asked.request.method not in ("GET", "HEAD"):
        return _failed(site, server, 405)
    if given is not None:
        return _text(given, 200, _TYPES.get(path.rpartition(".")[2], "application/octet-stream"), ("Server", server))
    if path == "/index.html" and not covered:
        return _text(site.welcome, 200, "text/html", ("Server", server))
    if path == "/index.html" and covered and asked.files:
        return _failed(site, server, 403)
    # What lies in a volume that is not known here, or what its own settings say of a path, may be anything.
    if (covered and not asked.files) or configured:
        return _text(f"{asked.hostname} answers {asked.path}.\n", 200, "text/plain", ("Server", server))
    return _failed(site, server, 404)


def _failed(site: _Site, server: str, code: int) -> Response:
    phrase = "Not Allowed" if code == 405 else _PHRASES[code]
    return _text(site.missing.format(code=code, phrase=phrase, server=server), code, "text/html", ("Server", server))


# -- images that say who answers -----------------------------------------------------------------------------


def _hostname(asked: Exchange) -> Response:
    return _text(asked.hostname)


def _netexec(asked: Exchange) -> Response:
    match asked.path.lower():
        case "/":
            return _text(f"NOW: {timestamp(asked.now).replace('T', ' ').replace('Z', '')} +0000 UTC")
        case "/hostname":
            return _text(asked.hostname)
        case "/clientip":
            return _text(asked.request.client)
        case "/echo":
            return _echo_code(asked)
        case "/healthz":
            return _text("")
        case "/header":
            wanted = asked.query("key").lower()
            return _text(next((value for key, value in asked.request.headers if key.lower() == wanted), ""))
        case _:
            return _text(f"NOW: {timestamp(asked.now).replace('T', ' ').replace('Z', '')} +0000 UTC")


def _echo_code(asked: Exchange) -> Response:
    return _text(asked.query("msg"), _code(asked.query("code"), 200))


def _code(text: str, otherwise: int) -> int:
    """The status such a text asks for."""
    known = len(text) == 3 and text.isascii() and text.isdigit() and 200 <= int(text) <= 599
    return int(text) if known else otherwise


def _liveness(asked: Exchange) -> Response:
    if asked.path != "/healthz":
        return _text("404 page not found\n", 404) if asked.pod else _text("")
    if asked.elapsed >= LIVENESS_EXAMPLE_SECONDS:
        return _text(f"error: {asked.elapsed if asked.elapsed < 1e9 else LIVENESS_EXAMPLE_SECONDS}", 500)
    return _text("ok")


def _head(asked: Exchange) -> list[str]:
    request = asked.request
    given = [f"{key}: {value}" for key, value in request.headers]
    return [f"{request.method} {request.path} HTTP/1.1", f"Host: {request.host}", *given]


def _whoami(asked: Exchange) -> Response:
    own = ["127.0.0.1", str(status(asked.pod).get("podIP") or "")]
    lines = [f"Hostname: {asked.hostname}", *(f"IP: {each}" for each in own), f"RemoteAddr: {asked.request.client}"]
    return _text("\n".join((*lines, *_head(asked), "", "")))


def _hello_app(asked: Exchange) -> Response:
    major = images.tag(str(asked.container.get("image") or "")).split(".")[0]
    version = f"{major}.0.0" if major.isdigit() else "1.0.0"
    return _text(f"Hello, world!\nVersion: {version}\nHostname: {asked.hostname}\n")


def _bootcamp(asked: Exchange) -> Response:
    version = images.tag(str(asked.container.get("image") or "")).lstrip("v")
    return _text(f"Hello Kubernetes bootcamp! | Running on: {asked.hostname} | v={version}\n")


def _nginx_hello(asked: Exchange) -> Response:
    own = f"{status(asked.pod).get('podIP')}:{asked.port}"
    lines = [f"Server address: {own}", f"Server name: {asked.hostname}", f"Date: {_http_date(asked.now)}"]
    return _text("\n".join((*lines, f"URI: {asked.request.path}", "")), 200, "text/plain")


def _http_echo(asked: Exchange) -> Response:
    words = [str(each) for each in asked.container.get("args") or ()]
    pairs = [*words, *(f"{one}={other}" for one, other in pairwise(words))]
    said = next((each.partition("=")[2] for each in pairs if each.lstrip("-").startswith("text=")), "hello-world")
    return _text(f"{said}\n")


def _echo_server(asked: Exchange) -> Response:
    return _text("\n".join((f"Request served by {asked.hostname}", "", *_head(asked), "", "")))


def _echoserver(asked: Exchange) -> Response:
    pod, request = asked.pod, asked.request
    lines = [
        "",
        "",
        f"Hostname: {asked.hostname}",
        "",
        "Pod Information:",
        f"\tnode name:\t{spec(pod).get('nodeName') or ''}",
        f"\tpod name:\t{name(pod)}",
        f"\tpod namespace:\t{namespace(pod)}",
        f"\tpod IP:\t{status(pod).get('podIP') or ''}",
        "",
        "Request Information:",
        f"\tclient_address={request.client.rpartition(':')[0]}",
        f"\tmethod={request.method}",
        f"\treal path={request.path}",
        f"\trequest_uri=http://{request.host}:{asked.port}{request.path}",
        "",
        "Request Headers:",
        *(f"\t{key.lower()}={value}" for key, value in (*request.headers, ("host", request.host))),
        "",
    ]
    return _text("\n".join(lines))


def _echo_json(asked: Exchange) -> Response:
    request = asked.request
    headers = {key.lower(): value for key, value in (*request.headers, ("Host", request.host))}
    told = {
        "path": asked.path,
        "method": request.method,
        "headers": headers,
        "hostname": request.host,
        "ip": request.client.rpartition(":")[0],
        "os": {"hostname": asked.hostname},
    }
    return _json(told)


def _podinfo(asked: Exchange) -> Response:
    if asked.path in ("/healthz", "/readyz"):
        return _json({"status": "OK"})
    tag = images.tag(str(asked.container.get("image") or ""))
    return _json({"hostname": asked.hostname, "version": tag, "message": f"greetings from podinfo v{tag}"})


def _httpbin(asked: Exchange) -> Response:
    if asked.path.startswith("/status/"):
        return _text("", _code(asked.path.rpartition("/")[2], 400))
    headers = dict((*asked.request.headers, ("Host", asked.request.host)))
    origin = asked.request.client.rpartition(":")[0]
    return _json(
        {"args": {}, "headers": headers, "origin": origin, "url": f"http://{asked.request.host}{asked.request.path}"}
    )


def _elasticsearch(asked: Exchange) -> Response:
    tag = images.tag(str(asked.container.get("image") or ""))
    return _json({"name": asked.hostname, "cluster_name": "docker-cluster", "version": {"number": tag}})


_PAGES: dict[str, Callable[[Exchange], Response]] = {
    "nginx": lambda asked: _site(_NGINX, asked),
    "nginx-unprivileged": lambda asked: _site(_NGINX, asked),
    "nginxhttps": lambda asked: _site(_NGINX, asked),
    "httpd": lambda asked: _site(_HTTPD, asked),
    "netexec": _netexec,
    "serve-hostname": _hostname,
    "serve_hostname": _hostname,
    "liveness": _liveness,
    "whoami": _whoami,
    "jwilder/whoami": lambda asked: _text(f"I'm {asked.hostname}\n"),
    "hello-app": _hello_app,
    "kubernetes-bootcamp": _bootcamp,
    "nginxdemos/hello": _nginx_hello,
    "http-echo": _http_echo,
    "echoserver": _echoserver,
    "echo-server": _echo_server,
    "ealen/echo-server": _echo_json,
    "http-https-echo": _echo_json,
    "podinfo": _podinfo,
    "httpbin": _httpbin,
    "go-httpbin": _httpbin,
    "elasticsearch": _elasticsearch,
}
