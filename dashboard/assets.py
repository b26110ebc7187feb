"""Static files, served by WhiteNoise on the event loop.

WhiteNoise's own middleware is synchronous and streams from a file; under ASGI that costs two thread hops on every
request and a warning on every file. Ours are small, so they are read whole, and sent compressed where nobody has
collected them: once for each state of a file.
"""

from __future__ import annotations

import gzip
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

LEAST_COMPRESSED = 1024
"""Octets; a smaller file saves nothing."""
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")


@lru_cache(maxsize=32)
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


class Assets:
    """Middleware: answers what lies under STATIC_URL, passes everything else on."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        with warnings.catch_warnings():
            # It warns when STATIC_ROOT is not there, which only says that nothing was collected.
            warnings.simplefilter("ignore")
            self.files: Any = import_string("whitenoise.middleware.WhiteNoiseMiddleware")(get_response)
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self._later(request)
        return self._file(request) or self.get_response(request)

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        found: HttpResponseBase = self._file(request) or await self.get_response(request)
        return found

    def _file(self, request: HttpRequest) -> HttpResponse | None:
        path = request.path_info
        if not path.startswith(self.files.static_prefix):
            return None
        file = self.files.find_file(path) if self.files.autorefresh else self.files.files.get(path)
        if file is None:
            return None
        asked = request.META
        if (known := asked.get("HTTP_IF_NONE_MATCH", "")).startswith("W/"):
            asked = asked | {"HTTP_IF_NONE_MATCH": known.removeprefix("W/")}
        answer = file.get_response(request.method, asked)
        body = b""
        if answer.file is not None:
            with answer.file as opened:
                body = opened.read()
        response = HttpResponse(body, status=int(answer.status))
        del response["content-type"]
        for name, value in answer.headers:
            response[name] = value
        response["X-Content-Type-Options"] = "nosniff"
        return _shrunk(request, response)


def _shrunk(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Text as gzip for who takes it, under a weak validator: the octets are others, what they say is the same."""
    text = response.get("Content-Type", "").startswith(_TEXT)
    if not text or response.status_code != 200 or response.has_header("Content-Encoding"):
        return response
    response["Vary"] = "Accept-Encoding"
    if len(response.content) < LEAST_COMPRESSED or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    response.content = _compressed(response.content)
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    if response.has_header("ETag"):
        response["ETag"] = f"W/{response['ETag']}"
    return response
