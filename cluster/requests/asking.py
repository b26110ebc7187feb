"""What is asked for and by whom: a URL or host:port, a pod or somebody outside. What is wrong gets a sentence."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple
from urllib.parse import urlsplit

from cluster.dns.names import plain_address
from cluster.machinery import processes
from cluster.machinery.errors import BadRequest, NotFound
from cluster.machinery.objects import PODS, Key, Obj, key, spec, status
from cluster.network.addresses import OUTSIDER, has_address
from cluster.network.proxy import Client
from cluster.world import World

MOST = 1_000
LONGEST_URL = 2_048
OUTSIDE = "outside"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_MOST_DIGITS = 9
_SCHEMES = {"http": 80, "https": 443, "tcp": 0, "udp": 0, "sctp": 0}
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")
_HOST = re.compile(r"[A-Za-z0-9_.-]+\Z")


class Target(NamedTuple):
    scheme: str
    """"" where none was given: HTTP if HTTP is spoken there, else a connection is all that is wanted."""
    host: str
    port: int
    path: str

    @property
    def transport(self) -> str:
        return self.scheme.upper() if self.scheme in ("udp", "sctp") else "TCP"

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.scheme in ("tcp", "udp", "sctp"):
            return f"{self.scheme}://{host}:{self.port}"
        usual = self.port == (443 if self.scheme == "https" else 80)
        return (
            f"{self.scheme or 'http'}://{host}{'' if usual else f':{self.port}'}{self.path if self.path != '/' else ''}"
        )


class Asker(NamedTuple):
    pod: Obj | None
    """None: somebody outside the cluster."""
    where: Key | None
    namespace: str
    client: Client


def target(text: str) -> Target:
    """The goal of a request. BadRequest when it is none."""
    text = text.strip()
    if not text:
        raise BadRequest("A request goes to a URL or to host:port, such as http://web or tcp://redis:6379.")
    if len(text) > LONGEST_URL:
        raise BadRequest(f"A URL here has at most {LONGEST_URL:,} characters. This has {len(text):,}.")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise BadRequest(f"{text!r} is no URL: it has characters that none has.")
    found = _SCHEME.match(text)
    scheme = found[1].lower() if found else ""
    if found and scheme not in _SCHEMES:
        raise BadRequest(f"{scheme} cannot be sent here. http, https, tcp, udp and sctp can.")
    try:
        parts = urlsplit(text if found else f"http://{text}")
    except ValueError:
        raise BadRequest(f"{text} is no URL: its brackets do not fit.") from None
    if parts.username is not None:
        raise BadRequest(f"{text} names a user. A URL here has none.")
    host = _host(parts.hostname or "", text)
    port = _port(parts.netloc, scheme)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if scheme in ("tcp", "udp", "sctp") and path != "/":
        raise BadRequest(f"{scheme} knows no path: {scheme}://{host}:{port} is all there is to say.")
    return Target(scheme, host, port, path)


def _host(host: str, text: str) -> str:
    if not host:
        raise BadRequest(f"{text} names no host. A Service's name goes there, as in http://web.")
    if ":" in host or plain_address(host):
        if not (address := plain_address(host)):
            raise BadRequest(f"{host} is no address.")
        return address
    if not _HOST.match(host):
        raise BadRequest(f"{host} has characters that no name in a cluster has.")
    return host


def _port(netloc: str, scheme: str) -> int:
    after = netloc.rpartition("]")[2] if "]" in netloc else netloc
    _, colon, digits = after.rpartition(":")
    if not colon or not digits:
        if scheme and not _SCHEMES[scheme]:
            raise BadRequest(f"{scheme} has no port of its own. Name one, as in {scheme}://redis:6379.")
        return _SCHEMES[scheme or "http"]
    number = _whole(digits)
    if not 1 <= number <= 65535:
        raise BadRequest(f"A port is a number from 1 to 65535. This is {digits[:40]}.")
    return number


def counted(value: str | int) -> int:
    """How many requests. BadRequest when it is no number from 1 to MOST."""
    text = str(value).strip().replace(",", "")
    number = _whole(text)
    if not 1 <= number <= MOST:
        raise BadRequest(f"Requests at once are a number from 1 to {MOST:,}. This is {text[:40] or 'nothing'}.")
    return number


def _whole(digits: str) -> int:
    """The number such digits say; 0 for what is no number or has more digits than one that is taken here."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else 0


def method(text: str) -> str:
    wanted = text.strip().upper() or "GET"
    if wanted not in METHODS:
        raise BadRequest(f"{wanted[:40]} is no method of HTTP. {', '.join(METHODS)} are.")
    return wanted


def asker(world: World, text: str, namespace: str) -> Asker:
    """Who asks: `pod`, `namespace/pod`, or `outside`. NotFound, or BadRequest for one that cannot send anything."""
    text = text.strip().removeprefix("pods/")
    if text == OUTSIDE:
        return Asker(None, None, "", Client(OUTSIDER))
    if not text:
        raise BadRequest("A request comes from a pod, such as app-stateful-0, or from outside.")
    place, slash, name = text.rpartition("/")
    place = place if slash else namespace or "default"
    pod = world.find(PODS, place, name)
    if pod is None:
        raise NotFound("pods", name)
    if not has_address(pod) or not spec(pod).get("nodeName"):
        raise BadRequest(f"{name} is {status(pod).get('phase') or 'Pending'}: nothing can be sent from it.")
    if processes.actual(pod).get("phase") != "Running":
        raise BadRequest(f"{name} is still {status(pod).get('phase')}: none of its containers runs yet.")
    client = Client(str(status(pod)["podIP"]), str(spec(pod)["nodeName"]))
    return Asker(pod, key(PODS, place, name), place, client)


def command(asked: Asker, goal: Target, verb: str, count: int, *, bare: bool = False) -> str:
    """The same with kubectl, or from a machine outside without it. `bare`: no HTTP is spoken there."""
    line = _program(goal._replace(scheme="tcp") if bare and not goal.scheme else goal, verb, count > 1)
    if count > 1:
        line = f"for i in $(seq {count}); do {line}; done"
    if asked.where is None:
        return line
    place = [] if asked.where.namespace == "default" else ["-n", asked.where.namespace]
    head = " ".join(["kubectl", *place, "exec", asked.where.name, "--"])
    return f"{head} sh -c {shlex.quote(line)}" if count > 1 else f"{head} {line}"


def _program(goal: Target, verb: str, many: bool) -> str:
    if goal.scheme in ("tcp", "udp", "sctp"):
        how = {"tcp": "-zv", "udp": "-zuv", "sctp": "-zv --sctp"}[goal.scheme]
        return f"nc {how} {goal.host} {goal.port}"
    flags = ["-sS"]  # without -S nothing would be printed where nobody answers
    if goal.scheme == "https":
        flags.append("-k")
    if verb == "HEAD":
        flags.append("-I")
    elif verb != "GET":
        flags += ["-X", verb]
    if many:
        flags += ["-o", "/dev/null", "-w", '"%{http_code}\\n"']
    return " ".join(["curl", *flags, shlex.quote(goal.url)])
