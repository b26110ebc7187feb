"""The API's own certificate authority and the server's certificate, made at the first start and kept in DATA/pki.

The authority is what a kubeconfig trusts, so it stays; the server's certificate is made anew when it is about to
expire, does not name an address that it is now reached by, or is of another key. Several processes that start at
once on one folder find the same.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cluster import keptfiles

AUTHORITY_YEARS, SERVER_DAYS = 10, 365
RENEW_DAYS = 30
ALWAYS = (
    *("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"),
    *("kubernetes.default.svc.cluster.local", "10.96.0.1"),
)
"""Names that every server's certificate has: also those by which pods reach it."""


class Authority(NamedTuple):
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        """What others trust it by."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def authority(folder: Path) -> Authority:
    """DATA/pki/ca.crt and ca.key, made when they are not there. OSError when the folder cannot be written."""
    with keptfiles.alone(folder):
        return _kept_authority(folder)


def server_context(folder: Path, names: Iterable[str]) -> ssl.SSLContext:
    """TLS for the API's port, under a certificate that names `localhost` and these hosts and addresses. Clients may
    show a certificate of the same authority."""
    wanted = sorted({*ALWAYS, "127.0.0.1", "::1", *names})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    certificate, key = folder / "server.crt", folder / "server.key"
    with keptfiles.alone(folder):
        made_by = _kept_authority(folder)
        if not _is_good(certificate, key, made_by, wanted):
            server_key = ec.generate_private_key(ec.SECP256R1())
            made = _server(made_by, server_key, wanted)
            keptfiles.put(key, _key_pem(server_key), 0o600)
            keptfiles.put(certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(folder / "ca.crt")
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def _kept_authority(folder: Path) -> Authority:
    certificate, key = folder / "ca.crt", folder / "ca.key"
    if not (certificate.exists() and key.exists()):
        made = _authority()
        keptfiles.put(key, _key_pem(made.key), 0o600)
        keptfiles.put(certificate, made.pem.encode(), 0o644)
    return Authority(x509.load_pem_x509_certificate(certificate.read_bytes()), _read_key(key))


def _authority() -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")])
    made = (
        _dated(x509.CertificateBuilder(), timedelta(days=365 * AUTHORITY_YEARS))
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(made, key)


def _server(made_by: Authority, key: ec.EllipticCurvePrivateKey, names: list[str]) -> x509.Certificate:
    return (
        _dated(x509.CertificateBuilder(), timedelta(days=SERVER_DAYS))
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")]))
        .issuer_name(made_by.certificate.subject)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(made_by.key.public_key()), critical=False)
        .sign(made_by.key, hashes.SHA256())
    )


def _dated(builder: x509.CertificateBuilder, span: timedelta) -> x509.CertificateBuilder:
    """Valid from an hour ago: clocks differ."""
    now = datetime.now(UTC)
    return (
        builder.serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + span)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _is_good(certificate: Path, key: Path, made_by: Authority, names: list[str]) -> bool:
    """Whether the kept certificate is of this authority and of the kept key, has all the names and some time left. A
    process that is killed between its two writes leaves a key without its certificate."""
    if not (certificate.exists() and key.exists()):
        return False
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    if found.public_key() != _read_key(key).public_key():
        return False
    if found.not_valid_after_utc < datetime.now(UTC) + timedelta(days=RENEW_DAYS):
        return False
    try:
        found.verify_directly_issued_by(made_by.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(alternatives) >= {_general(name) for name in names}


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} holds no key of an elliptic curve. Delete the folder, and a new one is made")
    return key
