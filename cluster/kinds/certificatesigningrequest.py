"""CertificateSigningRequest: somebody asks for a certificate, somebody else approves, a signer signs.

Who asks is not theirs to say: it is written from the one who made the request to the API.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from typing import Any

from cluster.access.signers import subject_refusal
from cluster.kinds.cells import AGE, NAME, NONE, duration
from cluster.kinds.goprint import byte_list
from cluster.kinds.kind import CHANGING, Admission, Column, Kind, Part, Subresource
from cluster.machinery import names
from cluster.machinery.errors import (
    Cause,
    Forbidden,
    duplicate,
    forbidden,
    invalid,
    not_supported,
    required,
    shown,
    too_long,
)
from cluster.machinery.objects import Obj, name, spec, status

_USAGES = (
    "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment",
    "decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel",
    "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime",
    "server auth", "signing", "timestamping",
)  # fmt: skip
_LEGACY_SIGNER = "kubernetes.io/legacy-unknown"
_SHORTEST = 600
_LONGEST_DOMAIN, _LONGEST_SIGNER = 253, 571
_FINAL = ("Approved", "Denied", "Failed")
_BEGIN, _END = b"-----BEGIN CERTIFICATE REQUEST-----", b"-----END CERTIFICATE REQUEST-----"


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    if not given.get("usages"):
        given["usages"] = ["digital signature", "key encipherment"]


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {}
        asker = admission.asker
        told = {
            "username": asker.name,
            "uid": asker.uid,
            "groups": list(asker.groups),
            "extra": {key: list(values) for key, values in asker.extra.items()},
        }
        given = {part: value for part, value in spec(obj).items() if part not in told}
        obj["spec"] = given | {part: value for part, value in told.items() if value}
        if refused := subject_refusal(obj):
            raise Forbidden("certificatesigningrequests", name(obj), refused, "certificates.k8s.io")
    else:
        # A request stands as it was made; only labels and annotations may change.
        obj["spec"] = old["spec"]


def _validate(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    yield from _request("spec.request", given.get("request") or "")
    seen: set[str] = set()
    for index, usage in enumerate(given["usages"]):
        if usage not in _USAGES:
            yield not_supported(f"spec.usages[{index}]", usage, _USAGES)
        if usage in seen:
            yield duplicate(f"spec.usages[{index}]", usage)
        seen.add(usage)
    signer = given.get("signerName") or ""
    if signer == _LEGACY_SIGNER:
        yield invalid("spec.signerName", signer, "the legacy signerName is not allowed via this API version")
    else:
        yield from _signer("spec.signerName", signer)
    seconds = given.get("expirationSeconds")
    if seconds is not None and seconds < _SHORTEST:
        detail = f"may not specify a duration less than {_SHORTEST} seconds (10 minutes)"
        yield invalid("spec.expirationSeconds", seconds, detail)


def _request(path: str, text: str) -> Iterator[Cause]:
    """PEM around a PKCS#10 request; what is inside is looked at no further than that."""
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = b""
    body = raw.partition(_BEGIN)[2].partition(_END)[0]
    try:
        found = base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        found = b""
    # Every request is an ASN.1 sequence.
    if not found.startswith(b"\x30"):
        yield invalid(path, byte_list(raw), "PEM block type must be CERTIFICATE REQUEST")


def _signer(path: str, signer: str) -> Iterator[Cause]:
    if not signer:
        yield required(path, "signerName must be provided")
        return
    parts = signer.split("/")
    if len(parts) != 2:
        detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        yield invalid(path, signer, detail)
        return
    domain, rest = parts
    if len(domain) > _LONGEST_DOMAIN:
        yield too_long(path, _LONGEST_DOMAIN)
    labels = domain.split(".")
    yield from _first_wrong(path, domain, labels, names.dns_label)
    if len(labels) < 2:
        yield invalid(path, domain, "should be a domain with at least two segments separated by dots")
    yield from _first_wrong(path, rest, rest.split("."), names.dns_subdomain)
    if len(signer) > _LONGEST_SIGNER:
        yield too_long(path, _LONGEST_SIGNER)


def _first_wrong(path: str, whole: str, labels: Sequence[str], rule: Any) -> Iterator[Cause]:
    for label in labels:
        if messages := rule(label):
            for message in messages:
                yield invalid(path, whole, f"validating label {shown(label)}: {message}")
            return


def _approval(new: Obj, old: Obj) -> Obj:
    """The stored request with the conditions of the new one."""
    return old if status(new) == status(old) else {**old, "status": {**status(old), "conditions": _conditions(new)}}


def _conditions(obj: Obj) -> list[dict[str, Any]]:
    return status(obj).get("conditions") or []


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    """Whether it is approved is said through `approval` alone."""
    yield from _validate_approval(new, old)
    for type_ in ("Approved", "Denied"):
        before, after = _of_type(old, type_), _of_type(new, type_)
        if len(after) > len(before):
            yield forbidden("status.conditions", f'updates may not add a condition of type "{type_}"')
        elif after and after != before:
            yield forbidden("status.conditions", f'updates may not modify a condition of type "{type_}"')


def _validate_approval(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("status") is old.get("status"):
        return
    path = "status.conditions"
    seen: list[str] = []
    for index, each in enumerate(status(new).get("conditions") or ()):
        type_, value = each.get("type") or "", each.get("status") or ""
        allowed = ("True",) if type_ in _FINAL else ("False", "True", "Unknown")
        if not type_:
            yield required(f"{path}[{index}].type")
        if not value:
            yield required(f"{path}[{index}].status")
        elif value not in allowed:
            yield not_supported(f"{path}[{index}].status", value, allowed)
        if {"Approved": "Denied", "Denied": "Approved"}.get(type_) in seen:
            yield invalid(f"{path}[{index}].type", type_, "Approved and Denied conditions are mutually exclusive")
        if type_ in seen:
            yield duplicate(f"{path}[{index}].type", type_)
        seen.append(type_)
    for type_ in _FINAL:
        if type_ not in seen and _of_type(old, type_):
            yield forbidden(path, f'updates may not remove a condition of type "{type_}"')
    before = status(old).get("certificate")
    if before and status(new).get("certificate") != before:
        yield forbidden("status.certificate", "updates may not modify existing certificate content")


def _of_type(obj: Obj, type_: str) -> list[dict[str, Any]]:
    return [each for each in status(obj).get("conditions") or () if each.get("type") == type_]


def _condition(obj: Obj, now: float) -> str:
    found = {each.get("type") for each in status(obj).get("conditions") or ()}
    text = "Denied" if "Denied" in found else "Approved" if "Approved" in found else "Pending"
    text += ",Failed" if "Failed" in found else ""
    return text + (",Issued" if status(obj).get("certificate") else "")


def _wanted(obj: Obj, now: float) -> str:
    seconds = spec(obj).get("expirationSeconds")
    return NONE if seconds is None else duration(seconds)


KIND = Kind(
    group="certificates.k8s.io",
    version="v1",
    kind="CertificateSigningRequest",
    resource="certificatesigningrequests",
    singular="certificatesigningrequest",
    namespaced=False,
    short_names=("csr",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    parts={"approval": Part(_approval, _validate_approval, with_metadata=True)},
    name_rule=lambda text: (),
    subresources=(Subresource("approval", CHANGING),),
    columns=(
        NAME,
        AGE,
        Column("SignerName", lambda obj, now: spec(obj).get("signerName") or NONE),
        Column("Requestor", lambda obj, now: spec(obj).get("username", "")),
        Column("RequestedDuration", _wanted),
        Column("Condition", _condition),
    ),
)
