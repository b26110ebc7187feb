"""How long a request's body may be, decided before it is read: a stranger must not fill memory or disk.

    Bounded   ASGI: hands on a body that is short enough, an empty one and a mark instead of one that is too long
    TooLong   Django's middleware: answers what is marked, as a page or as JSON

Django itself reads a body whole before any of its own limits, and before it asks who sent it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from dashboard.accounts.nearby import is_near, is_open
from dashboard.errors import answer
from dashboard.middleware import Middleware
from dashboard.origin import lower_headers

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

MOST = 16 * 1024 * 1024
"""Bytes of a body; cluster.manifests takes less of it."""
MOST_OF_A_STRANGER = 64 * 1024
"""Enough for every form that is open to all."""
LINGER_BYTES, LINGER_SECONDS = 32 * 1024 * 1024, 2.0
"""So much of a refused body is still taken and thrown away, or the browser sees a broken connection and no answer."""
_MARK = "kubarium.longest_body"


class Bounded:
    """ASGI application around Django's."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        headers = lower_headers(scope)
        chunked = "transfer-encoding" in headers
        said = headers.get("content-length", "0")
        length = int(said[-18:]) if said.isascii() and said.isdigit() else 0
        if not chunked and length <= MOST_OF_A_STRANGER:
            await self.application(scope, receive, send)
            return
        most = MOST if await sync_to_async(_is_known)(scope, headers) else MOST_OF_A_STRANGER
        body = _Body(scope, receive, send, most)
        if length > most:
            body.refuse()
        await self.application(body.scope, body.receive, body.send)


def _is_known(scope: dict[str, Any], headers: dict[str, str]) -> bool:
    """Whether it is worth reading: there is somebody signed in behind it. Who that is, is decided elsewhere."""
    if is_near(headers, (scope.get("client") or ("", 0))[0]) and is_open():
        return True
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return False
    if cookie is None:
        return False
    held = Session.objects.filter(session_key=cookie.value, expire_date__gt=timezone.now()).first()
    return held is not None and SESSION_KEY in held.get_decoded()


class _Body:
    """One request whose body is counted."""

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send, most: int) -> None:
        self.scope = dict(scope)
        self._receive, self._send, self._most = receive, send, most
        self._taken = 0
        self._told = False

    def refuse(self) -> None:
        self.scope[_MARK] = self._most

    async def receive(self) -> dict[str, Any]:
        if self._told:
            await asyncio.Future()  # Django listens for a hang-up until it has answered
        if _MARK not in self.scope:
            message = await self._receive()
            self._taken += len(message.get("body", b""))
            if self._taken <= self._most:
                return message
            self.refuse()
        self._told = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: dict[str, Any]) -> None:
        if _MARK not in self.scope:
            await self._send(message)
        elif message["type"] == "http.response.start":
            await self._send({**message, "headers": [*message["headers"], (b"connection", b"close")]})
        elif message.get("more_body"):
            await self._send(message)
        else:
            await self._send({**message, "more_body": True})
            await self._drain()
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _drain(self) -> None:
        left = LINGER_BYTES
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while left > 0:
                    message = await self._receive()
                    left -= len(message.get("body", b""))
                    if not message.get("more_body"):
                        return
        except TimeoutError:
            return


class TooLong(Middleware):
    """413 and a sentence."""

    def __call__(self, request: HttpRequest) -> Any:
        most = getattr(request, "scope", {}).get(_MARK)
        if most is None:
            return self.get_response(request)
        refused = answer(request, 413, _sentence(most))
        return _later(refused) if iscoroutinefunction(self) else refused


async def _later(response: Any) -> Any:
    return response


def _sentence(most: int) -> str:
    if most == MOST_OF_A_STRANGER:
        return f"Who is not signed in may send {most // 1024} KB at once. Sign in first."
    return f"At most {most // 1024 // 1024} MB are taken at once. Send it in parts."
