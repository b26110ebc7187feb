"""The types of the API and its operations, as OpenAPI: what kubectl validates by, explains from and merges with.

`answer` gives /openapi/v3 (the index), a document for each group and version below it, and /openapi/v2, as JSON or
protobuf. A document is made when it is first asked for, off the event loop, and kept compressed; its name in the index
changes with what it is made from, so clients keep it for good.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from email.utils import formatdate
from functools import cache, lru_cache
from pathlib import Path

import orjson

from cluster.api.discovery import NOT_FOUND, kinds_of
from cluster.api.discovery.negotiation import clauses, refused
from cluster.api.discovery.order import group_version
from cluster.api.negotiation import JSON
from cluster.api.openapi import definitions, document, gnostic, swagger
from cluster.api.refusals import MethodNotAllowed
from cluster.api.request import Request
from cluster.api.response import Response
from cluster.kinds import Kind

ROOT = "/openapi/v3"
SWAGGER = "/openapi/v2"
_MOST_KEPT = 128
_YEAR = 365 * 24 * 3600.0
_INDEX_TYPE = "text/plain; charset=utf-8"
"""A real server does not say that its index is JSON."""

_kept: OrderedDict[str, bytes] = OrderedDict()
"""Fingerprint -> the compressed document; the longest unused one goes first."""


async def answer(request: Request, wall: Callable[[], float] = time.time) -> Response | None:
    """The response for a path below /openapi; None for every other. Raises ApiError."""
    path = request.path.rstrip("/")
    if path not in (ROOT, SWAGGER) and not path.startswith(f"{ROOT}/"):
        return None
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed
    media_type = _chosen(
        request.headers.get("accept", ""), (JSON, *gnostic.MEDIA_TYPES) if path == SWAGGER else (JSON,)
    )
    kinds = kinds_of(request)
    known = request.headers.get("if-none-match", "")
    if path == ROOT:
        body = index(kinds)
        return _unless_known(body, _hash(body), known, _INDEX_TYPE, (("Cache-Control", "no-cache, private"),))
    if path == SWAGGER:
        headers = (("Cache-Control", "no-cache, private"), ("Vary", "Accept"))
        if media_type != JSON:
            media_type = gnostic.MEDIA_TYPES[0]
        return await _document(kinds, "", fingerprint(kinds, "", media_type), known, headers, media_type)
    key = path.removeprefix(f"{ROOT}/")
    if key not in document.keys(kinds):
        return NOT_FOUND
    tag = fingerprint(kinds, key)
    lasting: tuple[tuple[str, str], ...] = (("Cache-Control", "no-cache, private"),)
    if request.first("hash") == tag:
        year = formatdate(wall() + _YEAR, usegmt=True)
        lasting = (("Cache-Control", "public, immutable"), ("Expires", year))
    return await _document(kinds, key, tag, known, (*lasting, ("Vary", "Accept")))


def _chosen(accept: str, offered: Sequence[str]) -> str:
    """The offered media type that is wanted most. NotAcceptable. Objects as protobuf are no form of documents: who
    asks for them reads JSON as well."""
    if not accept.strip():
        return JSON
    for each in clauses(accept):
        if each.type == "application/vnd.kubernetes.protobuf":
            return JSON
        if (found := next(filter(each.takes, offered), None)) is not None:
            return found
    raise refused(offered)


@lru_cache(maxsize=64)
def index(kinds: tuple[Kind, ...]) -> bytes:
    """What documents there are, each with its fingerprint; below the cluster's prefix, which clients add."""
    paths = {key: {"serverRelativeURL": f"{ROOT}/{key}?hash={fingerprint(kinds, key)}"} for key in document.keys(kinds)}
    return orjson.dumps({"paths": paths}) + b"\n"


@lru_cache(maxsize=2048)
def fingerprint(kinds: tuple[Kind, ...], key: str, media_type: str = JSON) -> str:
    """Differs when what a document is made from does: the definitions, our own way with them, the kinds."""
    told = {media_type: document.ingredients(kinds, key)}
    return _hash(_source() + orjson.dumps(told, option=orjson.OPT_SORT_KEYS))


@cache
def _source() -> bytes:
    made_by = hashlib.sha512(definitions.file().read_bytes())
    for module in sorted(Path(__file__).parent.glob("*.py")):
        made_by.update(module.read_bytes())
    return made_by.digest()


def _hash(body: bytes) -> str:
    return hashlib.sha512(body).hexdigest().upper()


async def _document(
    kinds: tuple[Kind, ...],
    key: str,
    tag: str,
    known: str,
    headers: tuple[tuple[str, str], ...],
    media_type: str = JSON,
) -> Response:
    if _is_known(tag, known):
        return _unless_known(b"", tag, known, media_type, headers)
    if tag not in _kept:
        _kept[tag] = await asyncio.to_thread(_made, kinds, key, media_type)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(tag)
    return _unless_known(zlib.decompress(_kept[tag]), tag, known, media_type, headers)


def _made(kinds: tuple[Kind, ...], key: str, media_type: str) -> bytes:
    found = definitions.read()
    made = (
        document.make(kinds, key, found)
        if key
        else swagger.merged(document.make(kinds, each, found) for each in document.keys(kinds))
    )
    return zlib.compress(orjson.dumps(made) if media_type == JSON else gnostic.encoded(made), 1)


def of_kind(kind: Kind, api_version: str) -> bytes:
    """The type of a kind in a version it is served in, and what it refers to, as JSON: {"root", "components"}; for
    editors. Takes some 10 ms."""
    return orjson.dumps(document.of_kind(kind, group_version(api_version), definitions.read()))


def _is_known(tag: str, known: str) -> bool:
    return f'"{tag}"' in (each.strip().removeprefix("W/") for each in known.split(","))


def _unless_known(
    body: bytes, tag: str, known: str, content_type: str, headers: tuple[tuple[str, str], ...]
) -> Response:
    code = 304 if _is_known(tag, known) else 200
    return Response(b"" if code == 304 else body, code, content_type, (("ETag", f'"{tag}"'), *headers))


__all__ = ["answer", "fingerprint", "index", "of_kind"]
