"""Which resources a cluster's API has, as its paths name them. Built once; kinds of the cluster's own come on top."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

from cluster.kinds.kind import Kind
from cluster.kinds.registry import Registry


class Resource(NamedTuple):
    """A kind as one of its versions serves it."""

    kind: Kind
    api_version: str
    """Of the path: `events.k8s.io/v1` for what is stored as `v1`."""
    resource: str


class Served(NamedTuple):
    resources: Mapping[tuple[str, str], Resource]
    """(apiVersion, plural) -> resource."""
    groups: frozenset[str]
    """Groups that have any version; "" is the core group."""

    def find(self, api_version: str, resource: str) -> Resource | None:
        return self.resources.get((api_version, resource))


def group_of(api_version: str) -> str:
    return api_version.rpartition("/")[0]


def of_kinds(kinds: tuple[Kind, ...]) -> Served:
    resources = {
        (version, kind.resource): Resource(kind.written_in(version), version, kind.resource)
        for kind in kinds
        for version in kind.every_version
    }
    return Served(resources, frozenset(group_of(version) for version, _ in resources))


def of(registry: Registry) -> Served:
    """What a registry's kinds are served as; made once for each."""
    known = _made.get(id(registry))
    if known is None:
        known = _made[id(registry)] = (registry, of_kinds(registry.kinds))
        if len(_made) > _MOST_KEPT:
            _made.popitem(last=False)
    return known[1]


_made: OrderedDict[int, tuple[Registry, Served]] = OrderedDict()
_MOST_KEPT = 1024
