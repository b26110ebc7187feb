"""agnhost, the image of Kubernetes' own tests: many programs in one, which one its first argument says. Pure.

What its `netexec` does beyond answering (asking others, running a shell, ending), and what its `guestbook` keeps, is no
page: see the network of pods.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import orjson

from cluster.machinery.objects import Obj, timestamp
from cluster.nodes.messages import Exchange, Response, text

ENDING = frozenset(
    {
        "connect",
        "dns-server-list",
        "dns-suffix",
        "entrypoint-tester",
        "etc-hosts",
        "logs-generator",
        "mounttest",
        "test-service-account-issuer-discovery",
    }
)
"""Those that do something and end; the others serve, or pause."""
LIVENESS_SECONDS = 10.0
"""Its `liveness` answers /healthz so long with 200, then with 500."""


def words(container: Obj) -> list[str]:
    """Its program and that one's arguments; none: it pauses."""
    return [str(each) for each in (*(container.get("command") or ())[1:], *(container.get("args") or ()))]


def flag(given: list[str], name: str, otherwise: str = "") -> str:
    """The value of --name=value or --name value; "true" for one that stands alone."""
    for one, other in pairwise((*given, "")):
        called, equals, value = one.lstrip("-").partition("=")
        if one.startswith("-") and called == name:
            return value if equals else "true" if not other or other.startswith("-") else other
    return otherwise


_HTML = re.compile(
    r"\s*<(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[ >]", re.IGNORECASE
)
"""What Go's server takes for HTML when nobody says what it is."""


_SERVED = ("SERVE_PORT", "SERVE_TLS_PORT")


def served_ports(container: Obj, variables: Sequence[str] = _SERVED) -> dict[int, str]:
    """`porter`: port -> what it says there, by its variables SERVE_PORT_n and, over TLS, SERVE_TLS_PORT_n."""
    found: dict[int, str] = {}
    for each in container.get("env") or ():
        start, _, number = str(each.get("name")).rpartition("_")
        if start in variables and number.isascii() and number.isdigit() and len(number) < 6:
            found[int(number)] = str(each.get("value") or "")
    return found


def secured_ports(container: Obj) -> frozenset[int]:
    """`porter`: those of its ports that speak TLS."""
    return frozenset(served_ports(container, _SERVED[1:]))


def serve_hostname(asked: Exchange) -> Response:
    closes = (("Connection", "close"),) if flag(words(asked.container), "close") == "true" else ()
    return text(asked.hostname, 200, "text/plain; charset=utf-8", *closes)


def porter(asked: Exchange) -> Response:
    said = served_ports(asked.container).get(asked.port, "")
    if flag(words(asked.container), "json-response", "false") == "true":
        return text(orjson.dumps({"Method": asked.request.method, "Body": said}))
    return text(said, 200, "text/html; charset=utf-8") if _HTML.match(said) else text(said)


def netexec(asked: Exchange) -> Response:
    match asked.path.lower():
        case "/hostname":
            return text(asked.hostname)
        case "/clientip":
            return text(asked.request.client)
        case "/echo":
            return text(asked.query("msg"), code_of(asked.query("code"), 200))
        case "/healthz":
            return Response(200, (), b"")
        case "/header":
            return text(asked.request.header(asked.query("key")))
        case "/redirect":
            there = asked.query("location")
            code = code_of(asked.query("code"), 302)
            return text("", code, "text/html; charset=utf-8", ("Location", there))
        case _:
            said = timestamp(asked.now).replace("T", " ").replace("Z", "")
            return text(f"NOW: {said} +0000 UTC m=+{min(asked.elapsed, 1e9):.9f}")


def liveness(asked: Exchange) -> Response:
    if asked.path != "/healthz":
        return text("404 page not found\n", 404) if asked.pod else text("")
    if asked.elapsed >= LIVENESS_SECONDS:
        return text(f"error: {asked.elapsed if asked.elapsed < 1e9 else LIVENESS_SECONDS}", 500)
    return text("ok")


def guestbook(asked: Exchange) -> Response:
    """Where its process is not asked itself."""
    if asked.path not in ("/get", "/set", "/register", "/guestbook"):
        return text("404 page not found\n", 404)
    return text("What a guestbook keeps is told to those who ask it from a pod or through the API.\n")


def code_of(given: str, otherwise: int) -> int:
    """The status such a text asks for."""
    known = len(given) == 3 and given.isascii() and given.isdigit() and 200 <= int(given) <= 599
    return int(given) if known else otherwise
