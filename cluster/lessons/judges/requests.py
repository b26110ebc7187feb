"""Checks of what a request comes to, sent as anybody would send it; the dice always fall the same way."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from cluster.dns import root
from cluster.lessons.judges.finding import Finding, Judge
from cluster.lessons.sight import Sight
from cluster.requests import send


def request(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    namespace, _, pod = given["from"].rpartition("/")
    trace = send(
        sight.world,
        sight.config,
        source=pod or "outside",
        namespace=namespace,
        to=given["to"],
        pick=lambda _: 0,
        now=sight.now,
        outside=partial(root.answer, now=sight.now),
    ).trace
    response = trace["response"] or {}
    met = (
        trace["result"] == (given.get("result") or trace["result"])
        and response.get("status") == (given.get("status") or response.get("status"))
        and (given.get("body") or "") in (response.get("body") or "")
    )
    why = next(iter(trace["reasons"]), "") if not met else ""
    return Finding(met, f"A request to {given['to']} {_ended(trace, response, given)}. {why}".strip())


ENDINGS = {
    "answered": "is answered",
    "connected": "finds an open port",
    "heard": "arrives",
    "refused": "is refused",
    "timeout": "gets no answer at all",
    "no-name": "goes nowhere: the name has no address",
    "no-http": "meets somebody who speaks no HTTP",
    "no-tls": "meets somebody who speaks no TLS",
}


def _ended(trace: Mapping[str, Any], response: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    ending = ENDINGS[trace["result"]]
    if not response:
        return ending
    body = " ".join(str(response.get("body") or "").split())[:60]
    return f"{ending} with {response['status']}{f', and the body {body!r}' if given.get('body') else ''}"


JUDGES: Mapping[str, Judge] = {"request": request}
