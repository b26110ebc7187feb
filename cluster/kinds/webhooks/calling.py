"""A call to a webhook, and what can come of it. Who carries it is given with the admission. Values only."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, NamedTuple

_METHOD_WORDS = {
    400: "the server rejected our request for an unknown reason",
    401: "the server has asked for the client to provide credentials",
    403: "the server does not allow access to the requested resource",
    404: "the server could not find the requested resource",
    405: "the server does not allow this method on the requested resource",
}


class Call(NamedTuple):
    url: str
    """Where it says so itself; "": it names a Service."""
    namespace: str
    service: str
    port: int
    path: str
    timeout: int
    """Seconds."""
    authority: str
    """PEM of who must have signed the server's certificate; "": whoever the world trusts."""
    review: Mapping[str, Any]
    """The body."""

    @property
    def host(self) -> str:
        """The name that the certificate must be for."""
        return f"{self.service}.{self.namespace}.svc"

    @property
    def address(self) -> str:
        """As errors show it."""
        place = self.url or f"https://{self.host}:{self.port}{self.path}"
        return f"{place}?timeout={self.timeout}s"


class Answer(NamedTuple):
    status: int
    body: bytes
    seconds: float = 0.0
    """How long it took."""


class Unreachable(Exception):
    """No answer; `str()` is what a Go client says of it after the address."""

    def __init__(self, text: str, seconds: float = 0.0) -> None:
        super().__init__(text)
        self.seconds = seconds


def call_of(client: Mapping[str, Any], timeout: int, review: Mapping[str, Any]) -> Call:
    """From a `clientConfig`."""
    named = client.get("service") or {}
    authority = base64.b64decode(str(client.get("caBundle") or "")).decode(errors="replace")
    path = str(named.get("path") or "")
    return Call(
        str(client.get("url") or ""),
        str(named.get("namespace") or ""),
        str(named.get("name") or ""),
        int(named.get("port") or 443),
        path if path.startswith("/") or not path else f"/{path}",
        timeout,
        authority,
        review,
    )


def status_words(answer: Answer) -> str:
    """What a client makes of an answer that is none of success; "" of one that is."""
    if answer.status < 300:
        return ""
    if answer.status >= 500:
        said = answer.body.decode(errors="replace").strip() or "unknown"
        return f'an error on the server ("{said}") has prevented the request from succeeding'
    return _METHOD_WORDS.get(answer.status, f"the server responded with the status code {answer.status}")
