"""The file system of one container as its kubelet sets it up: image, changes, volumes, and the files it writes itself.

Everything is worked out from the world at the moment it is asked for, so a mounted ConfigMap is what the object is now;
but what is mounted by `subPath` is what it was when the container was started.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from cluster import keeping
from cluster.config import Trust
from cluster.contents import Contents, Entry, Foretold, Kept, Place, Source, Tree, directory, file, frozen
from cluster.contents.lazy import Lazy
from cluster.machinery.objects import CLAIMS, NODES, VOLUMES, Obj, claim_of, name, namespace, seconds, spec, status, uid
from cluster.machinery.podspecs import containers_of
from cluster.nodes import (
    environment,
    hostfiles,
    hostpaths,
    identity,
    imagefiles,
    projecting,
    references,
    scripted,
    starts,
)
from cluster.nodes.hostfiles import Names
from cluster.world import World

_LAST_WORDS = "/dev/termination-log"
_OF_GROUP, _FOLDER_OF_GROUP = 0o660, 0o2770
"""What a volume's group may, once the volume was given to it."""
_NAMELESS = Names()
Scripts = dict[str, dict[str, Foretold]]
"""By layer, and by the container's own layer whose script it is."""


def tree(world: World, pod: Obj, container: Obj, now: Callable[[], float], names: Names = _NAMELESS) -> Tree:
    """What the container sees. It may be written to as long as the pod is there."""
    return Tree(places(world, pod, container, now, names), now, world.contents)


def places(
    world: World,
    pod: Obj,
    container: Obj,
    now: Callable[[], float],
    names: Names = _NAMELESS,
    trust: Trust | None = None,
    pid: int = 1,
) -> dict[str, Place]:
    """What is mounted where in a container, whose main process has the id `pid`."""
    own = own_layer(pod, container)
    image = imagefiles.of(str(container.get("image") or ""))
    kept = Kept(world.contents, own)
    scripts = _scripts(world, pod, names)
    fixed = identity.has_fixed_root(container)
    found = {"": Place(_sources(image, scripts, own, kept), own, read_only=fixed)}
    if fixed:
        found["/dev"] = Place(_sources(image, scripts, own, kept), own, within="/dev", called="tmpfs")
    last_words = str(container.get("terminationMessagePath") or _LAST_WORDS)
    if last_words != _LAST_WORDS:
        made = frozen({last_words: file(b"", 0o666)})
        found[last_words] = Place(_sources(made, scripts, own, kept), own, within=last_words, called="/dev/vda1")
    found["/proc"] = Place(
        (Lazy(lambda: frozen(_proc(world, pod, container, found, now(), names, pid))),), read_only=True, called="proc"
    )
    given = {
        "/etc/hosts": hostfiles.hosts(pod, names),
        "/etc/hostname": f"{names.hostname or name(pod)}\n",
        "/etc/resolv.conf": names.resolv_conf,
    }
    began = seconds(status(pod).get("startTime"))
    for path, text in given.items():
        found[path] = Place((frozen({path: file(text, at=began)}), kept), own, path, fixed, called="/dev/vda1")
    volumes = {volume.get("name"): volume for volume in spec(pod).get("volumes") or ()}
    issued = partial(projecting.token, world, pod, trust, now())
    for number, mount in enumerate(container.get("volumeMounts") or ()):
        volume = volumes.get(mount.get("name"))
        point = _resolved(image, str(mount.get("mountPath") or ""))
        if volume is not None and point:
            bound = starts.bound(world, pod, container, number) if _has_part(mount) else None
            if bound is not None:
                found[point] = Place((bound,), within=starts.where(number), read_only=True, called="tmpfs")
            else:
                found[point] = _mounted(world, pod, container, volume, mount, scripts, issued)
    return found


def bound(world: World, pod: Obj, container: Obj, now: float, trust: Trust | None) -> Iterator[tuple[str, Entry]]:
    """(path in the start's layer, entry) of what a container that is started now mounts of objects by `subPath`: what
    is bound is a file, not its name, so it stays what it is."""
    volumes = {volume.get("name"): volume for volume in spec(pod).get("volumes") or ()}
    for number, mount in enumerate(container.get("volumeMounts") or ()):
        volume = volumes.get(mount.get("name"))
        if volume is None or not _has_part(mount) or volume_layer(world, pod, volume):
            continue
        issued = partial(projecting.token, world, pod, trust, now)
        fresh = starts.gathered(world, pod, container)
        place = _mounted(world, pod, container, volume, mount, {}, issued, fresh)
        part = Tree({"": Place(), "/part": place}, lambda: now)
        yield from _copied(part, "/part", starts.where(number), now)


def _copied(tree: Tree, path: str, to: str, now: float) -> Iterator[tuple[str, Entry]]:
    entry = tree.entry(path)
    yield to, entry._replace(since=0.0, modified=entry.modified or now)
    if entry.kind == "directory":
        for name in tree.listdir(path):
            yield from _copied(tree, f"{path}/{name}", f"{to}/{name}", now)


def _has_part(mount: Obj) -> bool:
    return bool(mount.get("subPath") or mount.get("subPathExpr"))


def own_layer(pod: Obj, container: Obj) -> str:
    """The key of the container's own changes."""
    called = str(container.get("name"))
    return keeping.of_container(uid(pod), called, keeping.restarts(pod, called))


def volume_layer(world: World, pod: Obj, volume: Obj) -> str:
    """The key of what a volume holds; "" for one that is filled from objects, or not there."""
    if any(volume.get(each) is not None for each in ("configMap", "secret", "downwardAPI", "projected")):
        return ""
    if volume.get("persistentVolumeClaim") is not None or volume.get("ephemeral") is not None:
        found = world.find(VOLUMES, "", _volume_name(world, pod, volume))
        return keeping.of_volume(uid(found)) if found else ""
    if volume.get("hostPath") is not None:
        node = world.find(NODES, "", str(spec(pod).get("nodeName") or ""))
        return keeping.of_node(uid(node)) if node else ""
    return keeping.of_empty_dir(uid(pod), str(volume.get("name")))


def _volume_name(world: World, pod: Obj, volume: Obj) -> str:
    """Of the PersistentVolume behind a claim; "" where there is none."""
    claim = world.find(CLAIMS, namespace(pod), claim_of(pod, volume)) or {}
    return str(spec(claim).get("volumeName") or "")


def layers(world: World, pod: Obj) -> dict[str, None]:
    """The keys of all layers that its containers can write to."""
    volumes = (volume_layer(world, pod, volume) for volume in spec(pod).get("volumes") or ())
    both = containers_of(spec(pod))
    return dict.fromkeys(key for key in (*(own_layer(pod, each) for each in both), *volumes) if key)


def lasting(world: World, pod: Obj) -> Iterator[tuple[str, str, Entry]]:
    """(layer, path, entry) of what its scripts write to volumes that outlive it, as far as it is not there yet."""
    volumes = {volume.get("name"): volume for volume in spec(pod).get("volumes") or ()}
    kept = {called for called, each in volumes.items() if each.get("persistentVolumeClaim") or each.get("hostPath")}
    if not kept:
        return
    for container in containers_of(spec(pod)):
        if not any(mount.get("name") in kept for mount in container.get("volumeMounts") or ()):
            continue
        if own_layer(pod, container) in world.contents.carried:
            continue
        for path, entry in scripted.changes(pod, container, partial(environment.environment, world, pod, container)):
            volume, within = _volume_of(volumes, container, path)
            if volume is not None and volume.get("name") in kept and (key := volume_layer(world, pod, volume)):
                held = world.contents.layer(key)
                if held is None or all(each.since != entry.since for each in held.history(within)):
                    yield key, within, entry


# -- within ------------------------------------------------------------------------------------------------


def _sources(lowest: Source | None, scripts: Scripts, key: str, kept: Source) -> tuple[Source, ...]:
    return (*((lowest,) if lowest is not None else ()), *scripts.get(key, {}).values(), kept)


def _scripts(world: World, pod: Obj, names: Names) -> Scripts:
    """What the scripts of all its containers have written and will write."""
    found: Scripts = {}
    volumes = {volume.get("name"): volume for volume in spec(pod).get("volumes") or ()}
    for container in containers_of(spec(pod)):
        known = partial(environment.environment, world, pod, container, names.hostname)
        owner = own_layer(pod, container)
        for path, entry in scripted.changes(pod, container, known):
            volume, within = _volume_of(volumes, container, path)
            if volume is None:
                key = owner
            elif volume.get("persistentVolumeClaim") or volume.get("hostPath"):
                continue
            else:
                key = volume_layer(world, pod, volume)
            if key:
                by_owner = found.setdefault(key, {})
                if owner not in by_owner:
                    by_owner[owner] = Foretold(world.contents, owner)
                by_owner[owner].put(within, entry)
    return found


def _volume_of(volumes: dict[object, Obj], container: Obj, path: str) -> tuple[Obj | None, str]:
    """(volume, path in it) of a container's path; (None, path) where nothing is mounted."""
    mounts = sorted(container.get("volumeMounts") or (), key=lambda each: -len(str(each.get("mountPath"))))
    for mount in mounts:
        point = str(mount.get("mountPath") or "").rstrip("/")
        if path == point or path.startswith(f"{point}/"):
            part = str(mount.get("subPath") or "").strip("/")
            return volumes.get(mount.get("name")), (f"/{part}" if part else "") + path[len(point) :]
    return None, path


def _mounted(
    world: World,
    pod: Obj,
    container: Obj,
    volume: Obj,
    mount: Obj,
    scripts: Scripts,
    issued: projecting.Issued,
    given: starts.Given | None = None,
) -> Place:
    within = _part(world, pod, container, mount, given)
    downward = partial(_downward, world, pod)
    made = projecting.source(world, pod, volume, downward, issued)
    if made is not None:
        if within:
            within = Tree({"": Place((made,))}, lambda: 0.0).realpath(within)
        return Place((made,), within=within, read_only=True, called="tmpfs")
    key = volume_layer(world, pod, volume)
    locked = bool(mount.get("readOnly") or (volume.get("persistentVolumeClaim") or {}).get("readOnly"))
    if (host := volume.get("hostPath")) is not None:
        within = f"{str(host.get('path')).rstrip('/')}{within}"
        sources = (*hostpaths.own(str(spec(pod).get("nodeName"))), Kept(world.contents, key))
        root = hostpaths.made(host, seconds(status(pod).get("startTime")))
        return Place(sources, key, within, locked, root, "/dev/vda1")
    shared = volume.get("emptyDir") is not None
    medium = (volume.get("emptyDir") or {}).get("medium")
    on_node = not shared and _is_folder_of_node(world, pod, volume)
    began = seconds(status(pod).get("startTime"))
    root = directory(0o777 if shared or on_node else 0o755, began)
    called = "tmpfs" if medium == "Memory" else "/dev/vda1" if shared else f"/dev/{_device(key)}"
    kept = Kept(world.contents, key)
    if (group := identity.fs_group(pod)) is not None and not on_node:
        kept = _Given(world.contents, key, group, began)
        root = root._replace(mode=root.mode | _FOLDER_OF_GROUP, group=group)
    sources = _sources(None, scripts, key, kept)
    if parts := dict.fromkeys(_parts(world, pod, volume), root):
        sources = (frozen({"": root, **parts}), *sources)
    return Place(sources, key, within, locked, root, called)


def _part(world: World, pod: Obj, container: Obj, mount: Obj, given: starts.Given | None = None) -> str:
    """Which folder or file of the volume a mount shows, "/data"; "": all of it."""
    part = str(mount.get("subPath") or "")
    if text := mount.get("subPathExpr"):
        part = environment.expanded(str(text), environment.environment(world, pod, container, given=given))
    return f"/{part.strip('/')}" if part.strip("/") else ""


def _parts(world: World, pod: Obj, volume: Obj) -> Iterator[str]:
    """The folders of a volume that a kubelet makes, since containers of the pod mount them alone; those above them
    first."""
    called = volume.get("name")
    for container in containers_of(spec(pod)):
        for mount in container.get("volumeMounts") or ():
            if mount.get("name") == called and _has_part(mount):
                steps = _part(world, pod, container, mount).split("/")[1:]
                yield from ("/" + "/".join(steps[: number + 1]) for number in range(len(steps)))


class _Given(Kept):
    """What a volume held when it was given to a pod's group."""

    def __init__(self, contents: Contents, key: str, group: int, at: float) -> None:
        super().__init__(contents, key)
        self._group, self._given_at = group, at

    def at(self, path: str, moment: float) -> Entry | None:
        found = super().at(path, moment)
        if found is None or found.since >= self._given_at or found.kind not in ("file", "directory"):
            return found
        more = _FOLDER_OF_GROUP if found.kind == "directory" else _OF_GROUP
        return found._replace(group=self._group, mode=found.mode | more)


def _is_folder_of_node(world: World, pod: Obj, volume: Obj) -> bool:
    """A volume that is provisioned as a folder of its node: everybody's, and given to no group."""
    found = world.find(VOLUMES, "", _volume_name(world, pod, volume)) or {}
    return spec(found).get("hostPath") is not None


def _device(key: str) -> str:
    return f"vd{'bcdefghijklmnopqrstuvwxyz'[sum(key.encode()) % 25]}"


def _downward(world: World, pod: Obj, item: Obj) -> str:
    if reference := item.get("resourceFieldRef"):
        return references.resource(world, pod, {}, reference)
    return references.field(pod, str((item.get("fieldRef") or {}).get("fieldPath") or "")) or ""


def _resolved(image: Source, path: str) -> str:
    """A mount point without the image's links: /var/run/x is /run/x where one leads to the other."""
    found = ""
    for part in path.split("/"):
        if part in ("", "."):
            continue
        found = f"{found}/{part}"
        entry = image.at(found, 0.0)
        if entry is not None and entry.kind == "link":
            target = entry.body.decode()
            found = target if target.startswith("/") else f"{found.rpartition('/')[0]}/{target}"
    return found


def beside(
    world: World, pod: Obj, container: Obj, now: Callable[[], float], names: Names, trust: Trust | None, pid: int
) -> Iterator[tuple[str, Place]]:
    """What of another container is seen below `/proc/PID` by one that sees its processes: itself, and all its files."""
    own = places(world, pod, container, now, names, trust)

    def made() -> dict[str, Entry]:
        variables = environment.environment(world, pod, container, names.hostname)
        return hostfiles.process(pod, container, variables, _mounts(own), pid)

    yield f"/proc/{pid}", Place((Lazy(lambda: frozen(made())),), read_only=True, called="proc")
    yield from ((f"/proc/{pid}/root{point}", place) for point, place in own.items() if point != "/proc")


def _proc(
    world: World, pod: Obj, container: Obj, found: dict[str, Place], now: float, names: Names, pid: int
) -> dict[str, Entry]:
    began = seconds(status(pod).get("startTime"))
    variables = environment.environment(world, pod, container, names.hostname)
    return hostfiles.proc(world, pod, container, variables, _mounts(found), max(0.0, now - began), pid)


def _mounts(found: dict[str, Place]) -> str:
    return "".join(
        f"{place.called} {point or '/'} {_type(place)} {'ro' if place.read_only else 'rw'},relatime 0 0\n"
        for point, place in found.items()
        if not point.startswith("/proc/")
    )


def _type(place: Place) -> str:
    return "ext4" if place.called.startswith("/dev") else place.called
