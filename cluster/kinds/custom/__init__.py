"""The kinds a cluster has by itself: those its CustomResourceDefinitions define, beside the built-in ones.

    of(world).by_kind("stable.example.com/v1", "CronTab")

Everything that looks a kind up for a cluster asks its registry. A world without definitions has the built-in registry
itself; one with them has a registry that is put together once for each set of definitions.
"""

from __future__ import annotations

from collections import OrderedDict

from cluster.kinds.custom.definition import kind_of
from cluster.kinds.kind import Kind
from cluster.kinds.registry import Registry
from cluster.machinery.objects import CUSTOM_DEFINITIONS, Obj
from cluster.world import World

_MOST_KEPT = 1024

_kinds: OrderedDict[str, tuple[Obj, Kind | None]] = OrderedDict()
"""uid -> the definition as it was, and its kind. Worlds of one process share the very objects."""
_registries: OrderedDict[tuple[int, ...], tuple[tuple[Kind, ...], Registry]] = OrderedDict()
"""By the identities of the kinds, which are held beside so that they stay theirs."""


def of(world: World) -> Registry:
    """What the cluster of this world serves."""
    built_in = Registry.built_in()
    if not world.count(CUSTOM_DEFINITIONS):
        return built_in
    kinds = tuple(kind for obj in world.bucket(CUSTOM_DEFINITIONS, "").values() if (kind := _kind(obj)) is not None)
    if not kinds:
        return built_in
    known = tuple(map(id, kinds))
    found = _registries.get(known)
    if found is None:
        found = _registries[known] = kinds, built_in.joined_by(kinds)
        if len(_registries) > _MOST_KEPT:
            _registries.popitem(last=False)
    return found[1]


def _kind(definition: Obj) -> Kind | None:
    uid = definition["metadata"]["uid"]
    known = _kinds.get(uid)
    if known is not None and (known[0] is definition or known[0] == definition):
        return known[1]
    made = kind_of(definition)
    _kinds[uid] = (definition, made)
    if len(_kinds) > _MOST_KEPT:
        _kinds.popitem(last=False)
    return made


__all__ = ["of"]
