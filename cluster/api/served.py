"""Which resources a cluster's API has, as its paths name them. Built once; kinds of the cluster's own come on top."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from cluster.kinds import KINDS
from cluster.kinds.kind import Kind


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
        (version, kind.resource): Resource(kind, version, kind.resource)
        for kind in kinds
        for version in (kind.api_version, *kind.served_versions)
    }
    return Served(resources, frozenset(group_of(version) for version, _ in resources))


@cache
def built_in() -> Served:
    return of_kinds(KINDS)
