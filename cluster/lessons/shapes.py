"""What may stand in a lesson: the fields of each kind of check and of each act, as tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.lessons.naming import asker, named, path, pods, source, sources
from cluster.lessons.reading import (
    Field,
    Reader,
    Shape,
    Spot,
    anything,
    count,
    fields,
    one_of,
    one_or_more,
    scalar,
    switch,
    text,
)
from cluster.machinery import cel
from cluster.machinery.errors import BadRequest
from cluster.requests import asking
from cluster.requests.exchanging import Code

TYPES = ("A", "AAAA", "SRV", "CNAME", "TXT", "PTR", "NS", "SOA")
RCODES = ("NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "UNREACHABLE")
RESULTS: tuple[Code, ...] = Code.__args__  # type: ignore[attr-defined]  # a Literal's words


def rule(spot: Spot) -> str:
    found = text(spot)
    if spot.page.proven:
        return found
    try:
        cel.compile(found, ("self",))
    except cel.NotCompiled as wrong:
        spot.wrong(f"this is no CEL over self: {wrong}")
    return found


def goal(spot: Spot) -> str:
    found = text(spot)
    try:
        asking.target(found)
    except BadRequest as wrong:
        spot.wrong(wrong.message)
    return found


def shaped(shape: Shape, what: str, *, short: str = "") -> Reader:
    """A mapping of that shape; a value alone stands for its field `short`."""

    def read(spot: Spot) -> Mapping[str, object]:
        if short and not isinstance(spot.value, dict):
            return {**{name: field.default for name, field in shape.items()}, short: shape[short].read(spot)}
        return fields(spot, shape, what=what)

    return read


_OF = {"of": Field(named, required=True)}
_FRESH: Shape = {"fresh": Field(named)}
"""What has to be made anew before a deed counts."""
_SIZES: Shape = {"count": Field(count()), "atLeast": Field(count()), "atMost": Field(count())}
_QUESTION: Shape = {
    "name": Field(text, required=True),
    "from": Field(asker, default="default/"),
    "type": Field(one_of(TYPES), default="A"),
}
_ANSWER: Shape = {"rcode": Field(one_of(RCODES)), "addresses": Field(sources), **_SIZES}
_REQUEST: Shape = {
    "to": Field(goal, required=True),
    "from": Field(asker, required=True),
    "result": Field(one_of(RESULTS)),
    "status": Field(count(100, 599)),
    "body": Field(text),
}

CHECKS: Mapping[str, Reader] = {
    "exists": shaped(_OF, "exists", short="of"),
    "absent": shaped(_OF, "absent", short="of"),
    "fresh": shaped(_OF, "fresh", short="of"),
    "renewed": shaped({"pods": Field(pods, required=True), **_SIZES}, "renewed"),
    "field": shaped(
        {
            **_OF,
            "path": Field(path, required=True),
            "equals": Field(scalar),
            "not": Field(scalar),
            "atLeast": Field(count(most=10**9)),
            "atMost": Field(count(most=10**9)),
            "contains": Field(scalar),
            "present": Field(switch),
        },
        "field",
    ),
    "cel": shaped({**_OF, "rule": Field(rule, required=True)}, "cel"),
    "ready": shaped({"pods": Field(pods, required=True), **_SIZES}, "ready"),
    "endpoints": shaped({"service": Field(named, required=True), **_SIZES}, "endpoints"),
    "waiting": shaped({"pods": Field(pods, required=True), "reason": Field(text, required=True)}, "waiting"),
    "event": shaped({**_OF, "reason": Field(text, required=True), "contains": Field(text)}, "event"),
    "dns": shaped({**_QUESTION, **_ANSWER}, "dns"),
    "request": shaped(_REQUEST, "request"),
    "asked": shaped({**_QUESTION, **_ANSWER, **_FRESH}, "asked"),
    "sent": shaped({**_REQUEST, **_FRESH, "count": Field(count(1, 1000), default=1)}, "sent"),
    "choose": shaped({"answer": Field(source, required=True), "among": Field(sources, required=True)}, "choose"),
}

ACTS: Mapping[str, Reader] = {
    "apply": shaped({"files": Field(one_or_more(text), required=True)}, "apply", short="files"),
    "scale": shaped({**_OF, "replicas": Field(count(), required=True)}, "scale"),
    "delete": shaped(
        {
            **_OF,
            "cascade": Field(one_of(("background", "foreground", "orphan")), default="background"),
            "force": Field(switch, default=False),
        },
        "delete",
        short="of",
    ),
    "deletePods": shaped({"pods": Field(pods, required=True), "count": Field(count(1))}, "deletePods", short="pods"),
    "evict": shaped(_OF, "evict", short="of"),
    "patch": shaped(
        {
            **_OF,
            "type": Field(one_of(("merge", "strategic", "json")), default="strategic"),
            "body": Field(anything, required=True),
        },
        "patch",
    ),
    "ask": shaped({**_QUESTION, "from": Field(asker, required=True)}, "ask"),
    "request": shaped(
        {name: _REQUEST[name] for name in ("to", "from")} | {"count": Field(count(1, 1000), default=1)}, "request"
    ),
    "pause": lambda spot: {"seconds": count(1, 120)(spot)},
    "exec": shaped(
        {"in": Field(asker, required=True), "container": Field(text), "script": Field(text, required=True)}, "exec"
    ),
    "choose": lambda spot: {"value": source(spot)},
}
"""Beside these: `wait`, which takes a check."""
COMPARISONS = ("equals", "not", "atLeast", "atMost", "contains", "present")
SIZES = tuple(_SIZES)
