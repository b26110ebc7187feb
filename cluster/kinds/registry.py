"""Which kinds there are, found by what names them. Values: the built-in ones, or those and a cluster's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

from cluster.kinds.kind import Kind
from cluster.machinery.objects import GroupResource

_PACKAGE = "cluster.kinds"


class Registry(NamedTuple):
    kinds: tuple[Kind, ...]
    """Each once, as its stored version has it."""
    resources: Mapping[GroupResource, Kind]
    paths: Mapping[tuple[str, str], Kind]
    names: Mapping[tuple[str, str], Kind]

    @classmethod
    @cache
    def built_in(cls) -> Registry:
        """The kinds of the package's modules, in order of the modules' names."""
        found: list[Kind] = []
        package = import_module(_PACKAGE)
        for each in iter_modules(package.__path__):
            module = import_module(f"{_PACKAGE}.{each.name}")
            if isinstance(kind := getattr(module, "KIND", None), Kind):
                found.append(kind)
            found.extend(getattr(module, "FAMILY", ()))
        return cls.of(found)

    @classmethod
    def of(cls, kinds: Iterable[Kind]) -> Registry:
        every = tuple(kinds)
        served = [(version, kind.written_in(version)) for kind in every for version in kind.every_version]
        return cls(
            every,
            {kind.group_resource: kind for kind in every},
            {(version, kind.resource): kind for version, kind in served},
            {(version, kind.kind): kind for version, kind in served},
        )

    def joined_by(self, kinds: Iterable[Kind]) -> Registry:
        """With a cluster's own kinds; where names meet, the ones there before stay."""
        own = Registry.of(kind for kind in kinds if kind.group_resource not in self.resources)
        return Registry(
            (*self.kinds, *own.kinds),
            {**own.resources, **self.resources},
            {**own.paths, **self.paths},
            {**own.names, **self.names},
        )

    def by_resource(self, kind: GroupResource) -> Kind | None:
        return self.resources.get(kind)

    def by_path(self, api_version: str, resource: str) -> Kind | None:
        """The kind served under that version by that plural name, whatever version it is stored in."""
        return self.paths.get((api_version, resource))

    def by_kind(self, api_version: str, kind: str) -> Kind | None:
        """The kind of that name in that version, one of those it is stored or served in."""
        return self.names.get((api_version, kind))
