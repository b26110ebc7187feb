"""Volumes of a pod and how containers mount them: defaults and validation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster.kinds.fields import name_causes
from cluster.kinds.rules import label_rule
from cluster.machinery.errors import Cause, duplicate, forbidden, invalid, not_found, required

_FILE_MODE = 420  # 0644
_TOKEN_SECONDS = 3600


def default(volumes: list[dict[str, Any]]) -> None:
    for volume in volumes:
        if len(volume) < 2:
            volume["emptyDir"] = {}
        for source in ("secret", "configMap", "downwardAPI", "projected"):
            if (given := volume.get(source)) is not None:
                given.setdefault("defaultMode", _FILE_MODE)
                _default_fields(given.get("items") or ())
                for part in given.get("sources") or ():
                    if (token := part.get("serviceAccountToken")) is not None:
                        token.setdefault("expirationSeconds", _TOKEN_SECONDS)
                    _default_fields((part.get("downwardAPI") or {}).get("items") or ())
        if (path := volume.get("hostPath")) is not None:
            path.setdefault("type", "")
        if (template := (volume.get("ephemeral") or {}).get("volumeClaimTemplate")) is not None:
            template.setdefault("metadata", {})["creationTimestamp"] = None
            template.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")


def _default_fields(items: Any) -> None:
    for item in items:
        if (field := item.get("fieldRef")) is not None:
            field.setdefault("apiVersion", "v1")


def validate(path: str, volumes: list[dict[str, Any]]) -> Iterator[Cause]:
    seen: set[str] = set()
    for index, volume in enumerate(volumes):
        here = f"{path}[{index}]"
        yield from _source(here, volume)
        name = volume.get("name") or ""
        if not name:
            yield required(f"{here}.name")
        else:
            yield from name_causes(f"{here}.name", name, label_rule)
            if name in seen:
                yield duplicate(f"{here}.name", name)
        seen.add(name)


def _source(path: str, volume: dict[str, Any]) -> Iterator[Cause]:
    sources = [field for field in volume if field != "name"]
    for extra in sources[1:]:
        yield forbidden(f"{path}.{extra}", "may not specify more than 1 volume type")
    claim = volume.get("persistentVolumeClaim")
    if claim is not None and not claim.get("claimName"):
        yield required(f"{path}.persistentVolumeClaim.claimName")
    secret = volume.get("secret")
    if secret is not None and not secret.get("secretName"):
        yield required(f"{path}.secret.secretName")
    config = volume.get("configMap")
    if config is not None and not config.get("name"):
        yield required(f"{path}.configMap.name")
    host = volume.get("hostPath")
    if host is not None and not host.get("path"):
        yield required(f"{path}.hostPath.path")


def validate_mounts(path: str, mounts: list[dict[str, Any]], volumes: set[str]) -> Iterator[Cause]:
    places: set[str] = set()
    for index, mount in enumerate(mounts):
        here = f"{path}[{index}]"
        name, place = mount.get("name") or "", mount.get("mountPath") or ""
        if not name:
            yield required(f"{here}.name")
        elif name not in volumes:
            yield not_found(f"{here}.name", name)
        if not place:
            yield required(f"{here}.mountPath")
        if place in places:
            yield invalid(f"{here}.mountPath", place, "must be unique")
        places.add(place)
