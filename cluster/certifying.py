"""Certificates for PKCS#10 requests, signed as an approving cluster signs them, and which cluster one is good in. Pure.

One authority stands for all clusters of a data folder, so a certificate has the cluster as another name of its issuer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

LONGEST = 365 * 24 * 3600
_BACK = 300
_NAMED = "urn:uuid:"
"""And the uid of the cluster's namespace kube-system."""

_USAGES = {
    "signing": "digital_signature",
    "digital signature": "digital_signature",
    "content commitment": "content_commitment",
    "key encipherment": "key_encipherment",
    "key agreement": "key_agreement",
    "data encipherment": "data_encipherment",
    "cert sign": "key_cert_sign",
    "crl sign": "crl_sign",
    "encipher only": "encipher_only",
    "decipher only": "decipher_only",
}
_PURPOSES = {
    "any": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    "server auth": ExtendedKeyUsageOID.SERVER_AUTH,
    "client auth": ExtendedKeyUsageOID.CLIENT_AUTH,
    "code signing": ExtendedKeyUsageOID.CODE_SIGNING,
    "email protection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "timestamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "ocsp signing": ExtendedKeyUsageOID.OCSP_SIGNING,
}


def certify(
    made_by: tuple[bytes, bytes], request: str, usages: Sequence[str], wanted: int | None, now: float, cluster: str
) -> str:
    """PEM of the certificate; `made_by`: the authority's certificate and key, PEM."""
    authority = x509.load_pem_x509_certificate(made_by[0])
    key = serialization.load_pem_private_key(made_by[1], password=None)
    found = x509.load_pem_x509_csr(request.encode())
    begins = datetime.fromtimestamp(int(now) - _BACK, UTC)
    span = min(wanted if wanted is not None else LONGEST, LONGEST)
    ends = min(begins + timedelta(seconds=span + (_BACK if span < 8 * 3600 else 0)), authority.not_valid_after_utc)
    serial = int.from_bytes(sha256(f"{request}{now}{cluster}".encode()).digest()[:16]) >> 1 | 1
    named = x509.UniformResourceIdentifier(f"{_NAMED}{cluster}")
    builder = (
        x509.CertificateBuilder()
        .subject_name(found.subject)
        .issuer_name(authority.subject)
        .public_key(found.public_key())
        .serial_number(serial)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)  # type: ignore[arg-type]
        .add_extension(x509.IssuerAlternativeName([named]), critical=False)
    )
    if any(each in _USAGES for each in usages):
        # One that allows nothing is no restriction: it is left out.
        builder = builder.add_extension(_usage(usages), critical=True)
    if purposes := [_PURPOSES[each] for each in usages if each in _PURPOSES]:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        builder = builder.add_extension(names.value, critical=names.critical)
    except x509.ExtensionNotFound:
        pass
    signed = builder.sign(cast("ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey", key), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def _usage(usages: Sequence[str]) -> x509.KeyUsage:
    wanted = {_USAGES[each] for each in usages if each in _USAGES}
    if "key_agreement" not in wanted:
        wanted -= {"encipher_only", "decipher_only"}
    return x509.KeyUsage(**{field: field in wanted for field in set(_USAGES.values())})


def cluster_of(certificate: x509.Certificate) -> str:
    """The cluster that a certificate is good in; "": all, as one that somebody made with the authority's key."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.IssuerAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    names = found.get_values_for_type(x509.UniformResourceIdentifier)
    return next((each.removeprefix(_NAMED) for each in names if each.startswith(_NAMED)), "")
