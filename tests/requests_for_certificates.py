"""Requests for certificates as somebody makes them with openssl."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cluster.machinery.objects import Obj

KEY = ec.generate_private_key(ec.SECP256R1())
CLIENT = "kubernetes.io/kube-apiserver-client"
SORTS: dict[str, Any] = {
    "DNS": x509.DNSName,
    "IP": lambda text: x509.IPAddress(ipaddress.ip_address(text)),
    "email": x509.RFC822Name,
    "URI": x509.UniformResourceIdentifier,
}


def pem(subject: str, names: Sequence[str] = ()) -> str:
    """subject: "CN=jane O=devs"; names: "DNS:web", "IP:10.0.0.1"."""
    fields = {"CN": NameOID.COMMON_NAME, "O": NameOID.ORGANIZATION_NAME}
    parts = [x509.NameAttribute(fields[kind], value) for kind, _, value in (p.partition("=") for p in subject.split())]
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(parts))
    if names:
        made = [SORTS[kind](value) for kind, _, value in (each.partition(":") for each in names)]
        builder = builder.add_extension(x509.SubjectAlternativeName(made), critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def signing_request(
    subject: str = "CN=jane O=devs",
    names: Sequence[str] = (),
    *,
    signer: str = CLIENT,
    usages: Sequence[str] = ("client auth",),
    name: str = "jane",
    **given: Any,
) -> Obj:
    return {
        "apiVersion": "certificates.k8s.io/v1",
        "kind": "CertificateSigningRequest",
        "metadata": {"name": name},
        "spec": {
            "request": base64.b64encode(pem(subject, names).encode()).decode(),
            "signerName": signer,
            "usages": list(usages),
            **given,
        },
    }
