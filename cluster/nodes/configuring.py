"""What a pod needs of ConfigMaps and Secrets before it can start, and in a kubelet's words what of it is not there.

Volumes hold the whole pod up (FailedMount), variables the one container (CreateContainerConfigError). What is marked
`optional` is not missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cluster.machinery.objects import CONFIG_MAPS, SECRETS, GroupResource, Obj, meta, namespace, spec
from cluster.machinery.podspecs import containers_of
from cluster.nodes import environment, hostpaths, identity, starts
from cluster.world import World

HELD_BACK = "CreateContainerConfigError"
_RUNTIME_CLASSES = GroupResource("node.k8s.io", "runtimeclasses")
_RUNTIMES = frozenset({"runc", "test-handler"})
"""What the nodes' containerd is set up for, as kind sets it up."""


class _Source(NamedTuple):
    kind: GroupResource
    called: str
    name: str
    keys: tuple[str, ...] = ()
    """Those that have to be in it."""


_LONGEST_LABEL, _LONGEST_HOST = 63, 64
"""Of a name in DNS, and of what a Linux host can be called."""
_CONFIG_MAP, _SECRET = (CONFIG_MAPS, "ConfigMap"), (SECRETS, "Secret")


def unmounted(world: World, pod: Obj) -> str:
    """Why its volumes cannot be set up; "" when they can."""
    for volume in spec(pod).get("volumes") or ():
        if lacking := _unprepared(world, pod, volume):
            return f'MountVolume.SetUp failed for volume "{volume.get("name")}" : {lacking}'
        for source in _of_volume(volume):
            found = world.find(source.kind, namespace(pod), source.name)
            lacking = f'{source.called.lower()} "{source.name}" not found'
            if found is not None:
                absent = next((key for key in source.keys if key not in _data(found)), None)
                if absent is None:
                    continue
                lacking = f"references non-existent {'secret' if source.kind == SECRETS else 'config'} key: {absent}"
            return f'MountVolume.SetUp failed for volume "{volume.get("name")}" : {lacking}'
    return ""


def _unprepared(world: World, pod: Obj, volume: Obj) -> str:
    """What its node or its driver lacks."""
    if (given := volume.get("hostPath")) is not None:
        return hostpaths.trouble(world, pod, given)
    if (given := volume.get("csi")) is not None:
        unknown = f"driver name {given.get('driver')} not found in the list of registered CSI drivers"
        return f"kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: {unknown}"
    return ""


def unsandboxed(world: World, pod: Obj, domain: str) -> str:
    """Why its sandbox cannot be made; "" when it can."""
    found = world.find(_RUNTIME_CLASSES, "", str(spec(pod).get("runtimeClassName") or "")) or {}
    handler = str(found.get("handler") or "")
    if handler and handler not in _RUNTIMES:
        unknown = f'no runtime for "{handler}" is configured'
        return f"rpc error: code = Unknown desc = failed to get sandbox runtime: {unknown}"
    return overlong(pod, domain)


def overlong(pod: Obj, domain: str) -> str:
    """Why its host cannot be called by its full name; "" when it can, or is not asked to."""
    given = spec(pod)
    if not given.get("setHostnameAsFQDN") or not given.get("subdomain") or given.get("hostNetwork"):
        return ""
    own = str(given.get("hostname") or meta(pod)["name"])[:_LONGEST_LABEL].rstrip("-.")
    full = f"{own}.{given['subdomain']}.{namespace(pod)}.svc.{domain.rstrip('.')}"
    if len(full) <= _LONGEST_HOST:
        return ""
    return (
        f"Failed to construct FQDN from pod hostname and cluster domain, FQDN {full} is too long "
        f"({_LONGEST_HOST} characters is the max, {len(full)} characters requested)"
    )


def misconfigured(world: World, pod: Obj, container: Obj) -> str:
    """Which variable of the container has no value, or why it may not start as who it is; "" when it may."""
    place = namespace(pod)
    for source in _of_container(container):
        found = world.find(source.kind, place, source.name)
        if found is None:
            return f'{source.called.lower()} "{source.name}" not found'
        for key in source.keys:
            if key not in _data(found):
                return f"couldn't find key {key} in {source.called} {place}/{source.name}"
    return _misplaced(world, pod, container) or identity.forbidden(pod, container)


def _misplaced(world: World, pod: Obj, container: Obj) -> str:
    """Which of its mounts leads nowhere once its variables are put in."""
    for mount in container.get("volumeMounts") or ():
        if not (text := str(mount.get("subPathExpr") or "")):
            continue
        known = environment.environment(world, pod, container, given=starts.gathered(world, pod, container))
        known = {called: value for called, value in known.items() if value}
        if missing := environment.missing(text, known):
            return f"missing value for {', '.join(missing)}"
        part = environment.expanded(text, known)
        if part.startswith("/"):
            return f"error SubPath `{part}` must not be an absolute path"
        if ".." in part.split("/"):
            return f"unable to provision SubPath `{part}`: must not contain '..'"
    return ""


def uses(pod: Obj, kind: GroupResource, name: str) -> bool:
    """The pod needs that ConfigMap or Secret to start."""
    volumes = (source for volume in spec(pod).get("volumes") or () for source in _of_volume(volume))
    variables = (source for container in containers_of(spec(pod)) for source in _of_container(container))
    return any((source.kind, source.name) == (kind, name) for source in (*volumes, *variables))


def _data(found: Obj) -> set[str]:
    return {*(found.get("data") or {}), *(found.get("binaryData") or {})}


def _of_volume(volume: dict[str, Any]) -> Iterator[_Source]:
    for field, name, (kind, called) in (("configMap", "name", _CONFIG_MAP), ("secret", "secretName", _SECRET)):
        source = volume.get(field)
        if source and not source.get("optional"):
            keys = tuple(str(each.get("key")) for each in source.get("items") or ())
            yield _Source(kind, called, str(source.get(name) or ""), keys)


def _of_container(container: dict[str, Any]) -> Iterator[_Source]:
    for each in container.get("envFrom") or ():
        for field, (kind, called) in (("configMapRef", _CONFIG_MAP), ("secretRef", _SECRET)):
            source = each.get(field)
            if source and not source.get("optional"):
                yield _Source(kind, called, str(source.get("name") or ""))
    for each in container.get("env") or ():
        given = each.get("valueFrom") or {}
        for field, (kind, called) in (("configMapKeyRef", _CONFIG_MAP), ("secretKeyRef", _SECRET)):
            source = given.get(field)
            if source and not source.get("optional"):
                yield _Source(kind, called, str(source.get("name") or ""), (str(source.get("key")),))
