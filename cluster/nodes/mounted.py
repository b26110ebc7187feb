"""The text files that ConfigMaps put into a container. What other volumes hold is not known here."""

from __future__ import annotations

from cluster.machinery.objects import CONFIG_MAPS, Obj, namespace, spec
from cluster.world import World

MOST_FILES = 200


def files(world: World, pod: Obj, container: Obj) -> dict[str, str]:
    """Path in the container -> text."""
    volumes = {
        each.get("name"): each.get("configMap") for each in spec(pod).get("volumes") or () if each.get("configMap")
    }
    found: dict[str, str] = {}
    for mount in container.get("volumeMounts") or ():
        source = volumes.get(mount.get("name"))
        if not source:
            continue
        data = (world.find(CONFIG_MAPS, namespace(pod), str(source.get("name") or "")) or {}).get("data") or {}
        items = source.get("items")
        named = {str(each.get("path")): data.get(each.get("key"), "") for each in items} if items else dict(data)
        folder, part = str(mount.get("mountPath") or "").rstrip("/"), str(mount.get("subPath") or "").strip("/")
        for path, text in list(named.items())[:MOST_FILES]:
            if not part:
                found[f"{folder}/{path}"] = str(text)
            elif path == part:
                found[folder] = str(text)
            elif path.startswith(f"{part}/"):
                found[f"{folder}/{path.removeprefix(f'{part}/')}"] = str(text)
    return found
