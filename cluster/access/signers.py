"""What a signer of certificates signs and what it refuses, and which requests of nodes are approved unasked. Pure.

The signers are those of Kubernetes itself; whose key it is that signs is not known here.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cluster.access.attributes import Attributes, Subject
from cluster.access.authorizer import allowed
from cluster.machinery.objects import Obj, spec
from cluster.world import World

if TYPE_CHECKING:
    from cryptography import x509

GROUP = "certificates.k8s.io"
CLIENT = "kubernetes.io/kube-apiserver-client"
KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet"
KUBELET_SERVING = "kubernetes.io/kubelet-serving"
_NODES, _NODE = "system:nodes", "system:node:"
_MASTERS = "system:masters"


def request_of(obj: Obj) -> x509.CertificateSigningRequest | None:
    """What a CertificateSigningRequest holds; None when nothing can be read there."""
    return _read(str(spec(obj).get("request") or ""))


@lru_cache(maxsize=256)
def _read(text: str) -> x509.CertificateSigningRequest | None:
    from cryptography import x509

    try:
        found = x509.load_pem_x509_csr(base64.b64decode(text, validate=True))
        return found if found.is_signature_valid else None
    except (binascii.Error, ValueError, TypeError):
        return None


def subject_of(name: x509.Name) -> tuple[str, tuple[str, ...]]:
    """Common name and organizations: a user and their groups."""
    from cryptography.x509.oid import NameOID

    names = [str(each.value) for each in name.get_attributes_for_oid(NameOID.COMMON_NAME)]
    groups = tuple(str(each.value) for each in name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME))
    return names[-1] if names else "", groups


def subject_refusal(obj: Obj) -> str:
    """Why nobody may even ask for that certificate; "": they may."""
    found = request_of(obj)
    if found is None or spec(obj).get("signerName") != CLIENT or _MASTERS not in subject_of(found.subject)[1]:
        return ""
    return f"use of {CLIENT} signer with {_MASTERS} group is not allowed"


def refusal(obj: Obj) -> str | None:
    """Why its signer does not sign a request; "": it does; None: none of the signers that work here is asked."""
    check = _CHECKS.get(str(spec(obj).get("signerName")))
    if check is None:
        return None
    found = request_of(obj)
    if found is None:
        return "unable to parse the request: it is no PKCS#10 request with a valid signature"
    return check(found, spec(obj).get("usages") or ())


def _client(found: x509.CertificateSigningRequest, usages: Sequence[str]) -> str:
    for usage in usages:
        if usage not in ("client auth", "digital signature", "key encipherment"):
            return f"invalid usage for client certificate: {usage}"
    return "" if "client auth" in usages else "missing required usage for client certificate: client auth"


def _kubelet_client(found: x509.CertificateSigningRequest, usages: Sequence[str]) -> str:
    if wrong := _node(found):
        return wrong
    for sort in ("DNS", "email", "IP", "URI"):
        if sort in _alternatives(found):
            return f"{sort} subjectAltNames are not allowed"
    return _exactly(usages, "client auth")


def _kubelet_serving(found: x509.CertificateSigningRequest, usages: Sequence[str]) -> str:
    if wrong := _node(found):
        return wrong
    sorts = _alternatives(found)
    if "DNS" not in sorts and "IP" not in sorts:
        return "DNS or IP subjectAltName is required"
    for sort in ("email", "URI"):
        if sort in sorts:
            return f"{sort} subjectAltNames are not allowed"
    return _exactly(usages, "server auth")


def _node(found: x509.CertificateSigningRequest) -> str:
    name, groups = subject_of(found.subject)
    if groups != (_NODES,):
        return f"subject organization is not {_NODES}"
    return "" if name.startswith(_NODE) else f"subject common name does not begin with {_NODE}"


def _exactly(usages: Iterable[str], purpose: str) -> str:
    """With a key that cannot encipher, key encipherment is left out."""
    wanted = ["digital signature", purpose]
    if set(usages) in ({*wanted}, {*wanted, "key encipherment"}):
        return ""
    listed = " ".join(sorted([*wanted, "key encipherment"]))
    return f"usages did not match [{listed}]"


def _alternatives(found: x509.CertificateSigningRequest) -> set[str]:
    from cryptography import x509

    sorts = {x509.DNSName: "DNS", x509.RFC822Name: "email", x509.IPAddress: "IP",
             x509.UniformResourceIdentifier: "URI"}  # fmt: skip
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    return {word for each in names for sort, word in sorts.items() if isinstance(each, sort)}


_CHECKS: Mapping[str, Callable[[Any, Sequence[str]], str]] = {
    CLIENT: _client,
    KUBELET_CLIENT: _kubelet_client,
    KUBELET_SERVING: _kubelet_serving,
}


class _Asker:
    """Who made a request, as it says itself."""

    owner = False

    def __init__(self, obj: Obj) -> None:
        self.name = str(spec(obj).get("username") or "")
        self.groups = tuple(spec(obj).get("groups") or ())


def approved_unasked(world: World, obj: Obj) -> str:
    """Why a node's request for a client's certificate needs nobody's approval; "": it does."""
    found = request_of(obj)
    if spec(obj).get("signerName") != KUBELET_CLIENT or found is None or refusal(obj):
        return ""
    asker = _Asker(obj)
    own = asker.name == subject_of(found.subject)[0]
    for part, word in (("selfnodeclient", "self "), ("nodeclient", "")) if own else (("nodeclient", ""),):
        asked = Attributes("create", GROUP, "certificatesigningrequests", part)
        if allowed(world, asker, asked).allowed:
            return f"Auto approving {word}kubelet client certificate after SubjectAccessReview."
    return ""


def may(world: World, user: Subject, verb: str, signer: str) -> bool:
    """Whether somebody may "approve" or "sign" what a signer is asked for: it, or all of its domain."""
    names = (signer, f"{signer.partition('/')[0]}/*")
    return any(allowed(world, user, Attributes(verb, GROUP, "signers", name=each)).allowed for each in names)
