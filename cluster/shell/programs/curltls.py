"""How curl makes a connection safe: whom it believes, and what it says when it does not."""

from __future__ import annotations

import ssl

from cluster.shell.network import tls
from cluster.shell.network.tls import Tls
from cluster.shell.process import Connection, Process
from cluster.shell.programs.curlrequest import path
from cluster.shell.programs.curlwords import Failed, Options, Url, unverified

_SYSTEM_AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem", "/etc/pki/tls/certs/ca-bundle.crt")
_LEGACY = "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number"


async def secured(process: Process, options: Options, connection: Connection, at: Url) -> Tls:
    """The connection behind its handshake. Failed."""
    found = Tls(connection, tls.client(_authorities(process, options)), server=False, host=at.host)
    try:
        await found.handshake()
    except ssl.SSLCertVerificationError as error:
        raise Failed(60, unverified(error.verify_code, error.verify_message)) from None
    except ssl.SSLError:
        raise Failed(35, _LEGACY) from None
    except OSError:
        raise Failed(35, f"OpenSSL SSL_connect: Connection reset by peer in connection to {at.authority}") from None
    return found


def _authorities(process: Process, options: Options) -> bytes | None:
    """PEM of those it believes; None: everybody."""
    if options.insecure:
        return None
    for name in (options.authorities,) if options.authorities else _SYSTEM_AUTHORITIES:
        try:
            return process.files.read(path(process, name))
        except OSError:
            if options.authorities:
                raise Failed(77, f"error setting certificate file: {options.authorities}") from None
    return b""
