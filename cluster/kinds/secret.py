"""Secret: keys and bytes in base64, with a type that says which keys there must be."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from cluster.kinds.cells import AGE, NAME
from cluster.kinds.fields import IMMUTABLE, name_causes
from cluster.kinds.kind import Column, Kind
from cluster.machinery import names
from cluster.machinery.errors import Cause, forbidden, invalid, required, too_long
from cluster.machinery.objects import Obj, annotations_of

TOKEN_TYPE = "kubernetes.io/service-account-token"
ACCOUNT_NAME, ACCOUNT_UID = "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"
_LIMIT = 1024 * 1024
_NEEDED = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


def _default(obj: Obj) -> None:
    if not obj.get("type"):
        obj["type"] = "Opaque"
    # stringData is for writing only: it goes into data.
    texts = obj.pop("stringData", None)
    if texts:
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
        obj["data"] = {**(obj.get("data") or {}), **encoded}


def _size(text: str) -> int:
    try:
        return len(base64.b64decode(text))
    except binascii.Error:
        return len(text)


def _validate(obj: Obj) -> Iterator[Cause]:
    data = obj.get("data") or {}
    for key in data:
        yield from name_causes(f"data[{key}]", key, names.config_key)
    if sum(_size(value or "") for value in data.values()) > _LIMIT:
        yield too_long("data", _LIMIT)
    for key in _NEEDED.get(obj["type"], ()):
        if key not in data:
            yield required(f"data[{key}]")
    if obj["type"] == TOKEN_TYPE and not annotations_of(obj).get(ACCOUNT_NAME):
        yield required(f"metadata.annotations[{ACCOUNT_NAME}]")
    if obj["type"] == "kubernetes.io/basic-auth" and not {"username", "password"} & data.keys():
        yield required("data[username]")
        yield required("data[password]")


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("type") != old.get("type"):
        yield invalid("type", new.get("type"), IMMUTABLE)
    if not old.get("immutable"):
        return
    detail = "field is immutable when `immutable` is set"
    if not new.get("immutable"):
        yield forbidden("immutable", detail)
    if (new.get("data") or {}) != (old.get("data") or {}):
        yield forbidden("data", detail)


KIND = Kind(
    group="",
    version="v1",
    kind="Secret",
    resource="secrets",
    singular="secret",
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
    has_status=False,
    columns=(
        NAME,
        Column("Type", lambda obj, now: obj.get("type", "")),
        Column("Data", lambda obj, now: len(obj.get("data") or {})),
        AGE,
    ),
)
