"""TLS over a stream of this process: a real handshake, so that clients outside may come in by it too.

The octets go through OpenSSL's memory; no socket. A server without a certificate of its own has one made for its name.
"""

from __future__ import annotations

import contextlib
import datetime
import ssl
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cluster.shell.process import Connection

_PIECE = 65_536


class Tls:
    """One end. See `cluster.shell.process.Connection`."""

    def __init__(self, inner: Connection, context: ssl.SSLContext, *, server: bool, host: str | None = None) -> None:
        self._inner = inner
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=server, server_hostname=host)

    @property
    def peer(self) -> tuple[str, int]:
        return self._inner.peer

    @property
    def version(self) -> str:
        """ "TLSv1.3"."""
        return str(self._tls.version() or "")

    @property
    def cipher(self) -> str:
        found = self._tls.cipher()
        return found[0] if found else ""

    async def handshake(self) -> None:
        """ssl.SSLError when it fails; what is still to be said of it is said."""
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._flush()
                await self._fill()
            except ssl.SSLError:
                await self._flush()
                raise
        await self._flush()

    async def read(self, most: int = _PIECE) -> bytes:
        while True:
            try:
                return self._tls.read(most)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    return b""
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    async def write(self, data: bytes) -> None:
        for at in range(0, len(data), _PIECE):
            self._tls.write(data[at : at + _PIECE])
            await self._flush()

    async def end(self) -> None:
        """Say that nothing more will be written."""
        with contextlib.suppress(ssl.SSLError):  # the other side has not said so yet, and need not
            self._tls.unwrap()
        await self._flush()
        await self._inner.end()

    async def close(self) -> None:
        await self._inner.close()

    def reset(self) -> None:
        """As when the process behind this end is killed."""
        reset: Callable[[], None] | None = getattr(self._inner, "reset", None)
        if reset is not None:
            reset()

    async def _flush(self) -> None:
        if data := self._out.read():
            await self._inner.write(data)

    async def _fill(self) -> bool:
        data = await self._inner.read(_PIECE)
        if data:
            self._in.write(data)
        else:
            self._in.write_eof()
        return bool(data)


def client(authorities: bytes | None) -> ssl.SSLContext:
    """For one who asks. `authorities`: PEM of those it believes; None: it believes everybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if authorities is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif authorities:
        context.load_verify_locations(cadata=authorities.decode("ascii", "replace"))
    return context


@lru_cache(maxsize=256)
def server(name: str, certificate: bytes = b"", key: bytes = b"") -> ssl.SSLContext:
    """For one who is asked: with this certificate, else with one of its own making. ValueError when they do not fit."""
    if not (certificate and key):
        certificate, key = _made(name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # OpenSSL takes the pair from a file alone.
    with tempfile.NamedTemporaryFile(prefix="kubarium-", suffix=".pem") as both:
        Path(both.name).write_bytes(certificate + b"\n" + key)
        try:
            context.load_cert_chain(both.name, password=lambda: b"")
        except ssl.SSLError as error:
            raise ValueError(f"the certificate and its key do not fit: {error.reason}") from error
    return context


def _made(name: str) -> tuple[bytes, bytes]:
    """A certificate that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    begin = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), private
