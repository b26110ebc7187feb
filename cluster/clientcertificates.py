"""The certificate that a client has shown, told to the application: `scope["client_certificate"]`, DER.

Whose it is, and whether it may be used, is the application's to say; TLS has seen that our authority signed it.
"""

from __future__ import annotations

import asyncio
from typing import Any


class _Telling:
    def __init__(self, application: Any, certificate: bytes) -> None:
        self._application, self._certificate = application, certificate

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await self._application({**scope, "client_certificate": self._certificate}, receive, send)


def telling(protocol: Any) -> Any:
    """A server's protocol that tells its application of the connection's certificate, where there is one."""

    class Protocol(protocol):  # type: ignore[misc]
        app: Any

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            tls = transport.get_extra_info("ssl_object")
            certificate = tls.getpeercert(binary_form=True) if tls is not None else None
            if certificate:
                self.app = _Telling(self.app, certificate)

    return Protocol
