"""Who opens a socket, and by which session if by one."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser, User

from dashboard.accounts.nearby import administrator, is_near, is_open
from dashboard.origin import lower_headers


async def visitor(scope: Any) -> tuple[User | AnonymousUser, str | None]:
    user: Any = scope["user"]
    if user.is_authenticated:
        # Channels hands a lazy stand-in; the session knows whom it is of.
        found = await User.objects.filter(pk=user.pk).afirst()
        return found or AnonymousUser(), scope["session"].session_key
    peer = (scope.get("client") or ("", 0))[0]
    if is_near(lower_headers(dict(scope)), peer) and await sync_to_async(is_open)():
        return await sync_to_async(administrator)(), None
    return AnonymousUser(), None
