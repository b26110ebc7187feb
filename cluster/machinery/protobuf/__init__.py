"""Objects sent in Kubernetes' protobuf form: bytes -> the JSON object that Go would have written for them.

kubectl sends most of what its `create` makes in this form since 1.32. Answers are written in it only for who takes no
JSON (`encoding`). Knows the API's messages from a table (`messages.txt`), and neither kinds nor HTTP.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import Obj
from cluster.machinery.protobuf.fill import Decoding, writable
from cluster.machinery.protobuf.table import message_of
from cluster.machinery.protobuf.wire import PREFIX, Broken, Counted, octets

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
_SHOWN = 30


class Decoded(NamedTuple):
    api_version: str
    kind: str
    obj: Obj
    """With apiVersion and kind, as in JSON."""


def decode(body: bytes, api_version: str = "", kind: str = "") -> Decoded:
    """The object in a request's body. `api_version` and `kind` are what its path is about: they hold where the body
    names none. BadRequest, in the API server's words, for what is no such message."""
    counted = Counted()
    try:
        named, raw = _envelope(body, counted)
    except Broken as fault:
        wanted = f" (must be of type {kind})" if kind else ""
        raise BadRequest(f"the object provided is unrecognized{wanted}: {fault} ({_summary(body)})") from None
    found = Decoded(named[0] or api_version, named[1] or kind, {})
    try:
        message = message_of(found.api_version, found.kind)
        if message is None:
            raise Broken(f'no kind "{found.kind}" is registered for version "{found.api_version}"')
        obj = {"apiVersion": found.api_version, "kind": found.kind, **Decoding(counted).message(message, raw)}
        writable(obj)
    except Broken as fault:
        version = found.api_version.rpartition("/")[2]
        subject = f'{found.kind} in version "{version}" cannot be handled as a {kind or found.kind}'
        raise BadRequest(f"{subject}: {fault}") from None
    return found._replace(obj=obj)


def _envelope(body: bytes, counted: Counted) -> tuple[tuple[str, str], memoryview]:
    """Kubernetes' own wrapping: a prefix, then what kind it is and the bytes of the object."""
    if not body.startswith(PREFIX):
        expected = " ".join(str(byte) for byte in PREFIX)
        raise Broken(f"provided data does not appear to be a protobuf message, expected prefix [{expected}]")
    api_version = kind = ""
    raw = memoryview(b"")
    for number, wire, value in counted.fields(memoryview(body)[len(PREFIX) :]):
        if number == 1:
            for inner, inner_wire, text in counted.fields(octets("TypeMeta", wire, value)):
                if inner in (1, 2):
                    said = str(octets("TypeMeta", inner_wire, text), errors="replace")
                    api_version, kind = (said, kind) if inner == 1 else (api_version, said)
        elif number == 2:
            raw = octets("Raw", wire, value)
    return (api_version, kind), raw


def _summary(body: bytes) -> str:
    if not body:
        return "<empty>"
    shown = body[:_SHOWN].decode(errors="replace") if body.startswith(b"{") else body[:_SHOWN].hex()
    return f"{shown} ..." if len(body) > _SHOWN else shown
