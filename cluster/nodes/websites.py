"""Servers of files: nginx, Apache, Python's and busybox's. A file's path, or why there is none, in each one's words."""

from __future__ import annotations

import html
import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from cluster.nodes import images, nginxconf
from cluster.nodes.messages import PHRASES, Exchange, Header, Response, http_date, text

TYPES = {
    "html": "text/html",
    "htm": "text/html",
    "txt": "text/plain",
    "json": "application/json",
    "css": "text/css",
    "js": "text/javascript",
    "xml": "text/xml",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "ico": "image/x-icon",
}
NGINX_WELCOME = (
    "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n"
    "<p>This page stands for the one that nginx shows before anybody has given it another.</p>\n</body>\n</html>\n"
)
HTTPD_WELCOME = "<html><body><h1>It works!</h1></body></html>\n"


class Site(NamedTuple):
    server: str
    root: str
    welcome: str
    """Its first page before anybody gives it another."""
    failure: str
    """The page of a status that is none of success."""
    settings: tuple[str, ...]
    """Where its own settings are: with a volume there, anything may be answered."""


NGINX = Site(
    "nginx",
    "/usr/share/nginx/html",
    NGINX_WELCOME,
    "<html>\r\n<head><title>{code} {phrase}</title></head>\r\n<body>\r\n<center><h1>{code} {phrase}</h1></center>\r\n"
    "<hr><center>{server}</center>\r\n</body>\r\n</html>\r\n",
    ("/etc/nginx",),
)
HTTPD = Site(
    "Apache",
    "/usr/local/apache2/htdocs",
    HTTPD_WELCOME,
    '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>{code} {phrase}</title>\n</head><body>\n'
    "<h1>{phrase}</h1>\n</body></html>\n",
    ("/usr/local/apache2/conf",),
)


def nginx(asked: Exchange) -> Response:
    """By its settings where they can be read, else as it comes."""
    request = asked.request
    found = nginxconf.rule(asked.files, request.host, asked.port, asked.path) if asked.files.whole else None
    if found is None:
        return _site(NGINX, asked)
    server: Header = ("Server", _server(NGINX, asked))
    if found.returns is not None:
        return _returned(found, asked, server)
    if found.proxy:
        return failed(NGINX, server[1], 502)  # whom it would ask is known to those who can
    said = _site(NGINX, asked, found)
    return said._replace(headers=(*said.headers, *_added(found, asked))) if said.status < 400 else said


def _returned(rule: nginxconf.Rule, asked: Exchange, server: Header) -> Response:
    assert rule.returns is not None, "it returns"
    code, words = rule.returns
    words = nginxconf.filled(words, variables(asked))
    if code in (301, 302, 303, 307, 308):
        moved = failed(NGINX, server[1], code)
        return moved._replace(headers=(*moved.headers, ("Location", words)))
    if not words and code >= 300:
        return failed(NGINX, server[1], code)
    return text(words, code, rule.kind or "text/plain", server, *_added(rule, asked))


def _added(rule: nginxconf.Rule, asked: Exchange) -> list[Header]:
    known = variables(asked)
    return [(name, nginxconf.filled(value, known)) for name, value in rule.headers]


def variables(asked: Exchange) -> dict[str, str]:
    """Those of nginx that settings speak of most."""
    request = asked.request
    client, _, port = request.client.rpartition(":")
    query = request.path.partition("?")[2]
    own = str((asked.pod.get("status") or {}).get("podIP") or "")
    named = {f"http_{name.lower().replace('-', '_')}": value for name, value in request.headers}
    return named | {
        "hostname": asked.hostname,
        "host": request.host.partition(":")[0],
        "http_host": request.host,
        "uri": asked.path,
        "request_uri": request.path,
        "request_method": request.method,
        "args": query,
        "query_string": query,
        "remote_addr": client,
        "remote_port": port,
        "server_addr": own,
        "server_port": str(asked.port),
        "scheme": "http",
        "server_protocol": request.version,
        "proxy_add_x_forwarded_for": client,
        "nginx_version": images.tag(str(asked.container.get("image") or "")).split("-")[0],
    }


def httpd(asked: Exchange) -> Response:
    return _site(HTTPD, asked)


def _site(site: Site, asked: Exchange, rule: nginxconf.Rule | None = None) -> Response:
    """Files from its folder, by its settings where they are known; its own first page where nothing lies over it."""
    server = _server(site, asked)
    if asked.request.method not in ("GET", "HEAD"):
        return failed(site, server, 405)
    path = _place(asked.path)
    if path is None:
        return failed(site, server, 400)
    mounts = [str(each.get("mountPath") or "") for each in asked.container.get("volumeMounts") or ()]
    covered = any(site.root.startswith(mount.rstrip("/")) for mount in mounts if mount)
    index = path + ("index.html" if path.endswith("/") else "")
    root, below = rule.root if rule is not None else site.root, path
    if rule is not None and rule.alias is not None:
        root, below = rule.alias[1].rstrip("/"), "/" + path[len(rule.alias[0]) :].lstrip("/")
    first = rule.pages if rule is not None else ("index.html",)
    for name in first if path.endswith("/") else ("",):
        given = asked.files.file(root + below + name)
        if given is not None:
            return _file(asked, root + below + name, given, server, rule.kind if rule is not None else "")
    folder = asked.files.folder(root + below.rstrip("/") or "/")
    if folder is not None and not path.endswith("/"):
        there = f"http://{asked.request.host}{quote(path)}/"
        moved = failed(site, server, 301)
        return moved._replace(headers=(*moved.headers, ("Location", there)))
    if folder is not None and rule is not None and rule.lists:
        return _listed(asked.path, folder, server)
    if rule is not None:
        return failed(site, server, 404 if folder is None else 403)
    configured = any(mount.startswith(site.settings) for mount in mounts)
    if asked.files.whole and not configured:
        return failed(site, server, 404 if folder is None else 403)
    if index == "/index.html" and not covered:
        return text(site.welcome, 200, "text/html", ("Server", server))
    if index == "/index.html" and covered and asked.files:
        return failed(site, server, 403)
    # What lies in a volume that is not known here, or what its own settings say of a path, may be anything.
    if (covered and not asked.files) or configured:
        return text(f"{asked.hostname} answers {asked.path}.\n", 200, "text/plain", ("Server", server))
    return failed(site, server, 404)


def _server(site: Site, asked: Exchange) -> str:
    version = images.tag(str(asked.container.get("image") or "")).split("-")[0]
    return f"{site.server}/{version}" if version.replace(".", "").isdigit() else site.server


def failed(site: Site, server: str, code: int) -> Response:
    """Its page for that status."""
    phrase = "Not Allowed" if code == 405 and site is NGINX else PHRASES[code]
    shown = text(site.failure.format(code=code, phrase=phrase, server=server), code, "text/html", ("Server", server))
    return shown._replace(said=phrase)


def _place(path: str) -> str | None:
    """The path without its escapes, dots and doubled slashes; None where it leads out of the folder."""
    parts: list[str] = []
    for part in unquote(path).split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    place = "/" + "/".join(parts)
    return f"{place}/" if path.endswith("/") and parts else place


def _listed(path: str, folder: list[str], server: str) -> Response:
    shown = "".join(f'<a href="{quote(each)}">{html.escape(each)}</a>\r\n' for each in folder)
    title = f"Index of {html.escape(path)}"
    page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<h1>{title}</h1><hr><pre>"
    page += f'<a href="../">../</a>\r\n{shown}</pre><hr></body>\r\n</html>\r\n'
    return text(page, 200, "text/html", ("Server", server))


def _file(asked: Exchange, path: str, given: bytes, server: str, otherwise: str = "") -> Response:
    kind = TYPES.get(path.rpartition(".")[2], otherwise or "application/octet-stream")
    modified = asked.files.modified(path)
    headers: list[Header] = [("Server", server), ("Accept-Ranges", "bytes")]
    if modified is not None:
        headers += [("Last-Modified", http_date(modified)), ("ETag", f'"{int(modified):x}-{len(given):x}"')]
        if asked.request.header("If-Modified-Since") == http_date(modified):
            return Response(304, tuple(headers[:1] + headers[2:]), b"")
    part = _part(asked.request.header("Range"), len(given))
    if part is not None:
        first, last = part
        headers = [each for each in headers if each[0] != "Accept-Ranges"]
        headers.append(("Content-Range", f"bytes {first}-{last}/{len(given)}"))
        return text(given[first : last + 1], 206, kind, *headers)._replace(said="Partial Content")
    return text(given, 200, kind, *headers)


def _part(wanted: str, length: int) -> tuple[int, int] | None:
    """First and last octet of a Range header with one range; None: the whole file is sent."""
    found = re.fullmatch(r"bytes=(\d{0,12})-(\d{0,12})", wanted)
    if not found or not (found[1] or found[2]):
        return None
    first = int(found[1]) if found[1] else max(length - int(found[2]), 0)
    last = min(int(found[2]), length - 1) if found[1] and found[2] else length - 1
    return (first, last) if first <= last else None


# -- servers that a command line starts --------------------------------------------------------------------------


def python(asked: Exchange) -> Response:
    """`python3 -m http.server`: the working directory, with a list of what lies there."""
    words = command_line(asked)
    named = re.search(r"(?:--directory|-d)[ =](\S+)", words)
    entered = re.search(r"\bcd\s+([^\s;&]+)", words)
    root = named[1] if named else entered[1] if entered else str(asked.container.get("workingDir") or "/")
    server: Header = ("Server", "SimpleHTTP/0.6 Python/3.12.3")
    path = _place(asked.path) or "/"
    if asked.request.method not in ("GET", "HEAD"):
        return _python_failed(501, f"Unsupported method ('{asked.request.method}')", server)
    here = root.rstrip("/") + path.rstrip("/")
    folder = asked.files.folder(here or "/")
    if folder is not None:
        if "index.html" in folder:
            given = asked.files.file(f"{here}/index.html") or b""
            return text(given, 200, "text/html", server)
        shown = "".join(f'<li><a href="{quote(each)}">{html.escape(each)}</a></li>\n' for each in folder)
        title = f"Directory listing for {html.escape(asked.path)}"
        page = (
            '<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f"<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<hr>\n<ul>\n{shown}</ul>\n<hr>\n"
            "</body>\n</html>\n"
        )
        return text(page, 200, "text/html; charset=utf-8", server)
    content = asked.files.file(here)
    if content is None:
        return _python_failed(404, "File not found", server)
    return text(content, 200, TYPES.get(here.rpartition(".")[2], "application/octet-stream"), server)


def _python_failed(code: int, said: str, server: Header) -> Response:
    page = (
        '<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n'
        "        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n"
        f"        <p>Error code: {code}</p>\n        <p>Message: {html.escape(said)}.</p>\n    </body>\n</html>\n"
    )
    return text(page, code, "text/html;charset=utf-8", server, ("Connection", "close"))._replace(said=said)


def go(asked: Exchange) -> Response:
    """agnhost's `test-webserver`: all of the container's files."""
    path = _place(asked.path) or "/"
    folder = asked.files.folder(path.rstrip("/") or "/")
    if folder is not None and not path.endswith("/"):
        return Response(301, (("Location", f"{path.rpartition('/')[2]}/"),), b"")
    if folder is not None and "index.html" not in folder:
        shown = "".join(f'<a href="{quote(each)}">{html.escape(each)}</a>\n' for each in folder)
        page = f'<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n{shown}</pre>\n'
        return text(page, 200, "text/html; charset=utf-8")
    place = path + ("index.html" if folder is not None else "")
    given = asked.files.file(place)
    if given is None:
        return text("404 page not found\n", 404, "text/plain; charset=utf-8", ("X-Content-Type-Options", "nosniff"))
    modified = asked.files.modified(place)
    dated: tuple[Header, ...] = (("Last-Modified", http_date(modified)),) if modified is not None else ()
    kind = TYPES.get(place.rpartition(".")[2], "text/plain")
    return text(given, 200, f"{kind}; charset=utf-8", ("Accept-Ranges", "bytes"), *dated)


def busybox(asked: Exchange) -> Response:
    """`httpd -f -h FOLDER`."""
    named = re.search(r"\bhttpd\b[^|;&]*?\s-\w*h\s*(\S+)", command_line(asked))
    root = named[1] if named else str(asked.container.get("workingDir") or "/")
    path = _place(asked.path) or "/"
    place = root.rstrip("/") + path + ("index.html" if path.endswith("/") else "")
    given = asked.files.file(place)
    code = 501 if asked.request.method not in ("GET", "HEAD") else 200 if given is not None else 404
    closes: Header = ("Connection", "close")
    if code == 200 and given is not None:
        return text(given, 200, TYPES.get(place.rpartition(".")[2], "application/octet-stream"), closes)
    said = {404: "The requested URL was not found", 501: "The requested method is not recognized"}[code]
    page = (
        f"<HTML><HEAD><TITLE>{code} {PHRASES[code]}</TITLE></HEAD>\n<BODY><H1>{code} {PHRASES[code]}</H1>\n{said}\n"
        "</BODY></HTML>\n"
    )
    return text(page, code, "text/html", closes)


def command_line(asked: Exchange) -> str:
    """The container's command and arguments as one line."""
    return " ".join(
        str(each) for each in (*(asked.container.get("command") or ()), *(asked.container.get("args") or ()))
    )
