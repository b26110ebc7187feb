"""An object as one of its versions serves it: it is stored in one and converted on the way out and in."""

from __future__ import annotations

from cluster.api.served import Resource
from cluster.kinds import conversion
from cluster.kinds.custom import structural
from cluster.machinery import processes
from cluster.machinery.objects import Obj, resource_version


def as_served(obj: Obj, resource: Resource) -> Obj:
    """The stored object itself where it is served as it is stored; a custom one by the schema of today."""
    custom = resource.kind.custom
    if custom is None and resource.api_version == resource.kind.api_version:
        return processes.told(obj) if resource.kind.kind == "Pod" else obj
    served = conversion.shown(obj, resource.api_version)
    if custom is None or (len(custom.versions) == 1 and resource_version(obj) > custom.revision):
        return served
    # The definition has changed since the object was written, or it was written by another version's schema.
    return structural.completed(custom.schema, served)


def as_stored(obj: Obj, resource: Resource) -> Obj:
    """What a client sent in a served version, as it is to be stored."""
    return conversion.stored(resource.kind, obj)
