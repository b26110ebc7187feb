"""A server that asks another one before it answers: nginx's proxy_pass, agnhost's /dial. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cluster.machinery.objects import Key
from cluster.nodes import nginxconf, onward
from cluster.nodes.messages import Content, Header, Request, Response
from cluster.nodes.responses import page_of
from cluster.requests.asking import Target
from cluster.requests.result import Result


class Onwards(NamedTuple):
    """What came of a request from a pod."""

    result: Result
    landed: str = ""
    """The pod it came to."""
    sender: str = ""
    """Whom that one saw."""


Onward = Callable[[Key, Target, str, tuple[Header, ...]], Onwards]


def asked_onward(
    request: Request, pod: Key, container: dict[str, object], port: int, files: Content, ask: Onward
) -> tuple[Response, str] | None:
    """(what the server answers, whom it asked, as a sentence); None where it asks nobody."""
    page = page_of(container)
    path = request.path.partition("?")[0]
    if page.program == "netexec" and path == "/dial":
        return _dialled(request, pod, ask)
    if page.program == "nginx":
        rule = nginxconf.rule(files, request.host, port, path)
        if rule is not None and rule.proxy and rule.returns is None:
            return _passed(request, rule.proxy, pod, ask)
    return None


def _passed(request: Request, url: str, pod: Key, ask: Onward) -> tuple[Response, str]:
    going = onward.passed(request, url)
    if going is None:
        return onward.no_gateway(), f" Its proxy_pass, {url}, names no server."
    headers = tuple(each for each in going.headers if each[0] != "Host")
    result = ask(pod, Target("http", going.host, going.port, going.target), request.method, headers).result
    told = f" It passed the request on to {going.host}:{going.port}: {result.text}"
    if result.response is not None:
        return onward.brought(result.response), told
    return onward.no_gateway(504 if result.code == "timeout" else 502), told


def _dialled(request: Request, pod: Key, ask: Onward) -> tuple[Response, str]:
    wanted = onward.dial(request.path)
    if isinstance(wanted, Response):
        return wanted, ""
    said, failures, told = list[str](), list[str](), ""
    udp = wanted.protocol == "udp"
    goal = Target("udp" if udp else "http", wanted.host, wanted.port, "/" if udp else f"/{wanted.request}")
    for _ in range(wanted.tries):
        result, landed, sender = ask(pod, goal, "GET", (("User-Agent", "Go-http-client/1.1"),))
        answer = onward.datagram(wanted.request, landed, sender) if udp and result.code == "heard" else None
        told = told or f" It asked {wanted.place}: {result.text}"
        if result.response is not None:
            said.append(result.response.text)
        elif answer is not None:
            said.append(answer)
        else:
            why = {"no-name": "no such host", "refused": "connection refused"}.get(result.code, "i/o timeout")
            failures.append(f"dial {wanted.place}: {why}")
    return onward.dialled(said, failures), told
