"""What a container is given of other objects when it starts, and keeps until it is started again: the values of its
variables, the Services it is told of, and the files that it mounts by `subPath`.

It is kept beside the container's files, in a layer that no container sees, and only where there is something to keep;
where nothing is kept, the objects are asked as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import orjson

from cluster import keeping
from cluster.contents import Entry, Kept, Source, file
from cluster.machinery.objects import Obj, spec, status, uid
from cluster.machinery.podspecs import container_named
from cluster.nodes import references, scripted, servicelinks
from cluster.nodes.servicelinks import Linked, Port
from cluster.world import World

_VARIABLES = "/variables"
_PARTS = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
_CHANGING = frozenset({"metadata.labels", "metadata.annotations"})


class Given(NamedTuple):
    services: tuple[Linked, ...] = ()
    whole: Mapping[str, str] = MappingProxyType({})
    """What `envFrom` gave."""
    values: Mapping[int, str] = MappingProxyType({})
    """By place in `env`, what its reference gave."""

    def __bool__(self) -> bool:
        return bool(self.services or self.whole or self.values)


def may_change(reference: Obj) -> bool:
    """Whether what such a `valueFrom` gives can be another in the pod's life."""
    if (field := reference.get("fieldRef")) is None:
        return True
    return str(field.get("fieldPath")).partition("[")[0] in _CHANGING


def given(world: World, pod: Obj, container: Obj) -> Given:
    """What the container's present start was given."""
    label = str(container.get("name"))
    layer = world.contents.layer(keeping.of_start(uid(pod), label, keeping.restarts(pod, label)))
    if layer is not None and (kept := layer.history(_VARIABLES)):
        return _read(kept[-1].body)
    return gathered(world, pod, container, scripted.started(pod, label))


def gathered(world: World, pod: Obj, container: Obj, started: float = 0.0) -> Given:
    """What a container would be given now; one that has `started` is told of no Service that came later."""
    whole: dict[str, str] = {}
    for each in container.get("envFrom") or ():
        whole |= references.all_keys(world, pod, each)
    values: dict[int, str] = {}
    for number, each in enumerate(container.get("env") or ()):
        if (reference := each.get("valueFrom")) and may_change(reference):
            value = references.value(world, pod, container, reference)
            if value is not None:
                values[number] = value
    return Given(tuple(servicelinks.linked(world, pod, started)), whole, values)


def begun(pod: Obj, after: Obj) -> Iterator[tuple[str, Obj]]:
    """(layer, container) of those that run by the status `after` and did not before."""
    before = {each.get("containerID") for part in _PARTS for each in status(pod).get(part) or ()}
    for part in _PARTS:
        for current in after.get(part) or ():
            if "running" in current["state"] and current.get("containerID") not in before:
                template = container_named(spec(pod), current["name"])
                if template is not None:
                    yield keeping.of_start(uid(pod), current["name"], int(current["restartCount"])), template


def kept(world: World, pod: Obj, container: Obj) -> Iterator[tuple[str, Entry]]:
    """(path in the start's layer, entry): what is to be kept of a container that is started now."""
    if found := gathered(world, pod, container):
        services = [(*each[:2], [tuple(port) for port in each.ports]) for each in found.services]
        yield _VARIABLES, file(_shared(orjson.dumps([services, found.whole, list(found.values.items())])))


def bound(world: World, pod: Obj, container: Obj, number: int) -> Source | None:
    """The files of a `subPath` mount as they were at the start, below `where`; None: they were not kept."""
    label = str(container.get("name"))
    key = keeping.of_start(uid(pod), label, keeping.restarts(pod, label))
    layer = world.contents.layer(key)
    return Kept(world.contents, key) if layer is not None and layer.history(where(number)) else None


def where(number: int) -> str:
    """In the start's layer, the files of the container's mount of that number."""
    return f"/mounts/{number}"


@lru_cache(maxsize=256)
def _shared(body: bytes) -> bytes:
    """The same object for the same bytes: pods of one template are given the same."""
    return body


@lru_cache(maxsize=256)
def _read(body: bytes) -> Given:
    services, whole, values = orjson.loads(body)
    told = (Linked(name, address, tuple(Port(*each) for each in ports)) for name, address, ports in services)
    return Given(tuple(told), whole, dict(values))
