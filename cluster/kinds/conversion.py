"""The versions that one stored object is served in: there and back again.

Which versions a kind has is said by the kind. Most differ in nothing but `apiVersion`; the two that do have a module
each. Objects are never changed in place: what comes back may share parts with what was given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cluster.kinds import autoscalerversion, eventversion
from cluster.kinds.kind import Kind
from cluster.machinery.objects import Obj


class _Version(NamedTuple):
    shown: Callable[[Obj], Obj]
    """The stored object, in this version."""
    stored: Callable[[Obj], Obj]
    """An object of this version, as it is stored."""


_VERSIONS = {
    ("autoscaling/v1", "HorizontalPodAutoscaler"): _Version(autoscalerversion.shown, autoscalerversion.stored),
    ("events.k8s.io/v1", "Event"): _Version(eventversion.shown, eventversion.stored),
}


def shown(obj: Obj, api_version: str) -> Obj:
    """A stored object as a reader of that version sees it; itself when that is the version it is stored in."""
    if obj.get("apiVersion") == api_version:
        return obj
    version = _VERSIONS.get((api_version, str(obj.get("kind"))))
    found = version.shown(obj) if version else obj
    return {"apiVersion": api_version, **{part: value for part, value in found.items() if part != "apiVersion"}}


def stored(kind: Kind, obj: Obj) -> Obj:
    """An object of any version its kind is served in, as it is stored; itself when it is so already."""
    api_version = obj.get("apiVersion")
    if api_version not in kind.served_versions:
        return obj
    version = _VERSIONS.get((api_version, kind.kind))
    found = version.stored(obj) if version else obj
    return {"apiVersion": kind.api_version, **{part: value for part, value in found.items() if part != "apiVersion"}}
