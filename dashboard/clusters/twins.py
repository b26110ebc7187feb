"""Two Services to put the same question to, side by side: a headless one and one with a virtual address over the same
pods. Pure: world + what was asked -> which two. Refuses to know what DNS says to either.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.machinery.objects import PODS, SERVICES, Key, name, spec
from cluster.world import World


class Twins(NamedTuple):
    left: Key | None
    right: Key | None


def choose(world: World, namespace: str, asked: str, left: str = "", right: str = "") -> Twins:
    """What the person chose (`namespace/name`), else the first pair over the same pods: one with a Service that the
    question names, else one in the namespace that asks, else any."""
    pairs = sorted(_pairs(world), key=lambda pair: _rank(pair, namespace, asked))
    found = pairs[0] if pairs else (None, None)
    return Twins(_named(world, left) or found[0], _named(world, right) or found[1])


def _pairs(world: World) -> set[tuple[Key, Key]]:
    """(headless, virtual) that share a pod."""
    by_pod: dict[tuple[str, str], tuple[list[Key], list[Key]]] = {}
    for key, service in world.bucket(SERVICES).items():
        wanted = spec(service)
        if wanted.get("type") == "ExternalName":
            continue
        side = 0 if wanted.get("clusterIP") == "None" else 1
        for pod in world.selected(PODS, key.namespace, wanted.get("selector") or {}):
            by_pod.setdefault((key.namespace, name(pod)), ([], []))[side].append(key)
    return {(one, other) for headless, virtual in by_pod.values() for one in headless for other in virtual}


def _rank(pair: tuple[Key, Key], namespace: str, asked: str) -> tuple[bool, bool, tuple[Key, Key]]:
    named = any(key.name in asked.split(".")[:2] for key in pair)  # db, db-0.db and db.default.svc name db
    here = pair[0].namespace == namespace
    return not (named and here), not here, pair


def _named(world: World, text: str) -> Key | None:
    namespace, _, service = text.partition("/")
    key = Key(SERVICES.group, SERVICES.resource, namespace, service)
    return key if world.get(key) is not None else None
