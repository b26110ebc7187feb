"""Volumes of a pod and how containers mount them: defaults and validation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster.kinds.fields import name_causes
from cluster.kinds.rules import label_rule
from cluster.machinery.errors import Cause, duplicate, forbidden, invalid, not_found, required

_FILE_MODE = 420  # 0644
_LARGEST_MODE = 0o777
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
    for field in ("secret", "configMap", "downwardAPI"):
        if (given := volume.get(field)) is not None:
            yield from _files(f"{path}.{field}", given)
    for index, part in enumerate((volume.get("projected") or {}).get("sources") or ()):
        for field in ("secret", "configMap", "downwardAPI"):
            if (given := part.get(field)) is not None:
                yield from _files(f"{path}.projected.sources[{index}].{field}", given)
    host = volume.get("hostPath")
    if host is not None and not host.get("path"):
        yield required(f"{path}.hostPath.path")


def _files(path: str, given: dict[str, Any]) -> Iterator[Cause]:
    """What an object's keys become: where, and who may read them."""
    if (mode := given.get("defaultMode")) is not None:
        yield from _mode(f"{path}.defaultMode", mode)
    for index, item in enumerate(given.get("items") or ()):
        here = f"{path}.items[{index}]"
        if "fieldRef" not in item and "resourceFieldRef" not in item and not item.get("key"):
            yield required(f"{here}.key")
        if not item.get("path"):
            yield required(f"{here}.path")
        else:
            yield from _descending(f"{here}.path", str(item["path"]))
            if str(item["path"]).startswith(".."):
                yield invalid(f"{here}.path", item["path"], "must not start with '..'")
        if (mode := item.get("mode")) is not None:
            yield from _mode(f"{here}.mode", mode)


def _mode(path: str, mode: Any) -> Iterator[Cause]:
    if not 0 <= int(mode) <= _LARGEST_MODE:
        yield invalid(path, mode, "must be a number between 0 and 0777 (octal), both inclusive")


def _descending(path: str, text: str) -> Iterator[Cause]:
    """A path that leads down from where it begins."""
    if text.startswith("/"):
        yield invalid(path, text, "must be a relative path")
    if ".." in text.split("/"):
        yield invalid(path, text, "must not contain '..'")


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
        if part := mount.get("subPath"):
            yield from _descending(f"{path}.subPath", str(part))
        if part := mount.get("subPathExpr"):
            if mount.get("subPath"):
                yield invalid(f"{here}.subPathExpr", part, "subPathExpr and subPath are mutually exclusive")
            yield from _descending(f"{path}.subPathExpr", str(part))
        places.add(place)
