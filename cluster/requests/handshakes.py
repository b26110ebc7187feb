"""Whether a client believes a server's certificate, and in which words of Go it says that it does not.

A handshake through memory, with OpenSSL's own checks; what came of one is remembered for a while.
"""

from __future__ import annotations

import ssl
import tempfile
from functools import lru_cache
from pathlib import Path

_UNKNOWN = "x509: certificate signed by unknown authority"
_WORDS = {
    10: "x509: certificate has expired or is not yet valid",
    9: "x509: certificate has expired or is not yet valid",
    26: "x509: certificate specifies an incompatible key usage",
}
"""OpenSSL's number of a fault -> Go's words; of other faults the authority is to blame."""
_OTHER_NAME = 62


@lru_cache(maxsize=256)
def refusal(pair: tuple[bytes, bytes] | None, host: str, authority: str) -> str:
    """Why a client that trusts `authority` (PEM) refuses a server with that certificate and key; "": it does not.
    None: the server made a certificate for itself, which nobody knows."""
    if pair is None or not authority.strip():
        return _UNKNOWN
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.verify_flags &= ~ssl.VERIFY_X509_STRICT
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        client.load_verify_locations(cadata=authority)
        # OpenSSL takes the pair from a file alone.
        with tempfile.NamedTemporaryFile(prefix="kubarium-", suffix=".pem") as both:
            Path(both.name).write_bytes(pair[0] + b"\n" + pair[1])
            server.load_cert_chain(both.name, password=lambda: b"")
        _shake(client, server, host)
    except ssl.SSLCertVerificationError as error:
        return _words(error, pair[0], host)
    except (ssl.SSLError, ValueError):
        return _UNKNOWN
    return ""


def _shake(client: ssl.SSLContext, server: ssl.SSLContext, host: str) -> None:
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(back, there, server_hostname=host),
        server.wrap_bio(there, back, server_side=True),
    )
    left = set(ends)
    for _ in range(10):
        for end in ends:
            try:
                end.do_handshake()
                left.discard(end)
            except ssl.SSLWantReadError:
                continue
        if not left:
            return


def _words(error: ssl.SSLCertVerificationError, certificate: bytes, host: str) -> str:
    if error.verify_code != _OTHER_NAME:
        return _WORDS.get(error.verify_code, _UNKNOWN)
    from cryptography import x509

    found = x509.load_pem_x509_certificate(certificate)
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return "x509: certificate relies on legacy Common Name field, use SANs instead"
    listed = [str(each) for each in names.get_values_for_type(x509.DNSName)]
    if not listed:
        return f"x509: certificate is not valid for any names, but wanted to match {host}"
    return f"x509: certificate is valid for {', '.join(listed)}, not {host}"
