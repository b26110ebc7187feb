"""The claims of a StatefulSet's pods: their names, their objects, and the volumes that stand for them.

Rules R-ID-7 to R-ID-10. Binding and retention are not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cluster.machinery.objects import CLAIMS, Key, Obj, key, labels, name, namespace, spec


def templates(owner: Obj) -> list[Obj]:
    return spec(owner).get("volumeClaimTemplates") or []


def claim_names(owner: Obj, ordinal: int) -> dict[str, str]:
    """Volume name -> claim name for the pod at `ordinal`, in the order of the templates."""
    return {name(each): f"{name(each)}-{name(owner)}-{ordinal}" for each in templates(owner)}


def claim_keys(owner: Obj, ordinal: int) -> list[Key]:
    return [key(CLAIMS, namespace(owner), called) for called in claim_names(owner, ordinal).values()]


def claim_objects(owner: Obj, ordinal: int) -> list[Obj]:
    """The claims as they are created: the template's metadata and spec, labelled so that the selector finds them."""
    chosen = (spec(owner).get("selector") or {}).get("matchLabels") or {}
    made: list[Obj] = []
    for template, called in zip(templates(owner), claim_names(owner, ordinal).values(), strict=True):
        given = {
            field: value
            for field, value in template["metadata"].items()
            if field in ("annotations", "finalizers") and value
        }
        metadata: dict[str, Any] = {"name": called, "namespace": namespace(owner), **given}
        if wanted := {**labels(template), **chosen}:
            metadata["labels"] = wanted
        made.append(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": metadata,
                "spec": template.get("spec") or {},
            }
        )
    return made


def with_claims(volumes: Iterable[Obj], claims: Mapping[str, str]) -> list[Obj]:
    """Claim volumes first; a template's own volume of the same name gives way."""
    mounted: list[Obj] = [
        {"name": volume, "persistentVolumeClaim": {"claimName": claim}} for volume, claim in claims.items()
    ]
    mounted.extend(volume for volume in volumes if volume.get("name") not in claims)
    return mounted


def has_storage(owner: Obj, ordinal: int, pod: Obj) -> bool:
    """Every claim template has its volume in the pod, on the pod's own claim."""
    wanted = claim_names(owner, ordinal)
    if not wanted:
        return True
    found = {
        volume.get("name"): (volume.get("persistentVolumeClaim") or {}).get("claimName")
        for volume in spec(pod).get("volumes") or ()
    }
    return all(found.get(volume) == claim for volume, claim in wanted.items())
