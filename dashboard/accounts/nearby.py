"""The first run on one's own machine: whoever sits at it is signed in as `admin`, and is told so.

Only while nobody has set a password, only when the web port is bound to a loopback address, only for a direct
connection from this machine, and only under a loopback name: a page elsewhere that points its own name here (DNS
rebinding) or a proxy in front gets nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from cluster.binding import is_loopback
from dashboard.middleware import Middleware

_PROXIED = ("forwarded", "via", "x-real-ip")
WELCOME = "Kubarium listens on this machine only and has no password yet, so you are signed in as admin."


def is_near(headers: Mapping[str, str], peer: str) -> bool:
    """Whether a request with these headers (lower-case names) from this address comes from the machine's own user."""
    if not is_loopback(settings.BIND) or settings.PUBLIC_HOST:
        return False
    if any(name in _PROXIED or name.startswith("x-forwarded") for name in headers):
        return False
    host, _ = split_domain_port(headers.get("host", ""))
    return host in settings.LOOPBACK_NAMES and is_loopback(peer)


def is_open() -> bool:
    """Nobody can sign in with a password yet, so this is still the first run."""
    return not any(user.has_usable_password() for user in User.objects.only("password"))


def administrator() -> User:
    """The user `admin`, made without a password when there is none."""
    if found := User.objects.filter(username="admin").first():
        return found
    try:
        with transaction.atomic():
            return User.objects.create_superuser("admin")
    except IntegrityError:
        # A page and its live connection come at the same time: the other one was first.
        return User.objects.get(username="admin")


class SignInNearby(Middleware):
    """Loads the user once, off the loop, and signs the near one in. A page gets a session and the news; a request of
    a program is answered as admin's without one."""

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self.later(request)
        self._enter(request)
        return self.get_response(request)

    async def later(self, request: HttpRequest) -> HttpResponseBase:
        await sync_to_async(self._enter)(request)
        response: HttpResponseBase = await self.get_response(request)
        return response

    def _enter(self, request: HttpRequest) -> None:
        user = request.user
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not user.is_authenticated and is_near(headers, request.META.get("REMOTE_ADDR", "")) and is_open():
            admin = administrator()
            if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
                login(request, admin, backend="django.contrib.auth.backends.ModelBackend")
                messages.info(request, WELCOME, extra_tags="nearby")
            request.user = user = admin

        async def loaded() -> Any:
            return user

        bool(user.is_authenticated)
        request.auser = loaded
