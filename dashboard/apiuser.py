"""Who a visitor of the site is to the clusters' Kubernetes API on the site's own port: by session, or by being near.

A page elsewhere must not write with a visitor's session, nor with nothing but their being near: what changes something
comes from this very site, or from a program that names no origin.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from cluster.api.app import refuse_http, refuse_socket
from cluster.api.refusals import Denied
from cluster.api.request import User
from cluster.api.tokens import of_account
from cluster.watch import Mirror
from dashboard.accounts.nearby import administrator, is_near, is_open
from dashboard.origin import is_own, lower_headers

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class OwnSite:
    """ASGI middleware around the API."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = lower_headers(scope)
        harmless = scope["type"] == "http" and scope["method"] in _READING
        if harmless or "authorization" in headers or is_own(headers):
            await self.application(scope, receive, send)
            return
        error = Denied("a page of another site may not write here")
        if scope["type"] == "websocket":
            await receive()
            await refuse_socket(scope, send, error)
        else:
            await refuse_http(send, error)


async def by_session(scope: dict[str, Any], headers: Mapping[str, str], mirror: Mirror) -> User | None:
    return await sync_to_async(_user)(scope, headers, mirror.cluster)


def _user(scope: dict[str, Any], headers: Mapping[str, str], cluster: int) -> User | None:
    account = _account(headers)
    if account is None and is_near(headers, (scope.get("client") or ("", 0))[0]) and is_open():
        account = administrator()
    if account is None:
        return None
    return of_account(account, cluster)


def _account(headers: Mapping[str, str]) -> Any:
    """The account of the session that the cookie names."""
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if cookie is None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(cookie.value)
    found = get_user(request)
    return found if found.is_authenticated and found.is_active else None
