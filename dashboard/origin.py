"""Who may open a WebSocket: a page of this very site, or a program (which sends no Origin and needs a session).

Channels' own check compares with ALLOWED_HOSTS only, so any other site on `localhost` would pass with its visitors'
cookies. Here the Origin must be the very host the request came to.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


def is_own(headers: dict[str, str]) -> bool:
    """Headers by lower-case name."""
    host = headers.get("host", "").lower()
    domain, port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    if origin in getattr(settings, "CSRF_TRUSTED_ORIGINS", []):
        return True
    parts = urlsplit(origin.lower())
    default = _DEFAULT_PORTS.get(parts.scheme, "")
    own, other = (domain, port or default), (split_domain_port(parts.netloc)[0], str(parts.port or default))
    return bool(default) and own == other


def lower_headers(scope: dict[str, Any]) -> dict[str, str]:
    return {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope.get("headers", ())}


class OwnOrigin:
    """ASGI middleware: refuses the handshake otherwise."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.denier = WebsocketDenier.as_asgi()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        chosen = self.application if is_own(lower_headers(scope)) else self.denier
        return await chosen(scope, receive, send)
