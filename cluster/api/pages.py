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


class Place(NamedTuple):
    revision: int
    """-1: of the present world, whatever it is by now."""
    after: tuple[str, str]
    """(namespace, name) of the last object given."""


def token(place: Place, *, across: bool) -> str:
    """`across`: the list goes over all namespaces."""
    namespace, name = place.after
    start = f"{namespace}/{name}\0" if across else f"{name}\0"
    body = orjson.dumps({"v": VERSION, "rv": place.revision, "start": start})
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def place(text: str, *, namespace: str, across: bool) -> Place:
    """BadRequest for what is no token of a list like this one."""
    try:
        padded = text + "=" * (-len(text) % 4)
        found = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        version, revision, start = found["v"], found["rv"], found["start"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise BadRequest("continue key is not valid: illegal base64 data or not a token of this server") from error
    if version != VERSION or not isinstance(revision, int) or not isinstance(start, str) or not start:
        raise BadRequest("continue key is not valid: server does not recognize this encoded version")
    start = start.rstrip("\0")
    first, slash, rest = start.partition("/")
    if across and slash:
        return Place(revision, (first, rest))
    return Place(revision, ("" if across else namespace, start))
