"""The frame of a middleware of ours, synchronous or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Middleware:
    """A subclass gives `answered` a body, which is called with each request and its answer; or, to act before the view
    is asked, `__call__` and `later`."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self.later(request)
        return self.answered(request, self.get_response(request))

    async def later(self, request: HttpRequest) -> HttpResponseBase:
        return self.answered(request, await self.get_response(request))

    def answered(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer that goes out."""
        return response
