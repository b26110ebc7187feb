"""Pod templates: their hash in Kubernetes' safe alphabet, and the one shallow way to make a pod of one.

Both hashes are Kubernetes' own: of a StatefulSet's revision FNV-1 over the patch as Go writes it, of a Deployment's or
DaemonSet's template FNV-1a over Go's dump of its structs.
"""

from __future__ import annotations

from typing import Any

import orjson

from cluster.machinery import godump
from cluster.machinery.objects import Obj

# Kubernetes' alphabet without vowels and look-alikes, so that no hash spells a word.
SAFE = "bcdfghjklmnpqrstvwxz2456789"
_DIGITS = str.maketrans({digit: SAFE[ord(digit) % len(SAFE)] for digit in "0123456789"})
_PRIME, _OFFSET, _MASK = 16777619, 2166136261, 0xFFFFFFFF

_ESCAPED = (
    (b"<", b"\\u003c"),
    (b">", b"\\u003e"),
    (b"&", b"\\u0026"),
    ("\u2028".encode(), b"\\u2028"),
    ("\u2029".encode(), b"\\u2029"),
)

POD_TEMPLATE_HASH = "pod-template-hash"


def fnv32a(data: bytes) -> int:
    value = _OFFSET
    for byte in data:
        value = ((value ^ byte) * _PRIME) & _MASK
    return value


def fnv32(data: bytes) -> int:
    value = _OFFSET
    for byte in data:
        value = ((value * _PRIME) & _MASK) ^ byte
    return value


def canonical(value: Any) -> bytes:
    """The same bytes for the same meaning, whatever order the fields came in."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def revision_hash(data: Obj, collisions: int = 0) -> str:
    """The hash of a ControllerRevision's data, to the character: Go escapes what could end a script in a page, and
    the count of collisions is hashed with the data even while it is 0."""
    text = canonical(data)
    for plain, escaped in _ESCAPED:
        text = text.replace(plain, escaped)
    return str(fnv32(text + str(collisions).encode())).translate(_DIGITS)


def template_hash(template: Obj, collisions: int | None = None) -> str:
    """The hash of a pod template, to the character; `collisions` (status.collisionCount) gives another try.

    A template with a part that is not listed in Go's terms (an old kind of volume) is hashed as JSON: its name then
    differs from a real cluster's."""
    try:
        text = godump.pod_template(template).encode()
    except godump.Unlisted:
        text = canonical(template)
    probe = b"" if collisions is None else collisions.to_bytes(8, "little")
    return str(fnv32a(text + probe)).translate(_DIGITS)


def same_template(one: Obj, other: Obj) -> bool:
    """Equal but for the pod-template-hash label and for absent against empty labels."""
    return _bare(one) == _bare(other)


def _bare(template: Obj) -> tuple[Any, ...]:
    metadata = {field: value for field, value in (template.get("metadata") or {}).items() if value}
    labels = {label: value for label, value in (metadata.pop("labels", {})).items() if label != POD_TEMPLATE_HASH}
    return metadata, labels, template.get("spec")


def pod_metadata(template: Obj, namespace: str, generate_name: str, owners: list[Obj]) -> dict[str, Any]:
    """Metadata all pods of a template share; copy it and add name and labels. `owners` is shared, never changed."""
    metadata: dict[str, Any] = {"generateName": generate_name, "namespace": namespace, "ownerReferences": owners}
    given = template.get("metadata") or {}
    for field in ("labels", "annotations", "finalizers"):
        if given.get(field):
            metadata[field] = given[field]
    return metadata
