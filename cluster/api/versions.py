"""An object as one of its versions serves it: it is stored in one and converted on the way out and in."""

from __future__ import annotations

from cluster.api.served import Resource
from cluster.kinds import conversion
from cluster.machinery.objects import Obj


def as_served(obj: Obj, resource: Resource) -> Obj:
    """The stored object itself where it is served as it is stored."""
    if resource.api_version == resource.kind.api_version:
        return obj
    return conversion.shown(obj, resource.api_version)


def as_stored(obj: Obj, resource: Resource) -> Obj:
    """What a client sent in a served version, as it is to be stored."""
    return conversion.stored(resource.kind, obj)
