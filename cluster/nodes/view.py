"""The files of a pod's containers as its kubelet looks at them: at any moment of their lives, and when that changed.

Also how a web server sees them. Nothing is remembered: a layer says of each version from when on it was there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cluster import keeping
from cluster.contents import Answer, Entry, Foretold, Kept, Layer, Place, Question, Source, Tree
from cluster.machinery.objects import Obj, name, namespace, spec, uid
from cluster.machinery.podspecs import containers_of
from cluster.nodes import demands, environment, executables, filesystem, programs, scripted
from cluster.world import World

_FILLED = frozenset({"configMap", "secret", "projected", "downwardAPI", "hostPath"})
Mounts = tuple[str, ...]


class View:
    """What one pod's containers hold."""

    def __init__(self, world: World, pod: Obj) -> None:
        self._world, self._pod = world, pod
        self._places: dict[str, dict[str, Place]] = {}
        self.memo: dict[tuple[str, str], Any] = {}
        """What was found out with it; it lasts as long as one plan."""

    def trouble(self, container: Obj) -> str:
        """Why the runtime cannot start it; "" when it can."""
        return executables.trouble(self._world, self._pod, container)

    def began(self, container: Obj) -> float:
        """When its present run was started, cluster time."""
        return scripted.started(self._pod, str(container.get("name")))

    def answers(self, container: Obj, kind: str) -> list[Answer] | None:
        """What a probe's command, or a hook, was found to say, by who carries it out. None: nobody does."""
        return self._world.contents.judged.ask(self._question(container, kind)) if self.began(container) else None

    def known_answers(self, container: Obj, kind: str) -> list[Answer]:
        """Those that are there already; to look is not to ask."""
        return self._world.contents.judged.known(self._question(container, kind))

    def _question(self, container: Obj, kind: str) -> Question:
        pod, called = self._pod, str(container.get("name"))
        return Question(namespace(pod), name(pod), uid(pod), called, keeping.restarts(pod, called), kind)

    def variables(self, container: Obj) -> Mapping[str, str] | None:
        """What it was given, where whether it serves hangs on that; None: its own words tell all."""
        if not demands.hangs_on_others(container):
            return None
        return environment.environment(self._world, self._pod, container)

    def untouched(self, container: Obj) -> Mounts | None:
        """What is mounted in a container of a pod into whose files nobody has written, so that they follow from its
        image and this alone; None when there is more to them."""
        layers = self._world.contents.layers
        if layers and not layers.keys().isdisjoint(filesystem.layers(self._world, self._pod)):
            return None
        if any(programs.run(self._pod, each).files for each in containers_of(spec(self._pod))):
            return None
        filled = {
            volume.get("name") for volume in spec(self._pod).get("volumes") or () if not _FILLED.isdisjoint(volume)
        }
        points: list[str] = []
        for mount in container.get("volumeMounts") or ():
            point = str(mount.get("mountPath") or "")
            if mount.get("name") in filled and not point.startswith("/var/run/secrets/"):
                return None
            points.append(point)
        return tuple(points)

    def at(self, container: Obj, moment: float, seen: set[float] | None = None) -> Tree:
        """Its files at a moment of cluster time. Into `seen` go the moments at which something that is looked at
        changed."""
        called = str(container.get("name"))
        places = self._places.get(called)
        if places is None:
            places = filesystem.places(self._world, self._pod, container, lambda: moment)
            self._places[called] = places
        if seen is not None:
            places = {point: _watched(place, seen) for point, place in places.items()}
        return Tree(places, lambda: moment)


class Served:
    """See `cluster.nodes.messages.Content`."""

    whole = True

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def file(self, path: str) -> bytes | None:
        try:
            entry = self._tree.entry(path)
        except OSError:
            return None
        return entry.body if entry.kind == "file" else None

    def modified(self, path: str) -> float | None:
        try:
            return self._tree.entry(path).modified or None  # of an image's files nobody knows it
        except OSError:
            return None

    def folder(self, path: str) -> list[str] | None:
        try:
            return self._tree.listdir(path)
        except OSError:
            return None


class _Watched:
    """A source that tells when what is asked for changed."""

    def __init__(self, source: Layer | Kept | Foretold, seen: set[float]) -> None:
        self._source, self._seen = source, seen

    def at(self, path: str, moment: float) -> Entry | None:
        history = self._source.history(path)
        self._seen.update(version.since for version in history)
        return self._source.at(path, moment) if history else None

    def names(self, folder: str) -> Iterable[str]:
        return self._source.names(folder)


def _watched(place: Place, seen: set[float]) -> Place:
    sources: list[Source] = [
        _Watched(each, seen) if isinstance(each, Layer | Kept | Foretold) else each for each in place.sources
    ]
    return place._replace(sources=sources)
