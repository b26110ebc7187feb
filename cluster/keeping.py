"""Whose what is kept of files: the keys of layers, and which of them have lost their owners.

A container's changes and what it was given go when it starts again, an emptyDir with its pod, a persistent volume with
its object, what a hostPath shows with its node.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.machinery import processes
from cluster.machinery.objects import NODES, PODS, VOLUMES, Obj, uid
from cluster.world import World

_CONTAINER, _START, _EMPTY_DIR, _VOLUME, _NODE = "container", "start", "emptyDir", "volume", "node"
OF_PODS = (f"{_CONTAINER}/", f"{_START}/", f"{_EMPTY_DIR}/")
"""How the keys begin of layers that one pod has for itself."""


def of_container(pod: str, container: str, restarts: int) -> str:
    """The changes of one container since its last start."""
    return f"{_CONTAINER}/{pod}/{container}/{restarts}"


def of_start(pod: str, container: str, restarts: int) -> str:
    """What a container was given at a start."""
    return f"{_START}/{pod}/{container}/{restarts}"


def of_empty_dir(pod: str, volume: str) -> str:
    return f"{_EMPTY_DIR}/{pod}/{volume}"


def of_volume(volume: str) -> str:
    """A persistent volume, by its uid."""
    return f"{_VOLUME}/{volume}"


def of_node(node: str) -> str:
    """A node's own file system, by its uid."""
    return f"{_NODE}/{node}"


def pods_of(keys: Iterable[str]) -> set[str]:
    """Uids of pods that name themselves in these keys."""
    return {key.split("/")[1] for key in keys if key.startswith(OF_PODS)}


def orphans(world: World, keys: Iterable[str]) -> list[str]:
    """Of these layers those that nobody can see any more."""
    wanted = list(keys)
    if not wanted:
        return []
    pods = {uid(pod): pod for pod in world.bucket(PODS).values()}
    others = {
        _VOLUME: {uid(volume) for volume in world.bucket(VOLUMES).values()},
        _NODE: {uid(node) for node in world.bucket(NODES).values()},
    }
    return [key for key in wanted if _is_orphan(key, pods, others)]


def _is_orphan(key: str, pods: dict[str, Obj], others: dict[str, set[str]]) -> bool:
    kind, owner, *rest = key.split("/")
    if kind in others:
        return owner not in others[kind]
    pod = pods.get(owner)
    if pod is None or kind == _EMPTY_DIR:
        return pod is None
    return int(rest[1]) < restarts(pod, rest[0])


def restarts(pod: Obj, container: str) -> int:
    """How often a container of the pod was started again."""
    return int((processes.report(pod, container) or {}).get("restartCount") or 0)
