"""Who may keep an answer: nobody, unless its view says otherwise. What a page shows is meant for one person, now."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from dashboard.middleware import Middleware


class NotKept(Middleware):
    """Static files are answered before it."""

    def answered(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
