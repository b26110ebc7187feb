"""Two Services to put the same question to, side by side: a headless one and one with a virtual address over the same
pods. Pure: world + what was asked -> which two. Refuses to know what DNS says to either.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from cluster.machinery.objects import PODS, SERVICES, Key, name, spec
from cluster.world import World


class Twins(NamedTuple):
    left: Key | None
    right: Key | None


def choose(world: World, namespace: str, asked: str, left: str = "", right: str = "") -> Twins:
    """What the person chose (`namespace/name`), else the first pair over the same pods: one with a Service that the
    question names, else one in the namespace that asks, else any."""
    found = min(_pairs(world, asked), key=lambda pair: _rank(pair, namespace, asked), default=(None, None))
    return Twins(_named(world, left) or found[0], _named(world, right) or found[1])


def _pairs(world: World, asked: str) -> set[tuple[Key, Key]]:
    """(headless, virtual) that share a pod; of those over one pod the first, and the first ones that are named."""
    by_pod: dict[tuple[str, str], tuple[list[Key], list[Key]]] = {}
    for key, service in world.bucket(SERVICES).items():
        wanted = spec(service)
        if wanted.get("type") == "ExternalName":
            continue
        side = 0 if wanted.get("clusterIP") == "None" else 1
        for pod in world.selected(PODS, key.namespace, wanted.get("selector") or {}):
            by_pod.setdefault((key.namespace, name(pod)), ([], []))[side].append(key)
    return {
        pair
        for headless, virtual in {(tuple(left), tuple(right)) for left, right in by_pod.values() if left and right}
        for pair in product(_firsts(headless, asked), _firsts(virtual, asked))
    }


def _firsts(keys: Sequence[Key], asked: str) -> set[Key]:
    return {min(keys), min((key for key in keys if _is_named(key, asked)), default=min(keys))}


def _is_named(key: Key, asked: str) -> bool:
    return key.name in asked.split(".")[:2]  # db, db-0.db and db.default.svc name db


def _rank(pair: tuple[Key, Key], namespace: str, asked: str) -> tuple[bool, bool, tuple[Key, Key]]:
    named = any(_is_named(key, asked) for key in pair)
    here = pair[0].namespace == namespace
    return not (named and here), not here, pair


def _named(world: World, text: str) -> Key | None:
    namespace, _, service = text.partition("/")
    key = Key(SERVICES.group, SERVICES.resource, namespace, service)
    return key if world.get(key) is not None else None
