"""Tokens of chunked lists: at which revision the list is, and behind which object the next page begins. Pure.

A token is the form that etcd-backed servers give out, so what decodes theirs decodes ours.
"""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

import orjson

from cluster.machinery.errors import BadRequest

VERSION = "meta.k8s.io/v1"
LIFETIME = 300.0
"""Seconds from the first page on for which a list goes on as it was: clients are told to count on five minutes."""


class Place(NamedTuple):
    revision: int
    """-1: of the present world, whatever it is by now."""
    after: tuple[str, str]
    """(namespace, name) of the last object given."""
    began: float = 0.0
    """When the first page was given, wall time in seconds; 0.0: nobody knows."""


def token(place: Place, *, across: bool) -> str:
    """`across`: the list goes over all namespaces."""
    namespace, name = place.after
    start = f"{namespace}/{name}\0" if across else f"{name}\0"
    body = orjson.dumps({"v": VERSION, "rv": place.revision, "start": start, "at": place.began})
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def place(text: str, *, namespace: str, across: bool) -> Place:
    """BadRequest for what is no token of a list like this one."""
    try:
        padded = text + "=" * (-len(text) % 4)
        found = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        version, revision, start, began = found["v"], found["rv"], found["start"], float(found.get("at") or 0.0)
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise BadRequest("continue key is not valid: illegal base64 data or not a token of this server") from error
    if version != VERSION or not isinstance(revision, int) or not isinstance(start, str) or not start:
        raise BadRequest("continue key is not valid: server does not recognize this encoded version")
    start = start.rstrip("\0")
    first, slash, rest = start.partition("/")
    if across and slash:
        return Place(revision, (first, rest), began)
    return Place(revision, ("" if across else namespace, start), began)


def is_over(place: Place, now: float) -> bool:
    """The list of this token is too old to go on as it was (`now`: wall time)."""
    return place.revision >= 0 and 0.0 < place.began < now - LIFETIME


def onward(place: Place) -> Place:
    """The rest of the same list as it is by now."""
    return place._replace(revision=-1, began=0.0)
