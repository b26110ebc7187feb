"""Which ports a container listens on: by its command line, else by its image, and for what is not known as it declares.

A containerPort is a remark: an nginx that declares 8080 still listens on 80. Only of a program that nobody knows here
is it taken at its word. No moments: whether the process runs at all is said by the pod's status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from cluster.machinery.objects import Obj, spec
from cluster.nodes import agnhost, script, servers
from cluster.nodes.servers import Port, Speech

_CONFIGURED = {
    "nginx": ("/etc/nginx",),
    "nginx-slim": ("/etc/nginx",),
    "nginxhttps": ("/etc/nginx",),
    "httpd": ("/usr/local/apache2/conf",),
    "caddy": ("/etc/caddy",),
    "traefik": ("/etc/traefik",),
}
"""Where a server's settings are: with a volume there, it may listen where it likes, and so where it declares."""
_LINES = (
    (re.compile(r"\bhttpd\b.*?\s-\w*p\s*(?:[\w.]*:)?(\d+)"), 0),
    (re.compile(r"\bhttpd\b\s+-\w*[fh]"), 80),
    (re.compile(r"\b(?:nc|ncat|netcat)\b(?=.*(?:\s-\w*l|--listen)).*?\s(?:-\w*p\s*)?(\d{2,5})\b(?!\.)"), 0),
    (re.compile(r"-m\s+(?:http\.server|SimpleHTTPServer)\s+(\d+)"), 0),
    (re.compile(r"-m\s+(?:http\.server|SimpleHTTPServer)"), 8000),
    (re.compile(r"\bphp\s+-S\s+[\w.]*:(\d+)"), 0),
    (re.compile(r"\bTCP(?:4|6)?-LISTEN:(\d+)"), 0),
    (re.compile(r"\bredis-server\b.*--port\s+(\d+)"), 0),
    (re.compile(r"\bredis-server\b"), 6379),
    (re.compile(r"\bnginx\b"), 80),
    (re.compile(r"\b(?:mysqld|mariadbd)\b"), 3306),
    (re.compile(r"\bpostgres\b"), 5432),
)
"""(what a command line has, the port where it names none)."""
_LOOPBACK = re.compile(r"(?:\s|=)(?:127\.0\.0\.1|localhost)\b")
_BOUND = re.compile(r"\s--?(?:bind|listen|host|addr)(?:[-_]?(?:address|host))?[ =](?:127\.0\.0\.1|localhost)(?![\w.])")
"""The argument that binds a server to the loopback address."""
_END = re.compile(r"[;&|\n]")
_MOST_DIGITS = 9
_NO_HTTP = re.compile(r"\b(?:redis-server|mysqld|mariadbd|postgres)\b")
_PIPES = re.compile(r"\b(?:nc|ncat|netcat)\b(?=.*(?:\s-\w*l|--listen))|\bTCP(?:4|6)?-LISTEN:")
_FLAG = re.compile(r"^--?(?:http-|web\.)?(?:port|listen(?:-address)?|p)=(?:[\w.]*:)?(\d+)$")
_AGNHOST: dict[str, tuple[Port, ...]] = {
    "netexec": (Port(8080), Port(8081, "text", "UDP")),
    "liveness": (Port(8080),),
    "test-webserver": (Port(80),),
    "guestbook": (Port(80),),
    "fake-gitserver": (Port(8000),),
    "webhook": (Port(443, "tls"),),
    "nettest": (Port(8080),),
    "grpc-health-checking": (Port(5000, "text"), Port(8080)),
    "crd-conversion-webhook": (Port(443, "tls"),),
}
_AGNHOST_HTTP = frozenset({"http-port", "port"})


_NO_HTTP_PORTS = frozenset({21, 22, 25, 53, 110, 143, 389, 465, 587, 636, 993, 995, 1433, 1521, 1883, 2181})
_NO_HTTP_PORTS |= {3306, 4222, 5432, 5672, 6379, 9042, 9092, 11211, 26379, 27017}
"""Where something else than HTTP is usual, of a program that is not known."""


class Listener(NamedTuple):
    container: Obj
    port: Port


def of_pod(pod: Obj, *, inside: bool = False) -> Iterator[Listener]:
    """Everything its containers and sidecars listen on; all share the pod's one address. `inside`: as the pod itself
    reaches it, by its loopback address."""
    sidecars = (each for each in spec(pod).get("initContainers") or () if each.get("restartPolicy") == "Always")
    for container in (*sidecars, *(spec(pod).get("containers") or ())):
        for port in ports(container):
            if inside or not port.local:
                yield Listener(container, port)


def at(pod: Obj, number: int, transport: str = "TCP", *, inside: bool = False) -> Listener | None:
    """Who in the pod listens on that port."""
    for each in of_pod(pod, inside=inside):
        if (each.port.number, each.port.transport) == (number, transport):
            return each
    return None


def ports(container: Obj) -> tuple[Port, ...]:
    """What one container listens on while it runs."""
    return _ports(
        str(container.get("image") or ""),
        tuple(str(word) for word in container.get("command") or ()),
        tuple(str(word) for word in container.get("args") or ()),
        tuple((str(each.get("name")), str(each.get("value") or "")) for each in container.get("env") or ()),
        tuple(str(each.get("mountPath")) for each in container.get("volumeMounts") or ()),
        tuple(_declared(each) for each in container.get("ports") or ()),
    )


def port_numbered(container: Obj, port: Any) -> int:
    """A port by number or by the name it is declared under; 0: there is none."""
    if isinstance(port, int):
        return port
    for declared in container.get("ports") or ():
        if declared.get("name") == port:
            return int(declared.get("containerPort") or 0)
    return _whole(port) if isinstance(port, str) else 0


def is_configured(image: str, mounts: Sequence[str]) -> bool:
    """Its server reads settings of the user's own."""
    return any(mount.startswith(folder) for folder in _CONFIGURED.get(servers.called(image), ()) for mount in mounts)


def _declared(port: dict[str, Any]) -> Port:
    number, name = int(port.get("containerPort") or 0), str(port.get("name") or "")
    transport = str(port.get("protocol") or "TCP")
    other = transport != "TCP" or number in _NO_HTTP_PORTS
    speaks: Speech = "text" if other else "tls" if name == "https" or number in (443, 8443) else "http"
    return Port(number, speaks, transport)


@lru_cache(maxsize=4096)
def _ports(
    image: str,
    command: tuple[str, ...],
    args: tuple[str, ...],
    env: tuple[tuple[str, str], ...],
    mounts: tuple[str, ...],
    declared: tuple[Port, ...],
) -> tuple[Port, ...]:
    name = servers.called(image)
    if command and name != "agnhost":
        return _of_command((*command, *args), declared)
    if name in servers.SHELLS:
        return _of_command(args, declared) if args else ()
    if name == "agnhost":
        return _of_agnhost((*command[1:], *args), env)
    if servers.runs_another(image, args):
        return _of_command(args, declared)
    own = servers.known(image)
    if own is None:
        return declared
    if own and (moved := _moved(args, dict(env))):
        own = (own[0]._replace(number=moved), *own[1:])
    if own and _BOUND.search(f" {' '.join(args)}"[: script.LONGEST_LINE]):
        own = tuple(port._replace(local=True) for port in own)
    if is_configured(image, mounts):
        own = (*own, *(port for port in declared if port.number not in {each.number for each in own}))
    return own


def _moved(args: Sequence[str], env: dict[str, str]) -> int:
    """The port that its arguments or the variable PORT give a server; 0: they give none."""
    pairs = [f"{one}={other}" for one, other in pairwise(args) if not other.startswith("-")]
    for word in (*args, *pairs):
        if found := _FLAG.match(word):
            return _whole(found[1])
    for variable in ("PORT", "HTTP_PORT", "WHOAMI_PORT_NUMBER"):
        if number := _whole(env.get(variable, "")):
            return number
    return 0


def _whole(text: str) -> int:
    """The number of a port as such a text says it; 0: it says none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def _of_agnhost(words: Sequence[str], env: Sequence[tuple[str, str]]) -> tuple[Port, ...]:
    """agnhost is many programs; which one its first argument says. Without any it pauses."""
    if words[:1] == ("porter",):
        told = {"env": [{"name": name, "value": value} for name, value in env]}
        secured = agnhost.secured_ports(told)
        return tuple(Port(number, "tls" if number in secured else "http") for number in agnhost.served_ports(told))
    if words[:1] == ("serve-hostname",):
        return _of_serve_hostname(list(words))
    own = _AGNHOST.get(words[0], ()) if words else ()
    flags: dict[str, int] = {}
    for one, other in pairwise((*words, "")):
        flag, _, value = one.lstrip("-").partition("=")
        value = value or other
        if one.startswith("--") and (number := _whole(value.lstrip(":"))):
            flags[flag] = number
    if words[:1] == ("grpc-health-checking",):
        own = (Port(flags.pop("port", 5000), "text"), own[1])
    moved = next((flags[each] for each in _AGNHOST_HTTP if each in flags), 0)
    found = [port._replace(number=moved) if moved and port.speaks in ("http", "tls") else port for port in own]
    if "udp-port" in flags:
        found = [port._replace(number=flags["udp-port"]) if port.transport == "UDP" else port for port in found]
    if "sctp-port" in flags and words[0] == "netexec":
        found.append(Port(flags["sctp-port"], "text", "SCTP"))
    return tuple(found)


def _of_serve_hostname(words: list[str]) -> tuple[Port, ...]:
    """HTTP unless it is switched off; bare TCP and UDP where they are switched on, on the same port."""
    number = _whole(agnhost.flag(words, "port")) or 9376
    found = []
    if agnhost.flag(words, "http", "true") != "false":
        found.append(Port(number))
    elif agnhost.flag(words, "tcp", "false") == "true":
        found.append(Port(number, "text"))
    if agnhost.flag(words, "udp", "false") == "true":
        found.append(Port(number, "text", "UDP"))
    return tuple(found)


def is_of_script(container: Obj) -> bool:
    """It listens by what its command line starts again and again, as `nc -l` in a loop."""
    words = (*(container.get("command") or ()), *(container.get("args") or ()))
    return _PIPES.search(" ".join(str(each) for each in words)[: script.LONGEST_LINE]) is not None


def _is_bare(line: str) -> bool:
    """What it starts speaks no HTTP: a database, or a pipe behind a port that has no answer of HTTP in it."""
    return _NO_HTTP.search(line) is not None or ("HTTP/" not in line and _PIPES.search(line) is not None)


def _of_command(words: Sequence[str], declared: tuple[Port, ...]) -> tuple[Port, ...]:
    """Of a command that is known to serve, its ports; of one known not to, none; of another what it declares."""
    line = " ".join(words)[: script.LONGEST_LINE]  # the patterns take the square of its length
    found: dict[int, Port] = {}
    for pattern, usual in _LINES:
        for match in pattern.finditer(line):
            local = _LOOPBACK.search(_END.split(line[match.start() :], maxsplit=1)[0]) is not None
            number = _whole(match[1]) if pattern.groups else usual
            if number and (pattern.groups or not found):
                made = Port(number, "text" if _is_bare(line) else "http", local=local)
                if number not in found or found[number].local:
                    found[number] = made
    if found:
        return tuple(found.values())
    return () if script.serves_nobody(words) else declared
