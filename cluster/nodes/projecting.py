"""Volumes that a kubelet fills from objects: ConfigMaps, Secrets, the pod's own fields, its service account's token.

They lie as kubelets lay them out: the files in a folder of their own, `..data` a link to that, each name a link into
it. So a change of the object shows at once and as a whole.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

import orjson

from cluster.access.accounttokens import projected_claims
from cluster.config import Trust
from cluster.contents import Entry, Source, directory, file, frozen, link
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import (
    CONFIG_MAPS,
    SECRETS,
    Obj,
    namespace,
    seconds,
    status,
    timestamp,
)
from cluster.nodes import identity
from cluster.world import World

MOST_FILES = 2_000
_MODE = 0o644
_OWN_MODE = 0o600
"""Of a token that is made for one user or group."""
_OF_GROUP, _FOLDER_OF_GROUP = 0o440, 0o2550
"""What the pod's group may besides."""


class _File(NamedTuple):
    path: str
    body: bytes
    mode: int
    owner: int = 0


Field = Callable[[Obj], str]
"""A downwardAPI item's value: of a fieldRef or a resourceFieldRef."""

Issued = Callable[[Obj], str]
"""The token for a serviceAccountToken."""


def data(found: Obj | None) -> dict[str, bytes]:
    """A ConfigMap's or Secret's keys."""
    if found is None:
        return {}
    secret = "stringData" in found or found.get("kind") == "Secret"
    texts = found.get("data") or {}
    plain = {str(called): _decoded(text) if secret else str(text).encode() for called, text in texts.items()}
    return plain | {str(called): _decoded(text) for called, text in (found.get("binaryData") or {}).items()}


def source(world: World, pod: Obj, volume: Obj, downward: Field, issued: Issued) -> Source | None:
    """The files of such a volume; None: it is of another kind."""
    parts = ("configMap", "secret", "downwardAPI", "projected")
    kind = next((each for each in parts if volume.get(each) is not None), None)
    if kind is None:
        return None
    mode = int(volume[kind].get("defaultMode") or _MODE)
    if kind == "projected":
        files = [
            each
            for part in volume[kind].get("sources") or ()
            for field in part
            for each in _files(world, pod, field, part[field], mode, downward, issued)
        ]
    else:
        files = list(_files(world, pod, kind, volume[kind], mode, downward, issued))
    return _laid_out(files[:MOST_FILES], seconds(status(pod).get("startTime")), identity.fs_group(pod))


def _files(
    world: World, pod: Obj, kind: str, given: Obj, mode: int, downward: Field, issued: Issued
) -> Iterator[_File]:
    if kind in ("configMap", "secret"):
        called = given.get("name") if kind == "configMap" else given.get("secretName") or given.get("name")
        kept = CONFIG_MAPS if kind == "configMap" else SECRETS
        found = data(world.find(kept, namespace(pod), str(called or "")))
        if not given.get("items"):
            yield from (_File(key, body, mode) for key, body in sorted(found.items()))
        for item in given.get("items") or ():
            if (body := found.get(str(item.get("key")))) is not None:
                yield _File(str(item.get("path")), body, int(item.get("mode") or mode))
    elif kind == "downwardAPI":
        for item in given.get("items") or ():
            yield _File(str(item.get("path")), downward(item).encode(), int(item.get("mode") or mode))
    elif kind == "serviceAccountToken":
        owner, group = identity.fs_user(pod), identity.fs_group(pod)
        mode = mode if owner is None and group is None else _OWN_MODE
        yield _File(str(given.get("path") or "token"), issued(given).encode(), mode, owner or 0)


def token(world: World, pod: Obj, trust: Trust | None, now: float, given: Obj) -> str:
    """A token as a kubelet has it; "" when the pod's account is not there. Without trust its signature is nobody's."""
    try:
        claims = projected_claims(world, pod, given, now)
    except ApiError:
        return ""
    if trust is not None:
        return trust.sign(claims)
    head = _base64(orjson.dumps({"alg": "RS256", "kid": ""})) + "." + _base64(orjson.dumps(claims))
    return f"{head}.{_base64(b''.join(hashlib.sha256(f'{head}/{n}'.encode()).digest() for n in range(8)))}"


def _base64(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except ValueError:
        return str(text).encode()


def _laid_out(files: list[_File], at: float, group: int | None) -> Source:
    digest = hashlib.sha256(b"".join(each.path.encode() + each.body for each in files)).hexdigest()
    when = timestamp(at).rstrip("Z").replace("-", "_").replace("T", "_").replace(":", "_")
    inner = f"/..{when}.{int(digest[:8], 16)}"
    entries: dict[str, Entry] = {"": directory(0o777, at), inner: directory(0o755, at), "/..data": link(inner[1:], at)}
    for each in files:
        path = each.path.strip("/")
        for folder in (str(above) for above in PurePosixPath(path).parents if above.name):
            entries[f"{inner}/{folder}"] = directory(0o755, at)
        entries[f"{inner}/{path}"] = file(each.body, each.mode, at)._replace(owner=each.owner)
        top = path.partition("/")[0]
        entries[f"/{top}"] = link(f"..data/{top}", at)
    return frozen(entries if group is None else {path: _given(each, group) for path, each in entries.items()})


def _given(entry: Entry, group: int) -> Entry:
    """As it is once a kubelet has given it to the pod's group."""
    more = _FOLDER_OF_GROUP if entry.kind == "directory" else _OF_GROUP if entry.kind == "file" else 0
    return entry._replace(group=group, mode=entry.mode | more)
