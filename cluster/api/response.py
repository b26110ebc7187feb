"""What the API answers with: bytes that are all there, or a stream that stays open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson

from cluster.api.negotiation import JSON, PROTOBUF, YAML
from cluster.machinery.protobuf import encoding
from cluster.yamltext import dump


@dataclass
class Response:
    body: bytes
    code: int = 200
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Stream:
    """Pieces are sent as they come; closing the iterator ends what is behind it."""

    pieces: AsyncIterator[bytes]
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    code: int = 200


def json(value: Any, code: int = 200, content_type: str = JSON, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    return Response(orjson.dumps(value) + b"\n", code, content_type, headers)


def body(value: Any, media: str = JSON, code: int = 200) -> Response:
    """An object in the media type that was agreed on."""
    if media == YAML:
        return Response(dump(value).encode(), code, YAML)
    if media == PROTOBUF:
        return Response(encoding.encode(value), code, PROTOBUF)
    return json(value, code)


def text(value: str, code: int = 200, content_type: str = "text/plain; charset=utf-8") -> Response:
    return Response(value.encode(), code, content_type)
